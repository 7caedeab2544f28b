import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import type { CareRound } from '../../../activities/contract.ts';
import { openCauses } from '../../../shared/store/attention-view.ts';
import { findConnection } from '../../../shared/store/connections/connections.ts';
import { findStep, listSteps } from '../../../shared/store/connections/steps.ts';
import { agree, withdrawConsent } from '../../../shared/store/grants/consents.ts';
import { revokeGrant } from '../../../shared/store/grants/grant-pairs.ts';
import { endIdleAuthorizations } from '../../../shared/store/grants/grant-uses.ts';
import { findGrant, findGrantOfPerson } from '../../../shared/store/grants/grants.ts';
import { acme, type Connecting, useChecksBench } from '../../support/checks-bench.ts';
import { decide, met } from '../../support/onboarded.ts';
import { authorize, inviteTo, untilConnected, untilMapped } from '../../support/part3-connecting.ts';

const bench = useChecksBench();
const idOf = (person: string) => bench().sandbox.world.people.find(({ email }) => email === `${person}@acme.example`)?.id ?? '';
let on: Connecting;
let round: CareRound | undefined;

const row = () => on.inTenant((db) => findConnection(db, on.connectionId));
const grantOf = (person: string) => on.inTenant((db) => findGrantOfPerson(db, idOf(person)));
async function owner(): Promise<string | undefined> {
  const grantId = (await row())?.ownerGrantId ?? '';
  return (await on.inTenant((db) => findGrant(db, grantId)))?.procoreUserId;
}
const lapse = async () =>
  bench().store.admin.query("UPDATE person_grant SET state = 'lapsed' WHERE grant_id = $1", [(await row())?.ownerGrantId]);
/** A round of care; what it says of the owner's authorization. */
async function look() {
  const { tenantId, connectionId } = on;
  round = await bench().checks.checkAll({ tenantId, connectionId, generation: 1 });
  return (await on.inTenant((db) => findStep(db, connectionId, 'authorizeContractor')))?.outcome;
}
/** What the API shows of it, in any stage. */
const asked = async () =>
  (await on.inTenant((db) => openCauses(db, on.connectionId, 100))).filter(({ owner }) => owner === 'admin');
const primeIsShown = [{ reason: 'acceptance-missing', subject: 'acceptance:owner' }];
const accept = (person: string, companyId = acme) => decide(on, 'accept-owner', { companyId, procoreUserId: idOf(person) });

const primeIsAsked = {
  state: 'stuck',
  reason: 'acceptance-missing',
  on: 'admin',
  seen: expect.stringContaining('Someone other than the owner or the invited person signed in'),
};

beforeEach(async () => {
  on = await untilConnected(bench());
  await untilMapped(on);
  await decide(on, 'choose-backfill', { which: 'none' });
  await met(on, ['matchPeople', 'backfill', 'live']);
});

test('a lapse of the owner is the contractor’s in every step that needs it, and the prime’s while somebody waits to be accepted', async () => {
  await lapse();
  const steps = ['authorizeContractor', 'verifyTools', 'matchPeople', 'mapResponses'];
  const seen = async () => {
    await look();
    const kept = await on.inTenant((db) => listSteps(db, on.connectionId));
    return steps.map((step) => kept.find(({ stepId }) => stepId === step)?.outcome);
  };
  const ofContractor = {
    state: 'stuck',
    reason: 'grant-lapsed',
    on: 'contractor',
    needed: 'The contractor, or another admin of the project, signs in to Procore again.',
  };
  expect(await seen()).toMatchObject(steps.map(() => ofContractor));
  const ofCare = () =>
    round?.regressed.filter(({ stepId }) => steps.includes(stepId)).map(({ reason, owner }) => [reason, owner]);
  expect(ofCare()).toEqual(steps.map(() => ['grant-lapsed', 'contractor']));
  await authorize(on, 'ada');
  const ofPrime = {
    state: 'stuck',
    reason: 'acceptance-missing',
    on: 'admin',
    needed: expect.stringMatching(/^Whoever invited/),
  };
  expect(await seen()).toMatchObject(steps.map(() => ofPrime));
  expect(ofCare()).toEqual(steps.map(() => ['acceptance-missing', 'admin']));
});

