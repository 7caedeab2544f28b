import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Fault, type FaultKind } from '../../../shared/domain/faults.ts';
import type { Part3Client } from '../../../shared/partners/part3/client.ts';
import { createPart3 } from '../../../shared/partners/part3/index.ts';
import { readingOnly } from '../../../shared/partners/part3/reading-only.ts';
import { settings } from '../../../shared/partners/part3/settings.ts';
import { secretOf } from '../../../shared/security/secret.ts';
import { type Answering, answerJson, type FarSide, startFarSide } from '../../support/far-side.ts';
import { fakeClock, faultOf } from '../procore/fixture.ts';
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

  test('gives what changed while it was read once more, and what did not only once', async () => {
    const moved = { id: 'p-1', modified: '2026-03-02T09:00:05Z' };
    await part3With((response, _request, count) =>
      answerJson(response, 200, count === 1 ? page(projects(0, 3), 'c-1') : page([...projects(2, 1), moved])),
    );
    const rows = await allOf(clientAt(side.origin).projects());
    expect(rows.map(({ id }) => id)).toEqual(['p-0', 'p-1', 'p-2', 'p-1']);
  });

  test('that gives the same cursor for ever is no list', async () => {
    await part3With((response) => answerJson(response, 200, page(projects(0, 1), 'c-1')));
    expect((await faultOf(allOf(clientAt(side.origin).projects()))).kind).toBe('vendor-unavailable');
    expect(side.received).toHaveLength(2);
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
    ['no JSON', '<html>'],
    ['no items', '{"rows":[]}'],
    ['no cursor', '{"items":[]}'],
    ['a record without an id', page([{ name: 'x' }])],
    ['nothing', ''],
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

const refusals: readonly (readonly [number, FaultKind, 'surely-not-done' | 'unknown'])[] = [
  [302, 'vendor-unavailable', 'unknown'],
  [400, 'validation-rejected', 'surely-not-done'],
  [401, 'partner-credential-rejected', 'surely-not-done'],
  [403, 'partner-scope-missing', 'surely-not-done'],
  [404, 'validation-rejected', 'surely-not-done'],
  [408, 'time-out', 'unknown'],
  [409, 'conflict', 'surely-not-done'],
  [410, 'file-unavailable', 'surely-not-done'],
  [412, 'conflict', 'surely-not-done'],
  [422, 'validation-rejected', 'surely-not-done'],
  [429, 'rate-limited', 'surely-not-done'],
  [500, 'vendor-unavailable', 'unknown'],
  [503, 'vendor-unavailable', 'unknown'],
];

test.each(refusals)('an answer of %i is %s, for a write %s, and its text is not repeated', async (status, kind, effect) => {
  await part3With((response) => answerJson(response, status, '{"message":"Olga Reader"}'));
  const client = clientAt(side.origin);
  const reading = await faultOf(allOf(client.projects()));
  const writing = await faultOf(client.settleAnswer('a-1', outcome, always));
  expect(reading).toMatchObject({ kind, detail: { status } });
  expect(reading.detail.effect).toBeUndefined();
  expect(writing).toMatchObject({ kind, detail: { status, effect } });
  expect(`${reading.message}${writing.message}`).not.toContain('Olga');
});

describe('a write', () => {
  test('is one call, under a key that stands in its path as one segment', async () => {
    await part3With((response) => answerJson(response, 201, itemText));
    const item = await clientAt(side.origin).upsertRfi(place, rfiFields(), always);
    expect(item).toMatchObject({ id: 'i-1', externalKey: place.externalKey });
    expect(side.received).toMatchObject([{ method: 'PUT', path: '/api/v1/Projects/p-1/Rfis/procore%3Arfi%3A9007199254741993' }]);
    expect(JSON.parse(side.received[0]?.text ?? '')).toEqual(rfiFields());
  });

  test.each([
    ['reset', 'network'],
    ['silence', 'time-out'],
    ['garbage', 'vendor-unavailable'],
  ] as const)('that ends in %s is not repeated and may have happened', async (ending, kind) => {
    await part3With((response) => {
      if (ending === 'reset') response.socket?.resetAndDestroy();
      if (ending === 'garbage') answerJson(response, 200, '<html>');
    });
    const client = clientAt(side.origin, { timings: { httpDeadlineMs: 150, inlineWaitMs: 0 } });
    expect(await faultOf(client.upsertRfi(place, rfiFields(), always))).toMatchObject({ kind, detail: { effect: 'unknown' } });
    expect(side.received).toHaveLength(1);
  });

  test('whose claim has ended, or whose token cannot be had, is not sent', async () => {
    await part3With((response) => answerJson(response, 200, itemText));
    const late = await faultOf(clientAt(side.origin).upsertRfi(place, rfiFields(), () => false));
    const sealed = async () => Promise.reject(new Fault('partner-credential-rejected'));
    const without = await faultOf(clientAt(side.origin, { token: sealed }).upsertRfi(place, rfiFields(), always));
    expect([late, without].map(({ detail }) => detail.effect)).toEqual(['surely-not-done', 'surely-not-done']);
    expect(side.received).toHaveLength(0);
  });

  test('waits for nothing: a stated wait is thrown with its end', async () => {
    await part3With((response) => answerJson(response, 429, '', { 'retry-after': '3' }));
    const clock = fakeClock();
    const fault = await faultOf(clientAt(side.origin, { clock }).settleReturn('s-1', outcome, always));
    expect(fault.detail.waitUntilMs).toBe(clock.nowMs() + 3000);
    expect(side.received).toHaveLength(1);
  });

  test.each([['../../Tokens'], ['a b'], ['']])('to an id like %j is not made at all', async (id) => {
    await part3With((response) => answerJson(response, 200, itemText));
    await expect(clientAt(side.origin).settleAnswer(id, outcome, always)).rejects.toThrow('an id in a path');
    await expect(clientAt(side.origin).upsertRfi({ ...place, projectId: id }, rfiFields(), always)).rejects.toThrow();
    expect(side.received).toHaveLength(0);
  });
});

test('a stated wait of a read is sat out with signs of life, a longer one is thrown with its end', async () => {
  await part3With((response, _request, count) =>
    count === 2
      ? answerJson(response, 200, page([]))
      : answerJson(response, count === 1 ? 503 : 429, '', { 'retry-after': count === 1 ? '3' : '300' }),
  );
  const clock = fakeClock();
  const startedMs = clock.nowMs();
  const told: number[] = [];
  const client = clientAt(side.origin, { clock, onWait: (untilMs) => told.push(untilMs) });
  await allOf(client.projects());
  expect(told).toEqual([startedMs + 3000, startedMs + 3000, startedMs + 3000]);
  expect((await faultOf(allOf(client.projects()))).detail.waitUntilMs).toBe(clock.nowMs() + 300_000);
});

test('a cancelled reading ends with the reason of its signal', async () => {
  const stop = new AbortController();
  const reason = new Error('stop asked for');
  await part3With(() => stop.abort(reason));
  await expect(allOf(clientAt(side.origin, { signal: stop.signal }).projects())).rejects.toBe(reason);
});

test('no secret appears in any error or printed client, and the token is unsealed once', async () => {
  await part3With((response, { headers }) => answerJson(response, 500, `{"message":"${headers.authorization}"}`));
  let unsealed = 0;
  const client = clientAt(side.origin, {
    token: async () => {
      unsealed += 1;
      return secretOf(token);
    },
  });
  const faults = [await faultOf(allOf(client.projects())), await faultOf(client.file('f-1'))];
  expect(inspect([faults, client], { depth: 20, showHidden: true, getters: true })).not.toContain(token);
  expect(unsealed).toBe(1);
});

test('a client for looking alone asks for a list once and refuses every write', async () => {
  await part3With((response) => answerJson(response, 200, page(projects(0, 2))));
  const client = readingOnly(clientAt(side.origin));
  await allOf(client.projects());
  expect(await allOf(client.projects())).toHaveLength(2);
  expect(side.received).toHaveLength(1);
  const announced = { projectId: 'p', externalKey: 'k', name: 'n', contentType: 'a/b', size: 1, sha256: 'x' };
  await expect(client.upsertRfi(place, rfiFields(), always)).rejects.toThrow('only reading is allowed');
  await expect(client.settleAnswer('a', outcome, always)).rejects.toThrow('only reading is allowed');
  await expect(client.settleReturn('a', outcome, always)).rejects.toThrow('only reading is allowed');
  await expect(client.writeFile(announced, async function* () {}, always)).rejects.toThrow('only reading is allowed');
  expect(side.received).toHaveLength(1);
});

test('a submitted login makes a client of the configured origin; one that is not complete is named', async () => {
  await part3With((response) => answerJson(response, 200, page([])));
  const access = {
    key: 'login:1',
    shown: { organisation: 'north-studio' },
    secret: async () => secretOf(token),
    origins: { PART3_API_URL: side.origin },
    timings: { httpDeadlineMs: 2000, inlineWaitMs: 0 },
    signal: new AbortController().signal,
    onWait: () => undefined,
    onCall: () => undefined,
  };
  const part3 = createPart3();
  await allOf((part3.connect(access) as Part3Client).projects());
  expect(side.received[0]?.headers.authorization).toBe(`Bearer ${token}`);
  expect(() => part3.connect({ ...access, shown: {} })).toThrow(Fault);
  expect(() => part3.connect({ ...access, origins: {} })).toThrow('PART3_API_URL');
});

test('what is not set has its default', () => {
  expect(settings.parse({})).toEqual({
    rfis: { requireBall: false, sendEmails: true, advanceBall: true, official: 'when-allowed', close: 'leave' },
    submittals: { sendEmails: true, coverPage: false },
    intake: { which: 'design-side' },
  });
  expect(settings.safeParse({ rfis: { closes: 'leave' } }).success).toBe(false);
});
