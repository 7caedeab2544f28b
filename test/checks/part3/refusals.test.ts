import { expect, test } from '@jest/globals';
import { workflowIds } from '../../../shared/domain/ids.ts';
import { openCommands } from '../../../shared/store/commands.ts';
import { findConnection } from '../../../shared/store/connections/connections.ts';
import { listOffers } from '../../../shared/store/connections/offered-projects.ts';
import { listSteps } from '../../../shared/store/connections/steps.ts';
import { revokeGrant } from '../../../shared/store/grants/grant-pairs.ts';
import { findGrant } from '../../../shared/store/grants/grants.ts';
import { listTeam } from '../../../shared/store/people/team.ts';
import { acme, type Connecting, useChecksBench } from '../../support/checks-bench.ts';
import { decide, met } from '../../support/onboarded.ts';
import {
  authorize,
  decideAsOwner,
  inviteTo,
  offerOf,
  pressConnect,
  untilConnected,
  untilMapped,
  untilPart3,
  untilSignedIn,
} from '../../support/part3-connecting.ts';

const bench = useChecksBench();
const idOf = (email: string) => bench().sandbox.world.people.find((person) => person.email === email)?.id;
const projectOf = (number: string) =>
  bench().sandbox.world.projects.find((one) => one.companyId === acme && one.number === number)?.id;
/** Puts somebody on a project with the template of that name. */
const level = (projectId: string | undefined, person: string, name: 'Project Administrator' | 'Read Only on Everything') => {
  const template = bench().sandbox.world.templates.find((one) => one.companyId === acme && one.name === name);
  return bench().control('/admin/users/put-on-project', { projectId, personId: person, templateId: template?.id });
};
const row = (on: Connecting) => on.inTenant((db) => findConnection(db, on.connectionId));
const stateOf = async (on: Connecting, stepId: string) =>
  (await on.inTenant((db) => listSteps(db, on.connectionId))).find((step) => step.stepId === stepId)?.state;

test('whoever may only read is told so, and by whom it can be done; nothing they say helps', async () => {
  const on = await untilSignedIn(bench(), 'tess', { to: 'tess@acme.example' });
  const told = {
    state: 'stuck',
    reason: 'not-company-admin',
    on: 'contractor',
    seen: 'This account is an admin of none of its 2 projects in Procore.',
  };
  expect(await on.check('confirmRole')).toMatchObject(told);
  await decideAsOwner(on, 'confirm-role', {});
  expect(await on.check('confirmRole')).toMatchObject(told);
  // made an admin meanwhile, they need not say it again
  await level(projectOf('AC-102'), 'tess', 'Project Administrator');
  await met(on, ['confirmRole']);
  await level(projectOf('AC-102'), 'tess', 'Read Only on Everything');
});

test('who takes another account starts anew: what the one before said and was offered counts no more', async () => {
  const on = await untilSignedIn(bench());
  await on.check('confirmRole');
  await decideAsOwner(on, 'confirm-role', {});
  await met(on, ['confirmRole']);
  const { companyId, projectId } = await offerOf(on, 'AC-101');
  await decideAsOwner(on, 'choose-project', { companyId, projectId });
  await met(on, ['chooseProject']);
  await decideAsOwner(on, 'connect', { companyId, projectId });

  await authorize(on, 'tess');
  await on.check('authorizeContractor');
  expect(await on.inTenant((db) => listOffers(db, on.connectionId))).toEqual([]);
  expect(await stateOf(on, 'confirmRole')).toBe('pending');
  expect(await on.check('confirmRole')).toMatchObject({ state: 'stuck', reason: 'not-company-admin' });
  expect((await row(on))?.boundProjectId).toBeNull();
});

test('a chosen project of which they are no admin any more is refused by name, when it is chosen and when the button is pressed', async () => {
  const on = await untilSignedIn(bench(), 'ben', { to: 'ben@acme.example' });
  await on.check('confirmRole');
  await decideAsOwner(on, 'confirm-role', {});
  await met(on, ['confirmRole']);
  const { companyId, projectId, projectName } = await offerOf(on, 'AC-201');
  const refusal = {
    state: 'stuck',
    reason: 'not-company-admin',
    on: 'contractor',
    seen: `The account that signed in is no admin of ${projectName}.`,
  };
  await level(projectId, 'ben', 'Read Only on Everything');
  await decideAsOwner(on, 'choose-project', { companyId, projectId });
  expect(await on.check('chooseProject')).toMatchObject(refusal);
  await level(projectId, 'ben', 'Project Administrator');
  await met(on, ['chooseProject']);
  await level(projectId, 'ben', 'Read Only on Everything');
  await decideAsOwner(on, 'connect', { companyId, projectId });
  expect(await on.check('createConnection')).toMatchObject(refusal);
  expect((await row(on))?.boundProjectId).toBeNull();
});

