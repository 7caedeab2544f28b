import { beforeEach, expect, test } from '@jest/globals';
import { createMailActivities } from '../../activities/mail/outbox.ts';
import { createUpkeep } from '../../activities/upkeep/tidy.ts';
import { closeBox } from '../../shared/security/boxing.ts';
import { places } from '../../shared/security/places.ts';
import { secretOf } from '../../shared/security/secret.ts';
import { openCauses } from '../../shared/store/attention-view.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { showAcceptance } from '../../shared/store/people/acceptances.ts';
import { storeOwnerAddress } from '../../shared/store/people/owner-addresses.ts';
import { type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { mailTo } from '../support/inviting.ts';
import { decide, met } from '../support/onboarded.ts';
import { authorize, gus, type Inviting, inviteTo, offerOf, pressConnect, untilPart3 } from '../support/part3-connecting.ts';
import { testBoxKeys } from '../support/store.ts';

const bench = useChecksBench();
const ada = 'ada@acme.example';
const adasDesk = 'ada.marsh@desk.example';
let on: Connecting;
let before: readonly number[];

const idOf = (person: string) => bench().sandbox.world.people.find(({ email }) => email === `${person}@acme.example`)?.id ?? '';
const counts = () => Promise.all([gus, ada, adasDesk].map(async (address) => (await mailTo(bench().sandbox, address)).length));
/** What has come for Gus, who is invited, for Ada’s login, and for the address that is given for her, since `before`. */
const mailed = async () => (await counts()).map((count, place) => count - (before[place] ?? 0));
const addressItems = async () =>
  (await on.inTenant((db) => openCauses(db, on.connectionId, 100))).filter(({ reason }) => reason === 'address-missing');

/** That person presses the button; whoever invited is asked first. */
async function connects(person: string, inviting: Inviting): Promise<void> {
  await inviteTo(bench(), on, inviting);
  await met(on, ['inviteContractor']);
  await authorize(on, person);
  await met(on, ['contractorSignsIn', 'authorizeContractor']);
  expect(await pressConnect(on)).toMatchObject({ state: 'waiting', on: 'admin' });
  before = await counts();
}

async function accept(person: string): Promise<void> {
  const { companyId } = await offerOf(on, 'AC-101');
  await decide(on, 'accept-contractor', { companyId, procoreUserId: idOf(person) });
  expect(await on.check('createConnection')).toMatchObject({ state: 'met' });
  await createMailActivities(bench().deps).sendMail({ tenantId: on.tenantId });
}

/** As the API keeps it, with an acceptance or afterwards. */
async function addressGiven(person: string, address: string): Promise<void> {
  const procoreUserId = idOf(person);
  const place = places.ownerAddress(on.tenantId, on.connectionId, procoreUserId);
  const sealedAddress = await closeBox(testBoxKeys.publicKey, place, secretOf(address));
  await on.inTenant((db) => storeOwnerAddress(db, on, { procoreUserId, sealedAddress }));
  await on.inTenant((db) => showAcceptance(db, on.connectionId));
}

async function ownerLapses(): Promise<void> {
  const grantId = (await on.inTenant((db) => findConnection(db, on.connectionId)))?.ownerGrantId;
  const { admin } = bench().store;
  await admin.query("UPDATE person_grant SET state = 'lapsed' WHERE grant_id = $1", [grantId]);
  await admin.query(
    `INSERT INTO grant_event (tenant_id, grant_id, version, kind)
     SELECT tenant_id, grant_id, version, 'lapsed' FROM person_grant WHERE grant_id = $1`,
    [grantId],
  );
  await createUpkeep(bench().deps).tidy({});
}

beforeEach(async () => {
  on = await untilPart3(bench());
});

test('another person than was invited is mailed nowhere until whoever accepted them says where, and the item asks for it', async () => {
  await connects('ada', { to: gus });
  await accept('ada');
  expect(await mailed()).toEqual([0, 0, 0]);
  expect(await addressItems()).toMatchObject([{ owner: 'admin', subject: 'acceptance:address' }]);
  await ownerLapses();
  expect(await mailed()).toEqual([0, 0, 0]);
  await addressGiven('ada', adasDesk);
  expect(await addressItems()).toEqual([]);
  await bench().store.admin.query("UPDATE mail SET next_try_at = now() WHERE tenant_id = $1 AND state = 'queued'", [on.tenantId]);
  await createUpkeep(bench().deps).tidy({});
  // the copy of what she connected, and that she signs in again
  expect(await mailed()).toEqual([0, 0, 2]);
});

test('what waits for who connected the project goes to nobody who owns it after them', async () => {
  await connects('ada', { to: gus });
  await accept('ada');
  await ownerLapses();
  await authorize(on, 'gus');
  await on.check('contractorSignsIn');
  expect((await on.inTenant((db) => findConnection(db, on.connectionId)))?.syncUserId).toBe(idOf('gus'));
  await bench().store.admin.query("UPDATE mail SET next_try_at = now() WHERE tenant_id = $1 AND state = 'queued'", [on.tenantId]);
  await createUpkeep(bench().deps).tidy({});
  expect(await mailed()).toEqual([0, 0, 0]);
});

test('whom an acceptance of before addresses were kept makes the owner again is mailed nowhere until somebody says where', async () => {
  await connects('ada', { to: gus });
  await accept('ada');
  await bench().store.admin.query('DELETE FROM owner_address WHERE connection_id = $1', [on.connectionId]);
  for (const person of ['gus', 'ada']) {
    await ownerLapses();
    await authorize(on, person);
    await on.check('contractorSignsIn');
    expect((await on.inTenant((db) => findConnection(db, on.connectionId)))?.syncUserId).toBe(idOf(person));
  }
  expect(await addressItems()).toHaveLength(1);
  before = await counts();
  await ownerLapses();
  expect(await mailed()).toEqual([0, 0, 0]);
});

test('with an address in the acceptance another person is mailed there from the first mail on', async () => {
  await connects('ada', { to: gus });
  await addressGiven('ada', adasDesk);
  await accept('ada');
  expect([await mailed(), await addressItems()]).toEqual([[0, 0, 1], []]);
});

test('the invited person who connects another company than was invited is mailed at the address that was invited', async () => {
  await connects('gus', { to: gus, company: 'Zephyr Glazing' });
  await accept('gus');
  expect([await mailed(), await addressItems()]).toEqual([[1, 0, 0], []]);
  await ownerLapses();
  expect(await mailed()).toEqual([2, 0, 0]);
});
