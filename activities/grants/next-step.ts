import { Fault } from '../../shared/domain/faults.ts';
import type { GrantReading, GrantTimings } from './contract.ts';
import { heldBackFault } from './held-back.ts';

/** A token is refreshed in the last 5 minutes of its life, or in the last half of it if that is shorter. */
const marginMs = 5 * 60_000;

/**
 * Between two reads of a grant that another process refreshes; and the longest wait before reading one whose next try is due
 * soon.
 */
const pollMs = 100;
const longestLookMs = 1_000;

export type NextStep =
  | { readonly kind: 'use' }
  | { readonly kind: 'refresh' }
  /** Another attempt is under way, or the next one is due soon. */
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'refuse'; readonly fault: Fault };

/** What this process knows of a version's access token. */
export interface Refusals {
  /** Procore answered it with 401. */
  readonly isRefused: boolean;
  /** And the one before, which this one was to replace. */
  readonly wasRefusedBefore: boolean;
}

/**
 * What a caller that needs a token does, given the state of the grant.
 * While a token has enough life left it is used; towards its end it is refreshed once, by whoever may; if nobody may now, it is
 * used to its end. After an unknown outcome the access token stays in use, and its refresh token is sent again only once it does
 * not work. While refreshes are held back, nobody is asked to sign in for it.
 */
export function nextStep(
  { state, accessLeftMs, accessLifeMs, pairAgeMs, isClaimed, claimableInMs, heldBack }: GrantReading['standing'],
  { isRefused, wasRefusedBefore }: Refusals,
  { leaseMs, inlineWaitMs }: Pick<GrantTimings, 'leaseMs' | 'inlineWaitMs'>,
  nowMs: number,
): NextStep {
  if (state === 'revoked' || state === 'lapsed') return refuse(new Fault('grant-lapsed'));
  const serves = accessLeftMs > 0 && !isRefused;
  if (serves && accessLeftMs > Math.min(marginMs, accessLifeMs / 2)) return { kind: 'use' };
  if (isRefused && wasRefusedBefore && pairAgeMs < leaseMs) return refuse(refusedAtOnce());
  if (isClaimed) return { kind: 'wait', ms: pollMs };
  if (serves && (state === 'unsure' || claimableInMs > 0)) return { kind: 'use' };
  if (claimableInMs <= 0) return { kind: 'refresh' };
  if (claimableInMs <= inlineWaitMs) return { kind: 'wait', ms: Math.min(claimableInMs, longestLookMs) };
  if (heldBack) return refuse(heldBackFault(heldBack));
  return refuse(new Fault('vendor-unavailable', { seen: notRenewed, waitUntilMs: nowMs + claimableInMs }));
}

const notRenewed = 'Procore did not renew this person’s authorization yet; it is tried again.';

const refuse = (fault: Fault): NextStep => ({ kind: 'refuse', fault });

/** Another pair would fare no better, and one would be spent for each call that is made. */
const refusedAtOnce = (): Fault =>
  new Fault('grant-lapsed', { seen: 'Procore does not accept a token that it gave a moment ago.', status: 401 });
