import { expect, test } from '@jest/globals';
import { createReadsOnce } from '../../shared/http/reads-once.ts';

async function* pagesOf(read: () => void) {
  read();
  yield [1, 2];
  yield [3];
}

async function all(pages: AsyncIterable<readonly number[]>): Promise<readonly number[]> {
  const items: number[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}

test('a list that was read to its end is not read again; one that was left early is', async () => {
  const reads = createReadsOnce();
  let asked = 0;
  const list = () => reads.pages('list', 'a', () => pagesOf(() => (asked += 1)));
  for await (const _ of list()) break;
  expect(await all(list())).toEqual([1, 2, 3]);
  expect(await all(list())).toEqual([1, 2, 3]);
  expect(asked).toBe(2);
});

test('what belongs to a project gives way to the next project; what belongs to none stays', async () => {
  const reads = createReadsOnce();
  const asked: string[] = [];
  const once = (key: string, project: string | null) =>
    reads.once(key, project, async () => {
      asked.push(`${key} of ${project}`);
    });
  await once('vendors', null);
  for (const project of ['a', 'a', 'b', 'a']) await once('days', project);
  await once('vendors', null);
  expect(asked).toEqual(['vendors of null', 'days of a', 'days of b', 'days of a']);
});

test('a read that failed is tried again', async () => {
  const reads = createReadsOnce();
  let asked = 0;
  const read = async () => {
    asked += 1;
    if (asked === 1) throw new Error('cut off');
    return asked;
  };
  await expect(reads.once('days', 'a', read)).rejects.toThrow('cut off');
  expect(await reads.once('days', 'a', read)).toBe(2);
});
