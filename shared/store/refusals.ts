import { sql } from 'kysely';
import { type FaultKind, faultKinds, owners } from '../domain/faults.ts';
import { ownerWaits } from '../domain/waits.ts';
import type { AttentionItem, ItemPlace } from './attention.ts';
import { wordOf } from './rows.ts';
import type { Db } from './tenancy.ts';

/** The subject of an item about a stream as a whole, not about single records of it. */
export const subjectOfStream = (stream: string): string => `stream:${stream}`;

export const isRefusal = ({ stream, subject }: Pick<AttentionItem, 'stream' | 'subject'>): boolean =>
  stream !== null && subject === subjectOfStream(stream);

/**
 * SQL: whether an item of the connection with the same reason already covers the item `i`: every step needs a credential, and
 * many projects one template. An item about one project covers no other project.
 */
const toldByConnection = sql<boolean>`(
  i.project_link_id IS NOT NULL AND i.subject = ${subjectOfStream('')} || i.stream AND EXISTS (
    SELECT FROM attention_item c
    JOIN project_link l ON l.project_link_id = i.project_link_id
    WHERE c.connection_id = i.connection_id AND c.project_link_id IS NULL AND c.resolved_at IS NULL AND c.reason = i.reason
      AND (c.subject !~ '^(project|tool):' OR split_part(c.subject, ':', 2) = l.procore_project_id)))`;

/** SQL: position among the kinds of wait for an owner who cannot read; null if the item is none of them. */
const placeInOwnersWait = (item: string) => sql<
  number | null
>`(CASE WHEN ${sql.ref(`${item}.resolved_at`)} IS NULL THEN array_position(
  ${ownerWaits.map(({ reason, owner }) => `${reason}|${owner}`)}::text[],
  ${sql.ref(`${item}.reason`)} || '|' || ${sql.ref(`${item}.owner`)}) END)`;

/** The first stands for the others: items of the connection as a whole come before those of its streams. */
const orderInOwnersWait = (item: string) => sql`(${placeInOwnersWait(item)},
  ${sql.ref(`${item}.project_link_id`)} IS NOT NULL, ${sql.ref(`${item}.since`)}, ${sql.ref(`${item}.attention_item_id`)})`;

/** Items `o` about the same wait as the item `i`. */
const inOneWait = sql`o.connection_id = i.connection_id AND ${placeInOwnersWait('i')} IS NOT NULL AND ${placeInOwnersWait('o')} IS NOT NULL`;

/** SQL: whether another item covers the item `i`: one of its connection, or of the same wait for its owner. */
export const toldByAnother = sql<boolean>`(CASE WHEN ${placeInOwnersWait('i')} IS NULL THEN ${toldByConnection} ELSE EXISTS (
  SELECT FROM attention_item o WHERE ${inOneWait} AND ${orderInOwnersWait('o')} < ${orderInOwnersWait('i')}) END)`;

/** SQL: all items about the same wait as the item `i`, itself included, as JSON; null if it is about no such wait. */
export const itemsOfOwnersWait = sql<unknown>`(
  SELECT jsonb_agg(jsonb_build_object('attentionItemId', o.attention_item_id, 'subject', o.subject, 'projectLinkId', o.project_link_id,
    'stream', o.stream, 'records', o.records) ORDER BY ${orderInOwnersWait('o')})
  FROM attention_item o WHERE ${inOneWait})`;

/** Whether an open item of the connection covers this reason of a link's stream. */
export async function isToldByConnection(
  db: Db,
  { projectLinkId, stream }: Pick<ItemPlace, 'projectLinkId' | 'stream'>,
  reason: FaultKind,
) {
  const row = await db
    .selectFrom('attention_item as i')
    .select(toldByConnection.as('told'))
    .where('i.project_link_id', '=', projectLinkId)
    .where('i.subject', '=', subjectOfStream(stream))
    .where('i.reason', '=', reason)
    .where('i.resolved_at', 'is', null)
    .executeTakeFirst();
  return row?.told ?? false;
}

/** Why a stream is refused as a whole. */
export interface Refusal
  extends Pick<ItemPlace, 'projectLinkId' | 'stream'>,
    Pick<AttentionItem, 'reason' | 'owner' | 'seen' | 'needed' | 'where' | 'since'> {}

/** The refusals of whole streams of these links, newest first. */
export async function openRefusals(db: Db, projectLinkIds: readonly string[]): Promise<readonly Refusal[]> {
  const rows = await db
    .selectFrom('attention_item')
    .select(['project_link_id as projectLinkId', 'stream', 'reason', 'owner', 'seen', 'needed', 'where_to as where', 'since'])
    .where('project_link_id', 'in', projectLinkIds)
    .where(sql<boolean>`subject = ${subjectOfStream('')} || stream`)
    .where('resolved_at', 'is', null)
    .orderBy('since', 'desc')
    .$narrowType<{ projectLinkId: string; stream: string }>()
    .execute();
  return rows.map((row) => ({ ...row, reason: wordOf(faultKinds, row.reason), owner: wordOf(owners, row.owner) }));
}
