import { credentialPurposes } from '../../shared/domain/credentials.ts';
import { partnerTitles } from '../../shared/domain/partners.ts';
import type { Step } from '../../shared/domain/steps.ts';
import type { CheckResult } from '../../shared/partners/contract.ts';
import { type ConnectionCause, showConnectionCauses } from '../../shared/store/attention.ts';
import { type Connection, storeSyncUser } from '../../shared/store/connections/connections.ts';
import {
  openProposal,
  putInForce,
  refuseProposal,
  type SealedCredential,
  type ShownCredential,
  shownCredentials,
} from '../../shared/store/connections/credentials.ts';
import { storeOutcome } from '../../shared/store/connections/steps.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import { notYet } from '../../shared/temporal/failures.ts';
import type { ConnectionRef, ProposalSeen, StepRef } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { neededConnection, type OpenedCheck, openCheck, stillRests } from './context.ts';
import { orMissed } from './missed.ts';
import { judge } from './run-check.ts';

/** The credential that waits for the proof that this step's check gives; undefined if there is none. */
export async function proposalFor(
  deps: ActivityDependencies,
  ref: StepRef,
  { proves }: Step,
): Promise<SealedCredential | undefined> {
  const purpose = credentialPurposes.find((one) => one === proves);
  return purpose && withTenant(deps.pool, ref.tenantId, (db) => openProposal(db, ref.connectionId, purpose));
}

/**
 * Runs a step's check on a proposed credential in place of the one in force, which stays in use meanwhile. If proven, the same
 * commit puts it in force and stores which user it writes as, so that its first entry is recognised as ours. If not, the only
 * change is that it is refused with its reason. If a worker dies before that commit, it stays proposed, and the next look proves
 * it again.
 */
export async function proveProposal(deps: ActivityDependencies, ref: StepRef, proposed: SealedCredential): Promise<ProposalSeen> {
  const opened = await openCheck(deps, ref, deps.surroundings(), { proposed });
  const result = await judge(deps, opened);
  const seen = await withTenant(deps.pool, ref.tenantId, (db) => storeProof(db, opened, proposed, result));
  if (!seen) throw notYet('What was checked was replaced meanwhile');
  return seen;
}

/** Undefined if a newer one was submitted meanwhile; this one then decides nothing. */
async function storeProof(
  db: Db,
  opened: OpenedCheck,
  proposed: SealedCredential,
  { outcome, keep }: CheckResult,
): Promise<ProposalSeen | undefined> {
  const connection = await stillRests(db, opened);
  if (!connection) return undefined;
  const { credentialId } = proposed;
  switch (outcome.state) {
    case 'met': {
      if (!(await putInForce(db, proposed))) return undefined;
      if (keep?.syncUser) await storeSyncUser(db, connection.connectionId, keep.syncUser);
      await storeOutcome(db, { ...opened.ref, outcome, doneBy: 'system', by: 'care' });
      const subject = `credential:${credentialId}`;
      await appendAudit(db, connection.tenantId, [{ actorId: 'system', action: 'credential.in-force', subject }]);
      return { credentialId, state: 'in-force', says: 'it was proven, and took the place of the former' };
    }
    case 'stuck':
      if (!(await refuseProposal(db, credentialId, outcome))) return undefined;
      return { credentialId, state: 'refused', says: `${outcome.seen} ${theFormer}` };
    case 'waiting':
      return { credentialId, state: 'proposed', says: outcome.seen };
  }
}

const theFormer = 'The one before it stays in force.';

/**
 * Proves, before a check of the onboarding, what was proposed in the place of a proven credential (docs/adr/0012). What cannot be
 * proven now is tried before the next check.
 */
export async function proveWaiting(deps: ActivityDependencies, { tenantId, connectionId }: ConnectionRef): Promise<void> {
  const { connection, purposes } = await withTenant(deps.pool, tenantId, async (db) => ({
    connection: await neededConnection(db, connectionId),
    purposes: (await shownCredentials(db, connectionId)).flatMap(({ state, purpose }) => (state === 'in-force' ? [] : [purpose])),
  }));
  if (purposes.length === 0) return;
  for (const step of deps.plans[connection.partner].steps.filter(({ proves }) => purposes.some((one) => one === proves))) {
    const ref = { tenantId, connectionId, stepId: step.id };
    await orMissed(deps, step.id, async () => {
      const proposed = await proposalFor(deps, ref, step);
      if (proposed) await proveProposal(deps, ref, proposed);
    });
  }
  await withTenant(deps.pool, tenantId, (db) => showRefused(db, connection));
}

/** What a refused proposal asks of a person: always one item of its own. */
export async function showRefused(db: Db, connection: Connection): Promise<void> {
  const { tenantId, connectionId } = connection;
  const refused = (await shownCredentials(db, connectionId)).flatMap((credential) => refusedCause(connection, credential));
  await showConnectionCauses(db, { tenantId, connectionId, family: 'credential' }, refused);
}

function refusedCause(connection: Connection, { purpose, refusal, createdAt, lastFour }: ShownCredential): ConnectionCause[] {
  if (refusal === null) return [];
  const what = purpose === 'procore-service' ? 'Procore credential' : `${partnerTitles[connection.partner]} login`;
  const day = createdAt.toISOString().slice(0, 10);
  const { reason, on: owner, seen, needed, where } = refusal;
  const ending = lastFour === null ? '' : ` (ends in …${lastFour})`;
  const told = `The ${what} submitted on ${day}${ending} was not taken: ${seen} ${theFormer}`;
  return [{ reason, owner, subject: `credential:${purpose}`, seen: told, needed, where }];
}
