import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { type FaultKind, faultTable, type Owner } from '../domain/faults.ts';
import type { Db } from './tenancy.ts';

/** A cause that concerns a connection as a whole. `subject` begins with its family, e.g. `step:verifyCredentials`. */
export interface ConnectionCause {
  readonly reason: FaultKind;
  readonly owner?: Owner;
  readonly subject: string;
  readonly seen: string;
  readonly needed: string;
  readonly where: string;
}

export interface CausesPlace {
  readonly tenantId: string;
  readonly connectionId: string;
  /** Only items of this family are touched. */
  readonly family: 'step' | 'project';
}

/** Makes the open items of one family say what stands now: one row a cause; what is gone is resolved as mended. */
export async function showConnectionCauses(db: Db, place: CausesPlace, causes: readonly ConnectionCause[]): Promise<void> {
  const open = await db
    .selectFrom('attention_item')
    .select(['attention_item_id', 'reason', 'subject', 'seen'])
    .where('connection_id', '=', place.connectionId)
    .where('project_link_id', 'is', null)
    .where('subject', 'like', `${place.family}:%`)
    .where('resolved_at', 'is', null)
    .forUpdate()
    .execute();
  const known = new Map(open.map((row) => [`${row.reason}|${row.subject}`, row]));
  for (const cause of causes) {
    const item = known.get(`${cause.reason}|${cause.subject}`);
    known.delete(`${cause.reason}|${cause.subject}`);
    const words = { seen: cause.seen, needed: cause.needed, where_to: cause.where, last_seen_at: sql<Date>`clock_timestamp()` };
    if (item) {
      await db.updateTable('attention_item').set(words).where('attention_item_id', '=', item.attention_item_id).execute();
      continue;
    }
    await db
      .insertInto('attention_item')
      .values({
        tenant_id: place.tenantId,
        attention_item_id: randomUUID(),
        connection_id: place.connectionId,
        reason: cause.reason,
        owner: cause.owner ?? faultTable[cause.reason].owner,
        subject: cause.subject,
        ...words,
      })
      .execute();
  }
  for (const gone of known.values()) {
    await db
      .updateTable('attention_item')
      .set({ resolved_at: sql<Date>`clock_timestamp()`, resolution: 'mended' })
      .where('attention_item_id', '=', gone.attention_item_id)
      .execute();
  }
}
