import { createHash } from 'node:crypto';
import type { AnyCompany } from '../shared/domain/company.ts';
import { Fault } from '../shared/domain/faults.ts';
import type { PartnerName } from '../shared/domain/partners.ts';
import { createProcoreClient, type ProcoreClient, type TokenSource } from '../shared/procore/client.ts';
import { type CredentialPurpose, currentCredential, type SealedCredential } from '../shared/store/credentials.ts';
import { withTenant } from '../shared/store/tenancy.ts';
import type { ConnectionRef } from './contract.ts';
import type { ActivityDependencies } from './dependencies.ts';
import type { Surroundings } from './surroundings.ts';

type Reach = Pick<ActivityDependencies, 'pool' | 'vault' | 'procore' | 'timings' | 'partners' | 'partnerOrigins'>;

type Around = Pick<Surroundings, 'signal' | 'onWait' | 'heartbeat'>;

/** Procore as the connection's service credential. Its secret is unsealed only when a token is needed. */
export async function serviceClient<Company extends AnyCompany>(
  reach: Reach,
  ref: ConnectionRef,
  company: Company,
  around: Around,
): Promise<ProcoreClient<Company>> {
  const credential = await neededCredential(reach, ref, 'procore-service');
  const clientId = credential.shown['clientId'] ?? '';
  const token = reach.procore.serviceTokens.sourceFor(credential.credentialId, async () => {
    const clientSecret = await withTenant(reach.pool, ref.tenantId, (db) =>
      reach.vault.unsealCredential(db, ref.tenantId, credential),
    );
    return { clientId, clientSecret };
  });
  return procoreClient(reach, company, token, clientId, around);
}

/** The partner's API with the connection's submitted login; its own checks and streams know the type. */
export async function partnerClient(reach: Reach, ref: ConnectionRef, partner: PartnerName, around: Around): Promise<unknown> {
  const login = await neededCredential(reach, ref, 'partner-login');
  return reach.partners[partner].connect({
    key: login.credentialId,
    shown: login.shown,
    secret: () => withTenant(reach.pool, ref.tenantId, (db) => reach.vault.unsealCredential(db, ref.tenantId, login)),
    origins: reach.partnerOrigins,
    timings: reach.timings,
    signal: around.signal,
    onWait: around.onWait,
    onCall: () => around.heartbeat({ called: partner }),
  });
}

/** Procore by a token source. `principalId`: whose limits the calls count against (client id, and the person where there is one). */
export function procoreClient<Company extends AnyCompany>(
  reach: Pick<Reach, 'procore' | 'timings'>,
  company: Company,
  token: TokenSource,
  principalId: string,
  around: Around,
): ProcoreClient<Company> {
  const { apiOrigin, budget, onCall } = reach.procore;
  return createProcoreClient({
    origin: apiOrigin,
    company,
    token,
    budget,
    budgetKey: budgetKey(apiOrigin, principalId, company.companyId),
    timings: reach.timings,
    onWait: around.onWait,
    signal: around.signal,
    log: (record) => {
      around.heartbeat({ called: record.operationId });
      onCall?.(record);
    },
  });
}

/** A hash: the shared table of budgets names nobody. */
const budgetKey = (...parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** The credential in force; a `Fault` in words where there is none. */
export async function neededCredential(
  reach: Pick<Reach, 'pool'>,
  ref: ConnectionRef,
  purpose: CredentialPurpose,
): Promise<SealedCredential> {
  const credential = await withTenant(reach.pool, ref.tenantId, (db) => currentCredential(db, ref.connectionId, purpose));
  if (credential) return credential;
  throw purpose === 'procore-service'
    ? new Fault('credential-rejected', { seen: 'No client id and secret were submitted yet.' })
    : new Fault('partner-credential-rejected', { seen: 'No login was submitted yet.' });
}
