import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { addContact, addVendor } from '../../sandbox/kernel/directory.ts';
import { companyTools, everyTool } from '../../sandbox/kernel/levels.ts';
import { addProject } from '../../sandbox/kernel/places.ts';
import { createProject } from '../../sandbox/procore/admin/projects.ts';
import { editUser } from '../../sandbox/procore/admin/users.ts';
import { type Ground, openGround, type SmallWorld, serviceAccount, smallWorld } from './procore-ground.ts';

let small: SmallWorld;
let ground: Ground;
let admin: string;
beforeEach(async () => {
  small = smallWorld();
  ground = await openGround(small);
  admin = await ground.personToken('cleo@borealis.example');
});
afterEach(() => ground.close());

const users = (version = '1.3') => `/rest/v${version}/companies/${small.company.id}/users`;
const templates = () => `/rest/v1.0/companies/${small.company.id}/permission_templates`;

test('an e-mail address that is taken is 409', async () => {
  const add = () =>
    ground.call('POST', users(), { token: admin, body: { user: { last_name: 'New', email_address: 'new@x.example' } } });
  expect([(await add()).status, (await add()).status]).toEqual([201, 409]);
});

test('templates and the flag are set by a Directory Admin only', async () => {
  const { personId, templateId } = serviceAccount(small);
  const patch = (token: string) =>
    ground.call('PATCH', `${users()}/${personId}`, {
      token,
      body: {
        user: {
          company_permission_template_id: small.adminTemplate.id,
          default_permission_template_id: templateId,
          add_to_new_projects: true,
        },
      },
    });
  const ben = await ground.personToken('ben@borealis.example');
  expect((await patch(ben)).status).toBe(403);
  const answer = await patch(admin);
  expect([answer.status, answer.word('default_permission_template_id'), answer.at('add_to_new_projects')]).toEqual([
    200,
    templateId,
    true,
  ]);
});

test('only templates applicable to all projects can be a default', async () => {
  const { personId } = serviceAccount(small);
  const body = { user: { default_permission_template_id: small.adminTemplate.id } };
  expect((await ground.call('PATCH', `${users()}/${personId}`, { token: admin, body })).status).toBe(422);
});

test("a changed e-mail address kills a service account's credential, an unchanged one does not", async () => {
  const credential = serviceAccount(small);
  const grant = { grant_type: 'client_credentials', client_id: credential.clientId, client_secret: credential.clientSecret };
  const email = small.world.people.get(credential.personId)?.email ?? '';
  const patch = (email_address: string) =>
    ground.call('PATCH', `${users()}/${credential.personId}`, {
      token: admin,
      body: { user: { email_address, last_name: 'X' } },
    });
  await patch(email);
  expect((await ground.token(grant)).status).toBe(200);
  await patch('other@x.example');
  expect((await ground.token(grant)).at('error')).toBe('invalid_client');
});

test('only me at v1.0 shows the flag, unless the switch says otherwise', async () => {
  const token = await ground.serviceToken(serviceAccount(small));
  const me = (version: string) => ground.call('GET', `/rest/v${version}/companies/${small.company.id}/me`, { token });
  expect((await me('1.0')).json).toHaveProperty('add_to_new_projects', false);
  expect((await me('1.3')).json).not.toHaveProperty('add_to_new_projects');
  small.world.switches.set('addToNewProjectsShown', 'everywhere');
  expect((await me('1.3')).json).toHaveProperty('add_to_new_projects', false);
});

test('a new project takes in the users marked for it, with their default template', async () => {
  const { personId, templateId } = serviceAccount(small);
  editUser(small.world, { companyId: small.company.id, personId, addToNewProjects: true, defaultTemplateId: templateId });
  const project = createProject(small.world, { companyId: small.company.id, name: 'Quay' });
  expect(small.world.memberships.get(`${project.id}:${personId}`)?.templateId).toBe(templateId);
  expect(small.world.memberships.get(`${project.id}:${small.people.ben.id}`)).toBeUndefined();
});

