import pg from 'pg';
import { prepareLogins } from '../../shared/store/logins.ts';
import { migrateToLatest } from '../../shared/store/migrate.ts';

/** A migrated, empty database that every test file clones. Nobody may be connected to it afterwards. */
export async function prepareTemplate(
  adminUrl: string,
  name: string,
  passwords: { serve: string; upkeep: string; migrate: string },
): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`create database ${name}`);
  await admin.end();
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  await migrateToLatest(url.href);
  await prepareLogins(url.href, passwords);
}
