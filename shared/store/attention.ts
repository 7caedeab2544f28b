import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { type FaultKind, faultKinds, faultTable, type Owner, owners } from '../domain/faults.ts';
import type { Database } from './database.d.ts';
import { wordOf } from './rows.ts';
import type { Db } from './tenancy.ts';

/** Something that waits for a person: one row per cause, with the number of records it holds up. */
export interface AttentionItem {
  readonly itemId: string;
  readonly connectionId: string;
  readonly projectLinkId: string | null;
  readonly stream: string | null;
  readonly reason: FaultKind;
  readonly owner: Owner;
  readonly subject: string;
  readonly seen: string;
  readonly needed: string;
  readonly where: string;
  readonly records: number;
  readonly since: Date;
  readonly resolvedAt: Date | null;
  readonly resolution: string | null;
}

const fromRow = (row: Selectable<Database['attention_item']>): AttentionItem => ({
  itemId: row.attention_item_id,
  connectionId: row.connection_id,
  projectLinkId: row.project_link_id,
  stream: row.stream,
  reason: wordOf(faultKinds, row.reason),
  owner: wordOf(owners, row.owner),
  subject: row.subject,
  seen: row.seen,
  needed: row.needed,
  where: row.where_to,
  records: row.records,
  since: row.since,
  resolvedAt: row.resolved_at,
  resolution: row.resolution,
});

/** Where items belong: one stream of one project link. */
export interface ItemPlace {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly projectLinkId: string;
  readonly stream: string;
}

export interface StandingCause {
  readonly reason: FaultKind;
  /** Who must act; derived from the reason if absent. */
  readonly owner?: Owner | undefined;
  readonly subject: string;
  readonly seen: string;
  readonly needed: string;
  readonly where: string;
  readonly records: number;
}

/** Families of subjects that concern a connection and no single project link: the first word of an item's subject. */
type ConnectionFamily =
  | 'connection'
  | 'credential'
  | 'step'
  | 'project'
  | 'inactive'
  | 'tool'
  | 'reader'
  | 'consent'
  | 'acceptance';

/** What concerns a connection as a whole. `subject` begins with its family, e.g. `step:verifyCredentials`. */
export type ConnectionCause = Omit<StandingCause, 'records'>;

/** The place of an item; both null: the connection as a whole. */
interface AnyPlace extends Pick<ItemPlace, 'tenantId' | 'connectionId'> {
  readonly projectLinkId: string | null;
  readonly stream: string | null;
}

const causeKey = (cause: { readonly reason: string; readonly subject: string }): string => `${cause.reason}|${cause.subject}`;

/** Updates the open items of a stream to its present causes. */
export async function showCauses(db: Db, place: ItemPlace, causes: readonly StandingCause[]): Promise<void> {
  await bringUpToDate(db, place, await openItems(db, place), causes);
}

/** The same for what concerns a connection as a whole; only items whose subject is of that family are touched. */
export async function showConnectionCauses(
  db: Db,
  { family, ...place }: Pick<ItemPlace, 'tenantId' | 'connectionId'> & { readonly family: ConnectionFamily },
  causes: readonly ConnectionCause[],
): Promise<void> {
  const rows = await db
    .selectFrom('attention_item')
    .selectAll()
    .where('connection_id', '=', place.connectionId)
    .where('project_link_id', 'is', null)
    .where('subject', 'like', `${family}:%`)
    .where('resolved_at', 'is', null)
    .forUpdate()
    .execute();
  const standing = causes.map((cause) => ({ ...cause, records: 1 }));
  await bringUpToDate(db, { ...place, projectLinkId: null, stream: null }, rows.map(fromRow), standing);
}

/** A new cause opens an item, a changed one updates it, a vanished one resolves it as mended. Writes only differences. */
async function bringUpToDate(
  db: Db,
  place: AnyPlace,
  open: readonly AttentionItem[],
  causes: readonly StandingCause[],
): Promise<void> {
  const known = new Map(open.map((item) => [causeKey(item), item]));
  for (const cause of causes) {
    const item = known.get(causeKey(cause));
    known.delete(causeKey(cause));
    if (!item) await openItem(db, place, cause);
    else if (item.owner !== ownerOf(cause) || changing.some((name) => item[name] !== cause[name]))
      await renewItem(db, item.itemId, cause);
  }
  for (const gone of known.values()) await resolveAttention(db, gone.itemId, 'mended');
}

const ownerOf = ({ owner, reason }: StandingCause): Owner => owner ?? faultTable[reason].owner;

const changing = ['records', 'seen', 'needed', 'where'] as const;

/** Open items of one stream, oldest first. */
export async function openItems(db: Db, place: Pick<ItemPlace, 'projectLinkId' | 'stream'>): Promise<readonly AttentionItem[]> {
  const rows = await db
    .selectFrom('attention_item')
    .selectAll()
    .where('project_link_id', '=', place.projectLinkId)
    .where('stream', '=', place.stream)
    .where('resolved_at', 'is', null)
    .orderBy('since')
    .execute();
  return rows.map(fromRow);
}

export async function findItem(db: Db, itemId: string): Promise<AttentionItem | undefined> {
  const row = await db.selectFrom('attention_item').selectAll().where('attention_item_id', '=', itemId).executeTakeFirst();
  return row && fromRow(row);
}

/** Records held up by the open items of one reason in a project. */
export async function recordsHeld(db: Db, projectLinkId: string, reason: string): Promise<number> {
  const row = await db
    .selectFrom('attention_item')
    .select(sql<string>`coalesce(sum(records), 0)`.as('records'))
    .where('project_link_id', '=', projectLinkId)
    .where('reason', '=', reason)
    .where('resolved_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(row.records);
}

/** Closes an item once; false if it was closed already. */
export async function resolveAttention(db: Db, itemId: string, resolution: string): Promise<boolean> {
  const changed = await db
    .updateTable('attention_item')
    .set({ resolved_at: sql<Date>`clock_timestamp()`, resolution })
    .where('attention_item_id', '=', itemId)
    .where('resolved_at', 'is', null)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

async function openItem(db: Db, place: AnyPlace, cause: StandingCause): Promise<void> {
  await db
    .insertInto('attention_item')
    .values({
      tenant_id: place.tenantId,
      attention_item_id: randomUUID(),
      connection_id: place.connectionId,
      project_link_id: place.projectLinkId,
      stream: place.stream,
      reason: cause.reason,
      owner: ownerOf(cause),
      subject: cause.subject,
      seen: cause.seen,
      needed: cause.needed,
      where_to: cause.where,
      records: cause.records,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function renewItem(db: Db, itemId: string, cause: StandingCause): Promise<void> {
  await db
    .updateTable('attention_item')
    .set({
      owner: ownerOf(cause),
      seen: cause.seen,
      needed: cause.needed,
      where_to: cause.where,
      records: cause.records,
      last_seen_at: sql<Date>`clock_timestamp()`,
    })
    .where('attention_item_id', '=', itemId)
    .execute();
}
