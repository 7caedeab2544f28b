import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface TestDatabase {
  /** As the serving role: under row-level security. */
  readonly serveUrl: string;
  /** As the upkeep role: may only call the functions across tenants. */
  readonly upkeepUrl: string;
  readonly migrateUrl: string;
  /** As the superuser: for arranging and for looking from outside. */
  readonly adminUrl: string;
}

/** A database of its own for one test file, cloned from the migrated template. The cluster is deleted at the end of the run. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const adminUrl = required('GROUNDWORK_TEST_ADMIN_URL');
  const passwords = JSON.parse(required('GROUNDWORK_TEST_PASSWORDS')) as { serve: string; upkeep: string; migrate: string };
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query(`create database ${name} template groundwork_template`);
  } finally {
    await admin.end();
  }
  const as = (user: string, password: string): string => {
    const url = new URL(adminUrl);
    url.pathname = `/${name}`;
    url.username = user;
    url.password = password;
    return url.href;
  };
  const own = new URL(adminUrl);
  own.pathname = `/${name}`;
  return {
    serveUrl: as('gw_serve_login', passwords.serve),
    upkeepUrl: as('gw_upkeep_login', passwords.upkeep),
    migrateUrl: as('gw_migrate_login', passwords.migrate),
    adminUrl: own.href,
  };
}

export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests with npm test`);
  return value;
}
