import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Kysely, Migrator, PostgresDialect, sql } from 'kysely';
import { Client, Pool } from 'pg';
import { migrateToLatest } from '../../shared/store/migrate.ts';
import { prepareRoles } from '../../shared/store/roles.ts';
import { required } from '../support/database.ts';
import { isolationViolations } from '../support/isolation.ts';
import { useTestStore } from '../support/store.ts';

const store = useTestStore();

async function emptyDatabase(): Promise<string> {
  const url = new URL(required('GROUNDWORK_TEST_ADMIN_URL'));
  const name = `test_${randomBytes(6).toString('hex')}`;
  await store().admin.query(`CREATE DATABASE ${name}`);
  url.pathname = `/${name}`;
  return url.href;
}

test('two migrators at once: one works, the other waits and finds nothing to do', async () => {
  const url = await emptyDatabase();
  const runs = await Promise.all([migrateToLatest(url), migrateToLatest(url)]);
  const lengths = runs.map((names) => names.length).sort((a, b) => a - b);
  expect(lengths[0]).toBe(0);
  expect(lengths[1]).toBeGreaterThan(5);
  const admin = new Client({ connectionString: url });
  await admin.connect();
  expect(await isolationViolations(admin)).toEqual([]);
  await admin.end();
});

test('migrating again changes nothing, also as the login that may only act as the owner', async () => {
  expect(await migrateToLatest(store().database.migrateUrl)).toEqual([]);
  expect(await migrateToLatest(store().database.adminUrl)).toEqual([]);
});

test('the serving login cannot migrate', async () => {
  await expect(migrateToLatest(store().database.serveUrl)).rejects.toThrow();
});

/** Brings a database to where it was before a migration, as `migrateToLatest` would have then. */
async function migrateUntilBefore(admin: Client, url: string, name: string): Promise<void> {
  await prepareRoles(admin);
  const folder = new URL('../../shared/store/migrations/', import.meta.url);
  const before = readdirSync(folder).filter((file) => file.endsWith('.sql') && file < name);
  const migrations = before.map((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    return [file.replace(/\.sql$/, ''), { up: async (db: Kysely<unknown>) => void (await sql.raw(text).execute(db)) }] as const;
  });
  const pool = new Pool({ connectionString: url, max: 1, options: '-c role=gw_owner' });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const provider = { getMigrations: async () => Object.fromEntries(migrations) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  await db.destroy();
  expect(error).toBeUndefined();
}

/** An empty database as it was before a migration, with one tenant; `insert` writes a row of the tenant. */
async function databaseBefore(name: string) {
  const url = await emptyDatabase();
  const admin = new Client({ connectionString: url });
  await admin.connect();
  await migrateUntilBefore(admin, url, name);
  const tenantId = randomUUID();
  const insert = async (table: string, row: Readonly<Record<string, unknown>>): Promise<void> => {
    const all = Object.entries({ tenant_id: tenantId, ...row });
    const [columns, marks] = [all.map(([column]) => column), all.map((_, index) => `$${index + 1}`)];
    await admin.query(
      `INSERT INTO ${table} (${columns.join()}) VALUES (${marks.join()})`,
      all.map(([, value]) => value),
    );
  };
  await insert('tenant', { slug: 'a', name: 'A', partner: 'part3', mode: 'demo', root_key_id: 'k' });
  return { url, admin, tenantId, insert };
}

test('the addresses of accepted owners, one a connection before, become those of their persons', async () => {
  const { url, admin, tenantId, insert } = await databaseBefore('0023');
  const [given, wanted, invited] = [randomUUID(), randomUUID(), randomUUID()];
  for (const [connection_id, owner_address_of, sealed_owner_address] of [
    [given, '7', Buffer.from('sealed')],
    [wanted, '8', null],
    [invited, null, null],
  ])
    await insert('connection', { connection_id, partner: 'part3', scope: 'project', owner_address_of, sealed_owner_address });
  expect(await migrateToLatest(url)).toContain('0023_address_of_a_person');
  const { rows } = await admin.query(
    'SELECT tenant_id, connection_id, procore_user_id, sealed_address FROM owner_address ORDER BY procore_user_id',
  );
  expect(rows).toEqual([
    { tenant_id: tenantId, connection_id: given, procore_user_id: '7', sealed_address: Buffer.from('sealed') },
    { tenant_id: tenantId, connection_id: wanted, procore_user_id: '8', sealed_address: null },
  ]);
  expect(await isolationViolations(admin)).toEqual([]);
  await admin.end();
});

test('what a person decided under their former actor id is theirs under the present one, and the audit names them under both', async () => {
  const { url, admin, insert } = await databaseBefore('0028');
  const connection_id = randomUUID();
  await insert('connection', { connection_id, partner: 'part3', scope: 'project' });
  await insert('actor', { actor_id: 'procore:7', kind: 'person', display_name: 'Gus Adler' });
  for (const actor_id of ['person:7', 'procore:7', 'api-key:person:7'])
    await insert('command', { command_id: randomUUID(), connection_id, kind: 'connect', input: {}, actor_id });
  expect(await migrateToLatest(url)).toContain('0028_one_actor_a_person');
  const decided = await admin.query('SELECT actor_id FROM command ORDER BY sequence');
  expect(decided.rows.map((row) => row.actor_id)).toEqual(['procore:7', 'procore:7', 'api-key:person:7']);
  const named = await admin.query('SELECT actor_id, display_name FROM actor ORDER BY actor_id');
  expect(named.rows.map((row) => [row.actor_id, row.display_name])).toEqual([
    ['person:7', 'Gus Adler'],
    ['procore:7', 'Gus Adler'],
  ]);
  expect(await isolationViolations(admin)).toEqual([]);
  await admin.end();
});
