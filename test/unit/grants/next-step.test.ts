import { expect, test } from '@jest/globals';
import type { GrantReading } from '../../../activities/grants/contract.ts';
import { nextStep, type Refusals } from '../../../activities/grants/next-step.ts';
import { grantStates } from '../../../shared/store/grants/grants.ts';

type Standing = GrantReading['standing'];

const timings = { leaseMs: 60_000, inlineWaitMs: 20_000 };
const nowMs = 1_000_000_000;
const hourMs = 3_600_000;
const neverRefused: Refusals = { isRefused: false, wasRefusedBefore: false };

/** A grant whose access token is over and which nobody is at, unless told otherwise. */
const over: Standing = {
  state: 'live',
  version: 1,
  accessLeftMs: 0,
  accessLifeMs: 90 * 60_000,
  pairAgeMs: 2 * hourMs,
  isClaimed: false,
  claimableInMs: 0,
  wasUsedLately: true,
  heldBack: null,
};
const stepOf = (given: Partial<Standing>, refusals = neverRefused) => nextStep({ ...over, ...given }, refusals, timings, nowMs);
const fault = (step: ReturnType<typeof stepOf>) => (step.kind === 'refuse' ? step.fault : undefined);

test.each(['lapsed', 'revoked'] as const)(
  'of a grant that is %s nothing is used and nothing sent, however good its token looks',
  (state) => {
    expect(fault(stepOf({ state, accessLeftMs: hourMs }))).toMatchObject({ kind: 'grant-lapsed' });
    expect(fault(stepOf({ state }))).toMatchObject({ kind: 'grant-lapsed' });
  },
);

test('a token with life left is used, whoever is at the grant', () => {
  expect(stepOf({ accessLeftMs: hourMs })).toEqual({ kind: 'use' });
  expect(stepOf({ accessLeftMs: hourMs, state: 'refreshing', isClaimed: true, claimableInMs: 5_000 })).toEqual({ kind: 'use' });
});

test.each(grantStates.filter((state) => state !== 'lapsed' && state !== 'revoked'))(
  'while another attempt has the claim nobody sends a second request: whoever needs a token waits (%s)',
  (state) => {
    // the lease of the claim may be over by the time that it would be asked for
    for (const claimableInMs of [0, 5_000, hourMs])
      expect(stepOf({ state, isClaimed: true, claimableInMs })).toEqual({ kind: 'wait', ms: expect.any(Number) });
  },
);

test('a token that is over is refreshed where that may be, and waited for where it soon may', () => {
  expect(stepOf({})).toEqual({ kind: 'refresh' });
  expect(stepOf({ claimableInMs: 400 })).toEqual({ kind: 'wait', ms: 400 });
  expect(stepOf({ claimableInMs: timings.inlineWaitMs })).toEqual({ kind: 'wait', ms: 1_000 });
});

test('where the next try is far off the call is told until when, and nobody is asked to sign in', () => {
  const claimableInMs = timings.inlineWaitMs + 1;
  expect(fault(stepOf({ claimableInMs }))).toMatchObject({
    kind: 'vendor-unavailable',
    detail: { waitUntilMs: nowMs + claimableInMs },
  });
});

test.each([
  ['client-refused', /does not accept our own app/],
  ['many-lapses', /several people ended/],
] as const)(
  'while refreshes are held back (%s) whoever reads it is told that it is ours, and asked for nothing',
  (why, cause) => {
    const heldBack = { why, since: new Date('2026-11-29T14:05:31Z'), nextTrialAt: new Date('2026-11-29T14:15:31Z') };
    const told = fault(stepOf({ claimableInMs: timings.inlineWaitMs + 1, heldBack }));
    expect(told).toMatchObject({ kind: 'renewal-held-back', owner: 'operator', handling: 'park' });
    expect(told?.message).toMatch(/^Since 2026-11-29 14:05 UTC we hold back/);
    expect(told?.message).toMatch(cause);
    expect(told?.detail.needed).toBe(
      'Nobody needs to sign in: the operator of this service looks at it, and it is tried again at 2026-11-29 14:15 UTC.',
    );
    // a token that serves goes on serving, and the trial that is due is made
    expect(stepOf({ accessLeftMs: 60_000, claimableInMs: hourMs, heldBack })).toEqual({ kind: 'use' });
    expect(stepOf({ heldBack })).toEqual({ kind: 'refresh' });
  },
);

test('towards its end a token is renewed by whoever may, and serves to its end where nobody may', () => {
  expect(stepOf({ accessLeftMs: 60_000 })).toEqual({ kind: 'refresh' });
  expect(stepOf({ accessLeftMs: 60_000, claimableInMs: 5_000 })).toEqual({ kind: 'use' });
});

test('after an unknown outcome the access token serves on, and the refresh token is sent again only once it does not', () => {
  expect(stepOf({ state: 'unsure', accessLeftMs: 60_000 })).toEqual({ kind: 'use' });
  expect(stepOf({ state: 'unsure' })).toEqual({ kind: 'refresh' });
});

test('a token that Procore refused is renewed, and one that came in its place and is refused at once spends no third', () => {
  const accessLeftMs = hourMs;
  expect(stepOf({ accessLeftMs }, { isRefused: true, wasRefusedBefore: false })).toEqual({ kind: 'refresh' });
  const twice: Refusals = { isRefused: true, wasRefusedBefore: true };
  expect(fault(stepOf({ accessLeftMs, pairAgeMs: timings.leaseMs - 1 }, twice))).toMatchObject({ kind: 'grant-lapsed' });
  expect(stepOf({ accessLeftMs, pairAgeMs: timings.leaseMs }, twice)).toEqual({ kind: 'refresh' });
});
