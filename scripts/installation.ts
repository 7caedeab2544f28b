import { Command } from 'commander';
import { installationEnvironment, readEnvironment } from '../shared/config/environment.ts';
import { rootKey, rootKeys } from '../shared/security/keys.ts';
import { closePool, createPool, withTenant } from '../shared/store/tenancy.ts';
import { acceptRestore, rotateCanary } from '../shared/store/tenants/installation.ts';
import { rotateTenantKey, tenantsDue } from '../shared/store/tenants/tenants.ts';

/** `npm run installation -- rotate-root-key`: occasional operator commands for the whole installation (docs/operations.md). */
const program: Command = new Command('installation').description('The installation itself');

program
  .command('accept-restore')
  .description('after a restore was looked into: take over the restore epoch of the settings; older links and answers are void')
  .action(async () => {
    const { MIGRATE_DATABASE_URL, RESTORE_EPOCH } = readEnvironment(installationEnvironment);
    await acceptRestore(MIGRATE_DATABASE_URL, RESTORE_EPOCH);
    console.log('accepted');
  });

program
  .command('rotate-root-key')
  .description('put every tenant’s key under the current root key; the former ones must be given too')
  .action(async () => {
    const settings = readEnvironment(installationEnvironment);
    const former = settings.ROOT_FORMER_KEYS.map(({ id, key }) => rootKey(id, key));
    const roots = rootKeys(rootKey(settings.ROOT_KEY_ID, settings.ROOT_KEY), former);
    const pool = createPool(settings.DATABASE_URL, { max: 1, applicationName: 'groundwork-installation' });
    const upkeep = createPool(settings.UPKEEP_DATABASE_URL, { max: 1, applicationName: 'groundwork-installation' });
    try {
      let rotated = 0;
      let after: string | null = null;
      for (;;) {
        const page: readonly string[] = await tenantsDue(upkeep, 500, after);
        for (const tenantId of page) rotated += (await withTenant(pool, tenantId, (db) => rotateTenantKey(db, roots))) ? 1 : 0;
        after = page.at(-1) ?? null;
        if (after === null) break;
      }
      // last: while the canary is under the former key, processes that have both keys can start, and so can those not restarted
      // yet
      await rotateCanary(settings.MIGRATE_DATABASE_URL, roots);
      console.log(`${rotated} keys of tenants are under ${settings.ROOT_KEY_ID} now; the former root key may go`);
    } finally {
      await Promise.all([closePool(pool), closePool(upkeep)]);
    }
  });

program.parseAsync().catch((error: unknown) => program.error(error instanceof Error ? error.message : String(error)));
