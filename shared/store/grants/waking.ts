import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { FaultKind } from '../../domain/faults.ts';
import { writeCommand, writeOnce } from '../commands.ts';
import { endedStages } from '../connections/connections.ts';
import type { Db } from '../tenancy.ts';

/**
 * What waits for a person's authorization goes on by itself as soon as that is good again: rows for the runs that wait, which upkeep
 * delivers. A loop that is told to retry items forgets every wait, its own pace and a far side's, and begins a cycle.
 */
const heldBack: FaultKind = 'renewal-held-back';
const healedBySignIn: readonly FaultKind[] = ['grant-lapsed', 'person-lacks-access', heldBack];

interface Waiting {
  readonly connectionId: string;
  readonly projectLinkId?: string;
  readonly kind: 'retryItems' | 'retryStep';
  readonly input: { readonly reason: string } | { readonly stepId: string };
}

const newRow = (tenantId: string, waiting: Waiting) => ({ tenantId, commandId: randomUUID(), actorId: 'system', ...waiting });

/** A new sign-in: wakes the loops of every project that this grant is used for, and what stands stuck since we hold back. */
export async function wakeServed(db: Db, tenantId: string, grantId: string): Promise<void> {
  const { rows } = await sql<{ connectionId: string }>`
    SELECT connection_id AS "connectionId" FROM connection
    WHERE NOT stage = ANY (${[...endedStages]}::text[]) AND connection_id IN (
      SELECT connection_id FROM connection WHERE owner_grant_id = ${grantId}
      UNION SELECT m.connection_id FROM team_member m JOIN member_account a USING (tenant_id, email_key)
        WHERE a.grant_id = ${grantId} AND m.left_at IS NULL
      UNION SELECT connection_id FROM consent WHERE grant_id = ${grantId} AND withdrawn_at IS NULL)`.execute(db);
  const connectionIds = rows.map(({ connectionId }) => connectionId);
  if (connectionIds.length === 0) return;
  const links = await db
    .selectFrom('project_link')
    .select(['connection_id', 'project_link_id'])
    .where('connection_id', 'in', connectionIds)
    .where('state', '=', 'active')
    .execute();
  const waiting = [...(await itemsThatWait(db, healedBySignIn)), ...(await stepsThatWait(db))];
  // a loop that waits as told has no item: it is woken all the same
  const ofLinks = links.map(({ connection_id: connectionId, project_link_id: projectLinkId }): Waiting => {
    return { connectionId, projectLinkId, kind: 'retryItems', input: { reason: 'grant-lapsed' } };
  });
  const ofItems = waiting.filter(({ connectionId, input }) => {
    return connectionIds.includes(connectionId) && !('reason' in input && input.reason === 'grant-lapsed');
  });
  for (const one of [...ofLinks, ...ofItems]) await writeOnce(db, newRow(tenantId, one));
}

/** The breaker has closed: wakes, once, whatever of this tenant still waits for it. */
export async function wakeHeldBack(db: Db, tenantId: string): Promise<void> {
  const { rows } = await sql<{ at: Date }>`
    SELECT closed_at AS at FROM grant_breaker WHERE open_since IS NULL AND closed_at IS NOT NULL`.execute(db);
  const closedAt = rows[0]?.at;
  if (closedAt === undefined) return;
  for (const one of [...(await itemsThatWait(db, [heldBack])), ...(await stepsThatWait(db))]) {
    if (!(await wasWokenSince(db, one, closedAt))) await writeCommand(db, newRow(tenantId, one));
  }
}

/** Of projects, by reason. */
async function itemsThatWait(db: Db, reasons: readonly FaultKind[]): Promise<readonly Waiting[]> {
  const rows = await db
    .selectFrom('attention_item as i')
    .innerJoin('project_link as l', (join) =>
      join.onRef('l.tenant_id', '=', 'i.tenant_id').onRef('l.project_link_id', '=', 'i.project_link_id'),
    )
    .select(['i.connection_id', 'l.project_link_id', 'i.reason'])
    .distinct()
    .where('i.resolved_at', 'is', null)
    .where('i.reason', 'in', [...reasons])
    .where('l.state', '=', 'active')
    .execute();
  return rows.map(({ connection_id: connectionId, project_link_id: projectLinkId, reason }) => {
    return { connectionId, projectLinkId, kind: 'retryItems', input: { reason } };
  });
}

/** Steps that are stuck since we hold back. */
async function stepsThatWait(db: Db): Promise<readonly Waiting[]> {
  const rows = await db
    .selectFrom('step as s')
    .innerJoin('connection as c', (join) =>
      join.onRef('c.tenant_id', '=', 's.tenant_id').onRef('c.connection_id', '=', 's.connection_id'),
    )
    .select(['s.connection_id', 's.step_id'])
    .where(sql<boolean>`s.outcome ->> 'state' = 'stuck' AND s.outcome ->> 'reason' = ${heldBack}`)
    .where('c.stage', 'not in', [...endedStages])
    .execute();
  return rows.map(({ connection_id: connectionId, step_id: stepId }) => ({ connectionId, kind: 'retryStep', input: { stepId } }));
}

async function wasWokenSince(db: Db, { connectionId, projectLinkId, kind, input }: Waiting, since: Date): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM command WHERE connection_id = ${connectionId} AND project_link_id IS NOT DISTINCT FROM ${projectLinkId ?? null}
      AND kind = ${kind} AND input = ${JSON.stringify(input)}::jsonb AND created_at > ${since}`.execute(db);
  return rows.length > 0;
}
