import { expect, test } from '@jest/globals';
import { importScript } from './modules.ts';

interface Package {
  readonly version: string;
  readonly integrity: string;
  readonly optional?: true;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}
interface Lock {
  readonly packages: Readonly<Record<string, Package>>;
}

const { isAsLocked } = await importScript<{
  isAsLocked(locked: Lock, installed: Lock, machine: { platform: string; arch: string }): boolean;
}>('provision/packages.mjs');

const linux = { platform: 'linux', arch: 'x64' };
const one = { version: '1.0.0', integrity: 'sha512-one' };
const database = { ...one, optional: true, os: ['linux'], cpu: ['x64'] } as const;
const ofAnother = { ...database, os: ['darwin'] } as const;
const musl = { ...database, libc: ['musl'] } as const;
const root = { '': { version: '0.1.0', integrity: '' } };
const locked: Lock = { packages: { ...root, one, database, ofAnother, musl } };
const isAsLockedWith = (packages: Lock['packages']): boolean => isAsLocked(locked, { packages }, linux);

test('what npm ci left is taken as it is: all that is locked, but what is made for other machines', () => {
  expect(isAsLockedWith({ one, database })).toBe(true);
});

test.each<[string, Lock['packages']]>([
  ['a package is missing', { database }],
  ['one that is made for this machine is missing, although it is optional', { one }],
  ['another version is there', { one: { ...one, version: '1.0.1' }, database }],
  ['another content is there', { one: { ...one, integrity: 'sha512-other' }, database }],
  ['one is there that is not locked', { one, database, two: one }],
])('all is installed anew where %s', (_, installed) => {
  expect(isAsLockedWith(installed)).toBe(false);
});
