import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { type FaultKind, faultKinds, faultTable, type Owner, owners } from '../domain/faults.ts';
import type { Database } from './database.d.ts';
import { wordOf } from './rows.ts';
import type { Db } from './tenancy.ts';

/** Something that waits for a person: one row a cause, with how many records it holds up. */
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
  readonly subject: string;
  readonly seen: string;
  readonly needed: string;
  readonly where: string;
  readonly records: number;
}

const causeKey = (cause: { readonly reason: string; readonly subject: string }): string => `${cause.reason}|${cause.subject}`;

/**
 * Makes the open items of a stream say what stands now: a new cause opens one, a changed one is renewed, one that is gone is resolved
 * as mended. Where nothing differs, nothing is written.
 */
export async function showCauses(db: Db, place: ItemPlace, causes: readonly StandingCause[]): Promise<void> {
  const known = new Map((await openItems(db, place)).map((item) => [causeKey(item), item]));
  for (const cause of causes) {
    const item = known.get(causeKey(cause));
    known.delete(causeKey(cause));
    if (!item) await openItem(db, place, cause);
    else if (item.records !== cause.records || item.seen !== cause.seen) await renewItem(db, item.itemId, cause);
  }
  for (const gone of known.values()) await resolveAttention(db, gone.itemId, 'mended');
}

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

/** Closes an item once; false where it was closed already. */
export async function resolveAttention(db: Db, itemId: string, resolution: string): Promise<boolean> {
  const changed = await db
    .updateTable('attention_item')
    .set({ resolved_at: sql<Date>`clock_timestamp()`, resolution })
    .where('attention_item_id', '=', itemId)
    .where('resolved_at', 'is', null)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

async function openItem(db: Db, place: ItemPlace, cause: StandingCause): Promise<void> {
  await db
    .insertInto('attention_item')
    .values({
      tenant_id: place.tenantId,
      attention_item_id: randomUUID(),
      connection_id: place.connectionId,
      project_link_id: place.projectLinkId,
      stream: place.stream,
      reason: cause.reason,
      owner: faultTable[cause.reason].owner,
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
      seen: cause.seen,
      needed: cause.needed,
      where_to: cause.where,
      records: cause.records,
      last_seen_at: sql<Date>`clock_timestamp()`,
    })
    .where('attention_item_id', '=', itemId)
    .execute();
}
