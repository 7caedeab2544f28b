import { expect, test } from '@jest/globals';
import { setUpTasks } from '../../shared/domain/set-up.ts';
import { findSignIn } from '../../shared/store/grants/sign-ins.ts';
import { eventually } from '../support/eventually.ts';
import { borealis, met } from '../support/onboarded.ts';
import { companyName, counted, projectName, useSetUp } from './set-up-ground.ts';

const { bench, asked, named, statesOf, wordsOf, personCalls, posted, userOf } = useSetUp();
const { companyId } = borealis;

test.each([
  ['tool-id', 2],
  ['tool-name', 0],
] as const)(
  'where templates are written by %s, a yes sets up the whole guide, by the calls of the reckoning, and every check holds then',
  async (encoding, manifests) => {
    bench().sandbox.world.switches.set('templateLevelMap', encoding);
    const set = await asked();
    await met(set.connecting, ['assignProjects', 'verifyCompanyTemplate', 'verifyProjectTemplate', 'assignProjects']);

    const [company, project] = [named(companyName), named(projectName)];
    expect(company).toMatchObject([{ type: 'company_tools', levels: { directory: 'Standard', admin: 'Standard' } }]);
    expect(project).toMatchObject([{ type: 'global', levels: { directory: 'Standard', daily_log: 'Admin' } }]);
    expect(Object.keys(project[0]?.levels ?? {})).toHaveLength(2);
    expect(userOf(set)).toMatchObject({
      companyTemplateId: company[0]?.id,
      defaultTemplateId: project[0]?.id,
      addToNewProjects: true,
    });
    expect(await statesOf(set)).toEqual(Object.fromEntries(setUpTasks.map((task) => [task, 'done'])));

    const calls = await personCalls(set);
    expect(counted(calls, 'GET', /permission_templates(\?|$)/)).toBe(2);
    expect(counted(calls, 'POST', /permission_templates$/)).toBe(2);
    expect(counted(calls, 'GET', /permission_templates\/\d+$/)).toBe(2);
    expect(counted(calls, 'PATCH', /\/users\/\d+$/)).toBe(1);
    expect(counted(calls, 'POST', /bulk_add$/)).toBe(1);
    expect(counted(calls, 'GET', /settings\/permissions/)).toBe(manifests);
    expect(calls).toHaveLength(8 + manifests);

    expect(await set.connecting.inTenant((db) => findSignIn(db, set.signInId))).toMatchObject({ hasToken: false });
    bench().sandbox.world.switches.set('templateLevelMap', 'tool-id');
  },
);

test('nothing is set up without a tick, and the sign-in is given back at once', async () => {
  const set = await asked([]);
  expect((await set.connecting.check('verifyCompanyTemplate')).state).toBe('stuck');
  expect([...named(companyName), ...named(projectName)]).toEqual([]);
  expect(await set.connecting.inTenant((db) => findSignIn(db, set.signInId))).toMatchObject({ hasToken: false });
});

test('only what is ticked is done', async () => {
  const set = await asked(['company-template', 'project-template']);
  await set.connecting.check('verifyCompanyTemplate');
  expect([named(companyName).length, named(projectName).length]).toEqual([1, 1]);
  expect(userOf(set)).toMatchObject({ companyTemplateId: null, defaultTemplateId: null, addToNewProjects: false });
});

test.each([
  ['reset-after-commit', 1],
  ['reset-before', 2],
] as const)(
  'a template whose answer was lost (%s) is looked up before it is made again: one stands there in the end',
  async (kind, posts) => {
    const set = await asked();
    await bench().control('/faults', {
      match: { method: 'POST', path: `/rest/v1.0/companies/${companyId}/permission_templates` },
      kind,
    });
    await set.connecting.check('verifyCompanyTemplate');
    expect(await statesOf(set)).toMatchObject({ 'company-template': 'unknown' });
    // at once nothing is sent again, however often the step is looked at
    await set.connecting.check('verifyCompanyTemplate');
    expect(await posted(set)).toBe(2);

    await eventually(
      'the template to be there',
      async () => {
        await set.connecting.check('verifyCompanyTemplate');
        return (await statesOf(set))['company-template'] === 'done';
      },
      30_000,
    );
    expect([named(companyName).length, named(projectName).length]).toEqual([1, 1]);
    expect(await posted(set)).toBe(posts + 1);
  },
);

test('two steps that are looked at together set everything up once', async () => {
  const set = await asked();
  const steps = ['verifyCompanyTemplate', 'assignProjects', 'verifyCompanyTemplate', 'assignProjects'];
  // a write never waits: where Procore's limits begin anew in between, the next look goes on
  await eventually('templates and rights to be set up', async () => {
    await Promise.allSettled(steps.map((stepId) => set.connecting.check(stepId)));
    const states = await statesOf(set);
    return ['company-template', 'project-template', 'user-templates', 'new-projects'].every((task) => states[task] === 'done');
  });
  const calls = await personCalls(set);
  expect(counted(calls, 'POST', /permission_templates$/)).toBe(2);
  expect(counted(calls, 'PATCH', /\/users\/\d+$/)).toBe(1);
  expect([named(companyName).length, named(projectName).length]).toEqual([1, 1]);
});

