import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
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

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const namesAll = (text: string): boolean => partnerNames.every((name) => text.toLowerCase().includes(name));

/** Files of ours that a text names in backticks, whole or by what follows in the same list (`a/b.ts`, `c.ts`: also `a/c.ts`). */
function filesIn(text: string): readonly string[] {
  let folder = '';
  return [...text.matchAll(/`([\w./-]+\.(?:ts|mjs|yml|example))`/g)].flatMap(([, name = '']) => {
    if (name.includes('/')) folder = path.posix.dirname(name);
    return [name, path.posix.join(folder, name)].filter((file) => existsSync(path.join(root, file))).slice(0, 1);
  });
}

const walk = textOf('docs/partners/adding-a-partner.md');
const part = (from: string, to: string): string => walk.slice(walk.indexOf(from), walk.indexOf(to));
/** The lists, and what is made known of a sandbox. */
const listed = filesIn(part('## 2.', '## 3.')).filter(
  (file) => !file.startsWith('test/deployment') && !file.startsWith('test/architecture') && file !== 'shared/config/partners.ts',
);
const ofSandbox = filesIn(part('## 5.', '## 6.')).filter((file) => /^sandbox\/(main|start|control\/)/.test(file));

test.each([...listed, ...ofSandbox])('%s, which the walk for a new partner names, knows every partner', (file) => {
  expect(partnerNames.filter((name) => !textOf(file).toLowerCase().includes(name))).toEqual([]);
});

const below = (folder: string): readonly string[] =>
  readdirSync(path.join(root, folder)).flatMap((name) => {
    const file = path.posix.join(folder, name);
    return statSync(path.join(root, file)).isDirectory() ? below(file) : [file];
  });

test('beside the product, what names every partner is a list that the walk names', () => {
  const lists = ['bench', 'docker', 'sandbox', 'scripts'].flatMap(below).filter((file) => namesAll(textOf(file)));
  expect(lists.filter((file) => ![...listed, ...ofSandbox].includes(file))).toEqual([]);
});
