import { expect, test } from '@jest/globals';
import { partnerNames } from '../../shared/domain/partners.ts';
import { parse, type SourceFile, sources } from './sources.ts';

const rooms = ['activities', 'api', 'shared', 'worker', 'workflows'];

/** Where a partner may be named in the product. */
const placesOf = (name: string): readonly string[] => [
  `shared/partners/${name}/`,
  'shared/partners/registry.ts', // the line that makes its folder known
  'workflows/plans/', // its plan, and the line that makes it known
  'shared/domain/partners.ts', // the one list of names
];

/** Files that name a partner outside its places; HammerTech's guide is what a set-up follows, whoever asks for it. */
const naming = (files: readonly SourceFile[], name: string): readonly string[] =>
  files
    .filter(({ path }) => !placesOf(name).some((place) => path.startsWith(place)))
    .filter(({ text }) => text.toLowerCase().includes(name))
    .map(({ path }) => path);

test.each(partnerNames)(
  '%s is one folder, one plan and the lines that make them known: nothing else of the product names it',
  (name) => {
    expect(naming(sources(rooms), name)).toEqual([]);
  },
);

test('control: a name in any form anywhere else is found', () => {
  for (const text of ['settings.HAMMERTECH_API_URL', "partner === 'hammertech'", '<p>HammerTech</p>'])
    expect(naming([parse('api/stray.tsx', text)], 'hammertech')).toEqual(['api/stray.tsx']);
  expect(naming([parse('workflows/plans/hammertech.ts', 'export {}; // hammertech')], 'hammertech')).toEqual([]);
});
