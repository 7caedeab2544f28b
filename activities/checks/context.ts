import { isDeepStrictEqual } from 'node:util';
import { commandInputs } from '../../shared/domain/commands.ts';
import type { AnyCompany } from '../../shared/domain/company.ts';
import { isServiceKind } from '../../shared/domain/credentials.ts';
import type { DryRun } from '../../shared/domain/dry-run.ts';
import { Fault } from '../../shared/domain/faults.ts';
import type { CheckContext } from '../../shared/partners/contract.ts';
import { settingsInForce } from '../../shared/partners/settings-in-force.ts';
import type { ProcoreClient } from '../../shared/procore/contract.ts';
import { listProjects } from '../../shared/procore/operations/projects.ts';
import { createSharedReads } from '../../shared/procore/shared-reads.ts';
import { appliedDecision } from '../../shared/store/commands.ts';
import { boundCompanyOf, companyOf } from '../../shared/store/connections/companies.ts';
import { type Connection, findConnection, lockConnection } from '../../shared/store/connections/connections.ts';
import { currentCredential, type SealedCredential } from '../../shared/store/connections/credentials.ts';
import { listMatches } from '../../shared/store/connections/matches.ts';
import { findStep, listSteps, type StoredStep } from '../../shared/store/connections/steps.ts';
import { consentsInForce } from '../../shared/store/grants/consents.ts';
import { newestSignIn, type SignIn } from '../../shared/store/grants/sign-ins.ts';
import { findDryRun } from '../../shared/store/projects/dry-runs.ts';
import { callsOnProjects, knownLevels } from '../../shared/store/projects/project-levels.ts';
import { findAdminProjects } from '../../shared/store/projects/project-lists.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { readTenant } from '../../shared/store/tenants/tenants.ts';
import { grantBudgetKey, partnerClient, serviceClient } from '../clients.ts';
import type { StepRef } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { personClient } from '../sign-ins/tokens.ts';
import type { Surroundings } from '../surroundings.ts';
import { askAboutAll, levelsWish } from './levels-due.ts';
import { peopleContext, readPeople } from './people.ts';
import { needsTakenBack } from './reopen.ts';
import type { Round } from './round.ts';

/** What a check's result rests on: if one of these has changed meanwhile, the result is void. */
export interface Basis {
  readonly claimedCompanyId: string | null;
  readonly serviceCredentialId: string | null;
  readonly partnerCredentialId: string | null;
  /** The step's generation: a decision that changes what the step rests on raises it. */
  readonly generation: number | null;
}

export interface OpenedCheck {
  readonly ref: StepRef;
  readonly connection: Connection;
  readonly signIn: SignIn | undefined;
  readonly basis: Basis;
  /** Budget key of the calls made as the connection's owner; null if there is no owner, or no company yet. */
  readonly ownersBudgetKey: string | null;
  /** Whether Procore's answers differ now from the ones another check read moments ago and this check reused. */
  readonly readsHaveChanged: () => Promise<boolean>;
  /** A decision took back something that the step needs: the step must not be judged now. */
  readonly takenBack: boolean;
  readonly context: CheckContext;
}

interface Credentials {
  readonly service: SealedCredential | undefined;
  readonly login: SealedCredential | undefined;
}

const credentialsOf = async (db: Db, connectionId: string): Promise<Credentials> => ({
  service: await currentCredential(db, connectionId, 'procore-service'),
  login: await currentCredential(db, connectionId, 'partner-login'),
});

const basisOf = ({ claimedCompanyId }: Connection, used: Credentials, step: StoredStep | undefined): Basis => ({
  claimedCompanyId,
  serviceCredentialId: used.service?.credentialId ?? null,
  partnerCredentialId: used.login?.credentialId ?? null,
  generation: step?.generation ?? null,
});

/**
 * Returns the connection, locked, if what the check rested on is unchanged. Undefined if it was replaced meanwhile: then the
 * check proves nothing and must be repeated.
 */
export async function stillRests(db: Db, { ref, basis }: OpenedCheck): Promise<Connection | undefined> {
  const connection = await lockConnection(db, ref.connectionId);
  if (!connection) return undefined;
  const step = await findStep(db, ref.connectionId, ref.stepId);
  const now = basisOf(connection, await credentialsOf(db, ref.connectionId), step);
  return isDeepStrictEqual(now, basis) ? connection : undefined;
}

/** A page counts as open for this long after somebody last looked at it. */
const lookedMs = 60_000;

/** Whether somebody has the connection's page open. */
export const isWatched = ({ lookedAt }: Connection): boolean => Date.now() - (lookedAt?.getTime() ?? 0) < lookedMs;

/** The connection's row. Throws a plain `Error` (a fault of ours) if there is none, since no command could have named it. */
export async function neededConnection(db: Db, connectionId: string): Promise<Connection> {
  const connection = await findConnection(db, connectionId);
  if (!connection) throw new Error(`there is no connection ${connectionId} in this tenant`);
  return connection;
}

/**
 * Reads in one transaction all that a check may look at; clients are created, with the credentials read here, when a check asks
 * for them. `proposed` is checked in place of the credential in force. Without a `round` of care, a check reads everything there
 * is to read.
 */
