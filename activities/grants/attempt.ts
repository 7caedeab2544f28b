import { Fault } from '../../shared/domain/faults.ts';
import type { TokenPair } from '../../shared/procore/oauth.ts';
import type { Claim, GrantDependencies, GrantRef, SealedNewPair } from './contract.ts';

/** Pause after a request that was surely not sent. */
const notSentPause = { firstMs: 1_000, mostMs: 5 * 60_000 };
/** Longest pause after an unknown outcome; the first is the lease. */
const unsureMostMs = 60 * 60_000;
/** Pause between two tries to store a pair. */
const storePause = { firstMs: 200, mostMs: 5_000 };

const doubling = (firstMs: number, times: number, mostMs: number): number => Math.min(firstMs * 2 ** Math.min(times, 30), mostMs);

/**
 * One attempt: claim → send → spill → store. Returns nothing: the caller reads the result from the database, so that no pair is
 * used that was not stored. Nothing of ours aborts it once it was sent. Throws if the database cannot be reached; a claim that
 * nobody ends expires.
 */
export async function attemptRefresh(deps: GrantDependencies, ref: GrantRef, version: number): Promise<void> {
  const { clock, store, timings } = deps;
  const askedMs = clock.monotonicMs();
  const claim = await store.claim(ref, version, deps.newId());
  if (!claim) return;
  // if the process slept here, there may be another attempt meanwhile: the lease must outlive the request
  if (clock.monotonicMs() - askedMs > timings.sendWithinMs) return store.giveBack(claim, 0);
  let pair: TokenPair;
  try {
    pair = await deps.login.refresh(claim.refreshToken);
  } catch (error) {
    return settleFailure(deps, claim, error);
  }
  const sealed = claim.seal(pair);
  await deps.spill.keep(sealed).catch((error: unknown) => {
    deps.log.warn(
      { ...named(sealed), error: nameOf(error) },
      'a new pair of tokens could not be put aside on disk; it is stored all the same',
    );
  });
  await settlePair(deps, sealed);
}

/**
 * Stores a received pair, retrying for as long as this process lives: there is no other copy. One that comes too late, for a
 * revoked grant or after a newer pair, is revoked instead.
 */
export async function settlePair(deps: GrantDependencies, pair: SealedNewPair): Promise<void> {
  const end = await untilStored(deps, pair);
  await deps.spill.forget(pair).catch((error: unknown) => {
    deps.log.warn({ ...named(pair), error: nameOf(error) }, 'a stored pair of tokens still lies on disk');
  });
  if (end !== 'stored') deps.log.warn({ ...named(pair), end }, 'a pair of tokens came too late and is revoked');
  if (end === 'left') await deps.revokeLeftovers(pair.tenantId);
}

async function untilStored(deps: GrantDependencies, pair: SealedNewPair): Promise<'stored' | 'left' | 'gone'> {
  for (let times = 0; ; times += 1) {
    try {
      return await deps.store.store(pair);
    } catch (error) {
      deps.log.warn({ ...named(pair), error: nameOf(error) }, 'a new pair of tokens could not be stored yet; tried again');
      await deps.clock.wait(doubling(storePause.firstMs, times, storePause.mostMs));
    }
  }
}

async function settleFailure(deps: GrantDependencies, claim: Claim, error: unknown): Promise<void> {
  const { store, log, timings } = deps;
  const pauseMs = doubling(timings.leaseMs, claim.unknowns, unsureMostMs);
  if (!(error instanceof Fault)) {
    await store.unsure(claim, pauseMs);
    throw error;
  }
  if (wasNotSent(error)) return store.giveBack(claim, doubling(notSentPause.firstMs, claim.notSent, notSentPause.mostMs));
  if (error.kind === 'credential-rejected') {
    await store.clientRefused(claim, pauseMs);
    return log.warn(named(claim), 'Procore does not accept our own app: no grant is refreshed; compare its client id and secret');
  }
  if (error.kind !== 'grant-lapsed') {
    await store.unsure(claim, Math.max(pauseMs, (error.detail.waitUntilMs ?? 0) - deps.clock.nowMs()));
    return log.warn({ ...named(claim), kind: error.kind }, 'the outcome of a refresh is unknown');
  }
  switch (await store.lapse(claim)) {
    case 'lapsed':
      return log.info(named(claim), 'a grant has lapsed: its person signs in again');
    case 'held-back':
      return log.warn(
        named(claim),
        'too many grants lapse at once: nobody is told, none is refreshed for now; look for a fault of ours',
      );
    case 'superseded':
      return;
  }
}

/** No connection was made: only then is the token surely still good. Any response may have spent it. */
const wasNotSent = ({ detail }: Fault): boolean => detail.effect === 'surely-not-done' && detail.status === undefined;

const named = ({ tenantId, grantId, version }: GrantRef & { readonly version: number }) => ({ tenantId, grantId, version });

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
