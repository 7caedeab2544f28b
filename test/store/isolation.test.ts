import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { Client } from 'pg';
import { closePool, createPool, withoutTenant, withTenant } from '../../shared/store/tenancy.ts';
import { tenantsDue } from '../../shared/store/tenants/tenants.ts';
import { createTestDatabase } from '../support/database.ts';
import { isolationViolations } from '../support/isolation.ts';
import { useTestStore } from '../support/store.ts';

const store = useTestStore();

const newConnection = (tenant_id: string) => ({
  tenant_id,
  connection_id: randomUUID(),
  partner: 'hammertech',
  scope: 'company',
});

test('the catalogue holds every tenant table under the one policy, with the tenant in every key', async () => {
  expect(await isolationViolations(store().admin)).toEqual([]);
});

describe('control: one loosened rule is found', () => {
  test.each([
    ['a policy that lets all rows through', 'ALTER POLICY tenant_only ON connection USING (true)', 'connection: its policy is'],
    ['a policy that checks no insert', 'ALTER POLICY tenant_only ON step WITH CHECK (true)', 'step: its policy is'],
    [
      'row-level security that spares the owner',
      'ALTER TABLE delivery NO FORCE ROW LEVEL SECURITY',
      'delivery: row-level security',
    ],
    [
      'a table that forgot',
      'CREATE TABLE note (tenant_id uuid, text text); ALTER TABLE note OWNER TO gw_owner',
      'note: has no tenant policy',
    ],
    ['a table without a tenant', 'CREATE TABLE loose (id int); ALTER TABLE loose OWNER TO gw_owner', 'loose: has no tenant_id'],
    ['a view that runs as its owner', 'CREATE VIEW peek AS SELECT connection_id FROM connection', 'peek: belongs to'],
    [
      'a unique key without the tenant',
      'CREATE UNIQUE INDEX ON connection (bound_company_id)',
      'a unique key without the tenant',
    ],
    [
      'a foreign key without the tenant',
      'ALTER TABLE step ADD UNIQUE (step_id); ALTER TABLE command ADD CONSTRAINT loose FOREIGN KEY (kind) REFERENCES step (step_id)',
      'command.loose: a foreign key without the tenant',
    ],
    ['a further policy', 'CREATE POLICY extra ON step FOR SELECT TO gw_serve USING (true)', 'step: unexpected policy extra'],
    ['a definer function that everybody may call', 'GRANT EXECUTE ON FUNCTION tenants_due TO PUBLIC', 'tenants_due(): anybody'],
  ])('%s', async (_what, change, expected) => {
    const scratch = await createTestDatabase();
    const admin = new Client({ connectionString: scratch.adminUrl });
    await admin.connect();
    try {
      await admin.query(change);
      expect(await isolationViolations(admin)).toEqual(expect.arrayContaining([expect.stringContaining(expected)]));
    } finally {
      await admin.end();
    }
  });

  test('a policy loosened to USING (true) shows one tenant the rows of another', async () => {
    const scratch = await createTestDatabase();
    const admin = new Client({ connectionString: scratch.adminUrl });
    await admin.connect();
    const pool = createPool(scratch.serveUrl);
    try {
      const [one, other] = [randomUUID(), randomUUID()];
      for (const tenant of [one, other]) {
        const row = {
          tenant_id: tenant,
          slug: `s-${tenant}`.slice(0, 30),
          name: 'n',
          partner: 'hammertech',
          mode: 'demo',
          root_key_id: '1',
        };
        await withTenant(pool, tenant, (db) => db.insertInto('tenant').values(row).execute());
      }
      await withTenant(pool, one, (db) => db.insertInto('connection').values(newConnection(one)).execute());
      const seen = () => withTenant(pool, other, (db) => db.selectFrom('connection').select('tenant_id').execute());
      expect(await seen()).toEqual([]);
      await admin.query('ALTER POLICY tenant_only ON connection USING (true)');
      expect(await seen()).toEqual([{ tenant_id: one }]);
    } finally {
      await closePool(pool);
      await admin.end();
    }
  });
});

