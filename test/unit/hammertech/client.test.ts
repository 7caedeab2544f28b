import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { answerJson } from '../../support/far-side.ts';
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
});
