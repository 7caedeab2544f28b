import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { prepareLogins } from '../shared/store/logins.ts';
import { migrateToLatest } from '../shared/store/migrate.ts';
import { importEngines } from './engines.ts';

/** A Postgres of its own for one benchmark, with the settings of production: durable, on loopback. */
export interface BenchDatabase {
  /** Makes a migrated database; answers the logins' and the administrator's connection strings. */
  create(name: string): Promise<DatabaseUrls>;
  stop(): Promise<void>;
}

export interface DatabaseUrls {
  readonly serveUrl: string;
  readonly upkeepUrl: string;
  readonly migrateUrl: string;
  readonly adminUrl: string;
}

export async function startBenchDatabase(): Promise<BenchDatabase> {
  const engines = await importEngines();
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'groundwork-bench-'));
  chmodSync(scratch, 0o755); // the user who runs the database must get through
  const password = randomBytes(18).toString('base64url');
  const postgres = await engines.startPostgres({
    dataDir: path.join(scratch, 'postgres'),
    port: await engines.freePort(),
    password,
  });
  return {
    async create(name) {
      const admin = new Client({ connectionString: postgres.url('postgres') });
      await admin.connect();
      await admin.query(`CREATE DATABASE ${admin.escapeIdentifier(name)}`);
      await admin.end();
      const adminUrl = postgres.url(name);
      await migrateToLatest(adminUrl);
      const logins = await prepareLogins(adminUrl, { serve: password, upkeep: password, migrate: password });
      return { serveUrl: logins.serve, upkeepUrl: logins.upkeep, migrateUrl: logins.migrate, adminUrl };
    },
    async stop() {
      await postgres.stop();
      for (const folder of [postgres.dataDir, scratch]) rmSync(folder, { recursive: true, force: true });
    },
  };
}
