import { sql } from 'kysely';
import { Client } from 'pg';
import type { RootKeys } from '../../security/keys.ts';
import type { Place } from '../../security/places.ts';
import { unwrapUnderRoot, wrapUnderRoot } from '../../security/sealing.ts';
import type { StorePool } from '../tenancy.ts';
import { withoutTenant } from '../tenancy.ts';

/** This installation. Its epoch is also stored outside the database: if the two differ, the database was restored. */
export interface Installation {
  readonly mode: 'demo' | 'production';
  readonly restoreEpoch: string;
  readonly rootKeyId: string;
}

const canaryPlace: Place = { tenantId: 'installation', rowId: 'only', purpose: 'canary' };
const canaryText = 'this root key belongs to this database';

/**
 * Writes the installation's only row if there is none. An existing row is not changed: a demo never becomes production, a root
 * key changes by rotation, an epoch by `acceptRestore`. `ownerUrl`: a login that may `SET ROLE gw_owner`.
 */
export async function prepareInstallation(
  ownerUrl: string,
  roots: RootKeys,
  given: Pick<Installation, 'mode' | 'restoreEpoch'>,
): Promise<void> {
  const canary = newCanary(roots);
  await asOwner(ownerUrl, (client) =>
    client.query(
      'INSERT INTO installation (mode, restore_epoch, root_key_id, canary) VALUES ($1, $2, $3, $4) ON CONFLICT (only_row) DO NOTHING',
      [given.mode, given.restoreEpoch, roots.current.id, canary],
    ),
  );
}

/** Call it once a restore was investigated: the database takes over the outside epoch; earlier links and sessions are void. */
export async function acceptRestore(ownerUrl: string, restoreEpoch: string): Promise<void> {
  await asOwner(ownerUrl, (client) => client.query('UPDATE installation SET restore_epoch = $1', [restoreEpoch]));
}

/** Rotation of the root key: seals the canary under the current one. The tenants' keys follow one by one (`rotateTenantKey`). */
export async function rotateCanary(ownerUrl: string, roots: RootKeys): Promise<void> {
  const change = [roots.current.id, newCanary(roots)];
  await asOwner(ownerUrl, (client) => client.query('UPDATE installation SET root_key_id = $1, canary = $2', change));
}

export async function readInstallation(pool: StorePool): Promise<Installation | undefined> {
  const row = await withoutTenant(pool, (db) =>
    db.selectFrom('installation').select(['mode', 'restore_epoch', 'root_key_id']).executeTakeFirst(),
  );
  // the table's CHECK knows the same two modes
  return row && { mode: row.mode as Installation['mode'], restoreEpoch: row.restore_epoch, rootKeyId: row.root_key_id };
}

/** Throws at boot if the process's mode is not this database's, or the database was restored since it last ran. */
export async function assertInstallation(
  pool: StorePool,
  expected: { readonly mode: Installation['mode']; readonly restoreEpoch?: string },
): Promise<Installation> {
  const found = await readInstallation(pool);
  if (!found) throw new Error('this database is not an installation yet: provision it first');
  if (found.mode !== expected.mode)
    throw new Error(`a ${expected.mode} process refuses the database of a ${found.mode} installation`);
  if (expected.restoreEpoch !== undefined && found.restoreEpoch !== expected.restoreEpoch)
    throw new Error(
      'the restore epoch outside differs from the database’s: it was restored; see docs/security.md before going on',
    );
  return found;
}

/** Unseals the canary. Throws on a wrong root key here, instead of it looking like lapsed credentials everywhere. */
export async function assertCanary(pool: StorePool, roots: RootKeys): Promise<void> {
  const row = await withoutTenant(pool, (db) => db.selectFrom('installation').select('canary').executeTakeFirst());
  if (!row) throw new Error('this database is not an installation yet: provision it first');
  let text: string;
  try {
    text = unwrapUnderRoot(roots, canaryPlace, row.canary).toString();
  } catch (error) {
    throw new Error('the root key does not belong to this database', { cause: error });
  }
  if (text !== canaryText) throw new Error('the canary of this database is damaged');
}

export interface DatabaseStanding {
  readonly role: string;
  readonly superuser: boolean;
  readonly bypassesRowSecurity: boolean;
  readonly ownsTables: boolean;
}

/** What the login of this pool may do beyond its work: all three false for the serve and upkeep logins. */
export async function readDatabaseStanding(pool: StorePool): Promise<DatabaseStanding> {
  const answer = await withoutTenant(pool, (db) =>
    sql<DatabaseStanding>`
    SELECT rolname AS role, rolsuper AS superuser, rolbypassrls AS "bypassesRowSecurity",
      EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND pg_has_role(current_user, c.relowner, 'MEMBER')) AS "ownsTables"
    FROM pg_roles WHERE rolname = current_user`.execute(db),
  );
  const row = answer.rows[0];
  if (!row) throw new Error('the database does not know who we are');
  return row;
}

const newCanary = (roots: RootKeys): Buffer => wrapUnderRoot(roots.current, canaryPlace, Buffer.from(canaryText));

async function asOwner(ownerUrl: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({
    connectionString: ownerUrl,
    options: '-c role=gw_owner',
    application_name: 'groundwork-installation',
  });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
