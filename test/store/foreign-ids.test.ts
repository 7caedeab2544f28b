import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { useTestStore } from '../support/store.ts';
import { onRequests } from './attacks/asking.ts';
import { type Attack, type Attacker, newAttacker } from './attacks/attack.ts';
import { onConnections } from './attacks/connecting.ts';
import { onConsentRequests } from './attacks/consenting.ts';
import { onPeople } from './attacks/contracting.ts';
import { onDeliveries } from './attacks/delivering.ts';
import { onGrants } from './attacks/granting.ts';
import { onInvitations } from './attacks/inviting.ts';
import { onMailedLinks } from './attacks/mailing.ts';
import { onReading } from './attacks/reading.ts';
import { onSetUps } from './attacks/setting-up.ts';
import { onSignIns } from './attacks/signing-in.ts';
import { onLinks } from './attacks/syncing.ts';
import { onTenants } from './attacks/tenant.ts';
import { newIds, newStoreWorld } from './attacks/world.ts';

const store = useTestStore();
let attacker: Attacker;

beforeAll(async () => {
  const owner = await newStoreWorld(store());
  const own = await newStoreWorld(store());
  attacker = await newAttacker(store().database.adminUrl, own, owner, newIds());
});

afterAll(() => attacker.close());

const attacks: readonly (readonly [name: string, attack: Attack])[] = Object.entries({
  ...onTenants,
  ...onConnections,
  ...onSignIns,
  ...onGrants,
  ...onPeople,
  ...onReading,
  ...onConsentRequests,
  ...onSetUps,
  ...onInvitations,
  ...onRequests,
  ...onMailedLinks,
  ...onLinks,
  ...onDeliveries,
});

/** Exported functions that act for no tenant, or for the one of a bearer, and why they are not attacked by ids. */
const withoutIds: Readonly<Record<string, string>> = {
  assertFitToServe: 'asks about the process itself',
  FencedOut: 'an error',
  boundCompanyOf: 'reads a row that was found already',
  grantStands: 'reads a row that was found already',
  responderStanding: 'reads a row that was found already',
  otherHolder: 'a piece of a query, which `membersOf` and `doubtAbout` ask',
  lockAccounts: 'locks nothing that is stored, for the tenant at work',
  hasEnded: 'reads a row that was found already',
  settledSteps: 'reads rows that were found already',
  companyOf: 'reads a row that was found already',
  isWaiting: 'reads a row that was found already',
  deliveryFromRow: 'reads a row that was found already',
  resolveToken: 'takes the hash of a bearer: whoever has it is its tenant',
  findApiKeyHolder: 'takes a bearer: whoever has it is its tenant',
  createTenant: 'makes a tenant; needs the root key',
  findTenantId: 'for the operator, who names a tenant by its slug',
  tenantsDue: 'for the upkeep login; answers ids alone (test/store/isolation.test.ts)',
  openBreaker: 'of the installation; nothing of a tenant is there',
  closeBreaker: 'of the installation; nothing of a tenant is there',
  noteLapse: 'of the installation; nothing of a tenant is there',
  openBreakerOf: 'reads a row that was found already',
  readBreaker: 'of the installation; nothing of a tenant is there',
  learnedWindows: 'reads limits of far sides under a hashed key; nothing of a tenant is there',
  createRateBudget: 'counts calls under hashed keys of far sides; nothing of a tenant is there',
  createVault: 'opens by the key of the tenant at work (test/store/sealing.test.ts)',
  createPool: 'a connection',
  isDatabaseAway: 'reads an error',
  closePool: 'a connection',
  connectionsInUse: 'a connection',
  clientDatabase: 'a connection',
  withTenant: 'the door itself (test/store/tenancy.test.ts)',
  withoutTenant: 'the door itself (test/store/tenancy.test.ts)',
  prepareInstallation: 'of the installation; needs the owner of the tables',
  acceptRestore: 'of the installation; needs the owner of the tables',
  rotateCanary: 'of the installation; needs the owner of the tables',
  readInstallation: 'of the installation',
  assertInstallation: 'of the installation',
  assertCanary: 'of the installation',
  readDatabaseStanding: 'of the installation',
  migrateToLatest: 'of the installation; needs an administrator',
  prepareLogins: 'of the installation; needs an administrator',
  prepareRoles: 'of the installation; needs an administrator',
  mayCreateRoles: 'of the installation; needs an administrator',
  createRole: 'of the installation; needs an administrator',
  grantMembership: 'of the installation; needs an administrator',
  onceMore: 'of the installation; needs an administrator',
  authorOfPeople: 'names an author; reads nothing',
  askForSignInLook: 'reads with findConnection and listSteps, and writes with writeOnce, which are attacked',
  askForInvitationLooks: 'reads with findConnection and listSteps, and writes with writeCommand, which are attacked',
  mayOwnStreams: 'says that a stream is taken, and not by whom: as ownStream does (test/store/stream-owners.test.ts)',
  partKey: 'a key of a part that was found already',
  isRefusal: 'reads an item that was found already',
  ownerReads: 'says yes or no of a connection that was found already; what it reads is read by chooseReader too',
  memberKeyOf: 'a value of a row',
  withNewPair: 'a value of a row',
  memberOf: 'reads a row that was found already',
  memberSubject: 'a value of a row',
  subjectOfStream: 'a value of a query',
  remindersDue: 'a value of a query',
  newLinkColumns: 'a value of a query',
  linkFromRow: 'reads a row that was found already',
  hasLeft: 'a part of a query',
  jsonb: 'a value of a query',
  microsOf: 'a value of a query',
  wordOf: 'a value of a row',
};

