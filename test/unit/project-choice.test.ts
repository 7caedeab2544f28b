import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  coverage,
  type DatedChoice,
  type DatedProjectList,
  projectChoice,
  sameChoice,
  takingPart,
} from '../../shared/domain/projects.ts';

const [monday, tuesday, wednesday] = [
  '2026-11-09T08:00:00.000Z',
  '2026-11-10T08:00:00.000Z',
  '2026-11-11T08:00:00.000Z',
] as const;

const listOf = (since: Readonly<Record<string, string>>): DatedProjectList => ({
  capturedAt: wednesday,
  projects: Object.entries(since).map(([id, day]) => ({
    id,
    name: id,
    number: null,
    city: null,
    timeZone: null,
    active: true,
    since: day,
  })),
});

const choice = (given: Partial<DatedChoice>): DatedChoice => ({
  existing: 'all',
  chosen: [],
  future: false,
  chosenAt: tuesday,
  ...given,
});

/** `old` was on the list when they chose, `new` came after, `unlisted` nobody has seen yet. */
const list = listOf({ old: monday, new: wednesday });
const covered = (given: Partial<DatedChoice>, on: DatedProjectList | null = list): string[] =>
  ['old', 'new', 'unlisted'].filter(coverage(choice(given), on));

describe('which projects a choice takes in', () => {
  test.each([
    [{ existing: 'all', future: false }, ['old']],
    [{ existing: 'all', future: true }, ['old', 'new', 'unlisted']],
    [{ existing: 'none', future: true }, ['new', 'unlisted']],
    [{ existing: 'chosen', chosen: ['old'], future: false }, ['old']],
    [{ existing: 'chosen', chosen: ['new'], future: false }, ['new']],
    [{ existing: 'chosen', chosen: ['old'], future: true }, ['old', 'new', 'unlisted']],
  ] as const)('%j takes in %j', (given, ids) => {
    expect(covered({ chosen: [], ...given } as Partial<DatedChoice>)).toEqual(ids);
  });

  test('what a list held when it was first taken existed, however early the choice was made', () => {
    const first = listOf({ old: wednesday });
    expect(covered({ existing: 'all', chosenAt: monday }, first)).toEqual(['old']);
    expect(covered({ existing: 'none', future: true, chosenAt: monday }, first)).toEqual(['new', 'unlisted']);
  });

  test('without a list nobody knows what exists: only what is named, or everything, is taken in', () => {
    expect(covered({ existing: 'chosen', chosen: ['old'], future: true }, null)).toEqual(['old']);
    expect(covered({ existing: 'all', future: true }, null)).toEqual(['old', 'new', 'unlisted']);
    expect(covered({ existing: 'all', future: false }, null)).toEqual([]);
    expect(covered({ existing: 'none', future: true }, null)).toEqual([]);
  });

  test('a pair made by hand adds to all existing, and to nothing else', () => {
    const pair = { procoreId: 'new', basis: 'person' } as const;
    expect(takingPart(choice({ existing: 'all' }), list)(pair)).toBe(true);
    expect(takingPart(choice({ existing: 'all' }), list)({ ...pair, basis: 'name' })).toBe(false);
    expect(takingPart(choice({ existing: 'chosen', chosen: ['old'] }), list)(pair)).toBe(false);
    expect(takingPart(choice({ existing: 'all' }), list)({ ...pair, procoreId: null })).toBe(false);
    expect(takingPart(null, null)(pair)).toBe(true);
  });
});

describe('a choice that says the same again', () => {
  test('is no change, in whatever order it names them', () => {
    const before = choice({ existing: 'chosen', chosen: ['old', 'new'] });
    expect(sameChoice(before, choice({ existing: 'chosen', chosen: ['new', 'old', 'old'], chosenAt: wednesday }), list)).toBe(
      true,
    );
    expect(sameChoice(before, choice({ existing: 'chosen', chosen: ['old'] }), list)).toBe(false);
    expect(sameChoice(null, before, list)).toBe(false);
    expect(sameChoice(before, { ...before, future: true }, list)).toBe(false);
  });

  test('“all existing” chosen again after projects came is a change: more exist now', () => {
    const again = choice({ existing: 'all', chosenAt: '2026-11-12T08:00:00.000Z' });
    expect(sameChoice(choice({ existing: 'all' }), again, list)).toBe(false);
    expect(sameChoice(choice({ existing: 'all' }), again, listOf({ old: monday }))).toBe(true);
  });

  test('never takes in other projects than the one before', () => {
    const days = fc.constantFrom(monday, tuesday, wednesday);
    const ids = fc.constantFrom('a', 'b', 'c', 'd');
    const choices: fc.Arbitrary<DatedChoice> = fc.record({
      existing: fc.constantFrom('all', 'chosen', 'none'),
      chosen: fc.array(ids, { maxLength: 4 }),
      future: fc.boolean(),
      chosenAt: days,
    });
    const lists = fc.option(fc.dictionary(ids, days).map(listOf));
    fc.assert(
      fc.property(choices, choices, lists, (before, after, on) => {
        if (!sameChoice(before, after, on)) return;
        const [was, is] = [coverage(before, on), coverage(after, on)];
        for (const id of ['a', 'b', 'c', 'd', 'never seen']) expect(is(id)).toBe(was(id));
      }),
    );
  });
});

test('a choice that would connect nothing at all is refused with what to do instead', () => {
  const parsed = projectChoice.safeParse({ existing: 'none', chosen: [], future: false });
  expect(parsed.error?.issues).toMatchObject([{ path: ['future'], message: expect.stringContaining('stop the connection') }]);
});
