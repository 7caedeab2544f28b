import { randomBytes, randomUUID } from 'node:crypto';
import { expect, jest, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { Fault, type FaultDetail, faultKinds, faultTable } from '../../shared/domain/faults.ts';
import { longestSentence } from '../../shared/domain/texts.ts';
import { toldFault } from '../../shared/domain/told-faults.ts';
import { forgottenAfterMs, noteSetting } from '../../shared/security/known-secrets.ts';
import { onBehalfOf } from '../../shared/security/on-behalf-of.ts';
import { revealSecret, secretOf } from '../../shared/security/secret.ts';
import { applicationFailureOf, notYet } from '../../shared/temporal/failures.ts';
import { carriesCredential, mostPayloadBytes, payloadObjection } from '../../shared/temporal/payload-guard.ts';
import { carriesSecret, sentenceWithoutSecrets, withoutSecrets } from '../../shared/temporal/without-secrets.ts';
import { plans } from '../../workflows/plans/index.ts';

test.each([
  ['a signed JSON web token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc'],
  ['an API key of ours', `gw_read_${'a1B2'.repeat(11).slice(0, 43)}`],
  ['a private key', '-----BEGIN PRIVATE KEY-----'],
  ['a field called so', { clientSecret: 'short' }],
  ['a password deep inside', { login: [{ password: 'hunter2' }] }],
])('%s is a credential', (_name, value) => {
  expect(carriesCredential(value)).toBe(true);
});

test.each([
  ['ids', { tenantId: randomUUID(), projectLinkId: randomUUID(), companyId: '9007199254740993' }],
  ['a workflow id', `onboarding:${randomUUID()}:${randomUUID()}`],
  ['a breadcrumb', 'Company Tools → Permissions → Project Permissions Templates → HammerTech Sync'],
  ['a natural key', `2026-11-12|${randomUUID()}`],
  ['an address', 'https://app.procore.com/8089/company/admin/app_management'],
  ['an empty secret field', { secret: '' }],
  ['every sentence of ours', Object.values(faultTable)],
  ['a name with underscores', 'Level04_Phase2B_Harbour_Tower_Extension_2026'],
  ['a name of digits and both cases', 'P10423SouthernCrossBldg7aFitoutLevel12Rev2Stage4'],
  ['a name with a spoken word', 'Bearer Infrastructure-Works/2026'],
])('%s is none', (_name, value) => {
  expect(carriesCredential(value)).toBe(false);
});

const written: readonly (readonly [string, (secret: string) => string])[] = [
  ['as it is', (secret) => secret],
  ['in an address', (secret) => `https://far.example/?code=${encodeURIComponent(secret)}&state=1`],
  ['in base64', (secret) => Buffer.from(secret).toString('base64')],
  ['in base64, one byte on', (secret) => Buffer.from(`x${secret} and more`).toString('base64')],
  ['in base64, two bytes on', (secret) => Buffer.from(`xx${secret}`).toString('base64url')],
];

/** Each time another customer. */
function customer(): <Result>(work: () => Result) => Result {
  const tenantId = randomUUID();
  return (work) => onBehalfOf(tenantId, work);
}

test.each(written)('a secret that was made or read for a tenant is blotted out of its sentences: %s', (_form, write) => {
  const secret = `planted ${randomBytes(9).toString('base64')}/ü`;
  const text = `so much for ${write(secret)}, twice: ${write(secret)}.`;
  customer()(() => {
    expect(withoutSecrets({ seen: [text] })).toEqual({ seen: [text] });
    secretOf(secret);
    const [clean] = withoutSecrets({ seen: [text] }).seen;
    expect(clean).toMatch(/^so much for .*\[secret\].*, twice: .*\[secret\].*\.$/);
    for (const [, form] of written.slice(0, 3)) expect(clean).not.toContain(form(secret));
    expect(clean?.replaceAll('[secret]', '').length).toBeLessThanOrEqual(text.length - 2 * secret.length);
  });
});

test.each(['permission-too-low', '562949953444013', '2026-11-28'])(
  'a tenant whose secret is %s has it blotted out of sentences, and nothing that a machine reads is changed',
  (secret) => {
    const outcome = { state: 'stuck', reason: secret, companyId: secret, counts: { [secret]: 1 }, seen: `It is ${secret}.` };
    customer()(() => {
      secretOf(secret);
      expect(withoutSecrets(outcome)).toEqual({ ...outcome, seen: 'It is [secret].' });
    });
  },
);

test('what one tenant keeps secret is neither blotted out of what another is told nor refused from it, nor from what is nobody’s', () => {
  const secret = randomBytes(12).toString('hex');
  customer()(() => secretOf(secret));
  const told = { seen: `guess ${secret}` };
  for (const work of [customer(), <Result>(look: () => Result) => look()])
    work(() => expect([withoutSecrets(told), carriesSecret(told)]).toEqual([told, false]));
});

test('a secret of the installation is found in everybody’s sentences', () => {
  const setting = randomBytes(12).toString('hex');
  noteSetting(setting);
  for (const work of [customer(), customer(), <Result>(look: () => Result) => look()])
    work(() => expect(sentenceWithoutSecrets(`it is ${setting}`)).toBe('it is [secret]'));
});

test('the longer of two secrets that begin alike is blotted out whole', () => {
  const secret = randomBytes(9).toString('hex');
  customer()(() => {
    for (const each of [secret, `${secret}-longer`]) secretOf(each);
    expect(sentenceWithoutSecrets(`${secret}-longer ${secret}`)).toBe('[secret] [secret]');
  });
});

test.each(['password', 'hunter2', 'Baustelle'])('%s is a word, and blotting it out would tell that it is one', (word) => {
  customer()(() => {
    secretOf(word);
    expect(sentenceWithoutSecrets(`the ${word} of a login`)).toBe(`the ${word} of a login`);
  });
});

test('a secret is forgotten an hour after it was last read, a setting’s never', () => {
  jest.useFakeTimers();
  const [mine, another] = [customer(), customer()];
  try {
    const [read, kept, setting, theirs] = [1, 2, 3, 4].map(() => randomBytes(12).toString('hex')) as [
      string,
      string,
      string,
      string,
    ];
    another(() => secretOf(theirs));
    const keptSecret = mine(() => {
      secretOf(read);
      return secretOf(kept);
    });
    noteSetting(setting);
    jest.advanceTimersByTime(forgottenAfterMs - 1);
    mine(() => revealSecret(keptSecret));
    jest.advanceTimersByTime(2);
    mine(() => secretOf(randomBytes(12).toString('hex')));
    expect(mine(() => [read, kept, setting].map(sentenceWithoutSecrets))).toEqual([read, '[secret]', '[secret]']);
    expect(another(() => sentenceWithoutSecrets(theirs))).toBe(theirs);
  } finally {
    jest.useRealTimers();
  }
});

test('what is larger than 128 KiB is objected to with its size, what is smaller passes', () => {
  expect(payloadObjection('answer of x', { rows: Array.from({ length: 12_000 }, () => 'ten chars.') })).toMatch(
    /^answer of x: \d+ bytes/,
  );
  expect(payloadObjection('answer of x', { rows: [1, 2, 3] })).toBeUndefined();
  expect(payloadObjection('answer of x', undefined)).toBeUndefined();
});

test('the sentences of a whole plan may cross, each as long as a row holds and of letters of three bytes', () => {
  const longest = '建'.repeat(longestSentence);
  const outcome = { state: 'stuck', reason: 'permission-too-low', on: 'admin', seen: longest, needed: longest, where: longest };
  for (const { steps } of Object.values(plans)) {
    const rows = steps.map(({ id }) => ({ stepId: id, state: 'stuck', outcome, sinceMs: Date.now(), reminders: 0 }));
    expect(payloadObjection('answer of openOnboarding', { steps: rows })).toBeUndefined();
    expect(JSON.stringify(rows).length).toBeLessThan(mostPayloadBytes / 2);
  }
});

test.each(faultKinds)('%s becomes a failure of that type, retried only where it passes by itself, its reason first', (kind) => {
  const failure = applicationFailureOf(new Error('outer', { cause: new Fault(kind, { seen: 'Seen so.', status: 403 }) }));
  if (!(failure instanceof ApplicationFailure)) throw new Error('no failure');
  expect(failure.type).toBe(kind);
  expect(failure.nonRetryable).toBe(faultTable[kind].handling !== 'retry');
  expect(failure.message.startsWith(faultTable[kind].sentence)).toBe(true);
  expect(failure.details).toEqual([{ owner: faultTable[kind].owner, seen: 'Seen so.', status: 403 }]);
});

test('a secret in an error’s text or detail does not reach the failure, known or not where the text is nobody’s sentence', () =>
  customer()(() => {
    const [known, unknown] = [1, 2].map(() => randomBytes(32).toString('hex')) as [string, string];
    secretOf(known);
    const failures = [
      applicationFailureOf(new Error(`refused ${known}`)),
      applicationFailureOf(new Error(`refused ${unknown}`)),
      applicationFailureOf(new Fault('network', { seen: known, requestId: known })),
    ];
    for (const failure of failures) {
      expect(JSON.stringify(failure) + String(failure)).not.toContain(known);
      expect(JSON.stringify(failure) + String(failure)).not.toContain(unknown);
    }
  }));

test('what mends a fault, where, and since when reach the workflow; a secret is blotted out, and a long text is cut', () =>
  customer()(() => {
    const secret = randomBytes(32).toString('hex');
    secretOf(secret);
    const told = (detail: FaultDetail): unknown => {
      const failure = applicationFailureOf(new Fault('tool-disabled', detail));
      if (!(failure instanceof ApplicationFailure)) throw new Error('no failure');
      return toldFault.parse(JSON.parse(JSON.stringify(failure.details?.[0])));
    };
    const mended = { seen: 'It is off.', needed: 'It on', where: 'Project → Admin', sinceMs: 1_767_323_040_000 };
    expect(told(mended)).toEqual({ owner: 'admin', ...mended });
    const name = 'Level04_Phase2B_Harbour_Tower_Extension_2026';
    expect(told({ needed: name, where: `at ${secret}` })).toEqual({ owner: 'admin', needed: name, where: 'at [secret]' });
    expect(told({ needed: 'it is long. '.repeat(100) })).toEqual({ owner: 'admin', needed: expect.stringMatching(/^.{399}…$/) });
  }));

test('a bug is retried as unexpected; a watch’s not-yet passes as it is', () => {
  expect(applicationFailureOf(new TypeError('x is undefined'))).toMatchObject({ type: 'unexpected', nonRetryable: false });
  const failure = notYet('nothing was submitted');
  expect(applicationFailureOf(failure)).toBe(failure);
  expect(failure).toMatchObject({ type: 'not-yet', category: 'BENIGN', nonRetryable: false });
  expect(failure.message.startsWith('nothing was submitted')).toBe(true);
});
