import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RecordMatch } from '../../../shared/domain/projects.ts';
import { companyRules, type Matchable, matchRecords, projectRules } from '../../../shared/partners/matching.ts';
import { foldName, foldRegistration, nameScore } from '../../../shared/partners/names.ts';

const record = (id: string, name: string, ...marks: string[]): Matchable => ({ id, name, marks });

const only = (matches: readonly RecordMatch[]): RecordMatch => {
  const [match] = matches;
  if (!match || matches.length !== 1) throw new Error('one match was expected');
  return match;
};

describe('names', () => {
  test.each([
    ['Müller Fassaden GmbH', 'MÜLLER FASSADEN GMBH'],
    ['Thames Groundworks Ltd', ' thames  groundworks LTD '],
    ['Dubois & Fils Façades', 'dubois fils facades'],
    ['Ødegård', 'ODEGARD'],
    ['Étoile Granite Corp. ✨', 'Etoile Granite Corp'],
    ['“Blue Gum” Landscapes', '"Blue Gum" Landscapes'],
    ['ＡＢＣ Build', 'abc build'],
  ])('%s is the same as %s', (left, right) => {
    expect(nameScore(left, right)).toBe(1);
  });

  test('names that differ in a number are never alike', () => {
    expect(nameScore('Harbour Depot 3', 'Harbour Depot 4')).toBe(0);
  });

  test('folding twice changes nothing, and an emoji keeps its own sign', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (name) => foldName(foldName(name)) === foldName(name)));
    expect(foldName('🏗️')).not.toBe('');
  });

  test('likeness is the same both ways, between 0 and 1, and 1 only where the folded names are equal', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 30 });
    fc.assert(
      fc.property(name, name, (left, right) => {
        const score = nameScore(left, right);
        expect(score).toBe(nameScore(right, left));
        expect(score >= 0 && score <= 1).toBe(true);
        expect(score === 1).toBe(foldName(left) === foldName(right) && foldName(left) !== '');
      }),
    );
  });

  test('registration numbers are compared as digits; fillers are none', () => {
    expect(foldRegistration('53 004 085 616')).toBe('53004085616');
    expect(foldRegistration('12-3456789')).toBe('123456789');
    expect(['', null, undefined, '000000000', 'n/a', '12345'].map((text) => foldRegistration(text))).toEqual(
      Array.from({ length: 6 }, () => undefined),
    );
  });
});

describe('matching', () => {
  test('a registration number decides before any name', () => {
    const matches = matchRecords(
      companyRules,
      [record('e', 'Old Name Pty', '53004085616')],
      [record('v', 'New Name Ltd', '53004085616')],
    );
    expect(only(matches)).toMatchObject({ state: 'matched', basis: 'registration-number', procoreId: 'v', score: 1 });
  });

  test('the same name with another number is for a person to decide', () => {
    const matches = matchRecords(
      companyRules,
      [record('e', 'Apex Civil', '11111111112')],
      [record('v', 'Apex Civil', '22222222223')],
    );
    expect(only(matches)).toMatchObject({ state: 'doubtful', basis: 'name' });
  });

  test('two vendors of one name leave both in doubt', () => {
    const vendors = [record('v1', 'Apex Civil'), record('v2', 'Apex Civil')];
    expect(only(matchRecords(companyRules, [record('e', 'APEX CIVIL')], vendors)).state).toBe('doubtful');
  });

  test('two employers that claim one vendor are both in doubt, by number as by name', () => {
    const byName = matchRecords(
      companyRules,
      [record('a', 'Apex Civil'), record('b', 'apex civil')],
      [record('v', 'Apex Civil')],
    );
    expect(byName.map(({ state }) => state)).toEqual(['doubtful', 'doubtful']);
    const employers = [record('a', 'Apex', '53004085616'), record('b', 'Other', '53004085616')];
    const byMark = matchRecords(companyRules, employers, [record('v', 'Apex', '53004085616')]);
    expect(byMark.map(({ state }) => state)).toEqual(['doubtful', 'doubtful']);
  });

  test('projects meet by number, then by name', () => {
    const matches = matchRecords(
      projectRules,
      [record('1', 'Anything', 'AC-103'), record('2', 'mission bay LAB'), record('3', 'Nowhere')],
      [record('p', 'Bondi Pavilion', 'AC-103'), record('q', '  Mission Bay Lab ', 'AC-203')],
    );
    expect(matches.map(({ state, procoreId }) => [state, procoreId])).toEqual([
      ['matched', 'p'],
      ['matched', 'q'],
      ['unmatched', null],
    ]);
  });

  test('what a person decided stands, and its counterpart is taken', () => {
    const decided: RecordMatch = {
      kind: 'company',
      partnerId: 'a',
      partnerName: 'A',
      procoreId: 'v',
      procoreName: null,
      basis: 'person',
      score: 1,
      state: 'matched',
    };
    const matches = matchRecords(
      companyRules,
      [record('a', 'Quite Other'), record('b', 'Apex Civil')],
      [record('v', 'Apex Civil')],
      [decided],
    );
    expect(matches[0]).toMatchObject({ basis: 'person', state: 'matched', procoreId: 'v', procoreName: 'Apex Civil' });
    expect(matches[1]?.state).toBe('unmatched');
  });

  const side = fc.uniqueArray(
    fc.record({
      id: fc.stringMatching(/^[a-z0-9]{1,6}$/),
      name: fc.constantFrom(
        'Apex Civil',
        'apex civil',
        'Harbour Tower',
        'Harbour Towers',
        'Depot 3',
        'Depot 4',
        'Ødegård',
        'Odegard',
        '',
      ),
      marks: fc.uniqueArray(fc.constantFrom('11', '22', '33'), { maxLength: 2 }),
    }),
    { selector: ({ id }) => id, maxLength: 12 },
  );

  test('every partner record comes back once, in order, and no Procore record is matched twice', () => {
    fc.assert(
      fc.property(side, side, (partner, procore) => {
        const matches = matchRecords(companyRules, partner, procore);
        expect(matches.map(({ partnerId }) => partnerId)).toEqual(partner.map(({ id }) => id));
        const taken = matches.filter(({ state }) => state === 'matched').map(({ procoreId }) => procoreId);
        expect(new Set(taken).size).toBe(taken.length);
        expect(taken.every((id) => procore.some((one) => one.id === id))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('the order of the records decides nothing', () => {
    const shape = (matches: readonly RecordMatch[]) =>
      Object.fromEntries(
        matches.map(({ partnerId, state, procoreId }) => [partnerId, `${state} ${state === 'matched' ? procoreId : ''}`]),
      );
    fc.assert(
      fc.property(side, side, (partner, procore) => {
        const turned = matchRecords(companyRules, [...partner].reverse(), [...procore].reverse());
        expect(shape(turned)).toEqual(shape(matchRecords(companyRules, partner, procore)));
      }),
      { numRuns: 1000 },
    );
  });
});
