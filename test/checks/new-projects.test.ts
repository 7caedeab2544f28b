import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { listMatches } from '../../shared/store/connections/matches.ts';
import { listProjectLinks } from '../../shared/store/projects/project-links.ts';
import { type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { borealis, untilLive } from '../support/onboarded.ts';

/** Nobody's turn comes while a test runs: what is read has another cause. */
const bench = useChecksBench({ projectLevelsMs: 24 * 3_600_000 });
const { companyId, login } = borealis;

const careRound = ({ tenantId, connectionId }: Connecting) => bench().checks.checkAll({ tenantId, connectionId, generation: 1 });

const linksOf = async (connecting: Connecting) =>
  (await connecting.inTenant((db) => listProjectLinks(db, connecting.connectionId))).filter(({ scope }) => scope === 'project');

const linkOf = async (connecting: Connecting, projectId: string) =>
  (await linksOf(connecting)).find(({ procoreProjectId }) => procoreProjectId === projectId);

const openItems = (connecting: Connecting) =>
  connecting.inTenant((db) =>
    db.selectFrom('attention_item').select(['reason', 'subject', 'owner', 'seen']).where('resolved_at', 'is', null).execute(),
  );

function anyProject() {
  const { world } = bench().sandbox;
  const project = world.projects.find((one) => one.companyId === companyId && one.active);
  const account = world.apps.find((app) => app.kind === 'legacy' && app.companyId === companyId);
  if (!project || !account) throw new Error('the seed has a project and an account for Borealis');
  return { projectId: project.id, name: project.name, personId: account.servicePersonId, timeZone: project.timeZone };
}

const edit = (projectId: string, change: object) => bench().control('/admin/projects/edit', { projectId, ...change });

afterEach(async () => {
  const { projectId, personId, timeZone } = kept ?? anyProject();
  await edit(projectId, { active: true, timeZone });
  await bench().control('/admin/users/put-on-project', { projectId, personId });
  kept = undefined;
});
let kept: ReturnType<typeof anyProject> | undefined;

test('a project made in Procore and at the site is checked, linked and its loop wanted within one round, without anybody acting', async () => {
  const connecting = await untilLive(bench(), borealis);
  await careRound(connecting);
  const { hammertech, world } = bench().sandbox;
  const site = hammertech.projects.find(({ tenant }) => tenant === login.tenant);
  if (!site) throw new Error('the seed has a site for Borealis');
  const [name, number] = ['Quay 9', 'BO-901'];
  hammertech.projects.put({ tenant: login.tenant, record: { ...site.record, id: randomUUID(), name, number } });
  const { id } = await bench().control<{ id: string }>('/admin/projects/create', {
    companyId,
    name,
    number,
    timeZone: anyProject().timeZone,
  });
  const before = await linksOf(connecting);
  const mark = world.ledger.last;

  expect(await careRound(connecting)).toMatchObject({ regressed: [], missed: [] });
  const link = await linkOf(connecting, id);
  expect(link).toMatchObject({ state: 'active', timeZone: expect.stringContaining('/') });
  expect(bench().runs.started).toContain(`sync:${connecting.tenantId}:${link?.projectLinkId}`);
  const manifests = world.ledger
    .after(mark, { side: 'procore' })
    .flatMap(({ path, query }) => (path.endsWith('/settings/permissions') ? [new URLSearchParams(query).get('project_id')] : []));
  expect(manifests).toEqual([null, id]); // the company's, and the new project's
  expect((await linksOf(connecting)).filter(({ procoreProjectId }) => procoreProjectId !== id)).toEqual(before);
});

test('a project that was inactive is linked within one round of being active again', async () => {
  kept = anyProject();
  await edit(kept.projectId, { active: false });
  const connecting = await untilLive(bench(), borealis);
  await careRound(connecting);
  expect(await linkOf(connecting, kept.projectId)).toBeUndefined();
  await edit(kept.projectId, { active: true });
  await careRound(connecting);
  expect(await linkOf(connecting, kept.projectId)).toMatchObject({ state: 'active' });
});

test('a sync user taken off one project is one item that names it; every link stands, and all is as before once it is back', async () => {
  kept = anyProject();
  const connecting = await untilLive(bench(), borealis);
  await careRound(connecting);
  const before = await linksOf(connecting);
  await bench().control('/admin/users/take-off-project', { projectId: kept.projectId, personId: kept.personId });
  expect(await careRound(connecting)).toMatchObject({
    regressed: [{ stepId: 'assignProjects', reason: 'project-not-permitted' }],
  });
  await careRound(connecting);
  expect(await openItems(connecting)).toMatchObject([
    { reason: 'project-not-permitted', owner: 'admin', seen: expect.stringContaining(kept.name.trim()) },
  ]);
  expect(await linksOf(connecting)).toEqual(before);

  await bench().control('/admin/users/put-on-project', { projectId: kept.projectId, personId: kept.personId });
  expect(await careRound(connecting)).toMatchObject({ regressed: [], mended: ['assignProjects'] });
  expect(await openItems(connecting)).toEqual([]);
  expect(await linksOf(connecting)).toEqual(before);
  const matches = await connecting.inTenant((db) => listMatches(db, connecting.connectionId));
  expect(matches.find(({ procoreId }) => procoreId === kept?.projectId)).toMatchObject({ state: 'matched' });
});

test('a zone that changes in Procore on a live link: another than the site’s stops that project alone as one item, the site’s own heals it', async () => {
  kept = anyProject();
  const connecting = await untilLive(bench(), borealis);
  await careRound(connecting);
  const before = await linkOf(connecting, kept.projectId);
  const others = async () => (await linksOf(connecting)).filter(({ procoreProjectId }) => procoreProjectId !== kept?.projectId);
  const neighbours = await others();

  for (const timeZone of ['Pacific Time (US & Canada)', null]) {
    await edit(kept.projectId, { timeZone });
    await careRound(connecting);
    expect(await linkOf(connecting, kept.projectId)).toMatchObject({
      procoreTimeZone: timeZone,
      timeZone: null,
      state: 'active',
    });
    expect(await openItems(connecting)).toMatchObject([
      { reason: 'time-zone-unknown', owner: 'admin', subject: `project:${kept.projectId}` },
    ]);
  }
  expect(await others()).toEqual(neighbours);
  await edit(kept.projectId, { timeZone: kept.timeZone });
  await careRound(connecting);
  expect(await linkOf(connecting, kept.projectId)).toEqual(before);
  expect(await openItems(connecting)).toEqual([]);
});

test('a zone that changes on both sides is followed, and a round in which none has changed makes no link anew', async () => {
  kept = anyProject();
  const connecting = await untilLive(bench(), borealis);
  const { hammertech } = bench().sandbox;
  const pair = await linkOf(connecting, kept.projectId);
  const site = hammertech.projects.find(({ record }) => record.id === pair?.partnerProjectId);
  if (!site) throw new Error('the project has a site');
  hammertech.projects.put({ ...site, record: { ...site.record, timeZone: 'Australia/Sydney' } });
  await edit(kept.projectId, { timeZone: 'Sydney' });
  await connecting.inTenant((db) =>
    db.updateTable('step').set({ checked_at: null }).where('step_id', '=', 'matchRecords').execute(),
  );
  await careRound(connecting);
  expect(await linkOf(connecting, kept.projectId)).toMatchObject({ procoreTimeZone: 'Sydney', timeZone: 'Australia/Sydney' });
  const looked = () =>
    connecting.inTenant((db) => db.selectFrom('step').select('checked_at').where('step_id', '=', 'live').executeTakeFirst());
  const at = await looked();
  await careRound(connecting);
  expect(await looked()).toEqual(at);
  hammertech.projects.put(site);
});
