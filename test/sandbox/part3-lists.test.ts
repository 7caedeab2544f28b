import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { part3Tokens } from '../../sandbox/seed/part3.ts';
import { openPart3, type Part3Alone, rfi } from './part3-alone.ts';

let ground: Part3Alone;
beforeEach(async () => {
  ground = await openPart3();
});
afterEach(() => ground.close());

const rfis = (query = ''): string => `/Projects/${ground.projectId}/Rfis${query}`;
const put = (key: string, fields: object = {}) => ground.record('PUT', rfis(`/${key}`), rfi(fields));
const numbers = (rows: readonly Record<string, unknown>[]) => rows.map((row) => row['number']);

describe('the door', () => {
  test.each([
    ['no token', ''],
    ['a token nobody issued', 'p3-made-up'],
  ])('%s is 401', async (_what, token) => {
    expect((await ground.call('GET', '/Projects', undefined, token)).status).toBe(401);
  });

  test('a revoked token is 401 at once, one that may only read is refused to write with 403', async () => {
    const issued = (await ground.control.done('/part3/tokens', { act: 'issue', organisation: 'north-studio' })) as {
      token: string;
    };
    const change = (fields: object) => ground.control.done('/part3/tokens', { act: 'change', token: issued.token, ...fields });
    await change({ mayWrite: false });
    expect((await ground.call('GET', '/Projects', undefined, issued.token)).status).toBe(200);
    expect((await ground.call('PUT', rfis('/rfi:1'), rfi(), issued.token)).status).toBe(403);
    await change({ active: false });
    expect((await ground.call('GET', '/Projects', undefined, issued.token)).status).toBe(401);
    expect(ground.state.rfis.size).toBe(0);
  });

  test('another organisation’s records are as unknown as none, whatever the call', async () => {
    const { id } = await put('rfi:1');
    const answer = await ground.act('answers', { act: 'draft', rfiId: id, author: 'ria', bodyHtml: 'x', finished: true });
    const [company] = (await ground.page(`/Projects/${ground.projectId}/Companies`)).items;
    const outcome = { state: 'blocked', version: 1, code: 'x', text: 'x' };
    const calls: [string, string, object?][] = [
      ['GET', `/Projects/${ground.projectId}`],
      ['GET', rfis()],
      ['GET', rfis('/rfi:1')],
      ['PUT', rfis('/rfi:1'), rfi()],
      ['GET', `/Companies/${company?.id}/Members`],
      ['GET', `/RfiAnswers/${answer.id}`],
      ['PUT', `/RfiAnswers/${answer.id}/outcome`, outcome],
    ];
    for (const [method, path, body] of calls)
      expect([path, (await ground.call(method, path, body, part3Tokens['south-atelier'])).status]).toEqual([path, 404]);
    expect((await ground.call('GET', '/Projects', undefined, part3Tokens['south-atelier'])).body).toMatchObject({
      items: [{ name: 'Harbour Tower' }],
    });
  });
});

describe('the seed', () => {
  test('has the architects of the demo on three projects, and no general contractor before the prime adds one', async () => {
    const { items: projects } = await ground.page('/Projects');
    expect(projects.map(({ name, number }) => [name, number]).sort()).toEqual([
      ['Brooklyn Yards – façade', 'ac-301 '],
      ['Harbour Tower', 'AC-101'],
      ['Parramatta Rail Depot', null],
    ]);
    const companies = async () => (await ground.page(`/Projects/${ground.projectId}/Companies`)).items;
    expect((await companies()).map(({ role }) => role).sort()).toEqual(['consultant', 'owner', 'prime-consultant']);
    const acme = { act: 'add', projectId: ground.projectId, name: 'Acme Builders', role: 'general-contractor' };
    const company = await ground.act('companies', acme);
    await ground.act('members', { act: 'add', companyId: company.id, name: 'Gus Romero', email: 'gus@acme.example' });
    expect(await companies()).toContainEqual(expect.objectContaining({ name: 'Acme Builders', role: 'general-contractor' }));
    const { items: members } = await ground.page(`/Companies/${company.id}/Members`);
    expect(members).toMatchObject([{ name: 'Gus Romero', email: 'gus@acme.example', returns: false, leftAt: null }]);
  });

  test('repeats exactly', async () => {
    const other = await openPart3();
    expect(other.state.members.all()).toEqual(ground.state.members.all());
    await other.close();
  });
});

