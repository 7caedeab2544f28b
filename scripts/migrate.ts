import { migrateEnvironment, readEnvironment } from '../shared/config/environment.ts';
import { rootKey, rootKeys } from '../shared/security/keys.ts';
import { prepareLogins } from '../shared/store/logins.ts';
import { migrateToLatest } from '../shared/store/migrate.ts';
import { closePool, createPool } from '../shared/store/tenancy.ts';
import { assertCanary, prepareInstallation } from '../shared/store/tenants/installation.ts';

/**
 * Brings the database of a deployment to what this version needs: schema, roles, logins with the given passwords, the
 * installation's row. Repeatable; an existing installation row is kept. Fails if the root key is not the one of this database.
 * Prints one line of JSON.
 */
const settings = readEnvironment(migrateEnvironment);
const ran = await migrateToLatest(settings.ADMIN_DATABASE_URL);
const logins = await prepareLogins(settings.ADMIN_DATABASE_URL, {
  serve: settings.SERVE_PASSWORD,
  upkeep: settings.UPKEEP_PASSWORD,
  migrate: settings.MIGRATE_PASSWORD,
});
const former = settings.ROOT_FORMER_KEYS.map(({ id, key }) => rootKey(id, key));
const roots = rootKeys(rootKey(settings.ROOT_KEY_ID, settings.ROOT_KEY), former);
await prepareInstallation(logins.migrate, roots, { mode: 'production', restoreEpoch: settings.RESTORE_EPOCH });
const pool = createPool(logins.serve, { max: 1, applicationName: 'groundwork-migrate' });
try {
  await assertCanary(pool, roots);
} finally {
  await closePool(pool);
}
process.stdout.write(`${JSON.stringify({ migrations: ran })}\n`);