const folder = new URL('../../shared/store/', import.meta.url);

async function exportedFunctions(): Promise<readonly string[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.d.ts'),
  );
  const modules: object[] = await Promise.all(files.map((name) => import(new URL(name, folder).href)));
  return modules.flatMap((each) => Object.entries(each).flatMap(([name, value]) => (typeof value === 'function' ? [name] : [])));
}

test('every function that the store exports is attacked here, or named with the reason why not', async () => {
  // of a function with several kinds of rows, each is attacked: its name is said behind that of the function
  const attacked = new Set(attacks.map(([name]) => name.replace(/ .*/, '')));
  const known = [...attacked, ...Object.keys(withoutIds)];
  // a schema is no function of ours, though it can be called
  expect((await exportedFunctions()).filter((name) => name !== 'seenAtSignIn').sort()).toEqual(known.sort());
});

describe('one tenant with the ids of another, in its own name or the other’s, sees nothing and changes nothing', () => {
  test.each(attacks)('%s', async (_name, attack) => {
    expect(await attacker.breachesBy(attack)).toEqual([]);
  });
});

describe('control: with loosened policies it would', () => {
  test.each(attacks)('%s', async (_name, attack) => {
    expect(await breachesWithoutPolicies(attack)).not.toEqual([]);
  });

  test('each policy for itself: without it at least one of these calls reaches the other tenant', async () => {
    const unnoticed: string[] = [];
    for (const table of await attacker.protectedTables()) {
      if (!(await isNoticed(table, attacks))) unnoticed.push(table);
    }
    expect(unnoticed).toEqual([]);
  });
});

const withoutPolicies = new Map<Attack, readonly string[]>();

async function breachesWithoutPolicies(attack: Attack): Promise<readonly string[]> {
  const breaches = withoutPolicies.get(attack) ?? (await attacker.breachesBy(attack, await attacker.protectedTables()));
  withoutPolicies.set(attack, breaches);
  return breaches;
}

/** Whether one of them reaches the table when its own policy alone is gone; those that would change it are tried first. */
async function isNoticed(table: string, those: typeof attacks): Promise<boolean> {
  const likely: Attack[] = [];
  for (const [, attack] of those) if ((await breachesWithoutPolicies(attack)).includes(`changed ${table}`)) likely.push(attack);
  for (const attack of [...likely, ...those.map(([, each]) => each)])
    if ((await attacker.breachesBy(attack, [table])).length > 0) return true;
  return false;
}
