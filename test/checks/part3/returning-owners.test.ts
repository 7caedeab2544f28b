import { beforeEach, expect, test } from '@jest/globals';
import { createUpkeep } from '../../../activities/upkeep/tidy.ts';
import { openCauses } from '../../../shared/store/attention-view.ts';
import { findConnection } from '../../../shared/store/connections/connections.ts';
import { listOffers } from '../../../shared/store/connections/offered-projects.ts';
import { findStep } from '../../../shared/store/connections/steps.ts';
import { revokeGrant } from '../../../shared/store/grants/grant-pairs.ts';
import { findGrant, findGrantOfPerson } from '../../../shared/store/grants/grants.ts';
import { askOnceMore } from '../../../shared/store/people/asking.ts';
import { requestOf } from '../../../shared/store/people/authorization-requests.ts';
import { contractorSubject, memberSubject } from '../../../shared/store/people/authorizations.ts';
import { listInvitations } from '../../../shared/store/people/invitations.ts';
import { listTeam, noteAuthorized } from '../../../shared/store/people/team.ts';
import { type Connecting, useChecksBench } from '../../support/checks-bench.ts';
import { mailTo } from '../../support/inviting.ts';
import { met } from '../../support/onboarded.ts';
import {
  authorize,
  decideAsOwner,
  gus,
  inviteTo,
  pressConnect,
  untilConnected,
  untilPart3,
} from '../../support/part3-connecting.ts';

/** A command is told as soon as it is there. */
const bench = useChecksBench({ upkeepRoundMs: 0 });
/** Of one tenant and one owner. */
let tower: Connecting;
let depot: Connecting;

const idOf = (person: string) => bench().sandbox.world.people.find(({ email }) => email === `${person}@acme.example`)?.id ?? '';
const row = (on: Connecting) => on.inTenant((db) => findConnection(db, on.connectionId));
const grantOf = (person: string) => tower.inTenant((db) => findGrantOfPerson(db, idOf(person)));
async function owner(on: Connecting) {
  const grantId = (await row(on))?.ownerGrantId ?? '';
  return on.inTenant((db) => findGrant(db, grantId));
}
const gusReads = async (on: Connecting) => {
  const grant = await owner(on);
  return grant?.procoreUserId === idOf('gus') && grant.state === 'live';
};
const revoke = () => tower.inTenant(async (db) => revokeGrant(db, (await findGrantOfPerson(db, idOf('gus')))?.grantId ?? ''));

async function signsIn(on: Connecting, person = 'gus'): Promise<void> {
  await authorize(on, person);
  await on.check('contractorSignsIn');
}
/** What upkeep tells the runs of a connection. */
async function told({ connectionId }: Connecting) {
  bench().runs.told.length = 0;
  await createUpkeep(bench().deps).tidy({});
  return bench().runs.told.filter(({ workflowId }) => workflowId.endsWith(connectionId));
}
/** The contractor of another project of the tenant of `tower` has signed in; nothing is connected yet. */
async function another(project: string): Promise<Connecting> {
  const on = await untilPart3(bench(), { tenantId: tower.tenantId });
  await inviteTo(bench(), on, { project });
  await met(on, ['inviteContractor']);
  await signsIn(on);
  await met(on, ['contractorSignsIn', 'authorizeContractor']);
  return on;
}

beforeEach(async () => {
  tower = await untilConnected(bench());
  depot = await another('Parramatta Rail Depot');
});

test('whoever took it back and signs in for one project is the owner of all that were theirs, and each is looked at', async () => {
  expect(await pressConnect(depot, 'AC-102')).toMatchObject({ state: 'met' });
  await revoke();
  expect([await gusReads(tower), await gusReads(depot)]).toEqual([false, false]);
  bench().runs.told.length = 0;
  await signsIn(tower);
  expect([await gusReads(tower), await gusReads(depot)]).toEqual([true, true]);
  const look = {
    workflowId: `onboarding:${depot.tenantId}:${depot.connectionId}`,
    name: 'retryStep',
    message: { stepId: 'authorizeContractor' },
  };
  // at once; and by upkeep, if nothing comes of that
  expect(bench().runs.told).toContainEqual(look);
  expect((await owner(depot))?.grantId).toBe((await owner(tower))?.grantId);
  expect((await row(depot))?.syncUserId).toBe(idOf('gus'));
  expect(await told(depot)).toEqual([look]);
});

test('while nothing is connected there, they go on with what Procore shows them now', async () => {
  await depot.check('confirmRole');
  await decideAsOwner(depot, 'confirm-role', {});
  await met(depot, ['confirmRole']);
  expect(await depot.inTenant((db) => listOffers(db, depot.connectionId))).not.toEqual([]);
  await revoke();
  await signsIn(tower);
  expect(await gusReads(depot)).toBe(true);
  expect(await depot.inTenant((db) => listOffers(db, depot.connectionId))).toEqual([]);
  expect(await depot.inTenant((db) => findStep(db, depot.connectionId, 'confirmRole'))).toMatchObject({ state: 'pending' });
  await met(depot, ['authorizeContractor']);
  expect(await pressConnect(depot, 'AC-102')).toMatchObject({ state: 'met' });
});

