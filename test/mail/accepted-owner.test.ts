import { beforeEach, expect, test } from '@jest/globals';
import { createUpkeep } from '../../activities/upkeep/tidy.ts';
import { closeBox } from '../../shared/security/boxing.ts';
import { places } from '../../shared/security/places.ts';
import { secretOf } from '../../shared/security/secret.ts';
import { openCauses } from '../../shared/store/attention-view.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { noteTurn } from '../../shared/store/grants/reading.ts';
import { showAcceptance } from '../../shared/store/people/acceptances.ts';
import { storeOwnerAddress } from '../../shared/store/people/owner-addresses.ts';
import { acme, type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { mailTo } from '../support/inviting.ts';
import { decide } from '../support/onboarded.ts';
import { authorize, gus, inviteTo, untilConnected } from '../support/part3-connecting.ts';
import { testBoxKeys } from '../support/store.ts';

const bench = useChecksBench();
const ada = 'ada@acme.example';
const adasDesk = 'ada.marsh@desk.example';
let on: Connecting;

const idOf = (address: string) => bench().sandbox.world.people.find(({ email }) => email === address)?.id ?? '';
const countOf = async (to: string) => (await mailTo(bench().sandbox, to)).length;
const addressItems = async () =>
  (await on.inTenant((db) => openCauses(db, on.connectionId, 100))).filter(({ subject }) => subject === 'acceptance:address');

async function ownerLapses(): Promise<void> {
  const grantId = (await on.inTenant((db) => findConnection(db, on.connectionId)))?.ownerGrantId;
  await bench().store.admin.query("UPDATE person_grant SET state = 'lapsed' WHERE grant_id = $1", [grantId]);
  await bench().store.admin.query(
    `INSERT INTO grant_event (tenant_id, grant_id, version, kind)
     SELECT tenant_id, grant_id, version, 'lapsed' FROM person_grant WHERE grant_id = $1`,
    [grantId],
  );
}
const tidy = () => createUpkeep(bench().deps).tidy({});

/** How many mails came for each since `before`. */
const since = async (before: readonly number[]) => {
  const now = await Promise.all([gus, ada, adasDesk].map(countOf));
  return now.map((count, place) => count - (before[place] ?? 0));
};
const now = () => since([]);

/** What came for each of them by a lapse of whoever owns the connection. */
async function mailedByALapse(): Promise<readonly number[]> {
  const before = await now();
  await ownerLapses();
  await tidy();
  return since(before);
}

/** What comes for each of them of what waits, once its pause is over. */
async function mailedOnceDue(): Promise<readonly number[]> {
  const before = await now();
  await bench().store.admin.query("UPDATE mail SET next_try_at = now() WHERE tenant_id = $1 AND state = 'queued'", [on.tenantId]);
  await tidy();
  return since(before);
}

/** As the API keeps the address that comes with an acceptance, whatever becomes of that. */
async function addressGiven(of: string, address: string): Promise<void> {
  const procoreUserId = idOf(of);
  const place = places.ownerAddress(on.tenantId, on.connectionId, procoreUserId);
  const sealedAddress = await closeBox(testBoxKeys.publicKey, place, secretOf(address));
  await on.inTenant((db) => storeOwnerAddress(db, on, { procoreUserId, sealedAddress }));
  await on.inTenant((db) => showAcceptance(db, on.connectionId));
}

async function accept(address: string, companyId = acme): Promise<void> {
  await decide(on, 'accept-owner', { companyId, procoreUserId: idOf(address) });
  const { tenantId, connectionId } = on;
  await bench().checks.applyDecisions({ tenantId, connectionId, stepId: 'authorizeContractor' });
}

async function signsIn(person: string): Promise<void> {
  await authorize(on, person);
  await on.check('contractorSignsIn');
}

const ownerIs = async (address: string) =>
  (await on.inTenant((db) => findConnection(db, on.connectionId)))?.syncUserId === idOf(address);

beforeEach(async () => {
  on = await untilConnected(bench());
  await ownerLapses();
  await tidy();
  await signsIn('ada');
  await accept(ada);
});

test('an accepted owner without an address is not mailed, nor is the one before them or the login that Procore shows', async () => {
  expect(await addressItems()).toMatchObject([
    { reason: 'address-missing', owner: 'admin', needed: expect.stringContaining('e-mail address') },
  ]);
  expect(await mailedByALapse()).toEqual([0, 0, 0]);
});

test('mails for an accepted owner go to the address that came with their acceptance', async () => {
  await addressGiven(ada, adasDesk);
  expect(await addressItems()).toEqual([]);
  expect(await mailedByALapse()).toEqual([0, 0, 1]);
});

test('a mail that waits for an address goes there once it is given', async () => {
  expect(await mailedByALapse()).toEqual([0, 0, 0]);
  await addressGiven(ada, adasDesk);
  expect(await mailedOnceDue()).toEqual([0, 0, 1]);
});

test('a mail that waited is not sent after its person has signed in again', async () => {
  expect(await mailedByALapse()).toEqual([0, 0, 0]);
  await signsIn('ada');
  await addressGiven(ada, adasDesk);
  expect(await mailedOnceDue()).toEqual([0, 0, 0]);
});

test('nor where they may read the project again that they could not', async () => {
  await on.inTenant((db) => noteTurn(db, on, { grant: null, why: 'no-access' }));
  await tidy();
  await on.inTenant((db) => noteTurn(db, on, { grant: null, why: null }));
  await addressGiven(ada, adasDesk);
  expect(await mailedOnceDue()).toEqual([0, 0, 0]);
  await on.inTenant((db) => noteTurn(db, on, { grant: null, why: 'no-access' }));
  const before = await now();
  await tidy();
  expect(await since(before)).toEqual([0, 0, 1]);
});

test('an acceptance of somebody else that comes to nothing leaves the owner the address that is theirs', async () => {
  await addressGiven(ada, adasDesk);
  await ownerLapses();
  await tidy();
  await signsIn('tess');
  await addressGiven('tess@acme.example', 'tess@desk.example');
  await accept('tess@acme.example', '1');
  await signsIn('ada');
  expect(await ownerIs(ada)).toBe(true);
  expect(await mailedByALapse()).toEqual([0, 0, 1]);
  expect(await countOf('tess@desk.example')).toBe(0);
});

test('an owner who returns is written to where they were before, each at an address of their own', async () => {
  await addressGiven(ada, adasDesk);
  await ownerLapses();
  await tidy();
  await signsIn('gus');
  expect(await ownerIs(gus)).toBe(true);
  expect(await mailedByALapse()).toEqual([1, 0, 0]);
  await signsIn('ada');
  await accept(ada);
  expect(await ownerIs(ada)).toBe(true);
  expect(await addressItems()).toEqual([]);
  expect(await mailedByALapse()).toEqual([0, 0, 1]);
});

test('an accepted owner who comes back by an invitation of their own is written to there, and who was invited before them at theirs', async () => {
  await ownerLapses();
  await tidy();
  await inviteTo(bench(), on, { to: ada });
  await signsIn('ada');
  expect(await addressItems()).toEqual([]);
  expect(await mailedByALapse()).toEqual([0, 1, 0]);
  await signsIn('gus');
  expect(await ownerIs(gus)).toBe(true);
  expect(await mailedByALapse()).toEqual([1, 0, 0]);
});

test('of an address that was given and one that was invited the newer one counts', async () => {
  await addressGiven(ada, adasDesk);
  await ownerLapses();
  await tidy();
  await inviteTo(bench(), on, { to: ada });
  await signsIn('ada');
  expect(await mailedByALapse()).toEqual([0, 1, 0]);
  await addressGiven(ada, adasDesk);
  await signsIn('ada');
  expect(await mailedByALapse()).toEqual([0, 0, 1]);
});

test('what was kept of whom is erased with the end of the connection', async () => {
  await addressGiven(ada, adasDesk);
  const kept = () =>
    bench()
      .store.admin.query('SELECT FROM owner_address WHERE connection_id = $1', [on.connectionId])
      .then(({ rowCount }) => rowCount);
  expect(await kept()).toBe(1);
  const { tenantId, connectionId } = on;
  await bench().checks.endOnboarding({ tenantId, connectionId, ended: 'stopped' });
  expect(await kept()).toBe(0);
});
