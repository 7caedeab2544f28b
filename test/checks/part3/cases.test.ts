import { expect, test } from '@jest/globals';
import { addTemplate } from '../../../sandbox/kernel/directory.ts';
import type { AccessLevel } from '../../../sandbox/kernel/levels.ts';
import { actOnMember } from '../../../sandbox/part3/people/directory.ts';
import { connectApp } from '../../../sandbox/procore/admin/apps.ts';
import { offerResponse, withdrawResponse } from '../../../sandbox/procore/admin/submittals.ts';
import { putOnProject } from '../../../sandbox/procore/admin/users.ts';
import { findConnection } from '../../../shared/store/connections/connections.ts';
import { listOffers } from '../../../shared/store/connections/offered-projects.ts';
import { listResponses } from '../../../shared/store/connections/response-mappings.ts';
import { findStep } from '../../../shared/store/connections/steps.ts';
import { listTeam } from '../../../shared/store/people/team.ts';
import { acme, type Connecting, useChecksBench } from '../../support/checks-bench.ts';
import { borealis, decide, met } from '../../support/onboarded.ts';
import { authorizeMember, decideAsOwner, untilConnected, untilMapped, untilSignedIn } from '../../support/part3-connecting.ts';

const bench = useChecksBench();
const idOf = (email: string) => bench().sandbox.world.people.find((person) => person.email === email)?.id ?? '';
const row = (on: Connecting) => on.inTenant((db) => findConnection(db, on.connectionId));

/** Gus has connected the project, and it is live: from here on care looks at it. */
async function untilLive(): Promise<Connecting> {
  const on = await untilConnected(bench());
  await untilMapped(on);
  await decide(on, 'choose-backfill', { which: 'none' });
  await met(on, ['matchPeople', 'backfill', 'live']);
  return on;
}

/** A round of care; what it says of a step. */
async function cared({ tenantId, connectionId, inTenant }: Connecting, stepId: string) {
  await bench().checks.checkAll({ tenantId, connectionId, generation: 1 });
  return (await inTenant((db) => findStep(db, connectionId, stepId)))?.outcome;
}

/** Puts Gus on the project with other levels, or back to what he had. */
function gusWith(projectId: string, levels: Record<string, AccessLevel>): void {
  const { world } = bench().sandbox;
  const template = addTemplate(world, { companyId: acme, name: `Gus ${world.ledger.last}`, type: 'global', levels });
  putOnProject(world, { projectId, personId: idOf('gus@acme.example'), templateId: template.id });
}

test('a contractor with two Procore companies is shown both by name, and connects the one they pressed, never the other', async () => {
  const { world } = bench().sandbox;
  connectApp(world, { clientId: 'groundwork-test', companyId: borealis.companyId });
  const on = await untilSignedIn(bench(), 'dev', { to: 'dev@builders.example', company: 'Acme Builders' });
  await on.check('confirmRole');
  await decideAsOwner(on, 'confirm-role', {});
  await met(on, ['confirmRole']);
  const offers = await on.inTenant((db) => listOffers(db, on.connectionId));
  expect(new Set(offers.map(({ companyId }) => companyId))).toEqual(new Set([acme, borealis.companyId]));
  expect(new Set(offers.map(({ companyName }) => companyName)).size).toBe(2);
  const [ofAcme, ofBorealis] = [acme, borealis.companyId].map((id) => offers.find(({ companyId }) => companyId === id));
  if (!ofAcme || !ofBorealis) throw new Error('both companies offer projects');

  // the one company's project in the other's name is nobody's
  await decideAsOwner(on, 'choose-project', { companyId: acme, projectId: ofBorealis.projectId });
  expect(await on.check('chooseProject')).toMatchObject({ state: 'waiting', on: 'contractor' });
  const press = async ({ companyId, projectId }: typeof ofAcme) => {
    await decideAsOwner(on, 'choose-project', { companyId, projectId });
    await met(on, ['chooseProject']);
    await decideAsOwner(on, 'connect', { companyId, projectId });
    return on.check('createConnection');
  };
  // the one that nobody invited waits for who invited
  expect(await press(ofBorealis)).toMatchObject({ state: 'waiting', on: 'admin' });
  expect((await row(on))?.boundProjectId).toBeNull();
  // what was accepted of the one says nothing of the other
  await decide(on, 'accept-contractor', { companyId: acme, procoreUserId: idOf('dev@builders.example') });
  expect(await on.check('createConnection')).toMatchObject({ state: 'waiting', on: 'admin' });
  expect(await press(ofAcme)).toMatchObject({ state: 'met' });
  expect(await row(on)).toMatchObject({ boundCompanyId: acme, boundProjectId: ofAcme.projectId });
});

