import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { addTemplate } from '../../sandbox/kernel/directory.ts';
import { addProject } from '../../sandbox/kernel/places.ts';
import { issueCredential } from '../../sandbox/login/credentials.ts';
import { connectApp, updateApp } from '../../sandbox/procore/admin/apps.ts';
import { createProject, editProject } from '../../sandbox/procore/admin/projects.ts';
import { addToAllProjectsSlowly, editUser } from '../../sandbox/procore/admin/users.ts';
import { projectLevel } from '../../sandbox/procore/permissions.ts';
import { type Ground, openGround, type SmallWorld, serviceAccount, smallWorld } from './procore-ground.ts';

let small: SmallWorld;
let ground: Ground;
let admin: string;
/** Frozen, so that only the sandbox's own clock lets time pass. */
const nowMs = Date.parse('2026-03-09T23:30:00Z');
beforeEach(async () => {
  small = smallWorld(() => nowMs);
  ground = await openGround(small);
  admin = await ground.personToken('cleo@borealis.example');
});
afterEach(() => ground.close());

const projectNames = async (token: string) =>
  (await ground.call('GET', `/rest/v1.1/projects?company_id=${small.company.id}`, { token })).each('name');
const quays = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    addProject(small.world, { companyId: small.company.id, name: `Quay ${index + 1}` }),
  );

describe('a bulk add', () => {
  const bulkAdd = (personId: string, projectIds: string[], templateId: string, version = '1.3') =>
    ground.call('POST', `/rest/v${version}/companies/${small.company.id}/users/bulk_add`, {
      token: admin,
      body: {
        users: projectIds.map((project_id) => ({ user_id: personId, project_id, permission_template_id: templateId })),
      },
    });

  test('by switch is answered at once while the memberships come one a second', async () => {
    small.world.switches.set('bulkAddPace', 'one-a-second');
    const credential = serviceAccount(small);
    const token = await ground.serviceToken(credential);
    const [first, second] = quays(2);
    const answer = await bulkAdd(credential.personId, [first?.id ?? '', second?.id ?? ''], credential.templateId);
    expect([answer.status, answer.at('entities.0.projects.length')]).toEqual([200, 2]);
    expect(await projectNames(token)).toEqual(['Pier 4']);
    small.world.clock.advance(1000);
    expect(await projectNames(token)).toEqual(['Pier 4', 'Quay 1']);
    small.world.clock.advance(1000);
    expect(await projectNames(token)).toEqual(['Pier 4', 'Quay 1', 'Quay 2']);
    const [, joined] = small.world.ledger.records('project_users');
    expect(joined).toMatchObject({ author: small.people.cleo.id, current: { templateId: credential.templateId } });
  });

  test('refuses at once what cannot be, however slow the rest is', async () => {
    small.world.switches.set('bulkAddPace', 'one-a-second');
    const { personId } = serviceAccount(small);
    const [quay] = quays(1);
    expect((await bulkAdd(personId, [quay?.id ?? ''], small.adminTemplate.id)).status).toBe(207);
    small.world.clock.advance(10_000);
    await projectNames(admin);
    expect(small.world.memberships.get(`${quay?.id}:${personId}`)).toBeUndefined();
  });

  test('that is still running drops a user who was deactivated meanwhile', async () => {
    small.world.switches.set('bulkAddPace', 'one-a-second');
    const { personId, templateId } = serviceAccount(small);
    const [quay] = quays(1);
    await bulkAdd(personId, [quay?.id ?? ''], templateId);
    editUser(small.world, { companyId: small.company.id, personId, active: false });
    small.world.clock.advance(1000);
    await projectNames(admin);
    expect(small.world.memberships.get(`${quay?.id}:${personId}`)).toBeUndefined();
    expect(small.world.awaitedMembers.size).toBe(0);
  });

  test.each(['1.1', '1.2'])('at v%s answers a word for each user and project', async (version) => {
    const { personId, templateId } = serviceAccount(small);
    const [quay] = quays(1);
    const answer = await bulkAdd(personId, [quay?.id ?? '', '999'], templateId, version);
    expect([answer.status, answer.json]).toEqual([200, { [personId]: { [quay?.id ?? '']: 'success', '999': 'failure' } }]);
  });

  test('takes a thousand triples and no more', async () => {
    const { personId, templateId } = serviceAccount(small);
    const many = (count: number) => Array.from({ length: count }, () => small.project.id);
    expect((await bulkAdd(personId, many(1000), templateId)).status).toBe(200);
    expect((await bulkAdd(personId, many(1001), templateId)).status).toBe(400);
  });
});

test('"Add All" of a big company runs on by itself, project after project', async () => {
  const credential = serviceAccount(small);
  const token = await ground.serviceToken(credential);
  quays(3);
  const personId = credential.personId;
  editUser(small.world, { companyId: small.company.id, personId, defaultTemplateId: credential.templateId });
  const coming = addToAllProjectsSlowly(small.world, { companyId: small.company.id, personId, everyMs: 60_000 });
  expect(coming).toHaveLength(3);
  const seen: number[] = [];
  for (let minute = 0; minute <= 3; minute += 1) {
    seen.push((await projectNames(token)).length);
    small.world.clock.advance(60_000);
  }
  expect(seen).toEqual([1, 2, 3, 4]);
});

