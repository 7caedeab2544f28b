import { afterEach, describe, expect, test } from '@jest/globals';
import type { FaultKind } from '../../../shared/domain/faults.ts';
import { settings } from '../../../shared/partners/part3/settings.ts';
import { secretOf } from '../../../shared/security/secret.ts';
import { type Answering, answerJson, type FarSide, startFarSide } from '../../support/far-side.ts';
import { faultOf } from '../procore/fixture.ts';
import { allOf, always, clientAt, rfiFields, token } from './fixture.ts';

let side: FarSide;
afterEach(() => side?.close());

const part3With = async (answering: Answering): Promise<FarSide> => {
  side = await startFarSide(answering);
  return side;
};
const projects = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `p-${from + index}`, modified: '2026-03-02T09:00:00Z' }));
const page = (items: readonly unknown[], nextCursor: string | null = null) => JSON.stringify({ items, nextCursor });
const place = { projectId: 'p-1', externalKey: 'procore:rfi:9007199254741993' };
const itemText = JSON.stringify({ id: 'i-1', projectId: 'p-1', externalKey: place.externalKey, status: 'open', modified: null });
const outcome = { state: 'blocked', version: 1, code: 'x', text: 'x' } as const;

const large = ' '.repeat(17 * 1024 * 1024);
const answerRow = (id: string) => ({
  id,
  projectId: 'p-1',
  rfiId: 'r-1',
  authorMemberId: 'm-1',
  state: 'ready',
  version: 1,
  modified: '2026-03-02T09:00:00Z',
});

describe('a list', () => {
  test('is read to its last page by the cursor it was given, with the organisation’s token', async () => {
    await part3With((response, { query }) =>
      answerJson(response, 200, query.get('cursor') === 'c-1' ? page(projects(100, 3)) : page(projects(0, 100), 'c-1')),
    );
    expect(await allOf(clientAt(side.origin).projects())).toHaveLength(103);
    expect(side.received.map(({ path, query }) => [path, query.get('limit'), query.get('cursor')])).toEqual([
      ['/api/v1/Projects', '100', null],
      ['/api/v1/Projects', '100', 'c-1'],
    ]);
    expect(side.received[0]?.headers.authorization).toBe(`Bearer ${token}`);
  });

  test('whose page is larger than an answer may be is read in smaller ones', async () => {
    await part3With((response, { query }) => {
      const [from, size] = [Number(query.get('cursor') ?? 0), Number(query.get('limit'))];
      const rows = projects(from, Math.min(size, 30 - from));
      const next = from + rows.length;
      answerJson(response, 200, `${page(rows, next < 30 ? String(next) : null)}${size > 10 ? large : ''}`);
    });
    const rows = await allOf(clientAt(side.origin).projects());
    expect(rows.map(({ id }) => id)).toEqual(projects(0, 30).map(({ id }) => id));
    expect(side.received.map(({ query }) => query.get('limit'))).toEqual(['100', '20', '4', '4', '4', '4', '4', '4', '4', '4']);
  });

  test('whose single record is larger than an answer may be ends with a fault, and is not asked for without end', async () => {
    await part3With((response) => answerJson(response, 200, `${page(projects(0, 1))}${large}`));
    expect((await faultOf(allOf(clientAt(side.origin).projects()))).kind).toBe('vendor-unavailable');
    expect(side.received).toHaveLength(4);
  });

  test('goes on after a record that is too large with its outline, and with a full page', async () => {
    const answers = ['a-1', 'a-2', 'a-3'].map(answerRow);
    await part3With((response, { query }) => {
      const from = Number(query.get('cursor') ?? 0);
      const rows = answers.slice(from, from + Number(query.get('limit')));
      const isWhole = query.get('fields') === null && rows.some(({ id }) => id === 'a-2');
      const next = from + rows.length;
      answerJson(response, 200, `${page(rows, next < answers.length ? String(next) : null)}${isWhole ? large : ''}`);
    });
    const rows = await allOf(clientAt(side.origin).rfiAnswers({ projectId: 'p-1' }));
    expect(rows.map((row) => [row.id, 'tooLarge' in row])).toEqual([
      ['a-1', false],
      ['a-2', true],
      ['a-3', false],
    ]);
    expect(side.received.map(({ query }) => query.get('limit'))).toEqual(['100', '20', '4', '1', '1', '1', '1', '1', '100']);
  });

  test('leaves no record aside that came into the place of one that was too large', async () => {
    // the large one changes, and so moves to the end, right after it was found too large
    await part3With((response, { query }, count) => {
      const hasMoved = count > 4;
      const [first, second] = hasMoved ? ['a-2', 'a-1'] : ['a-1', 'a-2'];
      const isSecond = query.get('cursor') === '1';
      const row = { ...answerRow(isSecond ? second : first), ...(hasMoved && isSecond && { modified: '2026-03-03T09:00:00Z' }) };
      const isWhole = query.get('fields') === null && (row.id === 'a-1' || query.get('limit') !== '1');
      answerJson(response, 200, `${page([row], isSecond ? null : '1')}${isWhole ? large : ''}`);
    });
    const rows = await allOf(clientAt(side.origin).rfiAnswers({ projectId: 'p-1' }));
    expect(rows.map((row) => [row.id, 'tooLarge' in row])).toEqual([
      ['a-2', false],
      ['a-1', true],
    ]);
  });

  test('gives what changed while it was read once more, and what did not only once', async () => {
    const moved = { id: 'p-1', modified: '2026-03-02T09:00:05Z' };
    await part3With((response, _request, count) =>
      answerJson(response, 200, count === 1 ? page(projects(0, 3), 'c-1') : page([...projects(2, 1), moved])),
    );
    const rows = await allOf(clientAt(side.origin).projects());
    expect(rows.map(({ id }) => id)).toEqual(['p-0', 'p-1', 'p-2', 'p-1']);
  });

  test('of changes names project and moment, and ids stay as they are beyond 2^53', async () => {
    const answer = `{"items":[{"id":9007199254741993,"projectId":"p-1","externalKey":"k","modified":"2026-03-02T09:00:00+01:00"}],"nextCursor":null}`;
    await part3With((response) => answerJson(response, 200, answer));
    const rows = await allOf(clientAt(side.origin).rfis({ projectId: 'p-1', updatedSince: '2026-03-01T00:00:00.000Z' }));
    expect(rows).toMatchObject([{ id: '9007199254741993', status: 'unknown', modified: '2026-03-02T08:00:00.000Z' }]);
    expect(side.received[0]?.path).toBe('/api/v1/Projects/p-1/Rfis');
    expect(side.received[0]?.query.get('updatedSince')).toBe('2026-03-01T00:00:00.000Z');
  });

  test.each([
    ['no items', '{"rows":[]}'],
    ['no cursor', '{"items":[]}'],
  ])('with %s is not taken for an empty one', async (_what, text) => {
    await part3With((response) => answerJson(response, 200, text));
    expect((await faultOf(allOf(clientAt(side.origin).projects()))).kind).toBe('vendor-unavailable');
  });

  test('of answers with a state nobody knows is no answer: nothing is sent on a guess', async () => {
    const row = { id: 'a-1', projectId: 'p-1', rfiId: 'r-1', authorMemberId: 'm-1', state: 'maybe', version: 1 };
    await part3With((response) => answerJson(response, 200, page([row])));
    const list = clientAt(side.origin).rfiAnswers({ projectId: 'p-1' });
    expect((await faultOf(allOf(list))).message).toContain('items.0.state');
  });
});

