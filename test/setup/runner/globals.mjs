/** What `@jest/globals` gives. The runner sets no limits of time: here every test and hook has one. */
export const { expect, describe, jest } = globalThis;

const standardMs = 60_000;

// taken before a test may put fake ones in their place
const { setTimeout, clearTimeout } = globalThis;

/** The same, failing when it is not done in time. */
const limited =
  (work, limitMs = standardMs) =>
  async (...values) => {
    let timer;
    const late = new Promise((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`Not done within ${limitMs} ms`)), limitMs);
    });
    try {
      return await Promise.race([work(...values), late]);
    } finally {
      clearTimeout(timer);
    }
  };

const hook = (add) => (work, limitMs) => add(limited(work, limitMs));
export const beforeAll = hook(globalThis.beforeAll);
export const beforeEach = hook(globalThis.beforeEach);
export const afterAll = hook(globalThis.afterAll);
export const afterEach = hook(globalThis.afterEach);

const named = (add) => (name, work, limitMs) => add(name, limited(work, limitMs));
const each =
  (add) =>
  (table, ...values) =>
    named(add(table, ...values));
const { test: given } = globalThis;
export const test = Object.assign(named(given), { each: each(given.each) });
