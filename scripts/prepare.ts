import { Client } from 'pg';
import { z } from 'zod';
import { rootKey, rootKeys } from '../shared/security/keys.ts';
import { revealSecret } from '../shared/security/secret.ts';
import { prepareLogins } from '../shared/store/logins.ts';
import { migrateToLatest } from '../shared/store/migrate.ts';
import { closePool, createPool, type StorePool, withTenant } from '../shared/store/tenancy.ts';
import { createApiKey } from '../shared/store/tenants/api-keys.ts';
import { assertCanary, prepareInstallation } from '../shared/store/tenants/installation.ts';
import { createTenant, findTenantId } from '../shared/store/tenants/tenants.ts';

/**
 * Prepares the database of a demo: the database itself, schema, roles and logins, the installation's row, the demo tenants with
 * one admin key each. Repeatable; existing keys are passed in and kept. Prints one line of JSON.
 */
const environment = z
  .object({
    GROUNDWORK_MODE: z.literal('demo'),
    ADMIN_DATABASE_URL: z.string(),
    SERVE_PASSWORD: z.string(),
    UPKEEP_PASSWORD: z.string(),
    MIGRATE_PASSWORD: z.string(),
    ROOT_KEY: z.string(),
    ROOT_KEY_ID: z.string(),
    RESTORE_EPOCH: z.string(),
    DEMO_TENANTS: z.string(),
  })
  .parse(process.env);

const demoTenants = [
  { slug: 'acme-safety', name: 'Acme Safety', partner: 'hammertech' },
  { slug: 'borealis-safety', name: 'Borealis Safety', partner: 'hammertech' },
  { slug: 'north-studio', name: 'North Studio', partner: 'part3' },
] as const;

type Known = Record<string, { id: string; apiKey: string }>;

async function prepare(): Promise<Known> {
  const adminUrl = environment.ADMIN_DATABASE_URL;
  await ensureDatabase(adminUrl);
  await migrateToLatest(adminUrl);
  const logins = await prepareLogins(adminUrl, {
    serve: environment.SERVE_PASSWORD,
    upkeep: environment.UPKEEP_PASSWORD,
    migrate: environment.MIGRATE_PASSWORD,
  });
  const roots = rootKeys(rootKey(environment.ROOT_KEY_ID, environment.ROOT_KEY));
  await prepareInstallation(logins.migrate, roots, { mode: 'demo', restoreEpoch: environment.RESTORE_EPOCH });
  const pool = createPool(logins.serve, { applicationName: 'groundwork-prepare' });
  try {
    await assertCanary(pool, roots);
    const known = JSON.parse(environment.DEMO_TENANTS) as Known;
    const entries: [string, { id: string; apiKey: string }][] = [];
    for (const tenant of demoTenants) entries.push([tenant.slug, await ensureTenant(pool, roots, tenant, known[tenant.slug])]);
    return Object.fromEntries(entries);
  } finally {
    await closePool(pool);
  }
}

async function ensureTenant(
  pool: StorePool,
  roots: Parameters<typeof createTenant>[1],
  { slug, name, partner }: (typeof demoTenants)[number],
  known: Known[string] | undefined,
): Promise<Known[string]> {
  const found = await findTenantId(pool, slug);
  if (found !== undefined && known?.id === found) return known;
  const given = { slug, name, partner, mode: 'demo', createdBy: 'system:provisioning' } as const;
  const id = found ?? (await createTenant(pool, roots, given)).tenantId;
  const key = { tenantId: id, scope: 'admin', label: 'demo', createdBy: 'system:provisioning' } as const;
  const { text } = await withTenant(pool, id, (db) => createApiKey(db, key));
  return { id, apiKey: revealSecret(text) };
}

async function ensureDatabase(adminUrl: string): Promise<void> {
  const url = new URL(adminUrl);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const client = await connected(url.href);
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

const patienceMs = 20_000;
const startingUp = '57P03';

/** Retries: a server that has just been started refuses connections for a moment. */
async function connected(url: string): Promise<Client> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      return client;
    } catch (error) {
      const again = error instanceof Error && 'code' in error && (error.code === startingUp || error.code === 'ECONNREFUSED');
      if (!again || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

process.stdout.write(`${JSON.stringify({ tenants: await prepare() })}\n`);
