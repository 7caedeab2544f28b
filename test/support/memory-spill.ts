import type { GrantSpill, SealedNewPair } from '../../activities/grants/contract.ts';

/** A disk for tests: what lies there outlives the worker that put it there. */
export function createMemorySpill(): GrantSpill {
  const lying = new Map<string, SealedNewPair>();
  return {
    keep: async (pair) => void lying.set(pair.attemptId, pair),
    forget: async (pair) => void lying.delete(pair.attemptId),
    left: async () => [...lying.values()],
  };
}
