import type { Stream, StreamRun } from '../../shared/partners/stream.ts';
import type { ItemPlace } from '../../shared/store/attention.ts';
import { holdLease, type Lease } from '../../shared/store/checkpoints.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import type { Automation } from '../../shared/store/wanted-records.ts';
import type { Surroundings } from '../surroundings.ts';
import type { SyncDependencies } from './dependencies.ts';

/** One attempt at one cycle of one stream: what every part of it works with. */
export interface Cycle {
  readonly dependencies: SyncDependencies;
  readonly context: Surroundings;
  readonly place: ItemPlace;
  readonly lease: Lease;
  readonly stream: Stream;
  readonly run: StreamRun;
  readonly automation: Automation;
}

/** A unit of work of this attempt: commits only while the attempt holds the lease, else throws `FencedOut` and writes nothing. */
export function write<Result>(cycle: Cycle, work: (db: Db) => Promise<Result>): Promise<Result> {
  return withTenant(cycle.dependencies.pool, cycle.lease.tenantId, async (db) => {
    await holdLease(db, cycle.lease);
    return work(db);
  });
}

/** Reads; and settles what an attempt itself sent, which its own attempt id guards (an answer is never thrown away for a lost lease). */
export function unfenced<Result>(cycle: Cycle, work: (db: Db) => Promise<Result>): Promise<Result> {
  return withTenant(cycle.dependencies.pool, cycle.lease.tenantId, work);
}
