import { Command } from 'commander';
import { operatorEnvironment, readEnvironment } from '../shared/config/environment.ts';
import { tenantSlug } from '../shared/domain/ids.ts';
import type { PartnerName } from '../shared/domain/partners.ts';
import { partnerNames } from '../shared/domain/partners.ts';
import { rootKey, rootKeys } from '../shared/security/keys.ts';
import { revealSecret } from '../shared/security/secret.ts';
import { closePool, createPool, withTenant } from '../shared/store/tenancy.ts';
import { createApiKey } from '../shared/store/tenants/api-keys.ts';
import { createTenant } from '../shared/store/tenants/tenants.ts';

/** `npm run tenant -- create <slug> --partner hammertech`: a tenant with its own key, and its first API key, printed once. */
const program: Command = new Command('tenant').description('Tenants of this installation');

program
  .command('create <slug>')
  .description('make a tenant and print its first API key, once')
  .requiredOption('--partner <partner>', `one of: ${partnerNames.join(', ')}`)
  .option('--name <name>', 'what people read; the slug where left out')
  .action(async (slug: string, options: { partner: string; name?: string }) => {
    const partner = partnerNames.find((name) => name === options.partner);
    if (!partner) program.error(`unknown partner ${options.partner}; there is: ${partnerNames.join(', ')}`);
    const parsed = tenantSlug.safeParse(slug);
    if (!parsed.success) program.error(`the slug is not usable: ${parsed.error.issues[0]?.message}`);
    await create(slug, partner, options.name ?? slug);
  });

async function create(slug: string, partner: PartnerName, name: string): Promise<void> {
  const settings = readEnvironment(operatorEnvironment);
  const pool = createPool(settings.DATABASE_URL, { max: 1, applicationName: 'groundwork-tenant' });
  try {
    const roots = rootKeys(rootKey(settings.ROOT_KEY_ID, settings.ROOT_KEY));
    const createdBy = 'operator';
    const tenant = await createTenant(pool, roots, { slug, name, partner, mode: settings.GROUNDWORK_MODE, createdBy });
    const key = await withTenant(pool, tenant.tenantId, (db) =>
      createApiKey(db, { tenantId: tenant.tenantId, scope: 'admin', label: 'first key', createdBy }),
    );
    console.log(`tenant   ${tenant.slug}  ${tenant.tenantId}`);
    console.log(`API key  ${revealSecret(key.text)}  (admin; shown this once)`);
  } finally {
    await closePool(pool);
  }
}

program.parseAsync().catch((error: unknown) => program.error(error instanceof Error ? error.message : String(error)));
