import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { addCompany, addProject } from '../../sandbox/kernel/places.ts';
import { issueCredential } from '../../sandbox/login/credentials.ts';
import { connectApp, disconnectApp } from '../../sandbox/procore/admin/apps.ts';
import { switchProjectTool } from '../../sandbox/procore/admin/projects.ts';
import { editTemplate } from '../../sandbox/procore/admin/templates.ts';
import { addToAllProjects, setCompanyDirectoryLevel } from '../../sandbox/procore/admin/users.ts';
import { type Ground, openGround, type SmallWorld, serviceAccount, smallWorld } from './procore-ground.ts';

let small: SmallWorld;
let ground: Ground;
beforeEach(async () => {
  small = smallWorld();
  ground = await openGround(small);
});
afterEach(() => ground.close());

const get = (path: string, token: string, company?: string | null) =>
  ground.call('GET', path, { token, ...(company === undefined ? {} : { company }) });
const projectsPath = () => `/rest/v1.1/projects?company_id=${small.company.id}`;

test('ids beyond 2^53 are bare integers with every digit, in answers and in bodies', async () => {
  const token = await ground.personToken('cleo@borealis.example');
  const companies = await get('/rest/v1.0/companies', token, null);
  expect(companies.text).toContain('"id":9007199254740993,');
  expect(Number(small.vendor.id)).not.toBe(BigInt(small.vendor.id));
  const show = await get(`/rest/v1.0/vendors/${small.vendor.id}?company_id=${small.company.id}`, token);
  expect(show.text).toContain(`"id":${small.vendor.id},`);
  expect(show.at('business_register.identifier')).toBe('51824753556');
});

test('our own client without the company header gets 404, but its people may ask for me and companies', async () => {
  const token = await ground.personToken('cleo@borealis.example');
  expect((await get('/rest/v1.0/me', token, null)).json).toEqual({
    id: Number(small.people.cleo.id),
    login: 'cleo@borealis.example',
  });
  expect((await get('/rest/v1.0/companies', token, null)).each('name')).toEqual(['Borealis']);
  const refused = await get(projectsPath(), token, null);
  expect([refused.status, refused.text]).toEqual([404, expect.stringContaining('Missing Procore-Company-Id header!')]);
});

test('other clients without the header are served in the default zone only, unless the switch says otherwise', async () => {
  const token = await ground.serviceToken(serviceAccount(small));
  expect((await get(projectsPath(), token, null)).status).toBe(200);
  small.world.companies.put({ ...small.company, zone: 'eu01' });
  expect((await get(projectsPath(), token, null)).status).toBe(404);
  small.world.switches.set('companyHeaderOthers', 'refuse-400');
  expect((await get(projectsPath(), token, null)).status).toBe(400);
});

test('the service token of an installed app needs the header even for me and companies', async () => {
  const token = await ground.serviceToken(issueCredential(small.world, { companyId: small.company.id, kind: 'dmsa' }));
  expect((await get('/rest/v1.0/me', token, null)).status).toBe(404);
  expect((await get('/rest/v1.0/me', token)).status).toBe(200);
});

test('a company that the credential does not belong to is not there', async () => {
  const other = addCompany(small.world, { name: 'Cascade' });
  const token = await ground.serviceToken(serviceAccount(small));
  expect((await get(`/rest/v1.0/companies/${other.id}/me`, token, other.id)).status).toBe(404);
  expect((await get('/rest/v1.0/companies/12345678901/me', token, '12345678901')).status).toBe(404);
});

test('a disconnected app gets 403 with the one text, until it is connected again', async () => {
  const credential = serviceAccount(small);
  const token = await ground.serviceToken(credential);
  const path = `/rest/v1.0/companies/${small.company.id}/me`;
  disconnectApp(small.world, { clientId: credential.clientId, companyId: small.company.id });
  const refused = await get(path, token);
  expect([refused.status, refused.json]).toEqual([403, { errors: ['App is not connected to this company.'] }]);
  connectApp(small.world, { clientId: credential.clientId, companyId: small.company.id });
  expect((await get(path, token)).status).toBe(200);
});

test('installing an app again drops its permitted projects', async () => {
  const credential = issueCredential(small.world, {
    companyId: small.company.id,
    kind: 'dmsa',
    permittedProjectIds: [small.project.id],
  });
  const token = await ground.serviceToken(credential);
  expect((await get(projectsPath(), token)).each('name')).toEqual(['Pier 4']);
  connectApp(small.world, { clientId: credential.clientId, companyId: small.company.id });
  expect((await get(projectsPath(), token)).json).toEqual([]);
});

test('members see their projects and company admins all; inactive ones only when asked for', async () => {
  addProject(small.world, { companyId: small.company.id, name: 'Quay' });
  addProject(small.world, { companyId: small.company.id, name: 'Old yard', active: false });
  const service = await ground.serviceToken(serviceAccount(small));
  const admin = await ground.personToken('cleo@borealis.example');
  expect((await get(projectsPath(), service)).each('name')).toEqual(['Pier 4']);
  expect((await get(projectsPath(), admin)).each('name')).toEqual(['Pier 4', 'Quay']);
  expect((await get(`${projectsPath()}&filters[by_status]=All`, admin)).headers.get('total')).toBe('3');
});

