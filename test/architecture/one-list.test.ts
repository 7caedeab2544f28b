import { expect, test } from '@jest/globals';
import { serviceKinds } from '../../shared/domain/credentials.ts';
import { createPartners, declarations } from '../../shared/partners/registry.ts';
import { parse, sources } from './sources.ts';

const rooms = ['activities', 'api', 'shared', 'workflows', 'worker'];

/** Folders in which a kind or a module may be named, beside the one list. */
const kindPlaces = ['shared/domain/credentials.ts', 'shared/partners/hammertech/credential-kinds/'];
const modulePlaces = ['shared/partners/hammertech/settings.ts', 'shared/partners/hammertech/modules/'];

const isIn = (file: string, places: readonly string[]): boolean => places.some((place) => file.startsWith(place));

/** Files outside their places that decide something by one of these names. */
const strays = (files: ReturnType<typeof sources>, names: readonly string[], places: readonly string[]): readonly string[] =>
  files.filter(({ path, text }) => !isIn(path, places) && names.some((name) => decidesBy(text, name))).map(({ path }) => path);

/** Compared with, a case of a switch, or the key of a table. */
const decidesBy = (text: string, name: string): boolean =>
  new RegExp(`(===|!==|case|includes\\() *'${name}'|'${name}' *(===|!==)|module: '${name}'`).test(text);

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
