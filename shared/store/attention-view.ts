import { sql } from 'kysely';
import { z } from 'zod';
import { microsOf } from './positions.ts';
import { itemsOfOwnersWait, toldByAnother } from './refusals.ts';
import type { Db } from './tenancy.ts';

/** Something that waits for a person: one row per cause. */
export interface AttentionView {
  readonly attentionItemId: string;
  readonly connectionId: string;
  readonly projectLinkId: string | null;
  readonly stream: string | null;
  readonly reason: string;
  readonly owner: string;
  readonly subject: string;
  readonly seen: string;
  readonly needed: string;
  readonly where: string;
  readonly records: number;
  readonly since: Date;
  readonly sinceMicros: string;
  readonly resolvedAt: Date | null;
  readonly resolution: string | null;
}

/** One of several items about the same wait. */
const itemOfWait = z.object({
  attentionItemId: z.string(),
  subject: z.string(),
  projectLinkId: z.string().nullable(),
  stream: z.string().nullable(),
  records: z.int(),
});

export interface ListedItem extends AttentionView {
  /** All items about the same wait for an owner who cannot read, this one included. Empty for any other item. */
  readonly sameWait: readonly z.infer<typeof itemOfWait>[];
}

const items = (db: Db) =>
  db
    .selectFrom('attention_item as i')
    .select([
      'attention_item_id as attentionItemId',
      'connection_id as connectionId',
      'project_link_id as projectLinkId',
      'stream',
      'reason',
      'owner',
      'subject',
      'seen',
      'needed',
      'where_to as where',
      'records',
      'since',
      microsOf(sql.ref('since')).as('sinceMicros'),
      'resolved_at as resolvedAt',
      'resolution',
    ]);

export interface AttentionPage {
  readonly limit: number;
  readonly after: { readonly sinceMicros: string; readonly id: string } | undefined;
  readonly state: 'open' | 'resolved' | undefined;
  readonly projectLinkId: string | undefined;
}

/**
 * Attention items, newest first, at most `limit`, after a position. Across all links, items that repeat one of their connection
 * are left out, and an owner who cannot read is one item, with all records it holds up; for one link everything is returned.
 */
export async function attentionPage(db: Db, page: AttentionPage): Promise<readonly ListedItem[]> {
  let query = items(db).select(itemsOfOwnersWait.as('sameWait'));
  if (page.state !== undefined) query = query.where('resolved_at', page.state === 'open' ? 'is' : 'is not', null);
  query =
    page.projectLinkId === undefined
      ? query.where(sql<boolean>`(resolved_at IS NOT NULL OR NOT ${toldByAnother})`)
      : query.where('project_link_id', '=', page.projectLinkId);
  const { after } = page;
  if (after !== undefined) {
    query = query.where(
      sql<boolean>`(${microsOf(sql.ref('since'))}, attention_item_id) < (${after.sinceMicros}::bigint, ${after.id}::uuid)`,
    );
  }
  const rows = await query.orderBy('since', 'desc').orderBy('attention_item_id', 'desc').limit(page.limit).execute();
  return rows.map((row) => {
    const sameWait = itemOfWait.array().parse(row.sameWait ?? []);
    const ofStreams = sameWait.filter(({ stream }) => stream !== null);
    const isForAll = page.projectLinkId === undefined && ofStreams.length > 0;
    return { ...row, sameWait, records: isForAll ? ofStreams.reduce((sum, { records }) => sum + records, 0) : row.records };
  });
}

/** Open items of a connection and its links, oldest first, at most `limit`. */
export async function openCauses(db: Db, connectionId: string, limit: number): Promise<readonly AttentionView[]> {
  return items(db)
    .where('connection_id', '=', connectionId)
    .where('resolved_at', 'is', null)
    .orderBy('since')
    .orderBy('attention_item_id')
    .limit(limit)
    .execute();
}

export async function attentionView(db: Db, attentionItemId: string): Promise<AttentionView | undefined> {
  return items(db).where('attention_item_id', '=', attentionItemId).executeTakeFirst();
}