describe("an installed app's own user", () => {
  const manifest = { company: { directory: 'Read Only' }, project: { daily_log: 'Admin' } } as const;
  const install = () =>
    issueCredential(small.world, {
      companyId: small.company.id,
      kind: 'dmsa',
      manifest,
      permittedProjectIds: [small.project.id],
    });
  const level = (personId: string, project = small.project) => projectLevel(small.world, personId, project, 'daily_log');
  const flag = (personId: string, templateId: string | null) =>
    editUser(small.world, {
      companyId: small.company.id,
      personId,
      addToNewProjects: true,
      defaultTemplateId: templateId,
    });
  const readerTemplate = () =>
    addTemplate(small.world, {
      companyId: small.company.id,
      name: 'Reader',
      type: 'global',
      levels: { daily_log: 'Read Only' },
    }).id;

  test('stands in the directory and has the levels of the manifest on permitted projects', async () => {
    const { personId } = install();
    const users = await ground.call('GET', `/rest/v1.3/companies/${small.company.id}/users`, { token: admin });
    expect(users.each('id').map(String)).toContain(personId);
    expect(level(personId)).toBe('Admin');
  });

  test('is not on a new project by being installed', () => {
    const { personId } = install();
    const quay = createProject(small.world, { companyId: small.company.id, name: 'Quay' });
    expect(level(personId, quay)).toBe('None');
  });

  test('is on a new project by the flag, with its default template and not the manifest', () => {
    const { personId } = install();
    flag(personId, readerTemplate());
    expect(level(personId, createProject(small.world, { companyId: small.company.id, name: 'Quay' }))).toBe('Read Only');
    flag(personId, null);
    const bare = createProject(small.world, { companyId: small.company.id, name: 'Bare' });
    expect(small.world.memberships.get(`${bare.id}:${personId}`)).toBeDefined();
    expect(level(personId, bare)).toBe('None');
  });

  test.each(['connected again', 'updated'] as const)(
    'loses its permitted projects when it is %s, not those of the Directory',
    (how) => {
      const { personId, clientId } = install();
      flag(personId, readerTemplate());
      const quay = createProject(small.world, { companyId: small.company.id, name: 'Quay' });
      if (how === 'updated') updateApp(small.world, { clientId });
      else connectApp(small.world, { clientId, companyId: small.company.id });
      expect([level(personId), level(personId, quay)]).toEqual(['None', 'Read Only']);
      connectApp(small.world, { clientId, companyId: small.company.id, permittedProjectIds: [small.project.id, quay.id] });
      expect([level(personId), level(personId, quay)]).toEqual(['Admin', 'Read Only']);
    },
  );

  test('has what a new version of the manifest declares once its projects are picked again', () => {
    const { personId, clientId } = install();
    updateApp(small.world, { clientId, manifest: { company: {}, project: { daily_log: 'Standard' } } });
    connectApp(small.world, { clientId, companyId: small.company.id, permittedProjectIds: [small.project.id] });
    expect(level(personId)).toBe('Standard');
  });
});

test('a project that comes back still has its members', async () => {
  const token = await ground.serviceToken(serviceAccount(small));
  editProject(small.world, { projectId: small.project.id, active: false });
  expect(await projectNames(token)).toEqual([]);
  editProject(small.world, { projectId: small.project.id, active: true });
  expect(await projectNames(token)).toEqual(['Pier 4']);
});

test('a template reads back with the levels and permitted actions it was made with, alone and in the list', async () => {
  const templates = `/rest/v1.0/companies/${small.company.id}/permission_templates`;
  const given = {
    name: 'Sync project',
    type: 'global',
    provider_type: 'Company',
    user_access_levels: { 2104: 4 },
    permissions: { 2102: ['create_and_edit_users'], odd: 7 },
  };
  const created = await ground.call('POST', templates, { token: admin, body: { permission_template: given } });
  const shown = await ground.call('GET', `${templates}/${created.word('id')}`, { token: admin });
  expect(shown.json).toEqual(created.json);
  expect([shown.at('user_access_levels.2104'), shown.at('permissions')]).toEqual([4, { 2102: ['create_and_edit_users'] }]);
  const listed = await ground.call('GET', `${templates}?filters[type]=global&view=with_permissions`, { token: admin });
  expect(listed.json).toEqual([created.json]);
});

test('a company template and a project template share a name by switch only', async () => {
  const create = (type: string) =>
    ground.call('POST', `/rest/v1.0/companies/${small.company.id}/permission_templates`, {
      token: admin,
      body: { permission_template: { name: 'HammerTech Sync', type, user_access_levels: {}, permissions: {} } },
    });
  expect([(await create('company_tools')).status, (await create('global')).status]).toEqual([200, 422]);
  small.world.switches.set('templateNamesUniqueAcrossTypes', false);
  expect([(await create('global')).status, (await create('global')).status]).toEqual([200, 422]);
});

test('an inactive vendor is brought back by its own operation', async () => {
  small.world.vendors.put({ ...small.vendor, active: false });
  const inactive = `/rest/v1.0/companies/${small.company.id}/vendors/inactive`;
  expect((await ground.call('GET', inactive, { token: admin })).each('id').map(String)).toEqual([small.vendor.id]);
  const answer = await ground.call('PATCH', `${inactive}/${small.vendor.id}`, { token: admin });
  expect([answer.status, answer.at('is_active')]).toEqual([200, true]);
  expect((await ground.call('GET', inactive, { token: admin })).json).toEqual([]);
});
