import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { createChecks } from '../../activities/checks/index.ts';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import type { RateBudget } from '../../shared/procore/budget.ts';
import { claimSetUp, releaseSetUp } from '../../shared/store/connections/set-ups.ts';
import { eventually } from '../support/eventually.ts';
import { borealis } from '../support/onboarded.ts';
import { type Asked, companyName, counted, projectName, useSetUp } from './set-up-ground.ts';

/**
 * Procore's API can neither change nor delete a permission template: what keeps us from making a wrong one, or two, and from saying
 * that rights stand which do not.
 */
const set = useSetUp({ settleMs: 1000 });
const { bench, asked, named, rowsOf, statesOf, wordsOf, personCalls, posted, userOf } = set;
const { companyId } = borealis;

afterEach(() => bench().sandbox.world.switches.set('rightsLeftAsTheyWere', 'none'));

const creation = { method: 'POST', path: `/rest/v1.0/companies/${companyId}/permission_templates` };
const stateOf = async (one: Asked, task: string) => (await statesOf(one))[task];
const look = (one: Asked) => one.connecting.check('verifyCompanyTemplate');

/** Leases end as if their time had gone by. */
const endLeases = ({ connecting }: Asked) =>
  connecting.inTenant((db) =>
    db
      .updateTable('set_up_task')
      .set({ lease_until: new Date(0) })
      .execute(),
  );

const untilSettled = (one: Asked, task: string) =>
  eventually(
    `${task} to be settled`,
    async () => {
      await look(one);
      const state = await stateOf(one, task);
      return (state === 'done' || state === 'refused') && state;
    },
    30_000,
  );

test('of two templates of the guide’s name none is taken for the one that is meant, nor given to the sync user', async () => {
  const one = await asked(['project-template', 'user-templates']);
  for (const name of [projectName, `${projectName} `]) {
    const levels = { directory: 'Standard', daily_log: 'Admin' };
    await bench().control('/admin/templates/create', { companyId, name, type: 'global', levels });
  }
  await look(one);
  expect(await statesOf(one)).toEqual({ 'project-template': 'refused', 'user-templates': 'refused' });
  expect(await wordsOf(one, 'project-template')).toMatchObject({
    seen: `There are 2 templates “${projectName}”: which one is meant is yours to say.`,
    where: expect.stringContaining('Project Permissions Templates'),
  });
  expect(userOf(one)).toMatchObject({ defaultTemplateId: null });
  expect((await personCalls(one)).filter(({ method }) => method !== 'GET')).toEqual([]);
  // the two are nobody's concern in what follows
  const { templates } = bench().sandbox.world;
  for (const { id } of templates.filter(({ name }) => name.trim() === projectName)) templates.delete(id);
});

test('a template whose worker stood still while it was sent is looked up, and never sent by the next worker as well', async () => {
  const one = await asked(['company-template']);
  await bench().control('/faults', { match: creation, kind: 'delay', ms: 800 });
  const first = look(one);
  await eventually('the creation to be under way', async () => (await posted(one)) === 1);
  await endLeases(one);
  await look(one);
  const foundSo = await stateOf(one, 'company-template');
  await look(one);
  await first;
  expect(foundSo).toBe('unknown');
  expect(await untilSettled(one, 'company-template')).toBe('done');
  expect(await posted(one)).toBe(1);
  expect(named(companyName)).toHaveLength(1);
});

test('a creation that was lost is looked up twice: one that comes to light in between is not made again', async () => {
  const one = await asked(['company-template']);
  await bench().control('/faults', { match: creation, kind: 'reset-before' });
  await look(one);
  expect(await stateOf(one, 'company-template')).toBe('unknown');
  const once = await eventually('the first look', async () => {
    await look(one);
    const [row] = await rowsOf(one);
    return row && (row.lookUps > 0 || row.state !== 'unknown') && row;
  });
  expect(once).toMatchObject({ state: 'unknown', lookUps: 1 });
  expect(await posted(one)).toBe(1);

  const levels = Object.fromEntries(Object.keys(companyLevels()).map((tool) => [tool, 'Standard']));
  await bench().control('/admin/templates/create', { companyId, name: companyName, type: 'company_tools', levels });
  expect(await untilSettled(one, 'company-template')).toBe('done');
  expect(await posted(one)).toBe(1);
});

/** Of a template that names every tool of a company. */
const companyLevels = () =>
  bench().sandbox.world.templates.find((one) => one.companyId === companyId && one.name === 'Company Administrator')?.levels ??
  {};

test('a template of which Procore left out a level is not called made as meant, and not made again', async () => {
  bench().sandbox.world.switches.set('rightsLeftAsTheyWere', 'template-levels');
  const one = await asked(['project-template']);
  await look(one);
  await look(one);
  expect(await stateOf(one, 'project-template')).toBe('refused');
  expect(await wordsOf(one, 'project-template')).toMatchObject({
    seen: `“${projectName}” was created, but Procore did not take all of its levels.`,
    needed: expect.stringContaining('Directory Standard, Daily Log Admin'),
  });
  expect(await posted(one)).toBe(1);
});

test('where it cannot be learned how levels are written, no template is made and the line to follow by hand is shown', async () => {
  const { templates } = bench().sandbox.world;
  const known = templates.filter((template) => template.companyId === companyId);
  // of the four numbers of the levels, only those of None and Admin are left in use: that of Standard is anybody's guess
  const onlyAdmin = (levels: (typeof known)[number]['levels']) =>
    Object.fromEntries(Object.entries(levels).filter(([, level]) => level === 'Admin'));
  const one = await asked(['company-template']);
  for (const template of known) templates.put({ ...template, levels: onlyAdmin(template.levels) });
  await look(one);
  for (const template of known) templates.put(template);
  expect(await stateOf(one, 'company-template')).toBe('refused');
  expect(await wordsOf(one, 'company-template')).toMatchObject({
    seen: 'How Procore writes levels could not be learned from its own templates.',
    needed: expect.stringContaining('Standard on each tool'),
  });
  expect(await posted(one)).toBe(0);
});

