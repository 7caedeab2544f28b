import type { Stream, StreamRun } from '../../shared/partners/stream.ts';
import type { ItemPlace } from '../../shared/store/attention.ts';
import { type Fence, holdFence } from '../../shared/store/checkpoints.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import type { Surroundings } from '../surroundings.ts';
import type { SyncDependencies } from './dependencies.ts';

/** One attempt at one cycle of one stream: what every part of it works with. */
export interface Cycle {
  readonly dependencies: SyncDependencies;
  readonly context: Surroundings;
  readonly place: ItemPlace;
  readonly fence: Fence;
  readonly stream: Stream;
  readonly run: StreamRun;
}

/** A unit of work of this attempt: commits only while the attempt holds the fence, else throws `FencedOut` and writes nothing. */
export function write<Result>(cycle: Cycle, work: (db: Db) => Promise<Result>): Promise<Result> {
  return withTenant(cycle.dependencies.pool, cycle.fence.tenantId, async (db) => {
    await holdFence(db, cycle.fence);
    return work(db);
  });
}

/** Reads; and settles what an attempt itself sent, which its own attempt id guards (an answer is never thrown away for a lost fence). */
export function unfenced<Result>(cycle: Cycle, work: (db: Db) => Promise<Result>): Promise<Result> {
  return withTenant(cycle.dependencies.pool, cycle.fence.tenantId, work);
}