test('the list is read anew until somebody has chosen: a project they are put on meanwhile comes, one they are taken off goes', async () => {
  const on = await untilSignedIn(bench(), 'ben', { to: 'ben@acme.example' });
  await on.check('confirmRole');
  await decideAsOwner(on, 'confirm-role', {});
  await met(on, ['confirmRole']);
  const numbers = async () => (await on.inTenant((db) => listOffers(db, on.connectionId))).map(({ number }) => number);
  const before = await numbers();
  expect(before).not.toContain('AC-102');
  await level(projectOf('AC-102'), 'ben', 'Project Administrator');
  const [place] = (await bench().control<{ seq: number }[]>('/ledger?side=procore')).slice(-1);
  expect(await on.check('chooseProject')).toMatchObject({ state: 'waiting', on: 'contractor' });
  const calls = await bench().control<unknown[]>(`/ledger?side=procore&after=${place?.seq ?? 0}`);
  expect(calls.length).toBeLessThanOrEqual(4);
  expect(new Set(await numbers())).toEqual(new Set([...before, 'AC-102']));
  await bench().control('/admin/users/take-off-project', { projectId: projectOf('AC-102'), personId: 'ben' });
  await on.check('chooseProject');
  expect(await numbers()).toEqual(before);
  await level(projectOf('AC-102'), 'ben', 'Project Administrator');
  await on.check('chooseProject');
  // whether they may connect it is looked at once it is chosen
  const { companyId, projectId } = await offerOf(on, 'AC-102');
  await decideAsOwner(on, 'choose-project', { companyId, projectId });
  await met(on, ['chooseProject']);
  expect(await offerOf(on, 'AC-102')).toMatchObject({ role: 'project-directory', looked: true });

  await bench().control('/admin/users/take-off-project', { projectId, personId: 'ben' });
});

test('a project that is in nobody’s list cannot be chosen', async () => {
  const on = await untilSignedIn(bench());
  await on.check('confirmRole');
  await decideAsOwner(on, 'confirm-role', {});
  await met(on, ['confirmRole']);
  await decideAsOwner(on, 'choose-project', { companyId: acme, projectId: projectOf('AC-201') });
  expect(await on.check('chooseProject')).toMatchObject({ state: 'waiting', on: 'contractor' });
});

test('another account than was invited waits for who invited, and their yes counts for this person and company alone', async () => {
  const on = await untilSignedIn(bench(), 'gus', { to: 'chief@acme.example' });
  expect(await pressConnect(on)).toMatchObject({
    state: 'waiting',
    on: 'admin',
    seen: 'Another account than the invited address connects the project.',
  });
  await decide(on, 'accept-contractor', { companyId: acme, procoreUserId: idOf('tess@acme.example') });
  expect(await on.check('createConnection')).toMatchObject({ state: 'waiting', on: 'admin' });
  expect((await row(on))?.boundProjectId).toBeNull();
  await decide(on, 'accept-contractor', { companyId: acme, procoreUserId: idOf('gus@acme.example') });
  await met(on, ['createConnection']);
  expect(await row(on)).toMatchObject({ boundCompanyId: acme, boundProjectId: projectOf('AC-101') });
});

test('another company than was invited waits for who invited', async () => {
  const on = await untilSignedIn(bench(), 'gus', { company: 'Borealis Construction' });
  expect(await pressConnect(on)).toMatchObject({
    state: 'waiting',
    on: 'admin',
    seen: 'The contractor connects the company Acme Builders; invited was Borealis Construction.',
  });
  await decide(on, 'accept-contractor', { companyId: acme, procoreUserId: idOf('gus@acme.example') });
  await met(on, ['createConnection']);
});

