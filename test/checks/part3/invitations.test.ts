import { beforeEach, expect, test } from '@jest/globals';
import { reminderDays } from '../../../shared/domain/mailed-links.ts';
import { openCauses } from '../../../shared/store/attention-view.ts';
import { findConnection } from '../../../shared/store/connections/connections.ts';
import { noteSignedIn } from '../../../shared/store/people/invitation-returns.ts';
import { expireInvitations, sweepInvitations } from '../../../shared/store/people/invitation-times.ts';
import { listInvitations, ofInvitation, withdrawInvitation } from '../../../shared/store/people/invitations.ts';
import { takeReminders } from '../../../shared/store/people/mailed-link-times.ts';
import { bindSignIn } from '../../../shared/store/people/mailed-links.ts';
import { type Connecting, useChecksBench } from '../../support/checks-bench.ts';
import { decide, met } from '../../support/onboarded.ts';
import { authorize, inviteTo, offerOf, pressConnect, untilPart3 } from '../../support/part3-connecting.ts';

const bench = useChecksBench();
let on: Connecting;
let invitationId: string;

const states = async () => (await on.inTenant((db) => listInvitations(db, on.connectionId))).map(({ state }) => state);
const asked = async () =>
  (await on.inTenant((db) => openCauses(db, on.connectionId, 100))).filter(({ reason }) => reason === 'acceptance-missing');
const row = () => on.inTenant((db) => findConnection(db, on.connectionId));
const linkHashes = async () =>
  new Map((await on.inTenant((db) => listInvitations(db, on.connectionId))).map((one) => [one.invitationId, one.linkHash]));

/** A person comes by the invitation of that id and says that the account is theirs, as the pages have it. */
async function comeBy(which: string, person: string): Promise<void> {
  const [invitation] = (await on.inTenant((db) => listInvitations(db, on.connectionId))).filter(
    (one) => one.invitationId === which,
  );
  const { signInId } = await authorize(on, person);
  await on.inTenant(async (db) => {
    await bindSignIn(db, ofInvitation, which, { signInId, before: invitation?.signInId ?? null });
    await noteSignedIn(db, signInId, `procore:${person}`);
  });
}

beforeEach(async () => {
  on = await untilPart3(bench());
  invitationId = await inviteTo(bench(), on);
  await met(on, ['inviteContractor']);
  await comeBy(invitationId, 'gus');
  await met(on, ['contractorSignsIn', 'authorizeContractor']);
});

test('an invitation stands until its project is connected, and its link is void in that unit of work', async () => {
  const before = await linkHashes();
  expect(await states()).toEqual(['sent']);
  expect(await pressConnect(on)).toMatchObject({ state: 'met' });
  expect(await states()).toEqual(['accepted']);
  expect((await linkHashes()).get(invitationId)).not.toEqual(before.get(invitationId));
});

test('somebody else who comes by the same link connects nothing before whoever invited has said so', async () => {
  await comeBy(invitationId, 'ada');
  await on.check('contractorSignsIn');
  expect(await pressConnect(on)).toMatchObject({ state: 'waiting', on: 'admin' });
  expect((await row())?.boundProjectId).toBeNull();
  expect(await states()).toEqual(['sent']);
  expect(await asked()).toMatchObject([{ subject: 'acceptance:contractor', owner: 'admin' }]);
  const { companyId } = await offerOf(on, 'AC-101');
  const ada = bench().sandbox.world.people.find(({ email }) => email === 'ada@acme.example');
  await decide(on, 'accept-contractor', { companyId, procoreUserId: ada?.id });
  expect(await on.check('createConnection')).toMatchObject({ state: 'met' });
  expect(await asked()).toEqual([]);
});

test('the invited person who comes back after somebody else goes on without asking anybody', async () => {
  await comeBy(invitationId, 'ada');
  await on.check('contractorSignsIn');
  await comeBy(invitationId, 'gus');
  await on.check('contractorSignsIn');
  expect(await pressConnect(on)).toMatchObject({ state: 'met' });
});

test('taken back after somebody has signed in by it, nothing is connected by it; by a new one the same person goes on', async () => {
  await on.inTenant((db) => withdrawInvitation(db, invitationId));
  expect(await pressConnect(on)).toMatchObject({ state: 'stuck', reason: 'invitation-failed', on: 'admin' });
  expect((await row())?.boundProjectId).toBeNull();
  await inviteTo(bench(), on);
  expect(await on.check('createConnection')).toMatchObject({ state: 'met' });
  expect(await states()).toEqual(['accepted', 'withdrawn']);
});

test('who has signed in is reminded no more, and of the end of their link whoever invited is told', async () => {
  const { admin } = bench().store;
  await admin.query("UPDATE invitation SET sent_at = now() - interval '2 days' WHERE connection_id = $1", [on.connectionId]);
  expect(await on.inTenant((db) => takeReminders(db, ofInvitation, reminderDays, 'test'))).toEqual([]);
  await admin.query('UPDATE invitation SET expires_at = now() WHERE connection_id = $1', [on.connectionId]);
  expect(await on.inTenant(expireInvitations)).toMatchObject([{ linkId: invitationId, was: 'sent', isTold: true }]);
  expect(await states()).toEqual(['expired']);
});

test('by an invitation to a project that is connected already, the owner who comes back uses it up, and so does another one', async () => {
  await pressConnect(on);
  await comeBy(await inviteTo(bench(), on), 'gus');
  await on.check('contractorSignsIn');
  expect(await states()).toEqual(['accepted', 'accepted']);
  const { admin } = bench().store;
  await admin.query("UPDATE person_grant SET state = 'lapsed' WHERE grant_id = $1", [(await row())?.ownerGrantId]);
  await comeBy(await inviteTo(bench(), on, { to: 'ada@acme.example' }), 'ada');
  await on.check('contractorSignsIn');
  expect(await states()).toEqual(['accepted', 'accepted', 'accepted']);
});

test('of invitations that ended long ago the one by which a project is connected stays while it is', async () => {
  await inviteTo(bench(), on);
  expect(await pressConnect(on)).toMatchObject({ state: 'met' });
  expect(await states()).toEqual(['accepted', 'superseded']);
  const { admin } = bench().store;
  await admin.query("UPDATE invitation SET ended_at = now() - interval '91 days' WHERE connection_id = $1", [on.connectionId]);
  await on.inTenant(sweepInvitations);
  expect(await states()).toEqual(['accepted']);
  const { tenantId, connectionId } = on;
  await bench().checks.endOnboarding({ tenantId, connectionId, ended: 'stopped' });
  await on.inTenant(sweepInvitations);
  expect(await states()).toEqual([]);
});
