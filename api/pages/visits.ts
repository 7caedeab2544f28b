import { isServiceKind } from '../../shared/domain/credentials.ts';
import { type PartnerName, partnerNames, partnerTitles } from '../../shared/domain/partners.ts';
import { type Signer, type StuckOutcome, stepsForSignIn } from '../../shared/domain/steps.ts';
import type { SetUpOffer } from '../../shared/partners/contract.ts';
import { declarations } from '../../shared/partners/registry.ts';
import { hashToken } from '../../shared/security/tokens.ts';
import { type Connection, findConnection } from '../../shared/store/connections/connections.ts';
import { currentCredential } from '../../shared/store/connections/credentials.ts';
import { listSetUp, type StoredTask } from '../../shared/store/connections/set-ups.ts';
import { listSteps, type StoredStep, settledSteps } from '../../shared/store/connections/steps.ts';
import { resolveToken, type TokenDoor } from '../../shared/store/doors.ts';
import { findSignIn, type SignIn } from '../../shared/store/grants/sign-ins.ts';
import { contractorSubject } from '../../shared/store/people/authorizations.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { readTenant } from '../../shared/store/tenants/tenants.ts';
import { connectionRun } from '../delivery.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Help } from './layout.tsx';

/** What a person who came by a link is shown: who asks, for which company, and how far they are. */
export interface Visit {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly partnerTitle: string;
  readonly help: Help;
  readonly connectionId: string;
  /** Null until somebody has named the company. */
  readonly companyId: string | null;
  readonly companyName: string | null;
  /** The company is proven already: this sign-in refreshes its list of projects. */
  readonly isBound: boolean;
  readonly signIn: SignIn;
  /** What blocks this person's sign-in, according to the newest check. */
  readonly obstacle: StuckOutcome | null;
  /** What can be set up for the person if they agree; empty before there is a service credential. */
  readonly offers: readonly SetUpOffer[];
  /** What they have agreed to, and its results. */
  readonly setUp: readonly StoredTask[];
  /** The run that takes this connection's decisions; null if none will again. */
  readonly workflowId: string | null;
  /** The steps to look at once this person did something at Procore: the one that takes it up, or what that waits for. */
  readonly lookedAt: readonly string[];
}

/** The form of every bearer in an address or cookie. */
export const bearerForm = /^[A-Za-z0-9_-]{40,60}$/;

/** The contact for help that a partner's pages show. */
export const helpOf = ({ supportOf }: Pick<ApiDependencies, 'supportOf'>, partner: PartnerName): Help => ({
  partnerTitle: partnerTitles[partner],
  ...supportOf(partner),
});

/** Of every partner: for a page that is not about one. */
export const helpOfAll = (dependencies: Pick<ApiDependencies, 'supportOf'>): readonly Help[] =>
  partnerNames.map((partner) => helpOf(dependencies, partner));

/**
 * Finds the sign-in of a bearer in an address or cookie. Undefined if there is none, it has ended, expired, or is from before a
 * restore.
 */
export async function findVisit(dependencies: ApiDependencies, door: TokenDoor, bearer: string): Promise<Visit | undefined> {
  if (!bearerForm.test(bearer)) return undefined;
  const found = await resolveToken(dependencies.pool, door, hashToken(bearer));
  if (found === undefined) return undefined;
  return withTenant(dependencies.pool, found.tenantId, (db) => readVisit(db, dependencies, found.tenantId, found.rowId));
}

async function readVisit(db: Db, dependencies: ApiDependencies, tenantId: string, signInId: string): Promise<Visit | undefined> {
  const signIn = await findSignIn(db, signInId);
  const connection = signIn && (await findConnection(db, signIn.connectionId));
  if (signIn === undefined || connection === undefined || signIn.restoreEpoch !== dependencies.settings.restoreEpoch)
    return undefined;
  if (signIn.state === 'expired' || signIn.expiresAt.getTime() <= Date.now()) return undefined;
  const steps = await listSteps(db, connection.connectionId);
  const ended = connection.stage === 'disconnected' || connection.stage === 'expired';
  return {
    tenantId,
    tenantName: (await readTenant(db)).name,
    partnerTitle: partnerTitles[connection.partner],
    help: helpOf(dependencies, connection.partner),
    connectionId: connection.connectionId,
    companyId: connection.boundCompanyId ?? connection.claimedCompanyId,
    companyName: connection.companyName ?? signIn.seen?.companyName ?? null,
    isBound: connection.boundCompanyId !== null,
    signIn,
    obstacle: obstacleOf(dependencies, connection, steps, signIn),
    offers: await offersOf(db, connection),
    setUp: (await listSetUp(db, connection.connectionId)).filter((task) => task.signInId === signInId),
    workflowId: ended ? null : connectionRun(tenantId, connection),
    lookedAt: ended ? [] : lookedAt(dependencies, connection, steps, signIn),
  };
}

async function offersOf(db: Db, { connectionId, partner, syncUserId }: Connection): Promise<Visit['offers']> {
  const credential = await currentCredential(db, connectionId, 'procore-service');
  if (credential === undefined || !isServiceKind(credential.kind) || syncUserId === null) return [];
  return declarations[partner].setUp?.(credential.kind).tasks ?? [];
}

const signerOf = ({ purpose, subject }: SignIn): Signer => {
  if (purpose === 'prove-ownership') return 'admin';
  return subject === contractorSubject ? 'contractor' : 'responder';
};

type Planned = Pick<ApiDependencies, 'plans'>;

function lookedAt({ plans }: Planned, { partner, stage }: Connection, steps: readonly StoredStep[], signIn: SignIn) {
  const run = { isLive: stage !== 'onboarding', settled: settledSteps(steps) };
  return stepsForSignIn(plans[partner].steps, signerOf(signIn), run);
}

function obstacleOf({ plans }: Planned, { partner }: Connection, rows: readonly StoredStep[], signIn: SignIn): Visit['obstacle'] {
  if (signIn.state !== 'returned' && signIn.state !== 'exchanged') return null;
  for (const { id } of plans[partner].steps.filter(({ takesSignIns }) => takesSignIns === 'admin')) {
    const outcome = rows.find(({ stepId }) => stepId === id)?.outcome;
    if (outcome?.state === 'stuck') return outcome;
  }
  return null;
}
