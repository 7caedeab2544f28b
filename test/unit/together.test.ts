import { expect, test } from '@jest/globals';
import { together } from '../../activities/sync/together.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Counts up; `read` tells how far it got. */
function counting(until: number, failure?: Error) {
  const source = { read: 0, closed: false };
  async function* items() {
    try {
      for (let item = 1; item <= until; item += 1) {
        source.read = item;
        yield item;
      }
      if (failure) throw failure;
    } finally {
      source.closed = true;
    }
  }
  return { source, items: items() };
}

test('those that came while the last ones were worked on come together, in order, never more than so many', async () => {
  const { items } = counting(11);
  const seen: (readonly number[])[] = [];
  for await (const some of together(items, 4)) {
    seen.push(some);
    for (let turns = 0; turns < 10; turns += 1) await turn();
  }
  expect(seen.flat()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(Math.max(...seen.map(({ length }) => length))).toBe(4);
});

test('heavy ones come in smaller numbers, and one that is too heavy comes alone', async () => {
  const { items } = counting(6);
  const seen: (readonly number[])[] = [];
  for await (const some of together(items, 4, (item) => (item === 5 ? 9 : 2))) {
    seen.push(some);
    for (let turns = 0; turns < 10; turns += 1) await turn();
  }
  expect(seen).toEqual([[1], [2, 3], [4, 5], [6]]);
});

test('no more is read ahead than one piece of work takes', async () => {
  const { source, items } = counting(100);
  for await (const some of together(items, 4)) {
    for (let turns = 0; turns < 20; turns += 1) await turn();
    if (some.includes(9)) break;
    expect(source.read).toBeLessThanOrEqual((some.at(-1) ?? 0) + 4);
  }
  expect(source.closed).toBe(true);
  expect(source.read).toBeLessThan(20);
});

test('a failure comes after all that came before it', async () => {
  const { items } = counting(3, new Error('on purpose'));
  const seen: number[] = [];
  const all = async () => {
    for await (const some of together(items, 2)) seen.push(...some);
  };
  await expect(all()).rejects.toThrow('on purpose');
  expect(seen).toEqual([1, 2, 3]);
});

test('nothing is nothing', async () => {
  const { items } = counting(0);
  for await (const some of together(items, 4)) throw new Error(`unexpected: ${some.length}`);
});
