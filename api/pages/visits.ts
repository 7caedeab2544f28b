import { partnerTitles } from '../../shared/domain/partners.ts';
import type { Outcome } from '../../shared/domain/steps.ts';
import { hashToken } from '../../shared/security/tokens.ts';
import { findConnection } from '../../shared/store/connections.ts';
import { resolveToken, type TokenDoor } from '../../shared/store/doors.ts';
import { findSignIn, type SignIn } from '../../shared/store/sign-ins.ts';
import { findStep } from '../../shared/store/steps.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { readTenant } from '../../shared/store/tenants.ts';
import { connectionRun } from '../delivery.ts';
import type { ApiDependencies } from '../dependencies.ts';

/** What a person who came by a link is shown: who asks, for which company, and how far they are. */
export interface Visit {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly partnerTitle: string;
  readonly connectionId: string;
  /** Null until somebody has named the company. */
  readonly companyId: string | null;
  readonly companyName: string | null;
  readonly signIn: SignIn;
  /** What stands in the way with this person's sign-in, as the newest check said. */
  readonly obstacle: Extract<Outcome, { state: 'stuck' }> | null;
  /** The run that listens; null where none will again. */
  readonly workflowId: string | null;
}

const bearerForm = /^[A-Za-z0-9_-]{40,60}$/;

/** Steps that look through a person's eyes, in their order. */
const stepsOfSignIn = ['connectApp', 'proveOwnership'] as const;

/** Finds what a bearer in an address or cookie stands for. Undefined: nothing, ended, expired, or from before a restore. */
export async function findVisit(dependencies: ApiDependencies, door: TokenDoor, bearer: string): Promise<Visit | undefined> {
  if (!bearerForm.test(bearer)) return undefined;
  const found = await resolveToken(dependencies.pool, door, hashToken(bearer));
  if (found === undefined) return undefined;
  return withTenant(dependencies.pool, found.tenantId, (db) =>
    readVisit(db, found.tenantId, found.rowId, dependencies.settings.restoreEpoch),
  );
}

async function readVisit(db: Db, tenantId: string, signInId: string, restoreEpoch: string): Promise<Visit | undefined> {
  const signIn = await findSignIn(db, signInId);
  const connection = signIn && (await findConnection(db, signIn.connectionId));
  if (signIn === undefined || connection === undefined || signIn.restoreEpoch !== restoreEpoch) return undefined;
  if (signIn.state === 'expired' || signIn.expiresAt.getTime() <= Date.now()) return undefined;
  const ended = connection.stage === 'disconnected' || connection.stage === 'expired';
  return {
    tenantId,
    tenantName: (await readTenant(db)).name,
    partnerTitle: partnerTitles[connection.partner],
    connectionId: connection.connectionId,
    companyId: connection.boundCompanyId ?? connection.claimedCompanyId,
    companyName: connection.companyName ?? signIn.seen?.companyName ?? null,
    signIn,
    obstacle: await obstacleOf(db, signIn),
    workflowId: ended ? null : connectionRun(tenantId, connection),
  };
}

async function obstacleOf(db: Db, signIn: SignIn): Promise<Visit['obstacle']> {
  if (signIn.state !== 'returned' && signIn.state !== 'exchanged') return null;
  for (const stepId of stepsOfSignIn) {
    const step = await findStep(db, signIn.connectionId, stepId);
    if (step?.outcome?.state === 'stuck') return step.outcome;
  }
  return null;
}
