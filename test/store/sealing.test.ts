import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { closeBox, openBox } from '../../shared/security/boxing.ts';
import { generateBoxKeys, generateKey, rootKey, rootKeys } from '../../shared/security/keys.ts';
import type { Place } from '../../shared/security/places.ts';
import { places } from '../../shared/security/places.ts';
import { pseudonymsOf } from '../../shared/security/pseudonyms.ts';
import { newTenantKey, openTenantKey, rewrapTenantKey, sealSecret, unsealSecret } from '../../shared/security/sealing.ts';
import { revealSecret, secretOf } from '../../shared/security/secret.ts';
import { hashToken, newApiKeyToken } from '../../shared/security/tokens.ts';

const root = rootKey('1', generateKey());
const roots = rootKeys(root);
const keyFor = (tenantId: string) => openTenantKey(roots, tenantId, newTenantKey(root, tenantId));
const here = places.credential('tenant-a', 'row-1');

describe('an envelope', () => {
  const key = keyFor('tenant-a');

  test('opens to what was sealed, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), (text) => {
        expect(revealSecret(unsealSecret(key, here, sealSecret(key, here, secretOf(text))))).toBe(text);
      }),
    );
  });

  test('never holds its text, and is another each time', () => {
    const [one, other] = [
      sealSecret(key, here, secretOf('hammer and nails')),
      sealSecret(key, here, secretOf('hammer and nails')),
    ];
    expect(one.equals(other)).toBe(false);
    expect(one.includes('hammer')).toBe(false);
  });

  test.each<[string, Place]>([
    ['another row', places.credential('tenant-a', 'row-2')],
    ['another purpose', places.signInToken('tenant-a', 'row-1')],
    ['another tenant', places.credential('tenant-b', 'row-1')],
  ])('moved to %s does not open', (_where, place) => {
    expect(() => unsealSecret(key, place, sealSecret(key, here, secretOf('x')))).toThrow(/does not open/);
  });

  test('does not open with the key of another tenant, even in its place', () => {
    const stranger = keyFor('tenant-b');
    const sealed = sealSecret(key, here, secretOf('x'));
    expect(() => unsealSecret(stranger, places.credential('tenant-b', 'row-1'), sealed)).toThrow('other-key');
  });

  test('with any one bit changed does not open', () => {
    const sealed = sealSecret(key, here, secretOf('some secret'));
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.nat(7), (at, bit) => {
        const changed = Buffer.from(sealed);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        expect(() => unsealSecret(key, here, changed)).toThrow(/does not open/);
      }),
    );
  });

  test('cut short anywhere does not open', () => {
    const sealed = sealSecret(key, here, secretOf('some secret'));
    for (let length = 0; length < sealed.length; length += 1)
      expect(() => unsealSecret(key, here, sealed.subarray(0, length))).toThrow(/does not open/);
  });
});

describe('a tenant key', () => {
  test('re-wrapped under a new root key opens what was sealed before, and the former root key opens it no longer', () => {
    const wrapped = newTenantKey(root, 'tenant-a');
    const sealed = sealSecret(openTenantKey(roots, 'tenant-a', wrapped), here, secretOf('kept'));
    const next = rootKey('2', generateKey());
    const rewrapped = rewrapTenantKey(rootKeys(next, [root]), 'tenant-a', wrapped);
    expect(revealSecret(unsealSecret(openTenantKey(rootKeys(next), 'tenant-a', rewrapped), here, sealed))).toBe('kept');
    expect(() => openTenantKey(roots, 'tenant-a', rewrapped)).toThrow('other-key');
  });

  test('does not open for another tenant, nor under another root key of the same id', () => {
    const wrapped = newTenantKey(root, 'tenant-a');
    expect(() => openTenantKey(roots, 'tenant-b', wrapped)).toThrow('refused');
    expect(() => openTenantKey(rootKeys(rootKey('1', generateKey())), 'tenant-a', wrapped)).toThrow('refused');
  });
});

describe('the box', () => {
  const keys = generateBoxKeys();

  test('closed with the public key opens with the private one, in its place only', async () => {
    const box = await closeBox(keys.publicKey, here, secretOf('Grüße 👷'));
    expect(revealSecret(await openBox(keys.privateKey, here, box))).toBe('Grüße 👷');
    await expect(openBox(keys.privateKey, places.credential('tenant-a', 'row-2'), box)).rejects.toThrow('refused');
  });

  test('does not open with what the API holds: the public key', async () => {
    const box = await closeBox(keys.publicKey, here, secretOf('x'));
    await expect(openBox(keys.publicKey, here, box)).rejects.toThrow('other-key');
  });

  test('of another pair, or damaged, does not open', async () => {
    const box = await closeBox(keys.publicKey, here, secretOf('x'));
    await expect(openBox(generateBoxKeys().privateKey, here, box)).rejects.toThrow('other-key');
    for (const at of [0, 3, 20, box.length - 1]) {
      const changed = Buffer.from(box);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(openBox(keys.privateKey, here, changed)).rejects.toThrow(/does not open/);
    }
    await expect(openBox(keys.privateKey, here, box.subarray(0, 30))).rejects.toThrow('malformed');
  });
});

test('a secret shows in no log line, text, JSON or copy', () => {
  const secret = secretOf('do-not-show');
  const shown = [
    String(secret),
    `${inspect({ secret }, { depth: 9, showHidden: true })}`,
    JSON.stringify({ secret }),
    inspect({ ...secret }),
  ];
  const plain = inspect(secret, { customInspect: false, showHidden: true });
  expect([...shown, plain].join()).not.toContain('do-not-show');
  expect(JSON.stringify({ secret })).toBe('{"secret":"[secret]"}');
  expect(revealSecret(secret)).toBe('do-not-show');
});

test('tokens carry their scope, 256 random bits, and compare by hash', () => {
  const [one, other] = [newApiKeyToken('operate'), newApiKeyToken('operate')];
  expect(revealSecret(one.text)).toMatch(/^gw_operate_[0-9A-Za-z]{43}$/);
  expect(revealSecret(one.text).endsWith(one.lastFour)).toBe(true);
  expect(one.hash).toEqual(hashToken(revealSecret(one.text)));
  expect(one.hash).not.toEqual(other.hash);
});

test('pseudonyms are steady within a tenant and purpose, and differ between them', () => {
  const key = keyFor('tenant-a');
  const worker = pseudonymsOf(key, 'sign-in')('worker-17');
  expect(pseudonymsOf(key, 'sign-in')('worker-17')).toBe(worker);
  expect(worker).toMatch(/^[\w-]{22}$/);
  const others = [
    pseudonymsOf(key, 'sign-in')('worker-18'),
    pseudonymsOf(key, 'mapped')('worker-17'),
    pseudonymsOf(keyFor('tenant-b'), 'sign-in')('worker-17'),
  ];
  expect(new Set([worker, ...others]).size).toBe(4);
});