test('an unknown time zone of a project is 422', async () => {
  const create = (time_zone: string) =>
    ground.call('POST', '/rest/v1.0/projects', {
      token: admin,
      body: { company_id: small.company.id, project: { name: 'Q', time_zone } },
    });
  expect((await create('Atlantis')).status).toBe(422);
  expect((await create('Eastern Time (US & Canada)')).at('time_zone')).toBe('Eastern Time (US & Canada)');
});

test('templates are listed by kind, created by a Permissions admin, and cannot be changed or deleted', async () => {
  const listed = await ground.call('GET', `${templates()}?filters[type]=company_tools&view=with_permissions`, { token: admin });
  const levels = listed.at('0.user_access_levels');
  const create = (token: string) =>
    ground.call('POST', templates(), {
      token,
      body: {
        permission_template: {
          name: 'Sync',
          type: 'company_tools',
          provider_type: 'Company',
          user_access_levels: levels,
          permissions: {},
        },
      },
    });
  expect((await create(await ground.personToken('ben@borealis.example'))).status).toBe(403);
  const created = await create(admin);
  expect([created.status, created.at('user_access_levels')]).toEqual([200, levels]);
  expect(small.world.templates.get(created.word('id'))?.levels).toEqual(everyTool(companyTools, 'Admin'));
  expect((await create(admin)).status).toBe(422);
  for (const method of ['PATCH', 'DELETE'])
    expect((await ground.call(method, `${templates()}/${created.word('id')}`, { token: admin })).status).toBe(404);
});

test('the encoding of levels is a switch', async () => {
  small.world.switches.set('templateLevelMap', 'tool-name');
  const listed = await ground.call('GET', `${templates()}?filters[type]=company_tools&view=with_permissions`, { token: admin });
  expect(listed.at('0.user_access_levels.Directory')).toBe('Admin');
});

test('bulk add leaves members their template, and says 207 when one triple fails', async () => {
  const { personId, templateId } = serviceAccount(small);
  const quay = addProject(small.world, { companyId: small.company.id, name: 'Quay' });
  const triple = (project_id: string) => ({ user_id: personId, project_id, permission_template_id: templateId });
  const add = (ids: string[]) => ground.call('POST', `${users()}/bulk_add`, { token: admin, body: { users: ids.map(triple) } });
  const before = small.world.memberships.get(`${small.project.id}:${personId}`);
  expect((await add([quay.id, small.project.id])).status).toBe(200);
  expect(small.world.memberships.get(`${small.project.id}:${personId}`)).toEqual(before);
  expect((await add(['999'])).status).toBe(207);
  const removed = await ground.call('POST', `${users()}/bulk_remove`, { token: admin, body: { users: [triple(quay.id)] } });
  expect(removed.at(`${personId}`)).toEqual({ [quay.id]: 'removed' });
});

test('an assignment on a project can be replaced, a template of another kind not', async () => {
  const { personId } = serviceAccount(small);
  const other = serviceAccount(small);
  const patch = (permission_template_id: string) =>
    ground.call('PATCH', `/rest/v1.0/projects/${small.project.id}/permission_template_assignments`, {
      token: admin,
      body: { permission_template_assignments: { user_id: personId, permission_template_id } },
    });
  expect((await patch(other.templateId)).word('permission_template_id')).toBe(other.templateId);
  expect((await patch(small.adminTemplate.id)).status).toBe(422);
});

test('project assignments tell which projects a user is on', async () => {
  const { personId } = serviceAccount(small);
  addProject(small.world, { companyId: small.company.id, name: 'Quay' });
  const path = `/rest/v1.0/companies/${small.company.id}/users/${personId}/project_assignments`;
  const answer = await ground.call('GET', path, { token: admin });
  expect([answer.each('name'), answer.each('is_assigned')]).toEqual([
    ['Pier 4', 'Quay'],
    [true, false],
  ]);
});

