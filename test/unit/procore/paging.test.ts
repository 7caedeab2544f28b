import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { Fault } from '../../../shared/domain/faults.ts';
import { allPages, type FetchPage } from '../../../shared/procore/paging.ts';
import { list } from '../../../shared/procore/requests.ts';
import { answerJson, type FarSide, startFarSide } from '../../support/far-side.ts';
import { createMemoryBudget } from '../../support/memory-budget.ts';
import { clientOf } from './fixture.ts';

let farSide: FarSide;
afterEach(() => farSide?.close());

const row = z.object({ id: z.int() });
const request = list('listRows', '/rest/v1.0/rows', row);

async function idsOf(pages: AsyncIterable<readonly { id: number }[]>): Promise<number[]> {
  const ids: number[] = [];
  for await (const page of pages) ids.push(...page.map(({ id }) => id));
  return ids;
}

/** A list over HTTP that pages as Procore does; `change` is called after each page, as somebody else's work. */
async function listing(
  rows: { id: number }[],
  pageSize: number,
  headers: 'all' | 'total' | 'none',
  change: (pagesServed: number) => void = () => {},
): Promise<FarSide> {
  return startFarSide((response, { query }, count) => {
    const page = Number(query.get('page'));
    const size = Math.min(pageSize, Number(query.get('per_page')));
    const slice = rows.slice((page - 1) * size, page * size);
    const more = page * size < rows.length;
    const said: Record<string, string> = {};
    if (headers !== 'none') Object.assign(said, { total: String(rows.length), 'per-page': String(size) });
    if (headers === 'all')
      said['link'] = more ? '<https://x/?page=2>; rel="next", <https://x/>; rel="last"' : '<https://x/>; rel="first"';
    answerJson(response, 200, JSON.stringify(slice), said);
    change(count);
  });
}

const rowsTo = (count: number) => Array.from({ length: count }, (_, index) => ({ id: index + 1 }));

describe.each([
  ['all', 3],
  ['total', 3],
] as const)('with %s headers', (headers, calls) => {
  test('all pages are read and nothing is asked for twice', async () => {
    farSide = await listing(rowsTo(25), 10, headers);
    expect(await idsOf(clientOf(farSide.origin).pages(request))).toEqual(rowsTo(25).map(({ id }) => id));
    expect(farSide.received).toHaveLength(calls);
    expect(farSide.received.map(({ query }) => query.get('page'))).toEqual(['1', '2', '3']);
  });
});

test('a list without paging headers that fits one page costs one call', async () => {
  farSide = await listing(rowsTo(25), 300, 'none');
  expect(await idsOf(clientOf(farSide.origin).pages(request))).toHaveLength(25);
  expect(farSide.received).toHaveLength(1);
});

test('a list that ignores paging altogether ends when it repeats itself', async () => {
  farSide = await startFarSide((response) => answerJson(response, 200, JSON.stringify(rowsTo(400))));
  expect(await idsOf(clientOf(farSide.origin).pages(request))).toHaveLength(400);
  expect(farSide.received).toHaveLength(2);
});

test('an empty list is complete', async () => {
  farSide = await listing([], 10, 'all');
  expect(await idsOf(clientOf(farSide.origin).pages(request))).toEqual([]);
});

test('a record that appears while paging is not told twice', async () => {
  const rows = rowsTo(20);
  farSide = await listing(rows, 10, 'all', (served) => void (served === 1 && rows.unshift({ id: 99 })));
  const ids = await idsOf(clientOf(farSide.origin).pages(request));
  expect(ids.toSorted((a, b) => a - b)).toEqual([...rowsTo(20).map(({ id }) => id), 99]);
});

test('a record that slips past a page border because another went is found', async () => {
  const rows = rowsTo(20);
  farSide = await listing(rows, 10, 'all', (served) => void (served === 1 && rows.shift()));
  const ids = await idsOf(clientOf(farSide.origin).pages(request));
  expect(new Set(ids)).toEqual(new Set(rowsTo(20).map(({ id }) => id)));
  expect(ids).toHaveLength(20);
});

test('a list that never stands still is not taken for complete', async () => {
  const rows = rowsTo(30);
  farSide = await listing(rows, 10, 'all', () => void rows.shift());
  const budget = createMemoryBudget();
  await expect(idsOf(clientOf(farSide.origin, { budget }).pages(request))).rejects.toMatchObject({ kind: 'vendor-unavailable' });
});

test('rows without an id are all kept', async () => {
  farSide = await startFarSide((response) => answerJson(response, 200, '[{"name":"a"},{"name":"a"}]', { total: '2' }));
  const pages = clientOf(farSide.origin).pages(list('listNames', '/rest/v1.0/names', z.object({ name: z.string() })));
  const names = [];
  for await (const page of pages) names.push(...page);
  expect(names).toEqual([{ name: 'a' }, { name: 'a' }]);
});

/** Either only removals or only additions: where both happen at once, `Total` stays and no reader of pages can tell. */
const changes = fc.tuple(
  fc.constantFrom('remove', 'add'),
  fc.array(fc.record({ afterCall: fc.integer({ min: 1, max: 12 }), at: fc.nat({ max: 40 }) }), { maxLength: 4 }),
);

test('whatever comes or goes while a list is read, what was there throughout is read exactly once, or the list is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 40 }), fc.integer({ min: 1, max: 9 }), changes, async (count, size, [kind, moments]) => {
      let rows = rowsTo(count);
      const stayed = new Set(rows.map(({ id }) => id));
      let calls = 0;
      const fetchPage: FetchPage = async (asked) => {
        const page = Number(asked.query?.['page']);
        const answer = {
          rows: asked.answer.parse(rows.slice((page - 1) * size, page * size)),
          total: rows.length,
          perPage: size,
          more: page * size < rows.length,
        };
        calls += 1;
        for (const { at } of moments.filter(({ afterCall }) => afterCall === calls)) {
          const gone = kind === 'remove' ? rows[at % Math.max(1, rows.length)] : undefined;
          if (gone) stayed.delete(gone.id);
          rows = kind === 'remove' ? rows.filter((one) => one !== gone) : rows.toSpliced(at, 0, { id: 1000 + calls * 50 + at });
        }
        return answer;
      };
      try {
        const ids = await idsOf(allPages(request, fetchPage));
        expect(new Set(ids).size).toBe(ids.length);
        for (const id of stayed) expect(ids).toContain(id);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
      }
    }),
    { numRuns: 300 },
  );
});