test('who waited there to be accepted in their place is accepted no more, and the invitation that brought them has ended', async () => {
  await pressConnect(depot, 'AC-102');
  await revoke();
  await inviteTo(bench(), depot, { to: 'office@acme.example', project: 'Parramatta Rail Depot' });
  await signsIn(depot, 'ada');
  const items = async () =>
    (await depot.inTenant((db) => openCauses(db, depot.connectionId, 100))).filter(
      ({ subject }) => subject === 'acceptance:owner',
    );
  expect(await items()).toHaveLength(1);
  await signsIn(tower);
  expect(await gusReads(depot)).toBe(true);
  expect((await row(depot))?.proposedOwnerGrantId).toBeNull();
  expect(await items()).toEqual([]);
  expect(await grantOf('ada')).toBeUndefined();
  const [invitation] = await depot.inTenant((db) => listInvitations(db, depot.connectionId));
  expect(invitation?.state).toBe('accepted');
});

test('a lapse is told by one mail, however many projects are read with that authorization', async () => {
  await pressConnect(depot, 'AC-102');
  const tidy = () => createUpkeep(bench().deps).tidy({});
  const asking = async () =>
    (await mailTo(bench().sandbox, gus)).filter(({ subject }) => subject.includes('sign in to Procore again'));
  await tidy();
  const before = (await asking()).length;
  await bench().store.admin.query("UPDATE person_grant SET state = 'lapsed' WHERE tenant_id = $1", [tower.tenantId]);
  await bench().store.admin.query(
    `INSERT INTO grant_event (tenant_id, grant_id, version, kind)
     SELECT tenant_id, grant_id, version, 'lapsed' FROM person_grant WHERE tenant_id = $1`,
    [tower.tenantId],
  );
  await tidy();
  await tidy();
  expect((await asking()).length - before).toBe(1);
  await signsIn(tower);
  expect([await gusReads(tower), await gusReads(depot)]).toEqual([true, true]);
});

test('by the link that asked them for the other project nobody is asked any more', async () => {
  await pressConnect(depot, 'AC-102');
  await bench().store.admin.query("UPDATE person_grant SET state = 'lapsed' WHERE tenant_id = $1", [tower.tenantId]);
  const { tenantId, connectionId } = depot;
  await depot.inTenant((db) => askOnceMore(db, bench().deps.mail, { tenantId, connectionId }, 'lapsed'));
  const state = async () => (await depot.inTenant((db) => requestOf(db, { subject: contractorSubject, connectionId })))?.state;
  expect(await state()).toBe('created');
  await signsIn(tower);
  expect(await state()).toBe('answered');
});

test('a lapse heals so too: the wait for another person there is over, and it is looked at', async () => {
  await pressConnect(depot, 'AC-102');
  await bench().store.admin.query("UPDATE person_grant SET state = 'lapsed' WHERE tenant_id = $1", [tower.tenantId]);
  await signsIn(depot, 'ada');
  expect((await row(depot))?.proposedOwnerGrantId).not.toBeNull();
  await signsIn(tower);
  expect(await gusReads(depot)).toBe(true);
  expect((await row(depot))?.proposedOwnerGrantId).toBeNull();
  expect(await told(depot)).toMatchObject([{ name: 'retryStep' }]);
});

test('what stood stays as it was, and nobody is told: a further sign-in renews what had ended alone', async () => {
  await pressConnect(depot, 'AC-102');
  await told(depot);
  await signsIn(tower);
  expect(await gusReads(depot)).toBe(true);
  expect(await told(depot)).toEqual([]);
});

test('what another person owns by now, and what has ended, is theirs no more', async () => {
  await pressConnect(depot, 'AC-102');
  await revoke();
  await inviteTo(bench(), depot, { to: 'ada@acme.example', project: 'Parramatta Rail Depot' });
  await signsIn(depot, 'ada');
  expect((await owner(depot))?.procoreUserId).toBe(idOf('ada'));
  await signsIn(tower);
  expect((await owner(depot))?.procoreUserId).toBe(idOf('ada'));

  await revoke();
  await tower.inTenant((db) =>
    db.updateTable('connection').set({ stage: 'disconnected' }).where('connection_id', '=', tower.connectionId).execute(),
  );
  const ended = (await row(tower))?.ownerGrantId;
  await another('Brooklyn Yards – façade');
  expect((await row(tower))?.ownerGrantId).toBe(ended);
});

test('another tenant’s connection of the same person waits on: they signed in for this one', async () => {
  const elsewhere = await untilConnected(bench());
  await elsewhere.inTenant(async (db) => revokeGrant(db, (await findGrantOfPerson(db, idOf('gus')))?.grantId ?? ''));
  await revoke();
  await signsIn(tower);
  expect([await gusReads(tower), await gusReads(elsewhere)]).toEqual([true, false]);
});

test('who signs in to have their answers sent is read as nowhere again, and who signs in as the contractor has no answers sent', async () => {
  await met(tower, ['matchPeople']);
  const email = 'ria@north-studio.example';
  const account = async () =>
    (await tower.inTenant((db) => listTeam(db, tower.connectionId))).find((member) => member.email === email)?.grantState;
  const { grantId = '' } = (await grantOf('gus')) ?? {};
  await tower.inTenant((db) => noteAuthorized(db, tower.tenantId, email, grantId));
  await revoke();
  const signIn = await tower.signIn('gus', 'authorize-person', memberSubject(email));
  await tower.check('authorizeResponders');
  expect(await signIn.confirm()).toBe(true);
  await tower.check('authorizeResponders');
  expect([await account(), await gusReads(tower), await gusReads(depot)]).toEqual(['live', false, false]);

  await revoke();
  await signsIn(tower);
  expect([await account(), await gusReads(tower), await gusReads(depot)]).toEqual(['revoked', true, true]);
});
