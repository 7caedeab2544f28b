import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { addMember, addProjectVendor, addTemplate } from '../../sandbox/kernel/directory.ts';
import { addProject } from '../../sandbox/kernel/places.ts';
import { issueCredential } from '../../sandbox/login/credentials.ts';
import { type ControlGround, openControl } from './control-ground.ts';
import { type SmallWorld, smallWorld } from './procore-ground.ts';

let small: SmallWorld;
let control: ControlGround;
beforeEach(async () => {
  small = smallWorld(() => Date.parse('2026-03-09T23:30:00Z'));
  control = await openControl(small.world);
});
afterEach(() => control.close());

const idOf = (body: unknown): string => z.looseObject({ id: z.string() }).parse(body).id;
const cleo = 'cleo@borealis.example';
const ben = 'ben@borealis.example';
const recordsOf = async (resource: string) => {
  const { body } = await control.call('GET', `/ledger/records?resource=${resource}`);
  const history = z.array(z.object({ action: z.string() }));
  return z.array(z.looseObject({ id: z.string(), author: z.string(), current: z.unknown(), history })).parse(body);
};

describe('by hand', () => {
  test.each([
    ['manpower', 'manpower_logs', { numWorkers: 4, numHours: '7.5' }, { numWorkers: 5 }],
    ['visitor', 'visitor_logs', { beginHour: 8, beginMinute: 0, endHour: 9, endMinute: 30 }, { subject: 'Inspector' }],
    ['accident', 'accident_logs', { timeHour: 14, timeMinute: 5, comments: 'Slipped' }, { involvedCompany: 'Söhne' }],
    ['safety-violation', 'safety_violation_logs', { timeHour: 7, timeMinute: 0 }, { complianceDue: '2026-03-12' }],
    ['note', 'notes_logs', { comment: 'Wind' }, { isIssueDay: true }],
  ])('a person writes, changes and deletes an entry of kind %s', async (noun, resource, fields, change) => {
    const entry = { projectId: small.project.id, by: cleo, date: '2026-03-09', ...fields };
    const id = idOf(await control.done(`/admin/daily-logs/write-${noun}`, entry));
    const edited = await control.done(`/admin/daily-logs/edit-${noun}`, { id, by: cleo, ...change });
    expect(edited).toMatchObject({ ...fields, ...change, date: '2026-03-09', clientId: null });
    await control.done(`/admin/daily-logs/delete-${noun}`, { id, by: cleo });
    const [record] = await recordsOf(resource);
    expect(record).toMatchObject({ id, author: small.people.cleo.id, authorClientId: null, current: null });
    expect(record?.history.map(({ action }) => action)).toEqual(['create', 'update', 'delete']);
  });

  test('a person is held to what Procore asks for', async () => {
    const entry = { projectId: small.project.id, by: cleo, timeHour: 9 };
    expect(await control.call('POST', '/admin/daily-logs/write-accident', entry)).toMatchObject({
      status: 400,
      body: { code: 'refused-by-procore', title: expect.stringContaining('time_minute') },
    });
    const odd = { ...entry, timeHour: 25 };
    expect(await control.call('POST', '/admin/daily-logs/write-accident', odd)).toMatchObject({
      status: 400,
      body: { code: 'invalid-fields', errors: [{ field: 'timeHour' }] },
    });
  });

  test('a pending entry is approved, another sent back', async () => {
    small.world.switches.set('pendingEntries', 'pending-below-admin');
    const levels = { daily_log: 'Standard' } as const;
    const template = addTemplate(small.world, { companyId: small.company.id, name: 'Site', type: 'global', levels });
    addMember(small.world, { projectId: small.project.id, personId: small.people.ben.id, templateId: template.id });
    const note = () =>
      control.done('/admin/daily-logs/write-note', { projectId: small.project.id, by: ben, comment: 'Wind' }).then(idOf);
    const [first, second] = [await note(), await note()];
    expect(await control.done('/admin/daily-logs/approve', { kind: 'note', id: first })).toMatchObject({ status: 'approved' });
    expect(await control.done('/admin/daily-logs/reject', { kind: 'note', id: second, by: cleo })).toMatchObject({
      status: 'rejected',
    });
    const refused = await control.call('POST', '/admin/daily-logs/approve', { kind: 'note', id: second, by: ben });
    expect(refused.status).toBe(403);
    expect((await control.call('POST', '/admin/daily-logs/approve', { kind: 'visitor', id: first })).status).toBe(404);
  });
});

test('a vendor is added with its registration number, renumbered, unnumbered and deactivated', async () => {
  const register = { type: 'abn', identifier: '53004085616' };
  const id = idOf(await control.done('/admin/vendors/create', { companyId: small.company.id, name: 'Neu GmbH', register }));
  expect(small.world.vendors.get(id)).toMatchObject({ name: 'Neu GmbH', businessRegister: register });
  addProjectVendor(small.world, { projectId: small.project.id, vendorId: id });
  await control.done('/admin/vendors/edit', {
    vendorId: id,
    name: 'Neu AG',
    register: { type: 'ein', identifier: '12-3456789' },
  });
  expect(small.world.vendors.get(id)).toMatchObject({ name: 'Neu AG', businessRegister: { identifier: '12-3456789' } });
  await control.done('/admin/vendors/edit', { vendorId: id, register: null, active: false });
  expect(small.world.vendors.get(id)).toMatchObject({ name: 'Neu AG', businessRegister: null, active: false });
  expect((await recordsOf('vendors')).find((record) => record.id === id)?.history.length).toBeGreaterThan(2);
});

test('a project is deactivated, brought back and put into another time zone', async () => {
  const edit = (fields: object) => control.done('/admin/projects/edit', { projectId: small.project.id, ...fields });
  expect(await edit({ active: false })).toMatchObject({ active: false });
  expect(await edit({ active: true })).toMatchObject({ active: true });
  expect(await edit({ timeZone: 'London' })).toMatchObject({ timeZone: 'London', active: true });
});

test('"Add All" that runs slowly shows in what the control API tells, as the clock moves', async () => {
  addProject(small.world, { companyId: small.company.id, name: 'Quay' });
  const who = { companyId: small.company.id, personId: ben };
  expect(await control.done('/admin/users/add-to-all-projects-slowly', { ...who, everyMs: 1000 })).toMatchObject({
    projectIds: { length: 2 },
  });
  const joined = async () => (await recordsOf('project_users')).length;
  expect(await joined()).toBe(0);
  await control.done('/clock', { advanceMs: 1500 });
  expect(await joined()).toBe(1);
  await control.done('/clock', { advanceMs: 500 });
  expect(await joined()).toBe(2);
});

test('a new version of an app leaves it without permitted projects', async () => {
  const { companyId } = small.project;
  const permittedProjectIds = [small.project.id];
  const { clientId, personId } = issueCredential(small.world, { companyId, kind: 'dmsa', permittedProjectIds });
  await control.done('/admin/apps/update', { clientId, manifest: { company: {}, project: { daily_log: 'Read Only' } } });
  expect(small.world.memberships.get(`${small.project.id}:${personId}`)).toBeUndefined();
  expect(small.world.apps.find((app) => app.clientId === clientId)?.manifest.project).toEqual({ daily_log: 'Read Only' });
});
