import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { addContact, addVendor } from '../../sandbox/kernel/directory.ts';
import {
  completeDay,
  deleteManpowerByHand,
  editManpowerByHand,
  writeManpowerByHand,
} from '../../sandbox/procore/admin/daily-logs.ts';
import { addVendorToProject, setManpowerContacts } from '../../sandbox/procore/admin/projects.ts';
import { type Ground, openGround, type SmallWorld, serviceAccount, smallWorld, trueManpower } from './procore-ground.ts';

let small: SmallWorld;
let ground: Ground;
let token: string;
/** 23:30 on the 9th in UTC is the 10th in Sydney. */
const nowMs = Date.parse('2026-03-09T23:30:00Z');
beforeEach(async () => {
  small = smallWorld(() => nowMs);
  ground = await openGround(small);
  token = await ground.serviceToken(serviceAccount(small));
});
afterEach(() => ground.close());

const path = () => `/rest/v1.0/projects/${small.project.id}/manpower_logs`;
const write = (fields: Record<string, unknown>, as = token) =>
  ground.call('POST', path(), {
    token: as,
    body: { manpower_log: { date: '2026-03-10', num_workers: 3, num_hours: '7.5', ...fields } },
  });
const list = (query = '', as = token) => ground.call('GET', `${path()}${query}`, { token: as });

test('two identical POSTs leave two records', async () => {
  const first = await write({ notes: 'same' });
  const second = await write({ notes: 'same' });
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(first.word('id')).not.toBe(second.word('id'));
  expect(trueManpower(small.world)).toHaveLength(2);
});

test('hours are per worker and the total is computed', async () => {
  const answer = await write({ num_workers: 3, num_hours: '7.35' });
  expect(answer.json).toMatchObject({ num_workers: 3, num_hours: '7.35', man_hours: '22.05', status: 'approved' });
});

test('without a date the list is of today in the project zone only', async () => {
  await write({ date: '2026-03-10' });
  await write({ date: '2026-03-09' });
  expect((await list()).each('date')).toEqual(['2026-03-10']);
  expect((await list('?log_date=2026-03-09')).each('date')).toEqual(['2026-03-09']);
  expect((await list('?start_date=2026-03-01&end_date=2026-03-31')).headers.get('total')).toBe('2');
});

test('an entry with a datetime belongs to its day in the project zone', async () => {
  expect((await write({ date: undefined, datetime: '2026-03-09T23:00:00Z' })).at('date')).toBe('2026-03-10');
});

test('a malformed date is stored as null, both date and datetime are refused', async () => {
  const stored = await write({ date: '10/03/2026' });
  expect([stored.status, stored.at('date')]).toEqual([201, null]);
  expect((await write({ datetime: '2026-03-10T00:00:00Z' })).status).toBe(422);
});

test('options name the vendor by two ids, and either is taken where the project says vendors', async () => {
  const vendors = await list('/vendor_options');
  const contacts = await list('/contact_options');
  expect([vendors.each('name'), contacts.each('name')]).toEqual([['Ångström & Söhne'], ['Ångström & Söhne']]);
  expect(vendors.word('0.id')).not.toBe(contacts.word('0.id'));
  for (const id of [vendors.word('0.id'), contacts.word('0.id')])
    expect((await write({ contact_id: id })).word('vendor.id')).toBe(small.vendor.id);
});

test('where the project says contacts a vendor id is refused and people are offered too', async () => {
  addContact(small.world, { companyId: small.company.id, firstName: 'Zoë', lastName: 'Ng', vendorId: small.vendor.id });
  setManpowerContacts(small.world, { projectId: small.project.id, setting: 'contacts' });
  expect((await list('/contact_options')).each('name')).toEqual(['Ångström & Söhne', 'Zoë Ng']);
  expect((await write({ contact_id: small.vendor.id })).status).toBe(422);
  const person = (await list('/contact_options')).word('1.id');
  expect((await write({ contact_id: person })).at('contact.vendor_name')).toBe('Ångström & Söhne');
});

test('a vendor that is not on the project is refused until it is added', async () => {
  const other = addVendor(small.world, { companyId: small.company.id, name: 'Late Arrivals' });
  expect((await write({ contact_id: other.id })).status).toBe(422);
  addVendorToProject(small.world, { projectId: small.project.id, vendorId: other.id });
  expect((await write({ contact_id: other.id })).at('vendor.name')).toBe('Late Arrivals');
});

test('by switch an unknown contact is stored as none', async () => {
  small.world.switches.set('unknownContact', 'store-null');
  const answer = await write({ contact_id: '12345' });
  expect([answer.status, answer.at('contact'), answer.at('vendor')]).toEqual([201, null, null]);
});

test('ids in bodies keep every digit', async () => {
  const answer = await ground.call('POST', path(), {
    token,
    body: { manpower_log: { num_workers: 1, num_hours: 8, contact_id: BigInt(small.vendor.id) } },
  });
  expect(answer.text).toContain(`"vendor":{"id":${small.vendor.id},`);
});

