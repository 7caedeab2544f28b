import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { Fault, type FaultDetail, faultKinds, faultTable } from '../../shared/domain/faults.ts';
import { toldFault } from '../../shared/domain/told-faults.ts';
import { applicationFailureOf, notYet } from '../../shared/temporal/failures.ts';
import { looksLikeSecret, payloadObjection } from '../../shared/temporal/payload-guard.ts';

test.each([
  ['a bearer header', 'Bearer abcdefghijklmnop'],
  ['a JSON web token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc'],
  ['a hex secret', randomBytes(32).toString('hex')],
  ['a base64url secret in a sentence', `it is ${randomBytes(48).toString('base64url')}, or not`],
  ['a private key', '-----BEGIN PRIVATE KEY-----'],
  ['a field called so', { clientSecret: 'short' }],
  ['a password deep inside', { login: [{ password: 'hunter2' }] }],
])('%s looks like a secret', (_name, value) => {
  expect(looksLikeSecret(value)).toBe(true);
});

test.each([
  ['ids', { tenantId: randomUUID(), projectLinkId: randomUUID(), companyId: '9007199254740993' }],
  ['a workflow id', `onboarding:${randomUUID()}:${randomUUID()}`],
  ['a breadcrumb', 'Company Tools → Permissions → Project Permissions Templates → HammerTech Sync'],
  ['a natural key', `2026-11-12|${randomUUID()}`],
  ['an address', 'https://app.procore.com/8089/company/admin/app_management'],
  ['an empty secret field', { secret: '' }],
  ['every sentence of ours', Object.values(faultTable)],
])('%s do not', (_name, value) => {
  expect(looksLikeSecret(value)).toBe(false);
});

test('what is larger than 16 KiB is objected to with its size, what is smaller passes', () => {
  expect(payloadObjection('answer of x', { rows: Array.from({ length: 2000 }, () => 'ten chars.') })).toMatch(
    /^answer of x: \d+ bytes/,
  );
  expect(payloadObjection('answer of x', { rows: [1, 2, 3] })).toBeUndefined();
  expect(payloadObjection('answer of x', undefined)).toBeUndefined();
});

test.each(faultKinds)('%s becomes a failure of that type, retried only where it passes by itself, its reason first', (kind) => {
  const failure = applicationFailureOf(new Error('outer', { cause: new Fault(kind, { seen: 'Seen so.', status: 403 }) }));
  if (!(failure instanceof ApplicationFailure)) throw new Error('no failure');
  expect(failure.type).toBe(kind);
  expect(failure.nonRetryable).toBe(faultTable[kind].handling !== 'retry');
  expect(failure.message.startsWith(faultTable[kind].sentence)).toBe(true);
  expect(failure.details).toEqual([{ owner: faultTable[kind].owner, seen: 'Seen so.', status: 403 }]);
});

test('a secret in an error’s text or detail does not reach the failure', () => {
  const secret = randomBytes(32).toString('hex');
  const failures = [
    applicationFailureOf(new Error(`refused ${secret}`)),
    applicationFailureOf(new Fault('network', { seen: secret, requestId: secret })),
  ];
  for (const failure of failures) expect(JSON.stringify(failure) + String(failure)).not.toContain(secret);
});

test('what mends a fault, where, and since when reach the workflow; what looks like a secret does not, and a long text is cut', () => {
  const secret = randomBytes(32).toString('hex');
  const told = (detail: FaultDetail): unknown => {
    const failure = applicationFailureOf(new Fault('tool-disabled', detail));
    if (!(failure instanceof ApplicationFailure)) throw new Error('no failure');
    return toldFault.parse(JSON.parse(JSON.stringify(failure.details?.[0])));
  };
  const mended = { seen: 'It is off.', needed: 'It on', where: 'Project → Admin', sinceMs: 1_767_323_040_000 };
  expect(told(mended)).toEqual({ owner: 'admin', ...mended });
  expect(told({ needed: secret, where: `at ${secret}`, field: secret })).toEqual({ owner: 'admin' });
  expect(told({ needed: 'it is long. '.repeat(100) })).toEqual({ owner: 'admin', needed: expect.stringMatching(/^.{399}…$/) });
});

test('a bug is retried as unexpected; a watch’s not-yet passes as it is', () => {
  expect(applicationFailureOf(new TypeError('x is undefined'))).toMatchObject({ type: 'unexpected', nonRetryable: false });
  const failure = notYet('nothing was submitted');
  expect(applicationFailureOf(failure)).toBe(failure);
  expect(failure).toMatchObject({ type: 'not-yet', category: 'BENIGN', nonRetryable: false });
  expect(failure.message.startsWith('nothing was submitted')).toBe(true);
});