test('a table with rows errors while no tenant is set; it never answers an empty list', async () => {
  const tenant = await store().newTenant();
  await withTenant(store().pool, tenant, (db) => db.insertInto('connection').values(newConnection(tenant)).execute());
  for (const table of ['tenant', 'connection', 'audit_entry', 'audit_head']) {
    const read = withoutTenant(store().pool, (db) => sql`SELECT * FROM ${sql.table(table)}`.execute(db));
    await expect(read).rejects.toThrow(/gw\.tenant|invalid input syntax for type uuid/);
  }
});

test('a tenant neither sees, changes, removes nor writes rows of another', async () => {
  const [one, other] = [await store().newTenant(), await store().newTenant()];
  const theirs = newConnection(one);
  await withTenant(store().pool, one, (db) => db.insertInto('connection').values(theirs).execute());
  await withTenant(store().pool, other, async (db) => {
    expect(await db.selectFrom('connection').selectAll().execute()).toEqual([]);
    const changed = await db.updateTable('connection').set({ stage: 'paused' }).executeTakeFirst();
    const removed = await db.deleteFrom('connection').executeTakeFirst();
    expect([changed.numUpdatedRows, removed.numDeletedRows]).toEqual([0n, 0n]);
  });
  const smuggle = withTenant(store().pool, other, (db) => db.insertInto('connection').values(newConnection(one)).execute());
  await expect(smuggle).rejects.toThrow(/row-level security/);
  const hang = withTenant(store().pool, other, (db) =>
    db
      .insertInto('step')
      .values({
        tenant_id: other,
        connection_id: theirs.connection_id,
        step_id: 'live',
        position: 1,
        title: 't',
        owner: 'admin',
        state: 'pending',
      })
      .execute(),
  );
  await expect(hang).rejects.toThrow(/foreign key/);
});

test('the serving login cannot become another role, and the audit log cannot be rewritten by it', async () => {
  const tenant = await store().newTenant();
  const as = (text: string) => withTenant(store().pool, tenant, (db) => sql.raw(text).execute(db));
  for (const role of ['gw_owner', 'gw_router', 'gw_upkeep'])
    await expect(as(`SET ROLE ${role}`)).rejects.toThrow(/permission denied/);
  await expect(as("UPDATE audit_entry SET action = 'x'")).rejects.toThrow(/permission denied/);
  await expect(as('DELETE FROM audit_entry')).rejects.toThrow(/permission denied/);
  await expect(as('TRUNCATE audit_entry')).rejects.toThrow(/permission denied/);
  await expect(as('ALTER TABLE audit_entry DISABLE ROW LEVEL SECURITY')).rejects.toThrow(/must be owner/);
  await expect(as('SELECT tenants_due(1, null)')).rejects.toThrow(/permission denied/);
  await expect(as("UPDATE installation SET restore_epoch = 'x'")).rejects.toThrow(/permission denied/);
});

test('the upkeep login learns ids of tenants, page by page, and reads no table', async () => {
  const tenants = [await store().newTenant(), await store().newTenant(), await store().newTenant()];
  const upkeep = createPool(store().database.upkeepUrl);
  try {
    const seen: string[] = [];
    for (let page = await tenantsDue(upkeep, 2); page.length > 0; page = await tenantsDue(upkeep, 2, seen.at(-1)))
      seen.push(...page);
    expect(seen).toEqual(expect.arrayContaining(tenants));
    expect(seen).toEqual([...new Set(seen)].sort());
    await expect(withoutTenant(upkeep, (db) => db.selectFrom('tenant').selectAll().execute())).rejects.toThrow(
      /permission denied/,
    );
  } finally {
    await closePool(upkeep);
  }
});
