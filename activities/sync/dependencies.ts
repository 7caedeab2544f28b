import type { Timings } from '../../shared/config/pace.ts';
import type { BoundCompany } from '../../shared/domain/company.ts';
import type { PartnerName } from '../../shared/domain/partners.ts';
import type { Stream } from '../../shared/partners/stream.ts';
import type { ProcoreClient } from '../../shared/procore/contract.ts';
import type { StorePool } from '../../shared/store/tenancy.ts';
import type { CrashHook } from './crash-points.ts';

/** What an activity is given by Temporal: liveness out, cancellation in. */
export interface ActivityContext {
  /** Progress for people; the checkpoint is what a cycle resumes from. */
  heartbeat(details: unknown): void;
  readonly signal: AbortSignal;
}

export interface OpenedClients {
  readonly procore: ProcoreClient<BoundCompany>;
  /** The partner's API with the submitted login; its stream knows the type. */
  readonly partnerClient: unknown;
}

export interface ClientsWish {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly signal: AbortSignal;
  /** Told while a client waits for a far side's limits. */
  readonly onWait: (untilMs: number, why: string) => void;
}

export interface SyncDependencies {
  readonly pool: StorePool;
  readonly timings: Timings;
  readonly streamsOf: (partner: PartnerName) => readonly Stream[];
  /** Procore as the service credential of a bound connection, and the partner; throws a `Fault` where one is missing. */
  readonly openClients: (wish: ClientsWish) => Promise<OpenedClients>;
  /** Keyed pseudonyms of one tenant, for the ids of people and source records. */
  readonly pseudonymsOf: (tenantId: string) => Promise<(value: string) => string>;
  readonly context: () => ActivityContext;
  readonly crashPoint: CrashHook;
  readonly nowMs: () => number;
}
