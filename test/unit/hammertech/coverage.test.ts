import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { coverageOf, type RecordMatch } from '../../../shared/domain/projects.ts';
import { foldEmail } from '../../../shared/partners/names.ts';

const match = (given: Partial<RecordMatch>): RecordMatch => ({
  kind: 'person',
  partnerId: '1',
  partnerName: 'Somebody',
  procoreId: null,
  procoreName: null,
  basis: 'none',
  score: 0,
  state: 'unmatched',
  ...given,
});

test('an address is compared without case and stray blanks, and what is no address is none', () => {
  expect(foldEmail('  Ada@ACME.example ')).toBe('ada@acme.example');
  for (const none of [undefined, null, '', '   ', 'ada', 'ada@', '@acme.example', 'a b@acme.example']) {
    expect(foldEmail(none)).toBeUndefined();
  }
  fc.assert(
    fc.property(fc.emailAddress(), (email) => {
      expect(foldEmail(` ${email.toUpperCase()}\t`)).toBe(foldEmail(email));
      expect(foldEmail(foldEmail(email))).toBe(foldEmail(email));
    }),
  );
});

test('coverage counts its own kind, leaves out who a person said has no counterpart, and is whole only where nothing is left', () => {
  const matched = match({ state: 'matched', basis: 'e-mail', procoreId: '7' });
  expect(coverageOf([matched, matched, match({}), match({ state: 'doubtful', basis: 'name' })], 'person')).toEqual({
    matched: 2,
    of: 4,
    percent: 50,
  });
  expect(coverageOf([matched, match({ basis: 'person' }), match({ kind: 'company' })], 'person').percent).toBe(100);
  expect(coverageOf([], 'project')).toEqual({ matched: 0, of: 0, percent: 100 });
  const nearlyAll = [...Array.from({ length: 199 }, () => matched), match({})];
  expect(coverageOf(nearlyAll, 'person').percent).toBe(99);
});
