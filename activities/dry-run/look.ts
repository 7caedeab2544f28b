import type { Stream, StreamRun } from '../../shared/partners/stream.ts';
import type { StreamRef } from '../../shared/store/records/checkpoints.ts';
import type { Automation } from '../../shared/store/records/wanted-records.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import type { Surroundings } from '../surroundings.ts';
import type { SyncDependencies } from '../sync/dependencies.ts';

/** One stream with both sides open for reading: what a dry run of it works with. */
export interface Look {
  readonly dependencies: Pick<SyncDependencies, 'pool' | 'pseudonymsOf'>;
  readonly context: Surroundings;
  readonly tenantId: string;
  readonly stream: Stream;
  readonly run: StreamRun;
  /** For a project that is still to be linked: a link of which nothing is known. */
  readonly of: StreamRef;
  /** Where the next cycle would continue. */
  readonly cursor: unknown;
  /** Whether it would map every known group again because the settings were changed. */
  readonly mapsAll: boolean;
  readonly automation: Automation;
}

/** One read of the store, in its own transaction. */
export const read = <Result>({ dependencies, tenantId }: Look, work: (db: Db) => Promise<Result>): Promise<Result> =>
  withTenant(dependencies.pool, tenantId, work);

/** Reads in portions, each in its own transaction. */
export async function readEach<Item, Result>(
  look: Look,
  items: readonly Item[],
  work: (db: Db, some: readonly Item[]) => Promise<Iterable<Result>>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += portion) {
    look.context.signal.throwIfAborted();
    for (const result of await read(look, (db) => work(db, items.slice(from, from + portion)))) results.push(result);
  }
  return results;
}

/** Records per statement. */
export const portion = 500;