test('the owner’s role that is lowered after connecting holds nothing up while they may read, and is named below that until it is mended', async () => {
  const on = await untilLive();
  const projectId = (await row(on))?.boundProjectId ?? '';
  gusWith(projectId, { rfis: 'Read Only', submittals: 'Read Only' });
  expect(await cared(on, 'verifyTools')).toMatchObject({ state: 'met' });
  gusWith(projectId, { rfis: 'None', submittals: 'Read Only' });
  expect(await cared(on, 'verifyTools')).toMatchObject({
    state: 'stuck',
    reason: 'permission-too-low',
    on: 'contractor',
    seen: expect.stringContaining('RFIs'),
  });
  gusWith(projectId, { directory: 'Admin', rfis: 'Admin', submittals: 'Admin' });
  expect(await cared(on, 'verifyTools')).toMatchObject({ state: 'met' });
  expect(await row(on)).toMatchObject({ stage: 'live', boundProjectId: projectId });
});

test('a response that is taken off and offered anew means what was decided of it, by its name and what it counts as; counting as something else, it is asked about', async () => {
  const { world } = bench().sandbox;
  const on = await untilLive();
  const projectId = (await row(on))?.boundProjectId ?? '';
  const responses = () => on.inTenant((db) => listResponses(db, on.connectionId));
  const custom = (await responses()).find(({ decidedBy }) => decidedBy !== null);
  if (!custom) throw new Error('one was asked about');
  const { name } = custom;
  await decide(on, 'map-response', { responseId: custom.responseId, name: 'Approved as Noted' });
  await cared(on, 'mapResponses');
  const offerAnew = (considered: 'approved as noted' | 'rejected', between?: () => Promise<unknown>) => {
    withdrawResponse(world, { projectId, name });
    return Promise.resolve(between?.()).then(() => offerResponse(world, { projectId, name, considered }));
  };
  // at once, and after a round of care that saw it gone
  for (const between of [undefined, () => cared(on, 'mapResponses')]) {
    const { id } = await offerAnew('approved as noted', between);
    expect(await cared(on, 'mapResponses')).toMatchObject({ state: 'met' });
    expect((await responses()).find(({ responseId }) => responseId === id)).toMatchObject({
      state: 'mapped',
      partnerName: 'Approved as Noted',
      decidedBy: 'test',
    });
  }
  await offerAnew('rejected');
  expect(await cared(on, 'mapResponses')).toMatchObject({ state: 'stuck', reason: 'unmapped-response', on: 'admin' });
});

test('who left in Part3 is of the team no more, waited for by nobody, and of it again with what they authorized once they are back', async () => {
  const on = await untilLive();
  await authorizeMember(on, 'ria@north-studio.example');
  const team = async () =>
    (await on.inTenant((db) => listTeam(db, on.connectionId))).find(({ email }) => email === 'sam@north-studio.example');
  const { part3, world } = bench().sandbox;
  const sam = (await team())?.memberId ?? '';
  const samDoes = (act: 'leave' | 'come-back') =>
    actOnMember({ state: part3, world }, { act, organisation: 'north-studio', id: sam });
  expect(await cared(on, 'authorizeResponders')).toMatchObject({ state: 'waiting', on: 'responder' });
  samDoes('leave');
  await cared(on, 'matchPeople');
  expect((await team())?.leftAt).toBeInstanceOf(Date);
  expect(await cared(on, 'authorizeResponders')).toMatchObject({ state: 'met', evidence: { authorized: 1, of: 1 } });
  samDoes('come-back');
  await cared(on, 'matchPeople');
  expect((await team())?.leftAt).toBeNull();
  expect(await cared(on, 'authorizeResponders')).toMatchObject({ state: 'waiting', on: 'responder' });
});
