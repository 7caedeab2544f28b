import { sql } from 'kysely';
import type { ResponseMapping } from '../../domain/contractors.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';

/** The mappings of the responses that a project offers now, by name. */
export async function listResponses(db: Db, connectionId: string): Promise<readonly ResponseMapping[]> {
  const rows = await responsesOf(db, connectionId)
    .where('gone_at', 'is', null)
    .orderBy('procore_name')
    .orderBy('procore_response_id')
    .execute();
  return rows.map(mappingOf);
}

/** What a person decided of responses that the project does not offer any more, the last to go first. */
export async function formerResponses(db: Db, connectionId: string): Promise<readonly ResponseMapping[]> {
  const rows = await responsesOf(db, connectionId)
    .where('gone_at', 'is not', null)
    .where('decided_by', 'is not', null)
    .orderBy('gone_at', 'desc')
    .execute();
  return rows.map(mappingOf);
}

const responsesOf = (db: Db, connectionId: string) =>
  db.selectFrom('response_mapping').selectAll().where('connection_id', '=', connectionId);

type MappingRow = Awaited<ReturnType<ReturnType<typeof responsesOf>['executeTakeFirstOrThrow']>>;

const mappingOf = (row: MappingRow): ResponseMapping => ({
  responseId: row.procore_response_id,
  name: row.procore_name,
  considered: row.considered,
  state: wordOf(['mapped', 'none', 'new'] as const, row.state),
  partnerName: row.partner_name,
  decidedBy: row.decided_by,
});

/** Stores the responses as read. A person's decisions are kept; a response not offered any more is kept in case it comes back. */
export async function storeResponses(
  db: Db,
  tenantId: string,
  connectionId: string,
  responses: readonly ResponseMapping[],
): Promise<void> {
  const offered = responses.map(({ responseId }) => responseId);
  await db
    .updateTable('response_mapping')
    .set({ gone_at: sql<Date>`clock_timestamp()` })
    .where('connection_id', '=', connectionId)
    .where('gone_at', 'is', null)
    .where((where) => where.not(where('procore_response_id', '=', where.fn.any(where.val(offered)))))
    .execute();
  if (responses.length === 0) return;
  await db
    .insertInto('response_mapping')
    .values(
      responses.map(({ responseId, name, considered, state, partnerName, decidedBy }) => ({
        tenant_id: tenantId,
        connection_id: connectionId,
        procore_response_id: responseId,
        procore_name: name,
        considered,
        state,
        partner_name: partnerName,
        decided_by: decidedBy,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'connection_id', 'procore_response_id']).doUpdateSet((row) => ({
        procore_name: row.ref('excluded.procore_name'),
        considered: row.ref('excluded.considered'),
        gone_at: null,
        state: sql<string>`CASE WHEN response_mapping.decided_by IS NULL THEN excluded.state ELSE response_mapping.state END`,
        partner_name: sql<string>`CASE WHEN response_mapping.decided_by IS NULL THEN excluded.partner_name ELSE response_mapping.partner_name END`,
      })),
    )
    .execute();
}

/** Stores what a response means according to a person; null: nothing. False if the project offers no such response. */
export async function decideResponse(
  db: Db,
  connectionId: string,
  decision: { readonly responseId: string; readonly name: string | null; readonly decidedBy: string },
): Promise<boolean> {
  const changed = await db
    .updateTable('response_mapping')
    .set({
      state: decision.name === null ? 'none' : 'mapped',
      partner_name: decision.name,
      decided_by: decision.decidedBy,
    })
    .where('connection_id', '=', connectionId)
    .where('procore_response_id', '=', decision.responseId)
    .where('gone_at', 'is', null)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}
