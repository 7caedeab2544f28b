import { expect, test } from '@jest/globals';
import { absenceCounts, wholeFor } from '../../../shared/partners/part3/checks/absence.ts';

const owner = { key: 'gus:admin', standsIn: false };
const standIn = { key: 'ria:standard', standsIn: true };

test.each([
  ['the owner reads first', owner, null, true],
  ['the owner reads again', owner, 'gus:admin', true],
  ['the owner reads at another level', owner, 'gus:read-only', false],
  ['a stand-in reads, and nobody before', standIn, null, false],
  ['a stand-in reads after the owner', standIn, 'gus:admin', false],
  ['a stand-in reads who was the owner', standIn, 'ria:standard', false],
])('what is missing is gone only for an owner who saw everything before: %s', (_, reader, before, counts) => {
  expect(absenceCounts(reader, before)).toBe(counts);
});

test.each([
  ['the owner reads first', owner, null, 3, 'gus:admin'],
  ['the owner reads at another level, and something is missing', owner, 'gus:read-only', 1, 'gus:read-only'],
  ['the owner reads at another level, and nothing is missing', owner, 'gus:read-only', 0, 'gus:admin'],
  ['a stand-in reads, and nothing is missing', standIn, 'gus:admin', 0, 'gus:admin'],
  ['a stand-in reads, and nobody before', standIn, null, 0, null],
])('who saw everything last: %s', (_, reader, before, missing, whole) => {
  expect(wholeFor(reader, before, missing)).toBe(whole);
});
