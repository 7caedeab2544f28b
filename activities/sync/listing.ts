import type { FarSideRecord, StreamRun } from '../../shared/partners/stream.ts';
import type { Delivery } from '../../shared/store/records/deliveries.ts';
import { unclearFormers } from '../../shared/store/records/delivery-queue.ts';
import { findRecordLinks, type RecordLink } from '../../shared/store/records/record-links.ts';
import { type Cycle, unfenced } from './attempt.ts';

/**
 * Age at which a listing is stale: low if values are about to be overwritten that a person may have just changed, higher if the
 * question is only whether something exists already.
 */
const staleAfterMs = { overwrite: 3000, create: 60_000 } as const;

/**
 * The keys under which the far side is listed for some deliveries: where each is meant to be, where it is now, and where former
 * versions may be.
 */
export async function searchKeysFor(cycle: Cycle, deliveries: readonly Delivery[]): Promise<readonly string[]> {
  const { fence, run } = cycle;
  const naturalKeys = deliveries.map(({ naturalKey }) => naturalKey);
  const { links, formers } = await unfenced(cycle, async (db) => ({
    links: run.searchKeyOf ? await findRecordLinks(db, fence, naturalKeys) : new Map<string, RecordLink>(),
    formers: await unclearFormers(db, fence, deliveries),
  }));
  return searchKeysOf(run, [...deliveries, ...formers], links);
}

/** The keys of what is meant, and of what was written last: there a record that has moved since is found. */
export function searchKeysOf(
  { searchKeyOf }: Pick<StreamRun, 'searchKeyOf'>,
  deliveries: readonly Delivery[],
  links: ReadonlyMap<string, RecordLink>,
): readonly string[] {
  const meant = deliveries.map(({ payload }) => payload.searchKey);
  if (!searchKeyOf) return meant;
  return [...meant, ...[...links.values()].flatMap(({ written }) => (written ? [searchKeyOf(written)] : []))];
}

/**
 * What was listed, plus the record's target if it is not among it: a person may have moved it away, which is no reason to make a
 * second one.
 */
export async function withTarget(
  { find }: Pick<StreamRun, 'find'>,
  listed: readonly FarSideRecord[],
  targetId: string | null | undefined,
): Promise<readonly FarSideRecord[]> {
  if (!find || !targetId || listed.some(({ id }) => id === targetId)) return listed;
  const found = await find(targetId);
  return found ? [...listed, found] : listed;
}

/** The target of a delivery's record, if it has one. */
export async function targetOf(cycle: Cycle, { naturalKey }: Delivery): Promise<string | null | undefined> {
  const links = await unfenced(cycle, (db) => findRecordLinks(db, cycle.fence, [naturalKey]));
  return links.get(naturalKey)?.targetId;
}

/** The far side as listed for the deliveries of a cycle: once for all of them, again when it is stale. */
export interface Listing {
  /** Records that could match any of the keys it was made for. */
  fresh(purpose: keyof typeof staleAfterMs): Promise<readonly FarSideRecord[]>;
  /** Discards the listing: it lacks something that exists by now. */
  outdate(): void;
}

export function listingOf(run: StreamRun, searchKeys: readonly string[], monotonicMs = () => performance.now()): Listing {
  const keys = [...new Set(searchKeys)];
  let listed: { readonly atMs: number; readonly records: Promise<readonly FarSideRecord[]> } | undefined;
  return {
    fresh(purpose) {
      const atMs = monotonicMs();
      if (!listed || atMs - listed.atMs > staleAfterMs[purpose]) {
        const records = run.lookUp(keys);
        listed = { atMs, records };
        records.catch(() => {
          listed = undefined; // the next call lists again
        });
      }
      return listed.records;
    },
    outdate() {
      listed = undefined;
    },
  };
}
