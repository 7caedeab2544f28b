import { inspect } from 'node:util';
import { Pool } from 'pg';
import { clientDatabase } from '../../../shared/store/single-client.ts';
import type { Db } from '../../../shared/store/tenancy.ts';
import { watchContents } from '../../support/contents.ts';
import type { Ids } from './world.ts';

/** Calls of functions of the store, by their exported names, with ids of somebody else. */
export type Attacks = Readonly<Record<string, (db: Db, ids: Ids) => Promise<unknown>>>;
export type Attack = Attacks[string];

/** What a call came to, in words that are equal for equal answers: ids, moments and bytes are named, not shown. */
interface Outcome {
  readonly answer: string;
  /** Tables of the owner in which something changed. */
  readonly changed: readonly string[];
}

export interface Attacker {
  /** Every way in which the call was more than a call about what does not exist; none, where tenants are kept apart. */
  breachesBy(attack: Attack, loosened?: readonly string[]): Promise<readonly string[]>;
  /** Tables under the tenants' own policy. */
  protectedTables(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/**
 * Calls as the serving role under one tenant, with the ids of another, and compares with ids of nothing. Every call is rolled back,
 * so that all of them meet the same rows; what it changed is looked at before, by the superuser.
 */
export async function newAttacker(adminUrl: string, own: Ids, owner: Ids, nothing: Ids): Promise<Attacker> {
  const pool = new Pool({ connectionString: adminUrl, max: 1 });
  const client = await pool.connect();
  const look = await watchContents(client, owner.tenantId);
  const before = await look();

  const call = async (attack: Attack, ids: Ids, loosened: readonly string[]): Promise<Outcome> => {
    await client.query('BEGIN');
    try {
      for (const table of loosened) await client.query(`ALTER POLICY tenant_only ON ${table} USING (true) WITH CHECK (true)`);
      await client.query('SET LOCAL ROLE gw_serve');
      await client.query("SELECT set_config('gw.tenant', $1, true)", [own.tenantId]);
      const { db, end } = clientDatabase(client, () => undefined);
      const answer = await attack(db, ids);
      end();
      await client.query('RESET ROLE');
      const after = await look();
      return { answer: inWords(answer, ids), changed: Object.keys(after).filter((table) => after[table] !== before[table]) };
    } catch (error) {
      return { answer: `an error: ${inWords(error instanceof Error ? error.message : error, ids)}`, changed: [] };
    } finally {
      await client.query('ROLLBACK');
    }
  };

  const withoutOwner = new Map<Attack, readonly Outcome[]>();
  /** What the call comes to for ids of nothing: in the attacker's own name, and in the name of nobody. */
  const reference = async (attack: Attack): Promise<readonly Outcome[]> => {
    const known = withoutOwner.get(attack);
    if (known !== undefined) return known;
    const outcomes = [await call(attack, { ...nothing, tenantId: own.tenantId }, []), await call(attack, nothing, [])];
    withoutOwner.set(attack, outcomes);
    return outcomes;
  };

  return {
    async breachesBy(attack, loosened = []) {
      const expected = await reference(attack);
      const reached = [await call(attack, { ...owner, tenantId: own.tenantId }, loosened), await call(attack, owner, loosened)];
      return reached.flatMap(({ answer, changed }, at) => [
        ...(answer === expected[at]?.answer ? [] : [`answered ${answer} instead of ${expected[at]?.answer}`]),
        ...changed.map((table) => `changed ${table}`),
      ]);
    },
    async protectedTables() {
      const found = await client.query<{ table: string }>(
        "SELECT polrelid::regclass::text AS table FROM pg_policy WHERE polname = 'tenant_only' ORDER BY 1",
      );
      return found.rows.map(({ table }) => table);
    },
    async close() {
      client.release();
      await pool.end();
    },
  };
}

function inWords(value: unknown, ids: Ids): string {
  const text = inspect(value, { depth: 10, sorted: true, breakLength: Number.POSITIVE_INFINITY });
  return text
    .replaceAll(ids.mark, '<mark>')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<moment>')
    .replaceAll(/<Buffer [^>]*>/g, '<bytes>');
}