test('project users are names only without Directory read', async () => {
  const path = `/rest/v1.0/projects/${small.project.id}/users`;
  const poor = await ground.serviceToken(serviceAccount(small, { daily_log: 'Admin' }));
  const rich = await ground.serviceToken(serviceAccount(small));
  expect((await ground.call('GET', path, { token: poor })).at('0.email_address')).toBeUndefined();
  expect((await ground.call('GET', path, { token: rich })).at('0.email_address')).toEqual(expect.any(String));
});

test('adding to a project gives 201 without null keys, removing 204', async () => {
  const path = `/rest/v1.0/projects/${small.project.id}/users/${small.people.ben.id}/actions`;
  const added = await ground.call('POST', `${path}/add`, { token: admin, body: { user: {} } });
  expect(added.status).toBe(201);
  expect(added.json).not.toHaveProperty('job_title');
  expect((await ground.call('DELETE', `${path}/remove`, { token: admin })).status).toBe(204);
});

test('vendors are found by registration number, and a second registration is 409', async () => {
  const found = await ground.call('GET', `/rest/v1.0/vendors?company_id=${small.company.id}&filters[search]=51824753556`, {
    token: admin,
  });
  expect(found.each('id').map(String)).toEqual([small.vendor.id]);
  const register = await ground.call(
    'POST',
    `/rest/v1.0/vendors/${small.vendor.id}/business_register?company_id=${small.company.id}`,
    {
      token: admin,
      body: { business_register: { type: 'ein', identifier: '12-3456789' } },
    },
  );
  expect(register.status).toBe(409);
});

test('users and people are listed with their mail address; people also hold those without a login', async () => {
  addContact(small.world, { companyId: small.company.id, firstName: 'Zoë', lastName: 'Ng', vendorId: small.vendor.id });
  const listed = await ground.call('GET', `${users()}?filters[search]=cleo@`, { token: admin });
  expect(listed.each('email_address')).toEqual(['cleo@borealis.example']);
  const people = await ground.call('GET', `/rest/v1.0/companies/${small.company.id}/people?sort=name`, { token: admin });
  expect(people.each('last_name')).toEqual(['Durand', 'Ng', "O'Hara"]);
  expect(people.each('contact.email')).toEqual(['cleo@borealis.example', null, 'ben@borealis.example']);
  expect([people.word('0.user_id'), people.at('1.user_id')]).toEqual([small.people.cleo.id, null]);
});

test('a company vendor is put on a project by its Directory Admin and taken off again', async () => {
  const late = addVendor(small.world, { companyId: small.company.id, name: 'Late Arrivals' });
  const vendors = `/rest/v1.1/projects/${small.project.id}/vendors`;
  const add = (token: string) => ground.call('POST', `${vendors}/${late.id}/actions/add`, { token });
  const standard = await ground.serviceToken(serviceAccount(small, { directory: 'Standard' }));
  expect((await add(standard)).status).toBe(403);
  expect((await add(admin)).status).toBe(201);
  expect((await ground.call('GET', vendors, { token: standard })).each('name')).toEqual(['Ångström & Söhne', 'Late Arrivals']);
  expect((await ground.call('DELETE', `${vendors}/${late.id}/actions/remove`, { token: admin })).status).toBe(204);
  expect((await ground.call('GET', vendors, { token: standard })).each('name')).toEqual(['Ångström & Söhne']);
});

test('an app is installed once by an admin and asked for by anybody', async () => {
  small.world.installs.delete(`${small.ours.id}:${small.company.id}`);
  const app_uid = small.ours.clientId;
  const install = (token: string) =>
    ground.call('POST', '/rest/v1.0/app_installations', {
      token,
      body: { app_uid, company_id: small.company.id, app_installation: {} },
    });
  const ben = await ground.personToken('ben@borealis.example');
  expect((await install(ben)).status).toBe(403);
  const request = { company_id: small.company.id, developer_app_id: app_uid, implicit: false };
  expect((await ground.call('POST', '/rest/v1.0/installation_requests', { token: ben, body: request })).status).toBe(201);
  expect([(await install(admin)).status, (await install(admin)).status]).toEqual([201, 409]);
});
