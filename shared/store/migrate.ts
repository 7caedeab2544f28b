import { readdir, readFile } from 'node:fs/promises';
import type { Migration } from 'kysely';
import { Kysely, Migrator, PostgresDialect, sql } from 'kysely';
import { Client, Pool } from 'pg';
import { mayCreateRoles, prepareRoles } from './roles.ts';

/** The `.sql` files are beside this module, in the sources as in `dist/`. */
const folder = new URL('./migrations/', import.meta.url);

/**
 * Migrates a database to the newest version; idempotent, and concurrent calls wait for each other. Runs in one transaction.
 * `url`: an administrator (creates the roles too) or a login that may `SET ROLE gw_owner`; every table belongs to `gw_owner`.
 * Returns the names of the migrations that ran.
 */
export async function migrateToLatest(url: string): Promise<readonly string[]> {
  await ensureRoles(url);
  const pool = new Pool({ connectionString: url, max: 1, options: '-c role=gw_owner', application_name: 'groundwork-migrate' });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const migrator = new Migrator({ db, provider: { getMigrations: readMigrations } });
    const { error, results = [] } = await migrator.migrateToLatest();
    if (error !== undefined) {
      const failed = results.find((result) => result.status === 'Error');
      throw new Error(`migration ${failed?.migrationName ?? '(preparation)'} failed`, { cause: error });
    }
    return results.map((result) => result.migrationName);
  } finally {
    await db.destroy();
  }
}

async function ensureRoles(url: string): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'groundwork-migrate' });
  await client.connect();
  try {
    if (await mayCreateRoles(client)) await prepareRoles(client);
  } finally {
    await client.end();
  }
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')));
  return Object.fromEntries(
    names.map((name, index) => [
      name.replace(/\.sql$/, ''),
      { up: async (db: Kysely<unknown>) => void (await sql.raw(texts[index] ?? '').execute(db)) },
    ]),
  );
}
