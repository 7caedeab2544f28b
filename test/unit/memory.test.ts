import { expect, test } from '@jest/globals';
import { createMemory } from '../../shared/domain/memory.ts';

function asking() {
  let atMs = 0;
  let asked = 0;
  const memory = createMemory(() => atMs);
  return {
    memory,
    pass: (ms: number) => {
      atMs += ms;
    },
    ask: (key = 'k') => memory.recall(key, 1000, async () => (asked += 1)),
  };
}

test('an answer is given again until it is too old', async () => {
  const { ask, pass } = asking();
  expect(await ask()).toBe(1);
  pass(1000);
  expect(await ask()).toBe(1);
  pass(1);
  expect(await ask()).toBe(2);
});

test('those who ask at once share one answer; another key is another answer', async () => {
  const { ask } = asking();
  expect(await Promise.all([ask(), ask(), ask('other')])).toEqual([1, 1, 2]);
});

test('what is forgotten is asked anew', async () => {
  const { ask, memory } = asking();
  await ask();
  memory.forget('k');
  expect(await ask()).toBe(2);
});

test('a failure is not remembered', async () => {
  const { ask, memory } = asking();
  await expect(memory.recall('k', 1000, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await ask()).toBe(1);
});

test('the oldest of very many goes first', async () => {
  const { ask } = asking();
  for (let key = 0; key <= 2000; key += 1) await ask(`k${key}`);
  expect(await ask('k1')).toBe(2);
  expect(await ask('k0')).toBe(2002);
});
