import { sql } from 'kysely';
import { type Owner, owners } from '../../domain/faults.ts';
import { microsOf } from '../positions.ts';
import type { Db } from '../tenancy.ts';
import { type Connection, findConnections } from './connections.ts';

/** Progress of an onboarding: steps done or skipped, of all, and who must act now. */
export interface Standing {
  readonly done: number;
  readonly of: number;
  readonly waitingFor: readonly Owner[];
}

export interface ListedConnection {
  readonly connection: Connection;
  /** Sort key: creation time in microseconds since 1970, as text. */
  readonly createdAtMicros: string;
  readonly standing: Standing;
}

export interface ListPosition {
  readonly createdAtMicros: string;
  readonly id: string;
}

const noStanding: Standing = { done: 0, of: 0, waitingFor: [] };

/** Progress of each connection, by id; one without step rows yet is absent. */
async function standings(db: Db, connectionIds: readonly string[]): Promise<ReadonlyMap<string, Standing>> {
  if (connectionIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('step')
    .select([
      'connection_id',
      sql<string>`count(*) FILTER (WHERE state IN ('done', 'skipped'))`.as('done'),
      sql<string>`count(*)`.as('all'),
    ])
    .select(
      sql<
        string[]
      >`coalesce(array_agg(DISTINCT coalesce(outcome->>'on', owner)) FILTER (WHERE state IN ('waiting', 'stuck')), '{}')`.as(
        'waiting',
      ),
    )
    .where('connection_id', 'in', connectionIds)
    .groupBy('connection_id')
    .execute();
  return new Map(
    rows.map((row) => [
      row.connection_id,
      { done: Number(row.done), of: Number(row.all), waitingFor: owners.filter((owner) => row.waiting.includes(owner)) },
    ]),
  );
}

/** Connections, newest first, at most `limit`, after a position. */
export async function connectionsPage(
  db: Db,
  limit: number,
  after: ListPosition | undefined,
): Promise<readonly ListedConnection[]> {
  const keys = await db
    .selectFrom('connection')
    .select(['connection_id', microsOf(sql.ref('created_at')).as('created_at_micros')])
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(${microsOf(sql.ref('created_at'))}, connection_id) < (${after?.createdAtMicros}::bigint, ${after?.id}::uuid)`,
      ),
    )
    .orderBy('created_at', 'desc')
    .orderBy('connection_id', 'desc')
    .limit(limit)
    .execute();
  const ids = keys.map((row) => row.connection_id);
  const [found, standing] = [await findConnections(db, ids), await standings(db, ids)];
  return keys.flatMap((row) => {
    const connection = found.get(row.connection_id);
    if (connection === undefined) return [];
    return [{ connection, createdAtMicros: row.created_at_micros, standing: standing.get(row.connection_id) ?? noStanding }];
  });
}

export async function standingOf(db: Db, connectionId: string): Promise<Standing> {
  return (await standings(db, [connectionId])).get(connectionId) ?? noStanding;
}