test('who signs in in the owner’s place waits for whoever invited, whose yes counts for that person in that company alone', async () => {
  await lapse();
  await authorize(on, 'ada');
  await on.check('contractorSignsIn');
  expect(await asked()).toMatchObject(primeIsShown);
  expect(await look()).toMatchObject(primeIsAsked);
  // one item, however often it is looked at
  expect(await asked()).toMatchObject(primeIsShown);
  expect(await owner()).toBe(idOf('gus'));
  expect((await row())?.syncUserId).toBe(idOf('gus'));
  // what waits is kept, and read by nobody
  await on.inTenant((db) => endIdleAuthorizations(db));
  expect((await grantOf('ada'))?.state).toBe('live');
  await accept('tess');
  await accept('ada', '1');
  expect(await look()).toMatchObject(primeIsAsked);
  expect(await owner()).toBe(idOf('gus'));
  await accept('ada');
  expect(await look()).toMatchObject({ state: 'met' });
  expect(await owner()).toBe(idOf('ada'));
  // only where she is written to is still open
  expect(await asked()).toMatchObject([{ subject: 'acceptance:address' }]);
  expect((await row())?.syncUserIds).toEqual([idOf('gus'), idOf('ada')]);
  // the former owner's is of no use any more
  expect(await grantOf('gus')).toBeUndefined();
});

test('what the former owner agreed to as the owner does not keep their authorization; that they read for others does', async () => {
  const { tenantId, connectionId } = on;
  const grantId = (await row())?.ownerGrantId ?? '';
  const consents = { 'all-non-private': randomUUID(), reader: randomUUID() } as const;
  for (const kind of ['all-non-private', 'reader'] as const) {
    const given = { tenantId, connectionId, consentId: consents[kind], kind, grantId, words: 'as shown' };
    await on.inTenant((db) => agree(db, given));
  }
  await lapse();
  await authorize(on, 'ada');
  await look();
  await accept('ada');
  expect(await look()).toMatchObject({ state: 'met' });
  expect(await grantOf('gus')).toMatchObject({ grantId });
  await on.inTenant((db) => withdrawConsent(db, { connectionId, consentId: consents.reader, by: 'test' }));
  await on.inTenant((db) => endIdleAuthorizations(db));
  expect(await grantOf('gus')).toBeUndefined();
});

test('the owner who comes back themselves waits for nobody, and what somebody else had wished for is over', async () => {
  await lapse();
  await authorize(on, 'ada');
  expect(await look()).toMatchObject(primeIsAsked);
  await authorize(on, 'gus');
  expect(await look()).toMatchObject({ state: 'met' });
  expect(await owner()).toBe(idOf('gus'));
  expect(await asked()).toEqual([]);
  expect(await grantOf('ada')).toBeUndefined();
  await accept('ada');
  expect(await look()).toMatchObject({ state: 'met' });
  expect(await owner()).toBe(idOf('gus'));
});

test('an owner who takes the authorization back is asked for nothing: whoever invited brings in them or another', async () => {
  const ownerGrantId = (await row())?.ownerGrantId ?? '';
  await on.inTenant((db) => revokeGrant(db, ownerGrantId));
  const ofPrime = { state: 'stuck', reason: 'grant-lapsed', on: 'admin', where: 'On this page: Contractor → Invite.' };
  expect(await look()).toMatchObject(ofPrime);
  const steps = ['verifyTools', 'matchPeople', 'mapResponses'];
  const kept = await on.inTenant((db) => listSteps(db, on.connectionId));
  expect(steps.map((step) => kept.find(({ stepId }) => stepId === step)?.outcome)).toMatchObject(steps.map(() => ofPrime));
  expect(round?.regressed.map(({ owner }) => owner)).toEqual(round?.regressed.map(() => 'admin'));
});

test('an owner who had revoked it all is the same person still', async () => {
  const { ownerGrantId } = (await row()) ?? {};
  await on.inTenant((db) => revokeGrant(db, ownerGrantId ?? ''));
  await authorize(on, 'gus');
  expect(await look()).toMatchObject({ state: 'met' });
  expect((await row())?.ownerGrantId).not.toBe(ownerGrantId);
  expect(await owner()).toBe(idOf('gus'));
});

test('whom the prime consultant has invited since takes the owner’s place at once', async () => {
  await lapse();
  await inviteTo(bench(), on, { to: 'ada@acme.example' });
  await authorize(on, 'ada');
  expect(await look()).toMatchObject({ state: 'met' });
  expect(await owner()).toBe(idOf('ada'));
});

test('an acceptance of somebody whose authorization does not stand any more makes nobody the owner', async () => {
  await lapse();
  await authorize(on, 'ada');
  await look();
  await on.inTenant(async (db) => revokeGrant(db, (await findGrantOfPerson(db, idOf('ada')))?.grantId ?? ''));
  await accept('ada');
  expect(await look()).toMatchObject({ state: 'stuck', on: 'contractor' });
  expect(await owner()).toBe(idOf('gus'));
});
