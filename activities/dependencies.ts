import type { Timings } from '../shared/config/pace.ts';
import type { Memory } from '../shared/domain/memory.ts';
import type { Plans } from '../shared/domain/steps.ts';
import type { Partners } from '../shared/partners/registry.ts';
import type { RateBudget } from '../shared/procore/budget.ts';
import type { CallRecord } from '../shared/procore/client.ts';
import type { ProcoreFiles } from '../shared/procore/files.ts';
import type { ClientCredential, OAuth } from '../shared/procore/oauth.ts';
import type { ServiceTokens } from '../shared/procore/tokens.ts';
import type { StorePool } from '../shared/store/tenancy.ts';
import type { Vault } from '../shared/store/tenants/vault.ts';
import type { TemporalRuns } from '../shared/temporal/runs.ts';
import type { GrantTokens } from './grants/tokens.ts';
import type { Log } from './log.ts';
import type { MailAccess } from './mail/access.ts';
import type { Surroundings } from './surroundings.ts';

/** Everything the activities use to reach the outside; created once by the worker, or by a test. */
export interface ActivityDependencies {
  readonly pool: StorePool;
  /** Pool of the upkeep login, which may only list the tenants. */
  readonly upkeepPool: StorePool;
  readonly vault: Vault;
  readonly procore: ProcoreAccess;
  /** Persons' own tokens. */
  readonly grants: GrantTokens;
  readonly mail: MailAccess;
  /** Origins of the partners' APIs by the name of their setting. */
  readonly partnerOrigins: Readonly<Record<string, string>>;
  readonly partners: Partners;
  readonly plans: Plans;
  readonly timings: Timings;
  readonly memory: Memory;
  /** The part of Temporal that upkeep and the start of loops need. */
  readonly runs: Pick<TemporalRuns, 'startWanted' | 'deliverCommand' | 'signalRecordsChanged' | 'listRunning' | 'stop'>;
  /** Surroundings of the current activity. */
  readonly surroundings: () => Surroundings;
  readonly log: Log;
  /** Epoch milliseconds; tests move it. */
  readonly nowMs: () => number;
}

export interface ProcoreAccess {
  readonly apiOrigin: string;
  readonly oauth: OAuth;
  readonly serviceTokens: ServiceTokens;
  readonly budget: RateBudget;
  /** Our own app, by which people sign in. */
  readonly ourApp: ClientCredential & { readonly redirectUrl: string };
  /** How files of Procore are fetched and sent. */
  readonly files: ProcoreFiles;
  readonly onCall?: (record: CallRecord) => void;
}
