import { sql } from 'kysely';
import { faultKinds, owners } from '../domain/faults.ts';
import type { AttentionItem, ItemPlace } from './attention.ts';
import { wordOf } from './rows.ts';
import type { Db } from './tenancy.ts';

/** The subject of an item about a stream as a whole, not about single records of it. */
export const subjectOfStream = (stream: string): string => `stream:${stream}`;

export const isRefusal = ({ stream, subject }: Pick<AttentionItem, 'stream' | 'subject'>): boolean =>
  stream !== null && subject === subjectOfStream(stream);

/** Why a stream is refused as a whole. */
export interface Refusal
  extends Pick<ItemPlace, 'projectLinkId' | 'stream'>,
    Pick<AttentionItem, 'reason' | 'owner' | 'seen' | 'needed' | 'where' | 'since'> {}

/** What refuses whole streams of these links now, newest first. */
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
