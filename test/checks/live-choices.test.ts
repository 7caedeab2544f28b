import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { addProject } from '../../sandbox/kernel/places.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { findStep } from '../../shared/store/connections/steps.ts';
import { findSignIn } from '../../shared/store/grants/sign-ins.ts';
import { listProjectLinks } from '../../shared/store/projects/project-links.ts';
import { findAdminProjects } from '../../shared/store/projects/project-lists.ts';
import { type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { borealis, confirmNewest, decide, met, untilBound, untilLive } from '../support/onboarded.ts';

const bench = useChecksBench();

const careRound = ({ tenantId, connectionId }: Connecting, asked: readonly string[] = []) =>
  bench().checks.checkAll({ tenantId, connectionId, generation: 1, asked });

const linksOf = (connecting: Connecting) => connecting.inTenant((db) => listProjectLinks(db, connecting.connectionId));

async function syncedProjects(connecting: Connecting): Promise<readonly string[]> {
  const links = await linksOf(connecting);
  return links.flatMap(({ state, procoreProjectId }) => (state === 'active' ? [procoreProjectId] : [])).sort();
}

/** Loops that a row wants, by the Procore project they keep in step. */
async function wantedProjects(connecting: Connecting): Promise<readonly string[]> {
  const runs = await connecting.inTenant((db) =>
    db
      .selectFrom('desired_run')
      .select('subject_id')
      .where('workflow_type', '=', 'projectSync')
      .where('wanted', '=', true)
      .execute(),
  );
  const wanted = new Set(runs.map(({ subject_id }) => subject_id));
  return (await linksOf(connecting))
    .flatMap(({ projectLinkId, procoreProjectId }) => (wanted.has(projectLinkId) ? [procoreProjectId] : []))
    .sort();
}

test('a changed choice on a live connection links what is newly chosen, unlinks what is not chosen any more, and then rests', async () => {
  const connecting = await untilLive(bench(), borealis);
  const all = await syncedProjects(connecting);
  expect(all).toHaveLength(3);
  const [first, second] = all;

  await decide(connecting, 'choose-projects', { existing: 'chosen', chosen: [first], future: false });
  const round = await careRound(connecting, ['assignProjects']);
  expect(round.looked).toEqual([{ stepId: 'assignProjects', state: 'done', says: 'applied; 3 steps are looked at again' }]);
  expect([await syncedProjects(connecting), await wantedProjects(connecting)]).toEqual([[first], [first]]);

  await decide(connecting, 'choose-projects', { existing: 'chosen', chosen: [first, second], future: false });
  bench().runs.started.length = 0;
  await careRound(connecting);
  const both = [first, second].sort();
  expect([await syncedProjects(connecting), await wantedProjects(connecting)]).toEqual([both, both]);
  const taken = (await linksOf(connecting)).find(({ procoreProjectId }) => procoreProjectId === second);
  expect(bench().runs.started).toContain(`sync:${connecting.tenantId}:${taken?.projectLinkId}`);

  const before = await linksOf(connecting);
  await careRound(connecting);
  await careRound(connecting);
  expect((await linksOf(connecting)).map(({ generation, state }) => [generation, state])).toEqual(
    before.map(({ generation, state }) => [generation, state]),
  );
});

test('a pair made by hand does not bring back a project that the choice leaves out', async () => {
  const connecting = await untilLive(bench(), borealis);
  const [kept, left] = await linksOf(connecting);
  await decide(connecting, 'decide-match', {
    kind: 'project',
    partnerId: left?.partnerProjectId,
    procoreId: left?.procoreProjectId,
  });
  await careRound(connecting);
  expect(await syncedProjects(connecting)).toHaveLength(3);
  await decide(connecting, 'choose-projects', { existing: 'chosen', chosen: [kept?.procoreProjectId], future: false });
  for (let round = 0; round < 3; round += 1) {
    await careRound(connecting);
    expect(await syncedProjects(connecting)).toEqual([kept?.procoreProjectId]);
  }
});

test('a paused link whose project is chosen still stays paused', async () => {
  const connecting = await untilLive(bench(), borealis);
  const [paused, other] = await linksOf(connecting);
  await connecting.inTenant((db) =>
    db
      .updateTable('project_link')
      .set({ state: 'paused' })
      .where('project_link_id', '=', paused?.projectLinkId ?? '')
      .execute(),
  );
  const chosen = [paused?.procoreProjectId, other?.procoreProjectId];
  await decide(connecting, 'choose-projects', { existing: 'chosen', chosen, future: false });
  await careRound(connecting);
  const states = (await linksOf(connecting)).map(({ projectLinkId, state }) => [projectLinkId, state]);
  expect(states).toContainEqual([paused?.projectLinkId, 'paused']);
  expect(states).toContainEqual([other?.projectLinkId, 'active']);
});

/** A new project of Borealis on both sides, with the sync user on it, as Procore would put it there. */
function newProject(name: string): string {
  const { world, hammertech } = bench().sandbox;
  const { companyId, login } = borealis;
  const sample = world.projects.find((project) => project.companyId === companyId);
  const account = world.apps.find((app) => app.kind === 'legacy' && app.companyId === companyId);
  const site = hammertech.projects.find(({ tenant }) => tenant === login.tenant);
  const membership = world.memberships.find(({ personId }) => personId === account?.servicePersonId);
  if (!sample || !site || !membership) throw new Error('the seed has projects and an account for Borealis');
  const { id } = addProject(world, {
    ...{
      companyId,
      name,
      number: name,
      timeZone: sample.timeZone,
      address: 'Quay 1',
      city: 'Hull',
      stateCode: '',
      countryCode: 'GB',
    },
    ...{ active: true, tools: sample.tools },
  });
  world.memberships.put({ ...membership, projectId: id });
  hammertech.projects.put({ tenant: login.tenant, record: { ...site.record, id: randomUUID(), name, number: name } });
  return id;
}

test('who wants future projects only goes live without one, and is linked to what comes later', async () => {
  const connecting = await untilBound(bench(), borealis);
  await met(connecting, ['connectApp', 'verifyCompanyTemplate', 'verifyProjectTemplate', 'verifyPartner']);
  await decide(connecting, 'choose-projects', { existing: 'none', chosen: [], future: true });
  await met(connecting, ['assignProjects', 'matchRecords', 'dryRun']);
  await confirmNewest(connecting);
  expect(await connecting.check('live')).toMatchObject({ state: 'met', evidence: { projects: 0 } });
  expect(await linksOf(connecting)).toEqual([]);

  const id = newProject('BO-401');
  await connecting.inTenant((db) => db.updateTable('step').set({ checked_at: null }).execute());
  await careRound(connecting);
  expect(await syncedProjects(connecting)).toEqual([id]);
});

test('projects chosen before the list was taken are judged when it is: unknown ones are named', async () => {
  const connecting = await bench().connect();
  await decide(connecting, 'choose-projects', { existing: 'chosen', chosen: ['4711'], future: false });
  expect(await connecting.check('assignProjects')).toMatchObject({
    state: 'waiting',
    seen: expect.stringContaining('not read yet'),
  });
  const bound = await untilBound(bench(), borealis);
  await decide(bound, 'choose-projects', { existing: 'chosen', chosen: ['4711'], future: false });
  expect(await bound.check('assignProjects')).toMatchObject({
    state: 'waiting',
    on: 'admin',
    seen: expect.stringMatching(/Your list of .* does not hold 1 chosen project: 4711\./),
    needed: expect.stringContaining('signs in once more'),
  });
});

test('a further sign-in of an admin takes the list anew, is given back, and makes no existing project a new one', async () => {
  const connecting = await untilLive(bench(), borealis);
  const { connectionId } = connecting;
  const boundBy = (await connecting.inTenant((db) => findConnection(db, connectionId)))?.boundBy;
  const listOf = () => connecting.inTenant((db) => findAdminProjects(db, connectionId));
  const before = await listOf();
  const id = newProject('BO-402');
  const dev = await connecting.signIn('dev');

  await careRound(connecting, ['proveOwnership']);
  expect(await connecting.inTenant((db) => findSignIn(db, dev.signInId))).toMatchObject({
    state: 'exchanged',
    seen: { admin: true },
  });
  expect(await listOf()).toEqual(before);
  expect(await dev.confirm()).toBe(true);
  await careRound(connecting, ['proveOwnership']);

  const after = await listOf();
  const since = new Map(after?.projects.map((project) => [project.id, project.since]));
  for (const project of before?.projects ?? []) expect(since.get(project.id)).toBe(project.since);
  expect(since.get(id)).toBe(after?.capturedAt);
  expect(await connecting.inTenant((db) => findSignIn(db, dev.signInId))).toMatchObject({ state: 'confirmed', hasToken: false });
  expect((await connecting.inTenant((db) => findConnection(db, connectionId)))?.boundBy).toBe(boundBy);
});

test('a further sign-in of somebody outside the company leaves a live connection as it is', async () => {
  const connecting = await untilLive(bench(), borealis);
  const before = await connecting.inTenant((db) => findAdminProjects(db, connecting.connectionId));
  const gus = await connecting.signIn('gus');
  const round = await careRound(connecting, ['proveOwnership']);
  expect(round.looked).toMatchObject([{ stepId: 'proveOwnership', state: 'done' }]);
  expect(await gus.confirm()).toBe(false);
  expect(await connecting.inTenant((db) => findAdminProjects(db, connecting.connectionId))).toEqual(before);
  const step = await connecting.inTenant((db) => findStep(db, connecting.connectionId, 'proveOwnership'));
  expect(step).toMatchObject({ state: 'done', regressedAt: null });
});