test('a template of that name with other levels is left as it is, and the line to follow by hand is shown', async () => {
  const set = await asked(['project-template', 'user-templates']);
  await bench().control('/admin/templates/create', {
    companyId,
    name: projectName,
    type: 'global',
    levels: { daily_log: 'Standard' },
  });
  await set.connecting.check('verifyCompanyTemplate');
  expect(named(projectName)).toMatchObject([{ levels: { daily_log: 'Standard' } }]);
  expect(await wordsOf(set, 'project-template')).toMatchObject({
    seen: expect.stringContaining('is there already with other levels'),
    needed: expect.stringContaining('Directory Standard, Daily Log Admin'),
    where: expect.stringContaining('Project Permissions Templates'),
  });
});

test('an update that Procore refuses without address and name is sent with both unchanged: the credential lives on', async () => {
  bench().sandbox.world.switches.set('userPatchNeedsIdentity', true);
  const set = await asked();
  const before = bench().sandbox.world.people.get(set.account.personId);
  await met(set.connecting, ['verifyCompanyTemplate']);
  expect(bench().sandbox.world.people.get(set.account.personId)).toEqual(before);
  expect((await personCalls(set)).filter(({ method, path }) => method === 'PATCH' && /\/users\/\d+$/.test(path))).toMatchObject([
    { status: 400 },
    { status: 200 },
  ]);
  expect((await set.connecting.check('verifyCredentials')).state).toBe('met');
  bench().sandbox.world.switches.set('userPatchNeedsIdentity', false);
});

test('an old template that gives too little is replaced on just those projects', async () => {
  const set = await asked();
  const { world } = bench().sandbox;
  const [first] = world.projects.filter((project) => project.companyId === companyId && project.active);
  const old = await bench().control<{ id: string }>('/admin/templates/create', {
    companyId,
    name: `Old site template ${set.account.personId}`,
    type: 'global',
    levels: { daily_log: 'Read Only' },
  });
  await bench().control('/admin/users/put-on-project', {
    projectId: first?.id,
    personId: set.account.personId,
    templateId: old.id,
  });
  await met(set.connecting, ['assignProjects', 'verifyCompanyTemplate', 'verifyProjectTemplate']);
  expect(world.memberships.get(`${first?.id}:${set.account.personId}`)?.templateId).toBe(named(projectName)[0]?.id);
  expect(counted(await personCalls(set), 'PATCH', /permission_template_assignments$/)).toBe(1);
});

test('while Procore adds the user one project after the other, the step waits and is not red', async () => {
  bench().sandbox.world.switches.set('bulkAddPace', 'one-a-second');
  const set = await asked();
  await set.connecting.check('assignProjects');
  expect(await set.connecting.check('assignProjects')).toMatchObject({
    state: 'waiting',
    on: 'procore',
    seen: expect.stringMatching(/adding, \d of 3/),
  });
  await bench().control('/clock', { advanceMs: 5_000 });
  expect((await set.connecting.check('assignProjects')).state).toBe('met');
  bench().sandbox.world.switches.set('bulkAddPace', 'at-once');
});

test('a sign-in that ends before all is done leaves the lines to follow by hand, and nothing is written', async () => {
  const set = await asked();
  await set.connecting.inTenant((db) =>
    db
      .updateTable('sign_in')
      .set({ token_expires_at: new Date(0) })
      .execute(),
  );
  expect((await set.connecting.check('verifyCompanyTemplate')).state).toBe('stuck');
  expect(await statesOf(set)).toEqual(Object.fromEntries(setUpTasks.map((task) => [task, 'refused'])));
  expect(await wordsOf(set, 'user-templates')).toMatchObject({
    seen: 'The sign-in ended before this was done.',
    where: expect.stringMatching(/Company Tools → Directory → Safety Sync .+ → Permissions/),
  });
  expect(await personCalls(set)).toEqual([]);
});

test('a developer-managed account gets no company template: only the Directory’s way to new projects is set up', async () => {
  const set = await asked(['project-template', 'user-templates', 'new-projects'], 'dmsa');
  await met(set.connecting, ['verifyCompanyTemplate', 'assignProjects']);
  expect(named(companyName)).toEqual([]);
  expect(userOf(set)).toMatchObject({
    companyTemplateId: null,
    defaultTemplateId: named(projectName)[0]?.id,
    addToNewProjects: true,
  });
});

test('trouble of Procore with what is set up never keeps the step from being judged, and is over when it passes', async () => {
  const set = await asked();
  await bench().control('/faults', {
    match: { method: 'PATCH', path: `/rest/v1.3/companies/${companyId}/users/${set.account.personId}` },
    kind: 'status-before',
    status: 503,
  });
  expect(await set.connecting.check('verifyCompanyTemplate')).toMatchObject({ state: 'stuck', reason: 'permission-too-low' });
  expect(await statesOf(set)).toMatchObject({ 'company-template': 'done', 'user-templates': 'asked' });
  expect((await set.connecting.check('verifyCompanyTemplate')).state).toBe('met');
  expect([named(companyName).length, named(projectName).length]).toEqual([1, 1]);
});
