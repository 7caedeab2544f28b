import { Command, Option } from 'commander';
import { keyEnvironment, readEnvironment } from '../shared/config/environment.ts';
import { revealSecret } from '../shared/security/secret.ts';
import type { ApiKeyScope } from '../shared/security/tokens.ts';
import type { StorePool } from '../shared/store/tenancy.ts';
import { closePool, createPool, withTenant } from '../shared/store/tenancy.ts';
import { createApiKey, revokeApiKey } from '../shared/store/tenants/api-keys.ts';
import { findTenantId } from '../shared/store/tenants/tenants.ts';

/** `npm run key -- create <slug> --scope operate`: a new API key of a tenant, printed once. */
const program: Command = new Command('key').description('API keys of a tenant');
const createdBy = 'operator';

program
  .command('create <slug>')
  .description('make an API key and print it, once')
  .addOption(new Option('--scope <scope>', 'what it may do').choices(['read', 'operate', 'admin']).makeOptionMandatory())
  .option('--label <label>', 'what it is for', '')
  .action((slug: string, options: { scope: ApiKeyScope; label: string }) =>
    forTenant(slug, async (pool, tenantId) => {
      const key = await withTenant(pool, tenantId, (db) => createApiKey(db, { tenantId, ...options, createdBy }));
      console.log(`API key  ${revealSecret(key.text)}  (${options.scope}; shown this once)`);
      console.log(`id       ${key.apiKeyId}`);
    }),
  );

program
  .command('revoke <slug> <id>')
  .description('end an API key at once')
  .action((slug: string, apiKeyId: string) =>
    forTenant(slug, async (pool, tenantId) => {
      const revoked = await withTenant(pool, tenantId, (db) => revokeApiKey(db, { tenantId, apiKeyId, revokedBy: createdBy }));
      if (!revoked) throw new Error(`${slug} has no key ${apiKeyId} in force`);
      console.log('revoked');
    }),
  );

async function forTenant(slug: string, work: (pool: StorePool, tenantId: string) => Promise<void>): Promise<void> {
  const pool = createPool(readEnvironment(keyEnvironment).DATABASE_URL, { max: 1, applicationName: 'groundwork-key' });
  try {
    const tenantId = await findTenantId(pool, slug);
    if (!tenantId) throw new Error(`there is no tenant ${slug}`);
    await work(pool, tenantId);
  } finally {
    await closePool(pool);
  }
}

program.parseAsync().catch((error: unknown) => program.error(error instanceof Error ? error.message : String(error)));
