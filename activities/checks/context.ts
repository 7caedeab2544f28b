import { commandInputs } from '../../shared/domain/commands.ts';
import { Fault } from '../../shared/domain/faults.ts';
import type { DryRun } from '../../shared/domain/projects.ts';
import type { CheckContext } from '../../shared/partners/contract.ts';
import { appliedDecision } from '../../shared/store/commands.ts';
import { boundCompanyOf, companyOf } from '../../shared/store/companies.ts';
import { type Connection, findConnection } from '../../shared/store/connections.ts';
import { currentCredential } from '../../shared/store/credentials.ts';
import { findDryRun } from '../../shared/store/dry-runs.ts';
import { listMatches } from '../../shared/store/matches.ts';
import { findAdminProjects } from '../../shared/store/project-lists.ts';
import { newestSignIn, type SignIn } from '../../shared/store/sign-ins.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { readTenant } from '../../shared/store/tenants.ts';
import { partnerClient, serviceClient } from '../clients.ts';
import type { ConnectionRef } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { personClient } from '../people/sign-ins.ts';
import type { Surroundings } from '../surroundings.ts';

/** What a check's result rests on: where one of these has changed meanwhile, the result is of no use any more. */
export interface Basis {
  readonly claimedCompanyId: string | null;
  readonly serviceCredentialId: string | null;
  readonly partnerCredentialId: string | null;
}

export interface OpenedCheck {
  readonly connection: Connection;
  readonly signIn: SignIn | undefined;
  readonly basis: Basis;
  readonly context: CheckContext;
}

export async function basisOf(db: Db, connection: Connection): Promise<Basis> {
  const service = await currentCredential(db, connection.connectionId, 'procore-service');
  const login = await currentCredential(db, connection.connectionId, 'partner-login');
  return {
    claimedCompanyId: connection.claimedCompanyId,
    serviceCredentialId: service?.credentialId ?? null,
    partnerCredentialId: login?.credentialId ?? null,
  };
}

/** The connection as its row stands; a fault of ours where there is none, since no command could have named it. */
export async function neededConnection(db: Db, connectionId: string): Promise<Connection> {
  const connection = await findConnection(db, connectionId);
  if (!connection) throw new Error(`there is no connection ${connectionId} in this tenant`);
  return connection;
}

/** Reads in one unit of work all that a check may look at; clients are made when a check asks for them. */
export async function openCheck(deps: ActivityDependencies, ref: ConnectionRef, around: Surroundings): Promise<OpenedCheck> {
  const read = await withTenant(deps.pool, ref.tenantId, async (db) => {
    const connection = await neededConnection(db, ref.connectionId);
    const dryRun = (await findDryRun(db, ref.connectionId)) ?? null;
    return {
      connection,
      tenant: await readTenant(db),
      basis: await basisOf(db, connection),
      signIn: await newestSignIn(db, ref.connectionId, 'prove-ownership'),
      adminProjects: (await findAdminProjects(db, ref.connectionId)) ?? null,
      matches: await listMatches(db, ref.connectionId),
      dryRun,
      confirmed: dryRun && (await confirmationOf(db, ref.connectionId, dryRun)),
    };
  });
  const { connection, tenant, basis, signIn, ...facts } = read;
  const company = companyOf(connection) ?? null;
  const context: CheckContext = {
    ...facts,
    connection: {
      tenantId: ref.tenantId,
      tenantName: tenant.name,
      connectionId: ref.connectionId,
      modules: connection.modules,
      company,
      companyName: connection.companyName,
      syncUserId: connection.syncUserId,
      syncUserName: connection.syncUserName,
      projectChoice: connection.projectChoice,
      settings: deps.partners[connection.partner].settings.parse(connection.partnerSettings),
    },
    hasServiceCredential: basis.serviceCredentialId !== null,
    hasPartnerLogin: basis.partnerCredentialId !== null,
    signIn: signIn ? signInFacts(signIn, connection) : null,
    windowDays: deps.timings.manpowerWindowDays,
    service: () => serviceClient(deps, ref, needed(company), around),
    boundService: () => serviceClient(deps, ref, bound(connection), around),
    person: () => personClient(deps, { tenantId: ref.tenantId, signInId: signIn?.signInId ?? '' }, needed(company), around),
    partnerClient: () => partnerClient(deps, ref, connection.partner, around),
    signal: around.signal,
  };
  return { connection, signIn, basis, context };
}

/** A confirmation stands for the dry run it named, and for no other. */
async function confirmationOf(db: Db, connectionId: string, dryRun: DryRun): Promise<CheckContext['confirmed']> {
  const decision = await appliedDecision(db, connectionId, 'confirm');
  const named = commandInputs.confirm.safeParse(decision?.input);
  if (!decision || !named.success || named.data.dryRunAt !== dryRun.at) return null;
  return { by: decision.by, at: decision.at.toISOString() };
}

const signInFacts = (signIn: SignIn, connection: Connection): NonNullable<CheckContext['signIn']> => ({
  signInId: signIn.signInId,
  state: signIn.state,
  procoreUserId: signIn.procoreUserId,
  procoreUserName: signIn.procoreUserName,
  refusal: signIn.refusal,
  // What was seen of one company proves nothing of another that is named meanwhile.
  seen: signIn.seen?.companyId === connection.claimedCompanyId ? signIn.seen : null,
  usable: signIn.hasToken && signIn.tokenExpiresAt !== null && signIn.tokenExpiresAt.getTime() > Date.now(),
});

function needed<Company>(company: Company | null): Company {
  if (company === null) throw new Fault('company-not-visible', { seen: 'No company id was submitted yet.' });
  return company;
}

function bound(connection: Connection) {
  const company = boundCompanyOf(connection);
  if (!company) throw new Fault('not-company-admin', { seen: 'No admin of this company has confirmed it yet.' });
  return company;
}
