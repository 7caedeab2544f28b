import { createHash } from 'node:crypto';
import type { AnyCompany, NoCompany } from '../shared/domain/company.ts';
import { Fault } from '../shared/domain/faults.ts';
import type { PartnerName } from '../shared/domain/partners.ts';
import { createProcoreClient, type ProcoreClient, type TokenSource } from '../shared/procore/client.ts';
import type { SealedCredential } from '../shared/store/connections/credentials.ts';
import { withTenant } from '../shared/store/tenancy.ts';
import type { ActivityDependencies } from './dependencies.ts';
import type { Surroundings } from './surroundings.ts';

type Reach = Pick<ActivityDependencies, 'pool' | 'vault' | 'procore' | 'timings' | 'partners' | 'partnerOrigins'>;

/** What a Procore client for a person needs. */
export interface PersonsReach extends Pick<ActivityDependencies, 'timings'> {
  readonly grants: Pick<ActivityDependencies['grants'], 'sourceFor'>;
  readonly procore: Pick<ActivityDependencies['procore'], 'apiOrigin' | 'budget' | 'onCall'> & {
    readonly ourApp: Pick<ActivityDependencies['procore']['ourApp'], 'clientId'>;
  };
}

type Around = Pick<Surroundings, 'signal' | 'lane' | 'onWait' | 'heartbeat'>;

/** On whose behalf calls are made: the sharers of one budget are served evenly. */
export interface Sharer {
  readonly tenantId: string;
  /** Distinguishes the calls of one tenant from each other, e.g. the project link. */
  readonly partId: string;
}

/**
 * A Procore client for a service credential. The secret is unsealed only when a token is needed. Throws a `Fault` in words if
 * there is no credential.
 */
export async function serviceClient<Company extends AnyCompany>(
  reach: Reach,
  sharer: Sharer,
  company: Company,
  credential: SealedCredential | undefined,
  around: Around,
): Promise<ProcoreClient<Company>> {
  if (!credential) throw new Fault('credential-rejected', { seen: 'No client id and secret were submitted yet.' });
  const clientId = credential.shown['clientId'] ?? '';
  const token = reach.procore.serviceTokens.sourceFor(credential.credentialId, async () => {
    const clientSecret = await withTenant(reach.pool, sharer.tenantId, (db) =>
      reach.vault.unsealCredential(db, sharer.tenantId, credential),
    );
    return { clientId, clientSecret };
  });
  return procoreClient(reach, company, token, clientId, sharer, around);
}

/**
 * A Procore client for a person, by their authorization. Its calls count against that person's limits, whichever project they are
 * for.
 */
export async function grantClient<Company extends AnyCompany | NoCompany>(
  reach: PersonsReach,
  sharer: Sharer,
  company: Company,
  grantId: string,
  around: Around,
): Promise<ProcoreClient<Company>> {
  const token = reach.grants.sourceFor(sharer.tenantId, grantId);
  return procoreClient(reach, company, token, principalOf(reach, grantId), sharer, around);
}

const principalOf = ({ procore }: Pick<PersonsReach, 'procore'>, grantId: string): string =>
  `${procore.ourApp.clientId}:${grantId}`;

/** Key of the rate budget for a person's calls in a company. */
export const grantBudgetKey = (reach: Pick<Reach, 'procore'>, grantId: string, companyId: string): string =>
  budgetKey(reach.procore.apiOrigin, principalOf(reach, grantId), companyId);

/**
 * A client of the partner's API with a login; only the partner's own checks and streams know its type. Throws a `Fault` in words
 * if there is no login.
 */
export function partnerClient(
  reach: Reach,
  tenantId: string,
  partner: PartnerName,
  login: SealedCredential | undefined,
  around: Around,
): unknown {
  const side = reach.partners[partner];
  if (!login) throw new Fault('partner-credential-rejected', { seen: 'No login was submitted yet.', ...side.login.cure });
  return side.connect({
    key: login.credentialId,
    shown: login.shown,
    secret: () => withTenant(reach.pool, tenantId, (db) => reach.vault.unsealCredential(db, tenantId, login)),
    origins: reach.partnerOrigins,
    timings: reach.timings,
    signal: around.signal,
    onWait: around.onWait,
    onCall: () => around.heartbeat({ called: partner }),
  });
}

/**
 * A Procore client for a token source. `principalId`: whose limits the calls count against (client id, and the person if there is
 * one).
 */
export function procoreClient<Company extends AnyCompany | NoCompany>(
  reach: { readonly procore: Pick<Reach['procore'], 'apiOrigin' | 'budget' | 'onCall'>; readonly timings: Reach['timings'] },
  company: Company,
  token: TokenSource,
  principalId: string,
  { tenantId, partId }: Sharer,
  around: Around,
): ProcoreClient<Company> {
  const { apiOrigin, budget, onCall } = reach.procore;
  const key = budgetKey(apiOrigin, principalId, company.companyId);
  return createProcoreClient({
    origin: apiOrigin,
    company,
    token,
    budget,
    asker: { budgetKey: key, lane: around.lane, tenant: hashOf(key, tenantId), part: hashOf(key, partId) },
    timings: reach.timings,
    onWait: around.onWait,
    signal: around.signal,
    log: (record) => {
      around.heartbeat({ called: record.operationId });
      onCall?.(record);
    },
  });
}

const budgetKey = (apiOrigin: string, principalId: string, companyId: string): string =>
  hashOf(apiOrigin, principalId, companyId);

/** Hashed: the shared table of budgets names nobody, and does not show which of its rows belong to one tenant. */
const hashOf = (...parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
