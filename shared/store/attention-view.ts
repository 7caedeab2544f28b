import { sql } from 'kysely';
import { microsOf } from './positions.ts';
import { toldByConnection } from './refusals.ts';
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
 * Attention items, newest first, `limit` at most, after a position. Of all links together, what an item of their connection tells is left
 * out; of one link everything is shown.
 */
export async function attentionPage(db: Db, page: AttentionPage): Promise<readonly AttentionView[]> {
  let query = items(db);
  if (page.state !== undefined) query = query.where('resolved_at', page.state === 'open' ? 'is' : 'is not', null);
  query =
    page.projectLinkId === undefined
      ? query.where(sql<boolean>`(resolved_at IS NOT NULL OR NOT ${toldByConnection})`)
      : query.where('project_link_id', '=', page.projectLinkId);
  const { after } = page;
  if (after !== undefined) {
    query = query.where(
      sql<boolean>`(${microsOf(sql.ref('since'))}, attention_item_id) < (${after.sinceMicros}::bigint, ${after.id}::uuid)`,
    );
  }
  return query.orderBy('since', 'desc').orderBy('attention_item_id', 'desc').limit(page.limit).execute();
}

/** What is open of a connection and its links, the oldest first, `limit` at most. */
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