test('rights that Procore took and does not show are not called given', async () => {
  bench().sandbox.world.switches.set('rightsLeftAsTheyWere', 'user-rights');
  const one = await asked(['company-template', 'project-template', 'user-templates', 'new-projects']);
  await look(one);
  expect(await statesOf(one)).toMatchObject({ 'user-templates': 'refused', 'new-projects': 'refused' });
  expect(userOf(one)).toMatchObject({ companyTemplateId: null, defaultTemplateId: null, addToNewProjects: false });
  expect(await wordsOf(one, 'user-templates')).toMatchObject({
    seen: 'Procore took the change, but does not show it.',
    where: expect.stringContaining('→ Permissions'),
  });
});

test('without a template of the guide’s name there is none to give: nothing is sent, and the line to follow by hand is shown', async () => {
  const one = await asked(['user-templates']);
  await look(one);
  expect(await wordsOf(one, 'user-templates')).toMatchObject({
    seen: 'There is no template of the guide’s name to give.',
    needed: 'The sync user has the templates.',
  });
  expect(await stateOf(one, 'user-templates')).toBe('refused');
  expect(counted(await personCalls(one), 'PATCH', /\/users\/\d+$/)).toBe(0);
});

test('a template that Procore says it replaced, and did not, is not called replaced', async () => {
  bench().sandbox.world.switches.set('rightsLeftAsTheyWere', 'assignments');
  const one = await asked();
  const { world } = bench().sandbox;
  const [first] = world.projects.filter((project) => project.companyId === companyId && project.active);
  const old = await bench().control<{ id: string }>('/admin/templates/create', {
    companyId,
    name: `Old template ${one.account.personId}`,
    type: 'global',
    levels: { daily_log: 'Read Only' },
  });
  const member = { projectId: first?.id, personId: one.account.personId, templateId: old.id };
  await bench().control('/admin/users/put-on-project', member);
  for (const stepId of ['assignProjects', 'verifyCompanyTemplate', 'verifyProjectTemplate']) await one.connecting.check(stepId);
  expect(world.memberships.get(`${first?.id}:${one.account.personId}`)?.templateId).toBe(old.id);
  expect(await stateOf(one, 'old-templates')).toBe('refused');
  expect(await wordsOf(one, 'old-templates')).toMatchObject({ seen: 'Procore took the change, but does not show it.' });
});

test('where Procore could add the sync user to some of the chosen projects only, it is not called added', async () => {
  const one = await asked();
  const { world } = bench().sandbox;
  const [gone] = world.projects.filter((project) => project.companyId === companyId && project.active);
  if (!gone) throw new Error('the company has projects');
  // deleted since the admin’s list was read
  world.projects.delete(gone.id);
  await one.connecting.check('assignProjects');
  world.projects.put(gone);
  expect(await stateOf(one, 'projects')).toBe('refused');
  expect(await wordsOf(one, 'projects')).toMatchObject({
    seen: 'Procore could not add the sync user to all of the chosen projects.',
    where: expect.stringContaining('→ Projects → Add'),
  });
});

/** The same worker, but for what it is given. */
const withOther = (one: Asked, given: Partial<ActivityDependencies>) =>
  createChecks({ ...bench().deps, ...given }).checkStep({
    tenantId: one.connecting.tenantId,
    connectionId: one.connecting.connectionId,
    stepId: 'verifyCompanyTemplate',
  });

test('a creation whose turn comes so late that its lease might end before the answer is not sent', async () => {
  const one = await asked(['company-template']);
  const { deps } = bench();
  const spareMs = 100;
  const budget: RateBudget = {
    ...deps.procore.budget,
    async reserve(asker, nowMs) {
      if (await isSending(one)) await eventually('the lease to be half gone', () => performance.now() > sinceMs + 2 * spareMs);
      return deps.procore.budget.reserve(asker, nowMs);
    },
  };
  let sinceMs = Number.POSITIVE_INFINITY;
  async function isSending(set: Asked): Promise<boolean> {
    const sending = (await stateOf(set, 'company-template')) === 'sending';
    if (sending) sinceMs = Math.min(sinceMs, performance.now());
    return sending;
  }
  const timings = { ...deps.timings, claimLeaseMs: deps.timings.httpDeadlineMs + spareMs };
  await withOther(one, { timings, procore: { ...deps.procore, budget } });
  expect(await posted(one)).toBe(0);
  expect(await stateOf(one, 'company-template')).toBe('asked');
  await look(one);
  expect(await posted(one)).toBe(1);
  expect(named(companyName)).toHaveLength(1);
});

test('what one worker has taken no other gets, until it is given back or the lease has ended', async () => {
  const one = await asked(['company-template', 'project-template']);
  const { connectionId, inTenant } = one.connecting;
  const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()].map((attemptId) => ({ connectionId, attemptId }));
  if (!first || !second || !third) throw new Error('three of them');
  const claim = (by: typeof first) => inTenant((db) => claimSetUp(db, by, 60_000));
  expect([await claim(first), await claim(second)]).toEqual([true, false]);
  await inTenant((db) => releaseSetUp(db, second));
  expect(await claim(second)).toBe(false);
  await inTenant((db) => releaseSetUp(db, first));
  expect([await claim(second), await claim(third)]).toEqual([true, false]);
  await endLeases(one);
  expect(await claim(third)).toBe(true);
});