test('a bounced invitation names what the mail server said, and a right address heals it', async () => {
  const on = await untilPart3(bench());
  await inviteTo(bench(), on, { to: 'bounce@acme.example' });
  const run = workflowIds.onboarding(on.tenantId, on.connectionId);
  const looks = () => bench().runs.told.filter(({ workflowId }) => workflowId === run);
  // at once, not at the next look of its run's own
  const look = { workflowId: run, name: 'retryStep', message: { stepId: 'inviteContractor' } };
  expect(looks()).toEqual([look]);
  expect(await on.check('inviteContractor')).toMatchObject({
    state: 'stuck',
    reason: 'invitation-failed',
    on: 'admin',
    seen: expect.stringContaining('The mail server of the address refused the invitation: '),
  });
  await inviteTo(bench(), on);
  expect(looks()).toEqual([look, look]);
  await met(on, ['inviteContractor']);
  expect(await on.inTenant((db) => openCommands(db, on.connectionId))).toEqual([]);
});

test('a tool that is switched off is named, and heals once it is on', async () => {
  const on = await untilConnected(bench(), 'gus', 'AC-102');
  const projectId = projectOf('AC-102');
  const turn = (active: boolean) => bench().control('/admin/tools/switch', { projectId, tool: 'rfis', active });
  await turn(false);
  expect(await on.check('verifyTools')).toMatchObject({
    state: 'stuck',
    reason: 'tool-disabled',
    on: 'contractor',
    seen: expect.stringMatching(/^RFIs is switched off in /),
  });
  await turn(true);
  await met(on, ['verifyTools']);
});

test('a response that the company adds later asks again, and what was decided stands', async () => {
  const on = await untilConnected(bench(), 'gus', 'AC-102');
  await untilMapped(on);
  await decide(on, 'choose-backfill', { which: 'none' });
  await met(on, ['matchPeople', 'backfill', 'live']);
  await bench().control('/admin/submittals/add-response', {
    projectId: projectOf('AC-102'),
    name: 'Subject to Site Check',
    considered: 'approved as noted',
  });
  const round = { tenantId: on.tenantId, connectionId: on.connectionId, generation: 1 };
  await bench().checks.checkAll(round);
  const step = async () =>
    (await on.inTenant((db) => listSteps(db, on.connectionId))).find(({ stepId }) => stepId === 'mapResponses');
  expect((await step())?.outcome).toMatchObject({
    state: 'stuck',
    reason: 'unmapped-response',
    seen: '1 response of the project in Procore has no meaning in Part3 yet: Subject to Site Check.',
  });
});

test('a later invitation to another project of Part3 moves nothing of what is connected', async () => {
  const on = await untilConnected(bench(), 'gus');
  await on.check('matchPeople');
  const team = async () => (await on.inTenant((db) => listTeam(db, on.connectionId))).map(({ name, leftAt }) => [name, leftAt]);
  const before = await team();
  expect(before).toContainEqual(['Sam Wu', null]);
  await inviteTo(bench(), on, { to: 'ada@acme.example', project: 'Parramatta Rail Depot' });
  await on.check('matchPeople');
  expect(await team()).toEqual(before);
});

test('nobody takes the owner’s place while their authorization stands; once it does not, only whom the prime consultant accepts', async () => {
  const on = await untilConnected(bench(), 'gus');
  const before = await row(on);
  await authorize(on, 'ada');
  await on.check('authorizeContractor');
  // while the owner's authorization stands nobody takes their place
  expect(await row(on)).toMatchObject({ ownerGrantId: before?.ownerGrantId, proposedOwnerGrantId: null });
  await on.inTenant((db) => revokeGrant(db, before?.ownerGrantId ?? ''));
  await authorize(on, 'ada');
  await on.check('verifyTools');
  expect((await row(on))?.ownerGrantId).toBe(before?.ownerGrantId);
  await decide(on, 'accept-owner', { companyId: acme, procoreUserId: idOf('ada@acme.example') });
  // also before it is live, by the step that was done long ago
  await bench().checks.applyDecisions({ tenantId: on.tenantId, connectionId: on.connectionId, stepId: 'authorizeContractor' });
  const after = await row(on);
  const grant = await on.inTenant((db) => findGrant(db, after?.ownerGrantId ?? ''));
  expect(grant?.procoreUserId).toBe(idOf('ada@acme.example'));
  expect(after?.syncUserId).toBe(idOf('ada@acme.example'));
  expect(after?.syncUserIds).toEqual([idOf('gus@acme.example'), idOf('ada@acme.example')]);
});