export async function openCheck(
  deps: ActivityDependencies,
  ref: StepRef,
  surroundings: Surroundings,
  { proposed, round }: { readonly proposed?: SealedCredential; readonly round?: Round | undefined } = {},
): Promise<OpenedCheck> {
  const read = await withTenant(deps.pool, ref.tenantId, async (db) => {
    // first: if a decision is stored while we read, its generation is newer than ours, and the check is void
    const steps = await listSteps(db, ref.connectionId);
    const current = await credentialsOf(db, ref.connectionId);
    const connection = await neededConnection(db, ref.connectionId);
    const dryRun = (await findDryRun(db, ref.connectionId)) ?? null;
    const used = {
      service: proposed?.purpose === 'procore-service' ? proposed : current.service,
      login: proposed?.purpose === 'partner-login' ? proposed : current.login,
    };
    return {
      connection,
      used,
      tenant: await readTenant(db),
      basis: basisOf(
        connection,
        current,
        steps.find(({ stepId }) => stepId === ref.stepId),
      ),
      takenBack: needsTakenBack(deps.plans, connection, steps, ref.stepId),
      signIn: await newestSignIn(db, ref.connectionId, 'prove-ownership'),
      adminProjects: (await findAdminProjects(db, ref.connectionId)) ?? null,
      matches: await listMatches(db, ref.connectionId),
      known: await knownLevels(db, ref.connectionId),
      calls: round ? await callsOnProjects(db, ref.connectionId) : [],
      consents: await consentsInForce(db, ref.connectionId),
      dryRun,
      confirmed: dryRun && (await confirmationOf(db, ref.connectionId, dryRun)),
      futureConfirmed: await futureConfirmation(db, ref.connectionId, used.service),
      rows: deps.partners[connection.partner].principal === 'people' ? await readPeople(deps, db, connection) : null,
    };
  });
  const { connection, used, tenant, basis, takenBack, signIn, known, calls, rows, consents, ...facts } = read;
  const around: Surroundings = isWatched(connection) ? { ...surroundings, lane: 'answers' } : surroundings;
  const sharer = { tenantId: ref.tenantId, partId: ref.connectionId };
  const reads = createSharedReads(deps.memory, ref.stepId);
  const service = async <Company extends AnyCompany>(ofCompany: Company): Promise<ProcoreClient<Company>> =>
    reads.of(await serviceClient(deps, sharer, ofCompany, used.service, around), used.service?.credentialId ?? '');
  const boundService = () => service(bound(connection));
  const readProjects = async () => listProjects(await boundService(), 'active');
  const { streams } = deps.partners[connection.partner];
  const ask = round?.asksAnew(ref.stepId) ? 'all' : isWatched(connection) ? 'all-but-fresh' : 'due';
  const times = { nowMs: deps.nowMs(), everyMs: deps.timings.projectLevelsMs };
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
      settings: settingsInForce(deps.partners[connection.partner], connection.partnerSettings, consents),
    },
    hasServiceCredential: used.service !== undefined,
    serviceKind: used.service && isServiceKind(used.service.kind) ? used.service.kind : null,
    partnerLogin: used.login
      ? { shown: used.login.shown, serves: used.login !== proposed && connection.stage !== 'onboarding' }
      : null,
    signIn: signIn ? signInFacts(signIn, connection) : null,
    windowDays: deps.timings.manpowerWindowDays,
    service: () => service(needed(company)),
    boundService,
    activeProjects: () => (round ? round.activeProjects(used.service?.credentialId ?? '', readProjects) : readProjects()),
    levels: round ? levelsWish({ known, calls, streams, ask }, times) : askAboutAll(known),
    person: () => personClient(deps, { tenantId: ref.tenantId, signInId: signIn?.signInId ?? '' }, needed(company), around),
    people:
      rows &&
      peopleContext(
        deps,
        { connection, stepId: ref.stepId },
        rows,
        rows.signIn ? signInFacts(rows.signIn, connection) : null,
        around,
      ),
    partnerClient: async () => partnerClient(deps, ref.tenantId, connection.partner, used.login, around),
    signal: around.signal,
  };
  const { ownerGrantId, boundCompanyId } = connection;
  const ownersBudgetKey =
    ownerGrantId !== null && boundCompanyId !== null ? grantBudgetKey(deps, ownerGrantId, boundCompanyId) : null;
  return { ref, connection, signIn, basis, takenBack, ownersBudgetKey, readsHaveChanged: reads.haveChanged, context };
}

/** A confirmation holds only for the dry run it named. */
async function confirmationOf(db: Db, connectionId: string, dryRun: DryRun): Promise<CheckContext['confirmed']> {
  const decision = await appliedDecision(db, connectionId, 'confirm');
  const named = commandInputs.confirm.safeParse(decision?.input);
  if (!decision || !named.success || named.data.dryRunAt !== dryRun.at) return null;
  return { by: decision.by, at: decision.at.toISOString() };
}

/** The confirmation was about the sync user at that time: another credential is another user. */
async function futureConfirmation(
  db: Db,
  connectionId: string,
  service: SealedCredential | undefined,
): Promise<CheckContext['futureConfirmed']> {
  const decision = await appliedDecision(db, connectionId, 'confirm-future');
  if (!decision || !service || decision.at < service.createdAt) return null;
  return { by: decision.by, at: decision.at.toISOString() };
}

const signInFacts = (signIn: SignIn, connection: Connection): NonNullable<CheckContext['signIn']> => ({
  signInId: signIn.signInId,
  state: signIn.state,
  procoreUserId: signIn.procoreUserId,
  procoreUserName: signIn.procoreUserName,
  refusal: signIn.refusal,
  // What was seen of one company proves nothing about another that is named meanwhile.
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
