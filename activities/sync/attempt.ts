import type { BoundCompany } from '../../shared/domain/company.ts';
import type { Hindrance } from '../../shared/domain/responders.ts';
import type { Stream, StreamRun } from '../../shared/partners/stream.ts';
import type { ProcoreClient } from '../../shared/procore/contract.ts';
import type { ItemPlace } from '../../shared/store/attention.ts';
import { type Fence, holdFence } from '../../shared/store/records/checkpoints.ts';
import type { Automation } from '../../shared/store/records/wanted-records.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import type { Surroundings } from '../surroundings.ts';
import type { OpenedClients, SyncDependencies } from './dependencies.ts';

/** One attempt at one cycle of one stream, from the moment it holds the fence. */
export interface Attempt {
  readonly dependencies: SyncDependencies;
  readonly context: Surroundings;
  readonly place: ItemPlace;
  readonly fence: Fence;
  readonly stream: Stream;
}

/** An attempt with both sides open: what every part of the cycle works with. */
export interface Cycle extends Attempt {
  readonly procoreProjectId: string;
  readonly procore: ProcoreClient<BoundCompany>;
  readonly refused: OpenedClients['refused'];
  readonly run: StreamRun;
  readonly automation: Automation;
  /** What hinders a person’s records, by the subject of a cause. */
  readonly hindrances: ReadonlyMap<string, Hindrance>;
}

/**
 * Runs a transaction of this attempt: it commits only while the attempt holds the fence, else throws `FencedOut` and writes
 * nothing.
 */
export function write<Result>(attempt: Attempt, work: (db: Db) => Promise<Result>): Promise<Result> {
  return withTenant(attempt.dependencies.pool, attempt.fence.tenantId, async (db) => {
    await holdFence(db, attempt.fence);
    return work(db);
  });
}

/**
 * For reads, and for settling what an attempt itself sent, which its attempt id guards (a lost fence never discards an answer).
 */
export function unfenced<Result>(attempt: Attempt, work: (db: Db) => Promise<Result>): Promise<Result> {
  return withTenant(attempt.dependencies.pool, attempt.fence.tenantId, work);
}
