import { expect, test } from '@jest/globals';
import { gateOf } from '../../bench/calls/gate.ts';

/** Both lists and both bins. */
const bins = { least: 4, atLeast: 4, written: 0, toWrite: 0 };

test.each([
  ['as few as possible', { ...bins, calls: 4 }, true],
  ['a look into the bin is left out', { ...bins, calls: 3 }, false],
  ['one call too many', { ...bins, calls: 5 }, false],
  ['something was written that was not to be', { ...bins, calls: 4, written: 1 }, false],
  ['fewer, where an answer may be remembered', { least: 8, calls: 6, written: 0, toWrite: 0 }, true],
  ['a call where nothing changed', { least: 0, calls: 1, written: 0, toWrite: 0 }, false],
] as const)('the gate on calls: %s', (_, counted, ok) => {
  expect(gateOf(counted).ok).toBe(ok);
});
