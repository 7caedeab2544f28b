import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Fault, type FaultKind } from '../../../shared/domain/faults.ts';
import { answerJson } from '../../support/far-side.ts';
import { fakeClock, faultOf } from '../procore/fixture.ts';
import { allOf, clientAt, type Hammertech, hammertechWith } from './fixture.ts';

let hammertech: Hammertech;
afterEach(() => hammertech?.side.close());

const projectsTo = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `p-${String(index).padStart(4, '0')}`, name: `Site ${index}` }));

/** A list that pages by `skip` and `take` in the order of ids, as HammerTech's do. */
const paged = (rows: { id: string }[]) => (query: URLSearchParams) => {
  const [skip, take] = [Number(query.get('skip')), Math.min(100, Number(query.get('take')))];
  return rows.toSorted((left, right) => (left.id < right.id ? -1 : 1)).slice(skip, skip + take);
};

describe('a list', () => {
  test.each([
    [0, 1],
    [99, 1],
    [100, 2],
    [250, 3],
  ])('of %i records costs %i calls and gives each once', async (count, calls) => {
    const list = paged(projectsTo(count));
    hammertech = await hammertechWith((response, { query }) => answerJson(response, 200, JSON.stringify(list(query))));
    const rows = await allOf(clientAt(hammertech.side).projects());
    expect(rows.map(({ id }) => id)).toEqual(projectsTo(count).map(({ id }) => id));
    expect(hammertech.reads()).toHaveLength(calls);
  });

  test('is asked for in the region’s place, with the mandatory header, by id', async () => {
    hammertech = await hammertechWith((response) => answerJson(response, 200, '[]'));
    await allOf(clientAt(hammertech.side).signIns({ projectId: 'p-1', modifiedSince: '2026-03-01T00:00:00.000Z' }));
    const [read] = hammertech.reads();
    expect(read?.path).toBe('/au/api/v1/SiteSignIns');
    expect(read?.headers.accept).toBe('application/json');
    expect(Object.fromEntries(read?.query ?? [])).toEqual({
      projectId: 'p-1',
      modifiedSince: '2026-03-01T00:00:00.000Z',
      sortBy: 'id',
      skip: '0',
      take: '100',
    });
    expect(hammertech.logins()[0]?.path).toBe('/auth/au/api/login/generatetoken');
  });

  test.each([
    ['projects', '/au/api/v1/Projects', null],
    ['employers', '/au/api/v1/Employers', null],
    ['projectEmployers', '/au/api/v1/ProjectEmployers', 'p-1'],
    ['siteDiaries', '/au/api/v1/SiteDiaries', 'p-1'],
  ] as const)('%s has its own address', async (name, path, projectId) => {
    hammertech = await hammertechWith((response) => answerJson(response, 200, '[]'));
    const client = clientAt(hammertech.side);
    const lists = {
      projects: () => client.projects(),
      employers: () => client.employers(),
      projectEmployers: () => client.projectEmployers('p-1'),
      siteDiaries: () => client.siteDiaries({ projectId: 'p-1' }),
    };
    await allOf<unknown>(lists[name]());
    expect(hammertech.reads()[0]?.path).toBe(path);
    expect(hammertech.reads()[0]?.query.get('projectId')).toBe(projectId);
    expect(hammertech.reads()[0]?.query.has('modifiedSince')).toBe(false);
  });

  test('that grows while it is read repeats nothing and leaves nothing out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 320 }),
        fc.array(fc.nat({ max: 999 }), { maxLength: 5 }),
        async (count, newcomers) => {
          const rows: { id: string }[] = projectsTo(count);
          hammertech = await hammertechWith((response, { query }, call) => {
            answerJson(response, 200, JSON.stringify(paged(rows)(query)));
            const at = newcomers[call - 1];
            if (at !== undefined) rows.push({ id: `p-${String(at).padStart(4, '0')}-${call}` });
          });
          const ids = (await allOf(clientAt(hammertech.side).projects())).map(({ id }) => id);
          await hammertech.side.close();
          expect(new Set(ids).size).toBe(ids.length);
          for (const { id } of projectsTo(count)) expect(ids).toContain(id);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('that repeats the same page for ever ends', async () => {
    hammertech = await hammertechWith((response) => answerJson(response, 200, JSON.stringify(projectsTo(100))));
    expect(await allOf(clientAt(hammertech.side).projects())).toHaveLength(100);
    expect(hammertech.reads()).toHaveLength(2);
  });
});

const refusals: readonly (readonly [number, FaultKind])[] = [
  [302, 'vendor-unavailable'],
  [400, 'validation-rejected'],
  [401, 'partner-credential-rejected'],
  [403, 'partner-scope-missing'],
  [404, 'validation-rejected'],
  [408, 'time-out'],
  [429, 'rate-limited'],
  [500, 'vendor-unavailable'],
  [503, 'vendor-unavailable'],
];

test.each(refusals)('an answer of %i is %s, and its text is not repeated', async (status, kind) => {
  hammertech = await hammertechWith((response) => answerJson(response, status, '{"messageText":"Olga Worker"}'));
  const fault = await faultOf(allOf(clientAt(hammertech.side).projects()));
  expect(fault).toMatchObject({ kind, detail: { status } });
  expect(fault.message).not.toContain('Olga');
});

test.each([
  ['no JSON', '<html>'],
  ['no list', '{"items":[]}'],
  ['a record without an id', '[{"name":"x"}]'],
  ['nothing', ''],
])('a 200 with %s is not taken for an empty list', async (_what, text) => {
  hammertech = await hammertechWith((response) => answerJson(response, 200, text));
  expect((await faultOf(allOf(clientAt(hammertech.side).projects()))).kind).toBe('vendor-unavailable');
});

test('a reset and silence are passing trouble', async () => {
  hammertech = await hammertechWith((response, _request, count) => void (count === 1 && response.socket?.resetAndDestroy()));
  const client = clientAt(hammertech.side, { timings: { httpDeadlineMs: 150, inlineWaitMs: 0 } });
  expect((await faultOf(allOf(client.projects()))).kind).toBe('network');
  expect((await faultOf(allOf(client.projects()))).kind).toBe('time-out');
});

test('a stated wait is sat out with signs of life, a longer one is thrown with its end', async () => {
  hammertech = await hammertechWith((response, _request, count) =>
    count === 2
      ? answerJson(response, 200, '[]')
      : answerJson(response, count === 1 ? 503 : 429, '', { 'retry-after': count === 1 ? '3' : '300' }),
  );
  const clock = fakeClock();
  const startedMs = clock.nowMs();
  const told: number[] = [];
  const client = clientAt(hammertech.side, { clock, onWait: (untilMs) => told.push(untilMs) });
  await allOf(client.projects());
  expect(told).toEqual([startedMs + 3000, startedMs + 3000, startedMs + 3000]);
  expect((await faultOf(allOf(client.projects()))).detail.waitUntilMs).toBe(clock.nowMs() + 300_000);
});

test('a cancelled reading ends with the reason of its signal', async () => {
  const stop = new AbortController();
  const reason = new Error('stop asked for');
  hammertech = await hammertechWith(() => stop.abort(reason));
  await expect(allOf(clientAt(hammertech.side, { signal: stop.signal }).projects())).rejects.toBe(reason);
});

test('no secret appears in any error or printed client', async () => {
  hammertech = await hammertechWith((response, { headers }) =>
    answerJson(response, 500, `{"Message":"${headers.authorization}"}`),
  );
  const client = clientAt(hammertech.side);
  const fault = await faultOf(allOf(client.projects()));
  expect(fault).toBeInstanceOf(Fault);
  const bearer = hammertech.reads()[0]?.headers.authorization?.split(' ')[1] ?? 'none';
  const printed = inspect([fault, client], { depth: 20, showHidden: true, getters: true });
  expect(printed).not.toContain(bearer);
  expect(printed).not.toContain('that-nobody-may-see');
});
