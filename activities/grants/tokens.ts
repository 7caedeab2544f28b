import { Fault } from '../../shared/domain/faults.ts';
import { abortable } from '../../shared/http/clock.ts';
import type { TokenSource } from '../../shared/procore/contract.ts';
import { attemptRefresh, settlePair } from './attempt.ts';
import type { GrantDependencies, GrantReading, GrantRef, HeldPair } from './contract.ts';
import { nextStep, type Refusals } from './next-step.ts';

interface Held extends Refusals {
  readonly version: number;
  readonly pair: HeldPair;
  isRefused: boolean;
}

export interface GrantTokens {
  /**
   * Tokens of one person's grant, refreshed when needed. `bearer` reads the row every time, so that no later call uses a grant
   * that was revoked or replaced; a call that has its token already may still finish. Throws `grant-lapsed` if the person must
   * sign in again, `renewal-held-back` while the breaker is open, and `vendor-unavailable` with `waitUntilMs` if the next try is
   * far off.
   */
  sourceFor(tenantId: string, grantId: string): TokenSource;
  /** One attempt without a caller that needs a token, for upkeep. Does nothing if another one is under way. */
  refresh(ref: GrantRef, version: number): Promise<void>;
  /** At boot: stores what an earlier process received and did not store. Returns how many pairs there were. */
  replay(): Promise<number>;
}

/**
 * Persons' tokens in this process; all workers follow one protocol (facts/security.md section 3). An unsealed pair is held in
 * memory for the version that the row names, and dropped with it.
 */
export function createGrantTokens(deps: GrantDependencies): GrantTokens {
  const held = new Map<string, Held>();
  const underWay = new Map<string, Promise<void>>();
  const keyOf = ({ tenantId, grantId }: GrantRef): string => `${tenantId}:${grantId}`;

  /** Shares one run of `work` among all in this process who need the same grant; they hold nothing while they wait. */
  function together(key: string, work: () => Promise<void>): Promise<void> {
    const running = underWay.get(key) ?? work().finally(() => underWay.delete(key));
    underWay.set(key, running);
    return running;
  }

  /** Reads the row, and its version's pair. Undefined if a newer reading came meanwhile. */
  async function look(ref: GrantRef): Promise<{ standing: GrantReading['standing']; pair: Held } | undefined> {
    const key = keyOf(ref);
    const reading = await deps.store.read(ref, held.get(key)?.version ?? null);
    if (!reading || reading.standing.state === 'revoked') {
      held.delete(key);
      throw new Fault('grant-lapsed', { seen: 'This person’s authorization has ended.' });
    }
    const { standing, pair } = reading;
    const known = held.get(key);
    if (known?.version === standing.version) return { standing, pair: known };
    if (!pair || (known && known.version > standing.version)) return undefined;
    const fresh: Held = { version: standing.version, pair, isRefused: false, wasRefusedBefore: known?.isRefused ?? false };
    held.set(key, fresh);
    return { standing, pair: fresh };
  }

  /** Waits until the attempt of another process has ended, or its lease. */
  async function waitForOther(ref: GrantRef, version: number, ms: number): Promise<void> {
    for (;;) {
      await deps.clock.wait(ms);
      const reading = await deps.store.read(ref, version);
      if (!reading?.standing.isClaimed || reading.standing.version !== version) return;
    }
  }

  async function bearer(ref: GrantRef, signal: AbortSignal | undefined): Promise<Held> {
    const key = keyOf(ref);
    for (;;) {
      signal?.throwIfAborted();
      const seen = await look(ref);
      if (!seen) continue;
      const { standing, pair } = seen;
      const step = nextStep(standing, pair, deps.timings, deps.clock.nowMs());
      switch (step.kind) {
        case 'use':
          if (!standing.wasUsedLately) await deps.store.noteUse(ref);
          return pair;
        case 'refuse':
          throw step.fault;
        case 'refresh':
          await abortable(
            together(key, () => attemptRefresh(deps, ref, standing.version)),
            signal,
          );
          break;
        case 'wait':
          await abortable(
            together(key, () => waitForOther(ref, standing.version, step.ms)),
            signal,
          );
      }
    }
  }

  return {
    sourceFor(tenantId, grantId) {
      const ref = { tenantId, grantId };
      return {
        principal: 'person',
        bearer: async (signal) => (await bearer(ref, signal)).pair.accessToken,
        rejected(token) {
          const known = held.get(keyOf(ref));
          if (known?.pair.accessToken === token) known.isRefused = true;
        },
      };
    },
    refresh: (ref, version) => together(keyOf(ref), () => attemptRefresh(deps, ref, version)),
    async replay() {
      const left = await deps.spill.left();
      for (const pair of left) await settlePair(deps, pair);
      return left.length;
    },
  };
}
