import type { Timings } from '../../shared/config/pace.ts';
import type { BoundCompany } from '../../shared/domain/company.ts';
import type { ConsentKind } from '../../shared/domain/consents.ts';
import type { ResponseMapping } from '../../shared/domain/contractors.ts';
import type { Fault } from '../../shared/domain/faults.ts';
import type { Memory } from '../../shared/domain/memory.ts';
import type { PartnerName } from '../../shared/domain/partners.ts';
import type { Plans } from '../../shared/domain/steps.ts';
import type { Reader, Responders, Stream } from '../../shared/partners/stream.ts';
import type { ProcoreClient } from '../../shared/procore/contract.ts';
import type { ProcoreFiles } from '../../shared/procore/files.ts';
import type { SealedCredential } from '../../shared/store/connections/credentials.ts';
import type { StorePool } from '../../shared/store/tenancy.ts';
import type { Surroundings } from '../surroundings.ts';
import type { CrashHook } from './crash-points.ts';

export interface OpenedClients {
  readonly procore: ProcoreClient<BoundCompany>;
  /** As whom Procore is read, if that is a person. */
  readonly reader?: Reader;
  /** Called with the lasting faults that cut a cycle short. Absent if there is no other reader. */
  readonly refused?: (faults: readonly Fault[]) => Promise<void>;
  /** A client of the partner's API with the submitted login; its stream knows the type. */
  readonly partnerClient: unknown;
  /** Absent if only the one principal writes. */
  readonly responders?: Responders;
  /** How files are fetched and sent; absent if no stream carries any. */
  readonly files?: ProcoreFiles;
  /** Where people open Procore; absent if nobody is shown a page of it. */
  readonly pagesOrigin?: string;
  /** What the responses of the project mean; absent if it has none. */
  readonly responses?: readonly ResponseMapping[];
}

export interface ClientsWish {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly projectLinkId: string;
  readonly partner: PartnerName;
  readonly company: BoundCompany;
  /** The credentials in force when the stream was opened. */
  readonly service: SealedCredential | undefined;
  readonly login: SealedCredential | undefined;
  readonly around: Surroundings;
}

export interface SyncDependencies {
  readonly pool: StorePool;
  readonly timings: Timings;
  readonly plans: Plans;
  readonly memory: Memory;
  readonly streamsOf: (partner: PartnerName) => readonly Stream[];
  /** The partner's own settings from what is stored, as far as they are in force under the given consents. */
  readonly settingsOf: (partner: PartnerName, stored: unknown, consents: readonly ConsentKind[]) => unknown;
  /** Procore as the connection's service credential, and the partner; throws a `Fault` if a credential is missing. */
  readonly openClients: (wish: ClientsWish) => Promise<OpenedClients>;
  /** Both sides for reading only: writes are refused, and nothing is read twice. */
  readonly openReading: (wish: ClientsWish) => Promise<OpenedClients>;
  /** Keyed pseudonyms of one tenant, for the ids of people and source records. */
  readonly pseudonymsOf: (tenantId: string) => Promise<(value: string) => string>;
  readonly surroundings: () => Surroundings;
  /** Which Procore: in it, an author's stream has one owner. */
  readonly environment: string;
  readonly crashPoint: CrashHook;
  readonly nowMs: () => number;
}
