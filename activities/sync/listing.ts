import type { FarSideRecord, StreamRun } from '../../shared/partners/stream.ts';

/** Age at which a listing no longer says what stands there. */
const staleAfterMs = 60_000;

/** The far side as listed for the deliveries of a cycle: once for all of them, again when it has become stale. */
export interface Listing {
  /** Records that could be any of the keys it was made for. */
  fresh(): Promise<readonly FarSideRecord[]>;
}

export function listingOf(run: StreamRun, searchKeys: readonly string[], monotonicMs = () => performance.now()): Listing {
  const keys = [...new Set(searchKeys)];
  let listed: { readonly atMs: number; readonly records: Promise<readonly FarSideRecord[]> } | undefined;
  return {
    fresh() {
      const atMs = monotonicMs();
      if (!listed || atMs - listed.atMs > staleAfterMs) {
        const records = run.lookUp(keys);
        listed = { atMs, records };
        records.catch(() => {
          listed = undefined; // the next one asks again
        });
      }
      return listed.records;
    },
  };
}