const refusals: readonly (readonly [number, FaultKind])[] = [
  [409, 'conflict'],
  [410, 'file-unavailable'],
  [412, 'conflict'],
];

test.each(refusals)('an answer of %i is %s, for a write surely not done', async (status, kind) => {
  await part3With((response) => answerJson(response, status, ''));
  const client = clientAt(side.origin);
  expect(await faultOf(allOf(client.projects()))).toMatchObject({ kind, detail: { status } });
  const writing = await faultOf(client.settleAnswer('a-1', outcome, always));
  expect(writing).toMatchObject({ kind, detail: { status, effect: 'surely-not-done' } });
});

describe('a write', () => {
  test('is one call, under a key that stands in its path as one segment', async () => {
    await part3With((response) => answerJson(response, 201, itemText));
    const item = await clientAt(side.origin).upsertRfi(place, rfiFields(), always);
    expect(item).toMatchObject({ id: 'i-1', externalKey: place.externalKey });
    expect(side.received).toMatchObject([{ method: 'PUT', path: '/api/v1/Projects/p-1/Rfis/procore%3Arfi%3A9007199254741993' }]);
    expect(JSON.parse(side.received[0]?.text ?? '')).toEqual(rfiFields());
  });

  test.each([['../../Tokens'], ['a b'], ['']])('to an id like %j is not made at all', async (id) => {
    await part3With((response) => answerJson(response, 200, itemText));
    await expect(clientAt(side.origin).settleAnswer(id, outcome, always)).rejects.toThrow('an id in a path');
    await expect(clientAt(side.origin).upsertRfi({ ...place, projectId: id }, rfiFields(), always)).rejects.toThrow();
    expect(side.received).toHaveLength(0);
  });
});

test('the token is unsealed once for all calls', async () => {
  await part3With((response) => answerJson(response, 200, page([])));
  let unsealed = 0;
  const client = clientAt(side.origin, {
    token: async () => {
      unsealed += 1;
      return secretOf(token);
    },
  });
  for (const list of [client.projects(), client.companies('p-1')]) await allOf<unknown>(list);
  expect(unsealed).toBe(1);
});

test('what is not set has its default', () => {
  expect(settings.parse({})).toEqual({
    rfis: { requireBall: false, sendEmails: true, advanceBall: true, official: 'when-allowed', close: 'leave' },
    submittals: { sendEmails: true, coverPage: false },
    intake: { which: 'design-side' },
  });
  expect(settings.safeParse({ rfis: { closes: 'leave' } }).success).toBe(false);
});
