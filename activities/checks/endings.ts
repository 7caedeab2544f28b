import { workflowIds } from '../../shared/domain/ids.ts';
import { invitationMachine } from '../../shared/domain/invitations.ts';
import { isOpen } from '../../shared/domain/mailed-links.ts';
import { commandsAfter, isWaiting, markApplied } from '../../shared/store/commands.ts';
import { moveConnection } from '../../shared/store/connections/connections.ts';
import { unwantRun } from '../../shared/store/desired-runs.ts';
import { endIdleAuthorizations } from '../../shared/store/grants/grant-uses.ts';
import { queueMail } from '../../shared/store/mail.ts';
import { endInvitationsWith, listInvitations } from '../../shared/store/people/invitations.ts';
import { eraseOwnerAddresses } from '../../shared/store/people/owner-addresses.ts';
import { listProjectLinks, unlinkProject } from '../../shared/store/projects/project-links.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import type { ChecksActivities, ConnectionRef } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** Ends an onboarding in the store. If it did not go live, everything it had linked is unlinked, and no run of it is wanted. */
export async function endOnboarding(
  deps: ActivityDependencies,
  input: Parameters<ChecksActivities['endOnboarding']>[0],
): Promise<void> {
  const { tenantId, connectionId, ended } = input;
  await withTenant(deps.pool, tenantId, async (db) => {
    await unwantRun(db, workflowIds.onboarding(tenantId, connectionId));
    if (ended === 'live') return;
    await disconnect(db, { tenantId, connectionId });
    const moved = await moveConnection(db, connectionId, ended === 'stopped' ? 'disconnected' : 'expired');
    await endIdleAuthorizations(db);
    await eraseOwnerAddresses(db);
    await tellOfEnd(db, deps, { tenantId, connectionId }, ended);
    await endInvitationsWith(db, connectionId, ended === 'stopped' ? 'withdrawn' : 'expired');
    const action = ended === 'stopped' ? 'connection.disconnected' : 'onboarding.expired';
    if (moved) await appendAudit(db, tenantId, [{ actorId: 'system', action, subject: `connection:${connectionId}` }]);
  });
}

/** Tells whoever invited that the wait was in vain: by then nothing is left to send again. Nobody is told of an end they asked for. */
async function tellOfEnd(
  db: Db,
  { mail: { restoreEpoch } }: Pick<ActivityDependencies, 'mail'>,
  { tenantId, connectionId }: ConnectionRef,
  ended: 'stopped' | 'expired',
): Promise<void> {
  const [newest] = await listInvitations(db, connectionId);
  const isWaitedFor = newest?.state === 'expired' || isOpen(invitationMachine, newest?.state);
  if (ended === 'stopped' || newest === undefined || !isWaitedFor) return;
  const { invitationId, generation } = newest;
  await queueMail(db, { tenantId, businessKey: `ended:${invitationId}`, kind: 'ended', invitationId, generation, restoreEpoch });
}

/** Applies a pending request to end a live connection: disconnects it at once; its runs then find that they are not wanted. */
export async function applyWaitingStop(db: Db, ref: ConnectionRef): Promise<void> {
  const commands = await commandsAfter(db, { connectionId: ref.connectionId }, '0');
  const stop = commands.find((command) => command.kind === 'stop' && isWaiting(command));
  if (!stop || !(await markApplied(db, stop.commandId))) return;
  await disconnect(db, ref);
  await moveConnection(db, ref.connectionId, 'disconnected');
  await endInvitationsWith(db, ref.connectionId, 'withdrawn');
  await endIdleAuthorizations(db);
  await eraseOwnerAddresses(db);
  const subject = `connection:${ref.connectionId}`;
  await appendAudit(db, ref.tenantId, [{ actorId: stop.actorId, action: 'connection.disconnected', subject }]);
}

async function disconnect(db: Db, { tenantId, connectionId }: ConnectionRef): Promise<void> {
  await unwantRun(db, workflowIds.care(tenantId, connectionId));
  for (const { projectLinkId } of await listProjectLinks(db, connectionId)) {
    await unlinkProject(db, projectLinkId);
    await unwantRun(db, workflowIds.projectSync(tenantId, projectLinkId));
  }
}
