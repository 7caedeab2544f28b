import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { canonicalJson } from '../../domain/canonical-json.ts';
import type { Db } from '../tenancy.ts';

/** One action of an actor. Names of fields, never their values; no names of people. */
export interface AuditFact {
  readonly actorId: string;
  readonly action: string;
  /** What it was done to, e.g. `connection:<id>`. */
  readonly subject: string;
  readonly why?: string;
  readonly fields?: readonly string[];
}

/** The end of a chain. Stored elsewhere, it reveals a cut tail, which the database alone cannot. */
export interface AuditHead {
  readonly sequence: bigint;
  readonly hash: Buffer;
}

export type ChainVerdict =
  | { readonly intact: true; readonly head: AuditHead }
  | { readonly intact: false; readonly at: bigint; readonly why: 'missing' | 'changed' | 'head-differs' | 'cut' };

const beforeFirst: AuditHead = { sequence: 0n, hash: Buffer.alloc(32) };
const pageSize = 1000;

/**
 * Appends to the tenant's chain: each entry's hash covers the one before. Call it last in a transaction: it locks the head's row
 * until COMMIT. Returns the new head. Never one entry per synced record.
 */
export async function appendAudit(db: Db, tenantId: string, facts: readonly AuditFact[]): Promise<AuditHead> {
  const { head, at } = await lockHead(db, tenantId);
  let last = head;
  const rows = facts.map((fact) => {
    const entry = { ...fact, sequence: last.sequence + 1n, at, why: fact.why ?? null, fields: [...(fact.fields ?? [])] };
    const hash = hashOf(tenantId, entry, last.hash);
    const row = {
      tenant_id: tenantId,
      sequence: entry.sequence,
      at,
      actor_id: entry.actorId,
      action: entry.action,
      subject: entry.subject,
      why: entry.why,
      fields: entry.fields,
      previous_hash: last.hash,
      hash,
    };
    last = { sequence: entry.sequence, hash };
    return row;
  });
  if (rows.length === 0) return head;
  await Promise.all([
    db.insertInto('audit_entry').values(rows).execute(),
    db.updateTable('audit_head').set({ sequence: last.sequence, hash: last.hash }).execute(),
  ]);
  return last;
}

/**
 * Walks the whole chain. `known`: an earlier head that was kept outside the database.
 *
 * @onlyTests
 */
export async function verifyChain(db: Db, tenantId: string, known: AuditHead = beforeFirst): Promise<ChainVerdict> {
  let last = beforeFirst;
  for (;;) {
    const page = await db
      .selectFrom('audit_entry')
      .selectAll()
      .where('sequence', '>', String(last.sequence))
      .orderBy('sequence')
      .limit(pageSize)
      .execute();
    for (const row of page) {
      const sequence = last.sequence + 1n;
      if (BigInt(row.sequence) !== sequence) return { intact: false, at: sequence, why: 'missing' };
      const entry = { ...row, sequence, actorId: row.actor_id };
      const hash = hashOf(tenantId, entry, last.hash);
      if (!hash.equals(row.hash) || !last.hash.equals(row.previous_hash)) return { intact: false, at: sequence, why: 'changed' };
      if (sequence === known.sequence && !hash.equals(known.hash)) return { intact: false, at: sequence, why: 'head-differs' };
      last = { sequence, hash };
    }
    if (page.length < pageSize) break;
  }
  if (last.sequence < known.sequence) return { intact: false, at: last.sequence + 1n, why: 'cut' };
  const stored = await db.selectFrom('audit_head').select(['sequence', 'hash']).executeTakeFirst();
  const head = stored ? { sequence: BigInt(stored.sequence), hash: stored.hash } : beforeFirst;
  if (head.sequence > last.sequence) return { intact: false, at: last.sequence + 1n, why: 'cut' };
  if (head.sequence !== last.sequence || !head.hash.equals(last.hash))
    return { intact: false, at: last.sequence, why: 'head-differs' };
  return { intact: true, head: last };
}

async function lockHead(db: Db, tenantId: string): Promise<{ readonly head: AuditHead; readonly at: Date }> {
  const first = { tenant_id: tenantId, sequence: 0, hash: beforeFirst.hash };
  await db
    .insertInto('audit_head')
    .values(first)
    .onConflict((conflict) => conflict.column('tenant_id').doNothing())
    .execute();
  const row = await db.selectFrom('audit_head').select(['sequence', 'hash']).forUpdate().executeTakeFirstOrThrow();
  // read once we hold the lock, so that times never run backwards along the chain
  const clock = await sql<{ at: Date }>`SELECT clock_timestamp() AS at`.execute(db);
  return { head: { sequence: BigInt(row.sequence), hash: row.hash }, at: clock.rows[0]?.at ?? new Date() };
}

interface HashedEntry extends Required<Pick<AuditFact, 'actorId' | 'action' | 'subject' | 'fields'>> {
  readonly sequence: bigint;
  readonly at: Date;
  readonly why: string | null;
}

function hashOf(tenantId: string, entry: HashedEntry, previous: Buffer): Buffer {
  const { actorId, action, subject, why, fields } = entry;
  const text = canonicalJson({
    version: 1,
    tenantId,
    sequence: String(entry.sequence),
    at: entry.at.toISOString(),
    actorId,
    action,
    subject,
    why,
    fields,
    previous: previous.toString('hex'),
  });
  return createHash('sha256').update(text).digest();
}
