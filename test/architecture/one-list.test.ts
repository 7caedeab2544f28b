import { expect, test } from '@jest/globals';
import { serviceKinds } from '../../shared/domain/credentials.ts';
import { createPartners, declarations } from '../../shared/partners/registry.ts';
import { parse, sources } from './sources.ts';

const rooms = ['activities', 'api', 'shared', 'workflows', 'worker'];

/** Folders in which a kind or a module may be named, beside the one list. */
const kindPlaces = ['shared/domain/credentials.ts', 'shared/partners/hammertech/credential-kinds/'];
const modulePlaces = ['shared/partners/hammertech/settings.ts', 'shared/partners/hammertech/modules/'];

const isIn = (file: string, places: readonly string[]): boolean => places.some((place) => file.startsWith(place));

/** Files that have these names from a vendor, whose word for records of its own each is: there a key decides nothing. */
const vendorWords = [
  'shared/procore/operations/',
  'shared/partners/hammertech/client.ts',
  'shared/partners/hammertech/reading-only.ts',
  'shared/partners/hammertech/schema.ts',
];

/** Files outside their places that decide something by one of these names. */
const strays = (files: ReturnType<typeof sources>, names: readonly string[], places: readonly string[]): readonly string[] =>
  files
    .filter(({ path }) => !isIn(path, places))
    .filter(({ path, text }) => names.some((name) => decidesBy(text, name) || (!isIn(path, vendorWords) && keyedBy(text, name))))
    .map(({ path }) => path);

/** Compared with, or a case of a switch. */
const decidesBy = (text: string, name: string): boolean =>
  new RegExp(`(===|!==|case|includes\\() *'${name}'|'${name}' *(===|!==)|module: '${name}'`).test(text);

/** The key of a table. */
const keyedBy = (text: string, name: string): boolean => new RegExp(`(^|[{,]) *(${name}|\\[?'${name}'\\]?) *:`, 'm').test(text);

const { hammertech } = declarations;
const optional = hammertech.modules.filter((module) => !hammertech.modulesByDefault.includes(module));

test('a kind of credential is decided by in its own folder alone: another one touches that folder and one list', () => {
  expect(strays(sources(rooms), serviceKinds, kindPlaces)).toEqual([]);
});

test('a module is decided by in its own folder alone: another one touches that folder and one list', () => {
  expect(strays(sources(rooms), optional, modulePlaces)).toEqual([]);
  const { streams } = createPartners().hammertech;
  expect(optional.every((module) => streams.some((stream) => stream.module === module))).toBe(true);
  expect(streams.every(({ module }) => hammertech.modules.includes(module))).toBe(true);
});

test('control: a decision by name anywhere else is found', () => {
  const stray = parse('activities/checks/stray.ts', "if (kind === 'dmsa') return;\nswitch (module) { case 'notes': break; }");
  expect(strays([stray], serviceKinds, kindPlaces)).toEqual(['activities/checks/stray.ts']);
  expect(strays([stray], optional, modulePlaces)).toEqual(['activities/checks/stray.ts']);
});

test.each([
  "const asks = { dmsa: 'install', legacy: 'submit' };",
  "const asks: Asks = {\n  'customer-app': submit,\n};",
  "const asks = { ...others, ['legacy']: submit };",
])('control: a table that is keyed by name anywhere else is found: %s', (text) => {
  expect(strays([parse('activities/checks/stray.ts', text)], serviceKinds, kindPlaces)).toEqual(['activities/checks/stray.ts']);
});

test('control: a vendor’s own field of that name decides nothing, in the vendor’s own room alone', () => {
  const text = 'const row = z.object({ notes: textOrNull });';
  expect(strays([parse('shared/procore/operations/rows.ts', text)], optional, modulePlaces)).toEqual([]);
  expect(strays([parse('activities/checks/rows.ts', text)], optional, modulePlaces)).toEqual(['activities/checks/rows.ts']);
});
