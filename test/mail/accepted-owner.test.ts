import { beforeEach, expect, test } from '@jest/globals';
import { createUpkeep } from '../../activities/upkeep/tidy.ts';
import { closeBox } from '../../shared/security/boxing.ts';
import { places } from '../../shared/security/places.ts';
import { secretOf } from '../../shared/security/secret.ts';
import { openCauses } from '../../shared/store/attention-view.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
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

beforeEach(async () => {
  on = await untilConnected(bench());
  await ownerLapses();
  await tidy();
  await authorize(on, 'ada');
  await on.check('contractorSignsIn');
  await decide(on, 'accept-owner', { companyId: acme, procoreUserId: idOf(ada) });
  const { tenantId, connectionId } = on;
  await bench().checks.applyDecisions({ tenantId, connectionId, stepId: 'authorizeContractor' });
});

test('an accepted owner without an address is not mailed, nor is the one before them or the login that Procore shows', async () => {
  expect(await addressItems()).toMatchObject([{ owner: 'admin', needed: expect.stringContaining('e-mail address') }]);
  const before = await now();
  await ownerLapses();
  await tidy();
  expect(await since(before)).toEqual([0, 0, 0]);
});

test('mails for an accepted owner go to the address that came with their acceptance', async () => {
  const { tenantId, connectionId } = on;
  const procoreUserId = idOf(ada);
  const sealedAddress = await closeBox(
    testBoxKeys.publicKey,
    places.ownerAddress(tenantId, connectionId, procoreUserId),
    secretOf(adasDesk),
  );
  await on.inTenant((db) => storeOwnerAddress(db, connectionId, { procoreUserId, sealedAddress }));
  await on.inTenant((db) => showAcceptance(db, connectionId));
  expect(await addressItems()).toEqual([]);
  const before = await now();
  await ownerLapses();
  await tidy();
  expect(await since(before)).toEqual([0, 0, 1]);
});

test('an accepted owner who comes back by an invitation of their own is written to there', async () => {
  await ownerLapses();
  await tidy();
  await inviteTo(bench(), on, { to: ada });
  await authorize(on, 'ada');
  await on.check('contractorSignsIn');
  const before = await now();
  await ownerLapses();
  await tidy();
  expect(await since(before)).toEqual([0, 1, 0]);
});
