import { sql } from 'kysely';
import type { Db } from '../tenancy.ts';
import { endedStages } from './connections.ts';

/**
 * Takes over what ended connections of this tenant to the same company and project have left: the link of the same pair of
 * projects with its checkpoints, record links, deliveries and items, and people's decisions on responses and persons. So nothing
 * is sent twice or treated as new, whoever connected it before. Call it in the transaction that binds the connection; the link
 * stays ended until going live links it again under a new generation. Returns the link's id; undefined if there is none.
 */
export async function takeUpHistory(
  db: Db,
  { connectionId, partnerProjectId }: { readonly connectionId: string; readonly partnerProjectId: string },
): Promise<string | undefined> {
  const former = await formerConnections(db, connectionId);
  const [newest] = former;
  if (newest === undefined) return undefined;
  await copyDecisions(db, newest, connectionId);
  const link = await db
    .selectFrom('project_link')
    .innerJoin('connection as own', (join) => join.on('own.connection_id', '=', connectionId))
    .select(['project_link.project_link_id as id'])
    .where('project_link.connection_id', 'in', former)
    .where('project_link.scope', '=', 'project')
    .where('project_link.state', '=', 'unlinked')
    .whereRef('project_link.procore_project_id', '=', 'own.bound_project_id')
    .where('project_link.partner_project_id', '=', partnerProjectId)
    .orderBy('project_link.last_cycle_at', (order) => order.desc().nullsLast())
    .orderBy('project_link.created_at', 'desc')
    .limit(1)
    .forUpdate('project_link')
    .executeTakeFirst();
  if (!link) return undefined;
  for (const table of ['project_link', 'attention_item'] as const)
    await db.updateTable(table).set({ connection_id: connectionId }).where('project_link_id', '=', link.id).execute();
  return link.id;
}

/** Newest first. */
async function formerConnections(db: Db, connectionId: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('connection as own')
    .innerJoin('connection as former', (join) =>
      join
        .onRef('former.tenant_id', '=', 'own.tenant_id')
        .onRef('former.partner', '=', 'own.partner')
        .onRef('former.bound_company_id', '=', 'own.bound_company_id')
        .onRef('former.bound_project_id', '=', 'own.bound_project_id')
        .onRef('former.connection_id', '<>', 'own.connection_id'),
    )
    .select('former.connection_id as id')
    .where('own.connection_id', '=', connectionId)
    .where('former.stage', 'in', endedStages)
    .orderBy('former.bound_at', 'desc')
    .execute();
  return rows.map(({ id }) => id);
}

/** Copies people's decisions from there; what this connection has already is kept. */
async function copyDecisions(db: Db, from: string, to: string): Promise<void> {
  await sql`
    INSERT INTO response_mapping (tenant_id, connection_id, procore_response_id, procore_name, considered, state, partner_name, decided_by)
    SELECT tenant_id, ${to}, procore_response_id, procore_name, considered, state, partner_name, decided_by
    FROM response_mapping WHERE connection_id = ${from} AND decided_by IS NOT NULL
    ON CONFLICT DO NOTHING`.execute(db);
  await sql`
    INSERT INTO record_match (tenant_id, connection_id, kind, partner_id, partner_name, procore_id, procore_name, basis, score, state, decided_by)
    SELECT tenant_id, ${to}, kind, partner_id, partner_name, procore_id, procore_name, basis, score, state, decided_by
    FROM record_match WHERE connection_id = ${from} AND kind = 'person' AND decided_by IS NOT NULL
    ON CONFLICT DO NOTHING`.execute(db);
}