test('Standard sees what is approved and changes only its own; pending is for Admin and the author', async () => {
  small.world.switches.set('pendingEntries', 'pending-below-admin');
  const standard = await ground.serviceToken(serviceAccount(small, { daily_log: 'Standard' }));
  const byAdmin = await write({});
  const own = await write({ notes: 'mine' }, standard);
  expect(own.at('status')).toBe('pending');
  const change = (id: string, as: string) =>
    ground.call('PATCH', `${path()}/${id}`, { token: as, body: { manpower_log: { num_workers: 4 } } });
  expect((await change(byAdmin.word('id'), standard)).status).toBe(403);
  expect((await change(own.word('id'), standard)).at('num_workers')).toBe(4);
  expect((await list('', standard)).each('notes')).toEqual([null]);
  expect((await list('?filters[status]=pending')).each('notes')).toEqual(['mine']);
  expect((await list('?filters[status]=all')).headers.get('total')).toBe('2');
  const reader = await ground.serviceToken(serviceAccount(small, { daily_log: 'Read Only' }));
  expect((await ground.call('GET', `${path()}/${own.word('id')}`, { token: reader })).status).toBe(404);
});

test.each([
  ['allow', 201, 201],
  ['403', 403, 201],
  ['422', 422, 422],
])('a completed day with the switch %s answers Standard %i and Admin %i', async (rule, forStandard, forAdmin) => {
  small.world.switches.set('completedDay', rule);
  completeDay(small.world, { projectId: small.project.id, date: '2026-03-10' });
  const standard = await ground.serviceToken(serviceAccount(small, { daily_log: 'Standard' }));
  expect([(await write({}, standard)).status, (await write({})).status]).toEqual([forStandard, forAdmin]);
  completeDay(small.world, { projectId: small.project.id, date: '2026-03-10', completed: false });
  expect((await write({}, standard)).status).toBe(201);
});

test('bulk approval answers 200 entry by entry', async () => {
  small.world.switches.set('pendingEntries', 'pending-below-admin');
  const standard = await ground.serviceToken(serviceAccount(small, { daily_log: 'Standard' }));
  const pending = await write({}, standard);
  const bulk = `/rest/v1.0/projects/${small.project.id}/daily_logs/bulk_updates/bulk_update`;
  const updates = { manpower_log: [pending.word('id'), '999'].map((id) => ({ id, status: 'approved' })) };
  const answer = await ground.call('PATCH', bulk, { token, body: { updates } });
  expect([answer.status, answer.at('0.manpower_log.0.success'), answer.at('0.manpower_log.1.success')]).toEqual([
    200,
    true,
    false,
  ]);
  expect((await list()).each('status')).toEqual(['approved']);
});

test('day headers tell who completed a day', async () => {
  completeDay(small.world, { projectId: small.project.id, date: '2026-03-10', by: small.people.cleo.id });
  const headers = `/rest/v1.0/projects/${small.project.id}/daily_log_headers`;
  const index = await ground.call('GET', `${headers}/index?start_date=2026-03-01&end_date=2026-03-31`, { token });
  expect([index.each('log_date'), index.at('0.completed_by.login')]).toEqual([['2026-03-10'], 'cleo@borealis.example']);
  const reopened = await ground.call('PATCH', `${headers}?log_date=2026-03-10`, {
    token,
    body: { daily_log_header: { completed: false } },
  });
  expect([reopened.status, reopened.at('completed')]).toEqual([200, false]);
});

test('what people do by hand is in the truth with them as author, deletion included', async () => {
  const by = small.people.cleo.id;
  const log = writeManpowerByHand(small.world, {
    projectId: small.project.id,
    by,
    date: '2026-03-10',
    numWorkers: 2,
    numHours: '8',
  });
  editManpowerByHand(small.world, { id: log.id, by, numWorkers: 5 });
  deleteManpowerByHand(small.world, { id: log.id, by });
  const [record] = small.world.ledger.records('manpower_logs');
  expect(record).toMatchObject({ author: by, authorClientId: null, current: null });
  expect(record?.history.map(({ action }) => action)).toEqual(['create', 'update', 'delete']);
  expect((await list()).json).toEqual([]);
});

test('daily totals sum workers and hours of an author', async () => {
  await write({ num_workers: 2, num_hours: '8' });
  await write({ num_workers: 3, num_hours: '7.5' });
  const author = (await list()).word('0.created_by.id');
  const totals = await list(`/daily_totals?start_date=2026-03-10&end_date=2026-03-10&filters[created_by_id]=${author}`);
  expect(totals.json).toEqual({ total_workers: 5, total_man_hours: 38.5 });
});

test('what a field cannot hold is refused and nothing is stored', async () => {
  for (const bad of [{ num_workers: 'many' }, { num_hours: 'long' }, { num_workers: -1 }, { contact_id: 'x' }])
    expect([400, 422]).toContain((await write(bad)).status);
  expect(trueManpower(small.world)).toEqual([]);
});
