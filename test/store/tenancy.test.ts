import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Db } from '../../shared/store/tenancy.ts';
import { closePool, connectionsInUse, createPool, withoutTenant, withTenant } from '../../shared/store/tenancy.ts';
import { useTestStore } from '../support/store.ts';

const store = useTestStore();
const tenantNow = (db: Db) =>
  sql<{ tenant: string }>`SELECT current_setting('gw.tenant', true) AS tenant`.execute(db).then(({ rows }) => rows[0]?.tenant);
const addTenant = (db: Db, tenantId: string) =>
  db
    .insertInto('tenant')
    .values({ tenant_id: tenantId, slug: `s-${tenantId}`, name: 'n', partner: 'hammertech', mode: 'demo', root_key_id: '1' })
    .execute();
const countOf = async (tenantId: string): Promise<number> => {
  const rows = await store().admin.query('SELECT FROM tenant WHERE tenant_id = $1', [tenantId]);
  return rows.rowCount ?? 0;
};

test('what a unit of work did is there after it, and its result is answered', async () => {
  const tenant = randomUUID();
  const answer = await withTenant(store().pool, tenant, async (db) => {
    await addTenant(db, tenant);
    return 'done';
  });
  expect(answer).toBe('done');
  expect(await countOf(tenant)).toBe(1);
});

test('a throw takes back everything, and is the error the caller sees', async () => {
  const tenant = randomUUID();
  const work = withTenant(store().pool, tenant, async (db) => {
    await addTenant(db, tenant);
    throw new Error('on purpose');
  });
  await expect(work).rejects.toThrow('on purpose');
  expect(await countOf(tenant)).toBe(0);
});

test('a failed query whose error was dropped cannot look like a success', async () => {
  const tenant = randomUUID();
  const work = withTenant(store().pool, tenant, async (db) => {
    await addTenant(db, tenant);
    await sql`SELECT 1 / 0`.execute(db).catch(() => undefined);
    return 'fine';
  });
  await expect(work).rejects.toThrow(/rolled back/);
  expect(await countOf(tenant)).toBe(0);
});

test('units of work do not nest, and a kept connection is dead after its unit', async () => {
  const tenant = randomUUID();
  await expect(withTenant(store().pool, tenant, () => withTenant(store().pool, tenant, tenantNow))).rejects.toThrow(
    /may not open/,
  );
  await expect(withTenant(store().pool, tenant, () => withoutTenant(store().pool, tenantNow))).rejects.toThrow(/may not open/);
  const kept = await withTenant(store().pool, tenant, async (db) => ({ db }));
  await expect(tenantNow(kept.db)).rejects.toThrow(/has ended/);
});

test('the tenant ends with its transaction, on every connection of the pool', async () => {
  const pool = createPool(store().database.serveUrl, { max: 1 });
  try {
    const [one, other] = [randomUUID(), randomUUID()];
    expect(await withTenant(pool, one, tenantNow)).toBe(one);
    expect(await withoutTenant(pool, tenantNow)).toBe('');
    await expect(withTenant(pool, one, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(await withoutTenant(pool, tenantNow)).toBe('');
    expect(await withTenant(pool, other, tenantNow)).toBe(other);
  } finally {
    await closePool(pool);
  }
});

test('what is no id of a tenant never reaches the database', async () => {
  let reached = false;
  const work = withTenant(store().pool, "' OR true", async () => {
    reached = true;
  });
  await expect(work).rejects.toThrow(/UUID/);
  expect(reached).toBe(false);
});

test('parallel units of work on few connections keep their tenants apart', async () => {
  const pool = createPool(store().database.serveUrl, { max: 3 });
  try {
    const tenants = Array.from({ length: 60 }, () => randomUUID());
    const seen = await Promise.all(tenants.map((tenant) => withTenant(pool, tenant, tenantNow)));
    expect(seen).toEqual(tenants);
    expect(connectionsInUse(pool)).toBe(0);
  } finally {
    await closePool(pool);
  }
});

test('a connection that dies inside a unit of work is not lent again, and the pool goes on', async () => {
  const pool = createPool(store().database.serveUrl, { max: 1 });
  try {
    const dying = withTenant(pool, randomUUID(), (db) => sql`SELECT pg_terminate_backend(pg_backend_pid())`.execute(db));
    await expect(dying).rejects.toThrow();
    expect(connectionsInUse(pool)).toBe(0);
    const tenant = randomUUID();
    expect(await withTenant(pool, tenant, tenantNow)).toBe(tenant);
  } finally {
    await closePool(pool);
  }
});

test('days stay text, big numbers stay exact, moments are dates', async () => {
  const rows = await withoutTenant(store().pool, (db) =>
    sql`SELECT '2026-03-29'::date AS day, 9007199254740993::bigint AS big, '2026-03-29T01:30:00Z'::timestamptz AS moment`.execute(
      db,
    ),
  );
  expect(rows.rows).toEqual([{ day: '2026-03-29', big: '9007199254740993', moment: new Date('2026-03-29T01:30:00Z') }]);
});

test('limits on statements, locks and idle transactions are set on every connection', async () => {
  const limits = await withoutTenant(store().pool, (db) =>
    sql`SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
      current_setting('idle_in_transaction_session_timeout') AS idle`.execute(db),
  );
  expect(limits.rows).toEqual([{ statement: '15s', lock: '3s', idle: '10s' }]);
});

test('a statement whose answer a migration has changed fails once, and serves on another connection', async () => {
  const { admin, database } = store();
  await admin.query(
    'CREATE TABLE of_two_shapes (one int); GRANT SELECT ON of_two_shapes TO PUBLIC; INSERT INTO of_two_shapes VALUES (1)',
  );
  const pool = createPool(database.serveUrl, { max: 1 });
  const read = () => withoutTenant(pool, async (db) => (await sql`SELECT * FROM of_two_shapes`.execute(db)).rows);
  try {
    expect(await read()).toEqual([{ one: 1 }]);
    await admin.query('ALTER TABLE of_two_shapes ADD COLUMN two int DEFAULT 2');
    await expect(read()).rejects.toThrow('cached plan must not change result type');
    expect(await read()).toEqual([{ one: 1, two: 2 }]);
  } finally {
    await closePool(pool);
  }
});

test('a statement is kept planned by its connection; one with a long list is not', async () => {
  const pool = createPool(store().database.serveUrl, { max: 1 });
  const counted = async (values: number): Promise<number> => {
    const list = sql.join(Array.from({ length: values }, (_, index) => index));
    return withoutTenant(pool, async (db) => {
      await sql`SELECT 1 AS the_one WHERE 0 IN (${list})`.execute(db);
      const { rows } = await sql<{ kept: string }>`
        SELECT count(*) AS kept FROM pg_prepared_statements WHERE statement LIKE 'SELECT 1 AS the_one%'`.execute(db);
      return Number(rows[0]?.kept);
    });
  };
  try {
    expect([await counted(3), await counted(3), await counted(300)]).toEqual([1, 1, 1]);
  } finally {
    await closePool(pool);
  }
});