test('a project that the token cannot see is 404, a tool below the needed level 403, a disabled tool 403', async () => {
  const hidden = addProject(small.world, { companyId: small.company.id, name: 'Hidden' });
  const credential = serviceAccount(small, { daily_log: 'Read Only' });
  const token = await ground.serviceToken(credential);
  const logs = `/rest/v1.0/projects/${small.project.id}/manpower_logs`;
  const write = () => ground.call('POST', logs, { token, body: { manpower_log: { num_workers: 1, num_hours: '8' } } });
  expect((await get(`/rest/v1.0/projects/${hidden.id}/manpower_logs`, token)).status).toBe(404);
  expect((await get(logs, token)).status).toBe(200);
  expect((await write()).status).toBe(403);
  editTemplate(small.world, { templateId: credential.templateId, tool: 'Daily Log', level: 'Standard' });
  expect((await write()).status).toBe(201);
  switchProjectTool(small.world, { projectId: small.project.id, tool: 'daily_log', active: false });
  expect((await write()).status).toBe(403);
});

test('a company Directory Admin has Admin on every tool, and loses it with the level', async () => {
  const token = await ground.personToken('ben@borealis.example');
  const manifest = `/rest/v1.0/settings/permissions?company_id=${small.company.id}`;
  const directoryLevel = async () => {
    const answer = await get(manifest, token);
    const row = answer.at('tools');
    return Array.isArray(row) ? row.find(({ name }) => name === 'directory').user_access_level.name : undefined;
  };
  expect(await directoryLevel()).toBe('None');
  setCompanyDirectoryLevel(small.world, { companyId: small.company.id, personId: small.people.ben.id, level: 'Admin' });
  expect(await directoryLevel()).toBe('Admin');
  setCompanyDirectoryLevel(small.world, { companyId: small.company.id, personId: small.people.ben.id, level: 'Read Only' });
  expect(await directoryLevel()).toBe('Read Only');
});

test('by switch, tools without a level are left out of the manifest', async () => {
  const token = await ground.serviceToken(serviceAccount(small, { daily_log: 'Admin' }));
  const manifest = `/rest/v1.0/settings/permissions?project_id=${small.project.id}`;
  const count = async () => {
    const tools = (await get(manifest, token)).at('tools');
    return Array.isArray(tools) ? tools.length : 0;
  };
  expect(await count()).toBe(11);
  small.world.switches.set('noneToolsListed', false);
  expect(await count()).toBe(1);
});

test('"Add All" puts a user on every active project with the default template', async () => {
  const credential = serviceAccount(small);
  addProject(small.world, { companyId: small.company.id, name: 'Quay' });
  const user = small.world.companyUsers.get(`${small.company.id}:${credential.personId}`);
  if (user) small.world.companyUsers.put({ ...user, defaultTemplateId: credential.templateId });
  addToAllProjects(small.world, { companyId: small.company.id, personId: credential.personId });
  const token = await ground.serviceToken(credential);
  expect((await get(projectsPath(), token)).each('name')).toEqual(['Pier 4', 'Quay']);
});

test('unknown paths are 404 in JSON and calls without a good token 401', async () => {
  const token = await ground.personToken('cleo@borealis.example');
  const unknown = await get('/rest/v1.0/teapots', token);
  expect([unknown.status, unknown.json]).toEqual([404, { errors: ['Not found'] }]);
  expect((await get('/rest/v1.0/me', 'nonsense', null)).status).toBe(401);
});

test('malformed JSON is 400 and the server stays up', async () => {
  const token = await ground.serviceToken(serviceAccount(small));
  const path = `/rest/v1.0/projects/${small.project.id}/manpower_logs`;
  const headers = {
    authorization: `Bearer ${token}`,
    'procore-company-id': small.company.id,
    'content-type': 'application/json',
  };
  const answer = await fetch(`${ground.api}${path}`, { method: 'POST', headers, body: '{"manpower_log":' });
  expect(answer.status).toBe(400);
  expect((await get('/rest/v1.0/me', token)).status).toBe(200);
});

test("where a company lets users install apps, a person's first call installs it; elsewhere it is refused", async () => {
  const token = await ground.personToken('ben@borealis.example');
  small.world.installs.delete(`${small.ours.id}:${small.company.id}`);
  const path = `/rest/v1.0/companies/${small.company.id}/me`;
  expect((await get(path, token)).status).toBe(403);
  small.world.companies.put({ ...small.company, allowsUserInstalls: true });
  expect((await get(path, token)).status).toBe(200);
  expect(small.world.installs.get(`${small.ours.id}:${small.company.id}`)?.connected).toBe(true);
});

test('a header that contradicts the path is not visible', async () => {
  const other = addCompany(small.world, { name: 'Cascade' });
  const token = await ground.personToken('cleo@borealis.example');
  expect((await get(`/rest/v1.0/companies/${small.company.id}/me`, token, other.id)).status).toBe(404);
});

test('sign-in answers on the API origin only by switch', async () => {
  const { clientId, clientSecret } = serviceAccount(small);
  const ask = () =>
    fetch(`${ground.api}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }),
    });
  expect((await ask()).status).toBe(401);
  small.world.switches.set('oauthOnApiOrigin', true);
  expect((await ask()).status).toBe(200);
});

test('a switch takes only its own values and says which', () => {
  expect(() => small.world.switches.set('completedDay', 'perhaps')).toThrow('completedDay takes allow, 403, 422');
  expect(() => small.world.switches.set('colour', 'blue')).toThrow('no switch is called colour');
  expect(small.world.switches.list().every(({ describes, evidence }) => describes !== '' && evidence !== undefined)).toBe(true);
});
