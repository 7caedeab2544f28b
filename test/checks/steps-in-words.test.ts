import { expect, test } from '@jest/globals';
import { type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { borealis, decide, untilBound } from '../support/onboarded.ts';

const bench = useChecksBench();
const { companyId } = borealis;

interface Account {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly personId: string;
}

/** An account of its own without any right; what is done to it does nothing to its neighbours. */
async function freshAccount(): Promise<{ account: Account; connecting: Connecting }> {
  const account = await bench().control<Account>('/credentials', { companyId, kind: 'legacy', fresh: true });
  return { account, connecting: await untilBound(bench(), { ...borealis, credential: account }) };
}

const makeTemplate = (name: string, type: 'company_tools' | 'global', levels: object) =>
  bench().control<{ id: string }>('/admin/templates/create', { companyId, name, type, levels });

const edit = ({ personId }: Account, fields: object) => bench().control('/admin/users/edit', { companyId, personId, ...fields });

const guideLevels = { directory: 'Standard', daily_log: 'Admin' };

test('a template that is named as in the guide, misspelt, is only a hint: it is named, and proves nothing', async () => {
  const { account, connecting } = await freshAccount();
  await makeTemplate('HammerTech Sync Company Permissionss', 'company_tools', { directory: 'Admin' });
  const other = await makeTemplate('Sync rights, ours', 'company_tools', { directory: 'Read Only' });
  bench().sandbox.world.switches.set('templatesReadableBy', 'anyone');
  // the guide's own, of the seed, is renamed so that the misspelt one is the only one alike
  const { world } = bench().sandbox;
  const own = world.templates.find((one) => one.companyId === companyId && one.name === 'HammerTech Sync Company Permissions');
  if (own) world.templates.put({ ...own, name: 'Site safety' });
  expect(await connecting.check('verifyCompanyTemplate')).toMatchObject({
    state: 'stuck',
    reason: 'permission-too-low',
    seen: expect.stringMatching(
      /gives .+ None on Directory\. There is a template “HammerTech Sync Company Permissionss”, but .+ does not have it\./,
    ),
    needed: 'Directory: Read Only or higher.',
    where: expect.stringContaining('HammerTech Sync Company Permissionss → Directory'),
  });
  await edit(account, { companyTemplateId: other.id });
  expect(await connecting.check('verifyCompanyTemplate')).toMatchObject({
    state: 'met',
    evidence: { levels: ['Directory: Read Only'], guide: '0 of 9 tools' },
  });
  if (own) world.templates.put(own);
  world.switches.set('templatesReadableBy', 'directory-read');
});

test('levels above the guide are a warning, and the guide itself never holds anything up', async () => {
  const { account, connecting } = await freshAccount();
  const wide = await makeTemplate('Wide rights', 'company_tools', { directory: 'Standard', reports: 'Admin' });
  await edit(account, { companyTemplateId: wide.id });
  expect(await connecting.check('verifyCompanyTemplate')).toMatchObject({
    state: 'met',
    evidence: { guide: '2 of 9 tools' },
    warnings: [
      'The guide asks for Standard on every company tool: it is given on 2 of 9.',
      'More than the guide asks for on 1 tool: Reports.',
    ],
  });
});

test('every tool that is too low is named with what it has and needs, and the template that the user has', async () => {
  const { account, connecting } = await freshAccount();
  const low = await makeTemplate('Site sync', 'global', { daily_log: 'Read Only' });
  const directory = await makeTemplate('Reads the directory', 'company_tools', { directory: 'Read Only' });
  await edit(account, { companyTemplateId: directory.id, defaultTemplateId: low.id });
  await bench().control('/admin/users/add-to-all-projects', { companyId, personId: account.personId });
  expect(await connecting.check('verifyProjectTemplate')).toMatchObject({
    state: 'stuck',
    reason: 'permission-too-low',
    on: 'admin',
    seen: expect.stringMatching(/None on Directory on 3 of 3 projects: .+; Read Only on Daily Log on 3 of 3 projects/),
    needed: 'Directory: Read Only or higher, Daily Log: Admin, on every project.',
    where: expect.stringContaining('Project Permissions Templates → Site sync → Directory, Daily Log'),
  });
});

test('while Add All runs the step waits and counts; when it stands still it says what is missing, and it heals by itself', async () => {
  const { account, connecting } = await freshAccount();
  const template = await makeTemplate('Slow sync', 'global', guideLevels);
  await edit(account, { defaultTemplateId: template.id, addToNewProjects: true });
  await decide(connecting, 'choose-projects', { existing: 'all', chosen: [], future: true });
  expect(await connecting.check('assignProjects')).toMatchObject({
    state: 'stuck',
    seen: expect.stringContaining('on 0 of 3 projects'),
  });

  const { personId } = account;
  await bench().control('/admin/users/add-to-all-projects-slowly', { companyId, personId, everyMs: 60_000 });
  await bench().control('/clock', { advanceMs: 61_000 });
  expect(await connecting.check('assignProjects')).toMatchObject({
    state: 'waiting',
    on: 'procore',
    seen: expect.stringContaining('adding, 1 of 3'),
    needed: expect.stringMatching(/Missing: .+ Compared with your list of/),
  });
  // nothing was added for longer than Procore takes for one
  await connecting.inTenant((db) =>
    db
      .updateTable('admin_project_list')
      .set({ grew_at: new Date(Date.now() - 61_000) })
      .execute(),
  );
  expect(await connecting.check('assignProjects')).toMatchObject({
    state: 'stuck',
    reason: 'project-not-permitted',
    seen: expect.stringMatching(/is on 1 of 3 projects\. Missing: .+/),
    needed: expect.stringContaining('compare again'),
  });
  await bench().control('/clock', { advanceMs: 121_000 });
  expect(await connecting.check('assignProjects')).toMatchObject({ state: 'met', evidence: { projects: '3 of 3 projects' } });
});

test('a flag that Procore does not send is unknown: an admin’s word stands for it, until a new project proves it', async () => {
  const { account, connecting } = await freshAccount();
  bench().sandbox.world.switches.set('addToNewProjectsShown', 'nowhere');
  const template = await makeTemplate('Quiet sync', 'global', guideLevels);
  await edit(account, { defaultTemplateId: template.id, addToNewProjects: true });
  await bench().control('/admin/users/add-to-all-projects', { companyId, personId: account.personId });
  await decide(connecting, 'choose-projects', { existing: 'all', chosen: [], future: true });
  expect(await connecting.check('assignProjects')).toMatchObject({
    state: 'met',
    evidence: { future: 'unknown' },
    warnings: [expect.stringContaining('does not say')],
  });

  await decide(connecting, 'confirm-future', {});
  expect(await connecting.check('assignProjects')).toMatchObject({
    state: 'met',
    evidence: { future: expect.stringContaining('confirmed by an admin on') },
  });

  await bench().control('/admin/projects/create', { companyId, name: 'Fjord Annex' });
  expect(await connecting.check('assignProjects')).toMatchObject({
    state: 'met',
    evidence: { future: 'proven by a new project: Fjord Annex' },
  });
  bench().sandbox.world.switches.set('addToNewProjectsShown', 'me-v1.0');
});