describe('a list', () => {
  test('pages by cursor in the order of change, and ends with none', async () => {
    for (const number of ['1', '2', '3', '4', '5']) {
      await put(`rfi:${number}`, { number });
      ground.later(1);
    }
    const first = await ground.page(rfis('?limit=2'));
    const second = await ground.page(rfis(`?limit=2&cursor=${first.nextCursor}`));
    const third = await ground.page(rfis(`?limit=2&cursor=${second.nextCursor}`));
    expect([first, second, third].map(({ items }) => numbers(items))).toEqual([['1', '2'], ['3', '4'], ['5']]);
    expect(third.nextCursor).toBeNull();
  });

  test('shows the fields that are asked for alone, in the same order and behind the same cursors', async () => {
    for (const number of ['1', '2', '3']) {
      await put(`rfi:${number}`, { number });
      ground.later(1);
    }
    const whole = await ground.page(rfis('?limit=2'));
    const narrow = await ground.page(rfis('?limit=2&fields=id,modified,number,nonsense'));
    expect(narrow.items).toEqual(whole.items.map(({ id, modified, number }) => ({ id, modified, number })));
    expect(narrow.nextCursor).toBe(whole.nextCursor);
    expect(numbers((await ground.page(rfis(`?limit=2&cursor=${narrow.nextCursor}`))).items)).toEqual(['3']);
  });

  test('a record that changes while it is read moves to the end and comes again; none is left out', async () => {
    for (const number of ['1', '2', '3', '4']) {
      await put(`rfi:${number}`, { number });
      ground.later(1);
    }
    const first = await ground.page(rfis('?limit=2'));
    await put('rfi:1', { number: '1', subject: 'Changed meanwhile' });
    const second = await ground.page(rfis(`?limit=2&cursor=${first.nextCursor}`));
    const third = await ground.page(rfis(`?limit=2&cursor=${second.nextCursor}`));
    expect([first, second, third].flatMap(({ items }) => numbers(items))).toEqual(['1', '2', '3', '4', '1']);
  });

  test('a change in the very second at which the cursor stands may be missed: times have whole seconds', async () => {
    for (const number of ['1', '2', '3']) await put(`rfi:${number}`, { number });
    const first = await ground.page(rfis('?limit=2'));
    const [seen] = first.items;
    const key = String(seen?.['externalKey']);
    await put(key, { number: String(seen?.['number']), subject: 'Changed in the same second' });
    const rest = await ground.page(rfis(`?cursor=${first.nextCursor}`));
    expect(rest.items).toHaveLength(1);
    expect((await ground.page(rfis(`?updatedSince=${seen?.modified}`))).items).toHaveLength(3);
  });

  test('since a moment gives what changed then or later', async () => {
    await put('rfi:1', { number: '1' });
    ground.later(10);
    const second = await put('rfi:2', { number: '2' });
    expect(second.modified).toBe('2026-03-02T09:00:10Z');
    expect(numbers((await ground.page(rfis('?updatedSince=2026-03-02T09:00:10Z'))).items)).toEqual(['2']);
    expect((await ground.page(rfis('?updatedSince=2026-03-02T09:00:11%2B00:00'))).items).toEqual([]);
  });

  test.each([['limit=101'], ['limit=0'], ['updatedSince=yesterday'], ['cursor=made-up']])('%s is refused', async (query) => {
    expect((await ground.call('GET', rfis(`?${query}`))).status).toBe(400);
  });

  test('a cursor of another list or another filter is refused', async () => {
    for (const number of ['1', '2']) await put(`rfi:${number}`, { number });
    const { nextCursor } = await ground.page(rfis('?limit=1'));
    const submittals = `/Projects/${ground.projectId}/Submittals?cursor=${nextCursor}`;
    expect((await ground.call('GET', submittals)).body).toMatchObject({ code: 'invalid-cursor' });
    const filtered = rfis(`?updatedSince=2026-03-02T00:00:00Z&cursor=${nextCursor}`);
    expect((await ground.call('GET', filtered)).body).toMatchObject({ code: 'invalid-cursor' });
  });
});

describe('faults', () => {
  const listed = { operationId: 'part3.Projects.list' };

  test.each([
    [{ kind: 'status-before', status: 500 }, 500],
    [{ kind: 'unavailable', retryAfter: 7 }, 503],
    [{ kind: 'rate-limit', window: 'spike' }, 429],
    [{ kind: 'revoke-token' }, 401],
  ])('%j answers %i', async (fault, status) => {
    await ground.control.done('/faults', { match: listed, ...fault });
    const answer = await ground.call('GET', '/Projects');
    expect(answer.status).toBe(status);
    expect(answer.headers.get('retry-after')).toBe(status === 503 ? '7' : null);
    expect(ground.world.ledger.after(0)).toMatchObject([{ side: 'part3', fault: fault.kind, status }]);
  });

  test.each([['reset-after-commit'], ['garbage-after-commit'], ['status-after-commit']])(
    '%s lets an upsert happen and loses its answer',
    async (kind) => {
      const match = { path: `/api/v1/Projects/${ground.projectId}/Rfis/*` };
      await ground.control.done('/faults', { match, kind, ...(kind === 'status-after-commit' && { status: 502 }) });
      await ground.call('PUT', rfis('/rfi:1'), rfi()).catch(() => undefined);
      expect(ground.world.ledger.records('part3-rfis')).toHaveLength(1);
      expect(ground.world.ledger.after(0)).toMatchObject([{ committed: { resource: 'part3-rfis', action: 'create' } }]);
    },
  );

  test('reset-before and cut leave everything as it was', async () => {
    for (const fault of [{ kind: 'reset-before' }, { kind: 'cut', afterBytes: 10 }]) {
      await ground.control.done('/faults', { match: { method: 'PUT' }, ...fault });
      await expect(ground.call('PUT', rfis('/rfi:1'), rfi())).rejects.toThrow('fetch failed');
    }
    expect(ground.state.rfis.size).toBe(0);
  });
});
