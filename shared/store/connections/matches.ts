import { type Selectable, sql } from 'kysely';
import { type MatchKind, matchBases, matchKinds, type RecordMatch } from '../../domain/projects.ts';
import type { Database } from '../database.d.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';

const matchStates = ['matched', 'doubtful', 'unmatched'] as const;

const fromRow = (row: Selectable<Database['record_match']>): RecordMatch => ({
  kind: wordOf(matchKinds, row.kind),
  partnerId: row.partner_id,
  partnerName: row.partner_name,
  partnerTimeZone: row.partner_time_zone,
  procoreId: row.procore_id,
  procoreName: row.procore_name,
  procoreTimeZone: row.procore_time_zone,
  basis: wordOf(matchBases, row.basis),
  score: row.score,
  state: wordOf(matchStates, row.state),
});

/** Projects first, then companies, then people, each by the partner's name. */
export async function listMatches(db: Db, connectionId: string): Promise<readonly RecordMatch[]> {
  const rows = await db
    .selectFrom('record_match')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .orderBy(sql`array_position(${sql.val([...matchKinds])}::text[], kind)`)
    .orderBy('partner_name')
    .orderBy('partner_id')
    .execute();
  return rows.map(fromRow);
}

/** Replaces the stored matches; a person's decisions are kept, only their names and time zones are updated. */
export async function storeMatches(
  db: Db,
  tenantId: string,
  connectionId: string,
  matches: readonly RecordMatch[],
): Promise<void> {
  await db.deleteFrom('record_match').where('connection_id', '=', connectionId).where('decided_by', 'is', null).execute();
  if (matches.length === 0) return;
  await db
    .insertInto('record_match')
    .values(
      matches.map((match) => ({
        tenant_id: tenantId,
        connection_id: connectionId,
        kind: match.kind,
        partner_id: match.partnerId,
        partner_name: match.partnerName,
        partner_time_zone: match.partnerTimeZone ?? null,
        procore_id: match.procoreId,
        procore_name: match.procoreName,
        procore_time_zone: match.procoreTimeZone ?? null,
        basis: match.basis,
        score: match.score,
        state: match.state,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'connection_id', 'kind', 'partner_id']).doUpdateSet((row) => ({
        partner_name: row.ref('excluded.partner_name'),
        partner_time_zone: row.ref('excluded.partner_time_zone'),
        procore_time_zone: sql`CASE WHEN record_match.procore_id = excluded.procore_id THEN excluded.procore_time_zone END`,
        procore_name: sql`CASE WHEN record_match.procore_id = excluded.procore_id THEN excluded.procore_name ELSE record_match.procore_name END`,
      })),
    )
    .execute();
}

export interface MatchDecision {
  readonly connectionId: string;
  readonly kind: MatchKind;
  readonly partnerId: string;
  /** null: it has no counterpart. */
  readonly procoreId: string | null;
  readonly decidedBy: string;
}

/** Stores a pair decided by a person. `same`: it was so before; `unknown`: there is no such partner record. */
export async function decideMatch(db: Db, decision: MatchDecision): Promise<'changed' | 'same' | 'unknown'> {
  const state = decision.procoreId === null ? 'unmatched' : 'matched';
  const before = await db
    .selectFrom('record_match')
    .select(['procore_id', 'state'])
    .where('connection_id', '=', decision.connectionId)
    .where('kind', '=', decision.kind)
    .where('partner_id', '=', decision.partnerId)
    .executeTakeFirst();
  if (before === undefined) return 'unknown';
  await db
    .updateTable('record_match')
    .set({
      procore_id: decision.procoreId,
      procore_name: sql`CASE WHEN procore_id IS NOT DISTINCT FROM ${decision.procoreId} THEN procore_name END`,
      procore_time_zone: sql`CASE WHEN procore_id IS NOT DISTINCT FROM ${decision.procoreId} THEN procore_time_zone END`,
      basis: 'person',
      score: decision.procoreId === null ? 0 : 1,
      state,
      decided_by: decision.decidedBy,
      updated_at: sql<Date>`clock_timestamp()`,
    })
    .where('connection_id', '=', decision.connectionId)
    .where('kind', '=', decision.kind)
    .where('partner_id', '=', decision.partnerId)
    .execute();
  return before.procore_id === decision.procoreId && before.state === state ? 'same' : 'changed';
}
