import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { addVendor } from '../../sandbox/kernel/directory.ts';
import { completeDay } from '../../sandbox/procore/admin/daily-logs.ts';
import { addVendorToProject } from '../../sandbox/procore/admin/projects.ts';
import { type Ground, openGround, type Reply, type SmallWorld, serviceAccount, smallWorld } from './procore-ground.ts';

interface Kind {
  resource: string;
  singular: string;
  /** What a client sends, with every field the catalogue lists. */
  body: Record<string, unknown>;
  change: Record<string, unknown>;
  mandatory: string[];
  /** The list takes `filters[status]`. */
  filtersStatus: boolean;
  showsStatus: boolean;
}

const kinds: readonly Kind[] = [
  {
    resource: 'visitor_logs',
    singular: 'visitor_log',
    body: { begin_hour: 8, begin_minute: 5, end_hour: 9, end_minute: 45, subject: 'Crane inspector', details: 'Annual check' },
    change: { details: 'Annual check, passed' },
    mandatory: ['begin_hour', 'begin_minute', 'end_hour', 'end_minute'],
    filtersStatus: false,
    showsStatus: true,
  },
  {
    resource: 'accident_logs',
    singular: 'accident_log',
    body: { time_hour: 14, time_minute: 0, comments: 'Slipped on a wet deck', involved_company: 'Ångström & Söhne' },
    change: { comments: 'Slipped on a wet deck; no lost time' },
    mandatory: ['time_hour', 'time_minute'],
    filtersStatus: false,
    showsStatus: false,
  },
  {
    resource: 'safety_violation_logs',
    singular: 'safety_violation_log',
    body: {
      time_hour: 0,
      time_minute: 59,
      subject: 'No edge protection',
      safety_notice: 'OBS-17',
      comments: 'Level 4, east',
      compliance_due: '2026-03-12',
    },
    change: { compliance_due: '2026-03-20' },
    mandatory: ['time_hour', 'time_minute'],
    filtersStatus: false,
    showsStatus: false,
  },
  {
    resource: 'notes_logs',
    singular: 'notes_log',
    body: { comment: 'Crane stood still for wind', is_issue_day: true },
    change: { is_issue_day: false },
    mandatory: [],
    filtersStatus: true,
    showsStatus: true,
  },
];
const [visitorKind, accidentKind, safetyKind, notesKind] = kinds;
const named = kinds.map((kind) => [kind.resource, kind] as const);

let small: SmallWorld;
let ground: Ground;
let token: string;
/** 23:30 on the 9th in UTC is the 10th in Sydney. */
const nowMs = Date.parse('2026-03-09T23:30:00Z');
beforeEach(async () => {
  small = smallWorld(() => nowMs);
  small.world.switches.set('rateProfile', 'generous');
  ground = await openGround(small);
  token = await ground.serviceToken(serviceAccount(small));
});
afterEach(() => ground.close());

const pathOf = (kind: Kind | undefined) => `/rest/v1.0/projects/${small.project.id}/${kind?.resource}`;
const logOf = (kind: Kind | undefined, fields: Record<string, unknown> = {}) => ({
  [kind?.singular ?? '']: { ...kind?.body, ...fields },
});
const write = (kind: Kind | undefined, fields: Record<string, unknown> = {}, as = token): Promise<Reply> =>
  ground.call('POST', pathOf(kind), { token: as, body: logOf(kind, { date: '2026-03-10', ...fields }) });
const list = (kind: Kind | undefined, query = '', as = token): Promise<Reply> =>
  ground.call('GET', `${pathOf(kind)}${query}`, { token: as });
const change = (kind: Kind, id: string, fields: Record<string, unknown>, as = token): Promise<Reply> =>
  ground.call('PATCH', `${pathOf(kind)}/${id}`, { token: as, body: { [kind.singular]: fields } });
const standardToken = async (): Promise<string> => ground.serviceToken(serviceAccount(small, { daily_log: 'Standard' }));
const truth = (kind: Kind | undefined) => small.world.ledger.records(kind?.resource ?? '');

describe.each(named)('%s', (_resource, kind) => {
  test('are written, read, changed and deleted, and the truth keeps author and history', async () => {
    const created = await write(kind, { vendor_id: small.vendor.id });
    expect(created.status).toBe(201);
    expect(created.json).toMatchObject({ ...kind.body, date: '2026-03-10', datetime: null, position: 1 });
    expect([created.word('vendor.id'), created.at('created_by.login')]).toEqual([
      small.vendor.id,
      expect.stringContaining('service-account'),
    ]);
    const id = created.word('id');
    const changed = await change(kind, id, kind.change);
    expect([changed.status, changed.json]).toEqual([200, expect.objectContaining({ ...kind.body, ...kind.change })]);
    expect((await ground.call('GET', `${pathOf(kind)}/${id}`, { token })).json).toEqual(changed.json);
    expect((await ground.call('DELETE', `${pathOf(kind)}/${id}`, { token })).status).toBe(200);
    expect((await ground.call('GET', `${pathOf(kind)}/${id}`, { token })).status).toBe(404);
    expect((await list(kind)).json).toEqual([]);
    const [record] = truth(kind);
    expect(record).toMatchObject({ id, author: created.word('created_by.id'), projectId: small.project.id, current: null });
    expect(record?.authorClientId).toEqual(expect.any(String));
    expect(record?.history.map(({ action }) => action)).toEqual(['create', 'update', 'delete']);
  });

  test('two identical POSTs leave two records', async () => {
    const [first, second] = [await write(kind), await write(kind)];
    expect(first.word('id')).not.toBe(second.word('id'));
    expect([first.at('position'), second.at('position')]).toEqual([1, 2]);
    expect(truth(kind).filter(({ current }) => current !== null)).toHaveLength(2);
  });

  test('are listed of today in the project zone, of a day or of a range, by author, and by no time of change', async () => {
    await write(kind);
    await write(kind, { date: '2026-03-09' });
    await write(kind, { date: undefined, datetime: '2026-03-07T14:00:00Z' });
    expect((await list(kind)).each('date')).toEqual(['2026-03-10']);
    expect((await list(kind, '?log_date=2026-03-09')).each('date')).toEqual(['2026-03-09']);
    const range = '?start_date=2026-03-01&end_date=2026-03-31';
    expect((await list(kind, range)).each('date')).toEqual(['2026-03-10', '2026-03-09', '2026-03-08']);
    const own = (await list(kind)).word('0.created_by.id');
    const total = async (query: string) => (await list(kind, `${range}&${query}`)).headers.get('total');
    expect([await total(`filters[created_by_id]=${own}`), await total('filters[created_by_id]=5')]).toEqual(['3', '0']);
    expect(await total('filters[updated_at]=2020-01-01...2020-01-02')).toBe('3');
    expect((await list(kind, '?start_date=2026-03-01')).status).toBe(400);
  });

  test('a mandatory field that is missing or emptied is 400 and names it, and nothing changes', async () => {
    for (const field of kind.mandatory) {
      const refused = await write(kind, { [field]: undefined });
      expect([refused.status, refused.at(`errors.${field}`)]).toEqual([400, ["can't be blank"]]);
      expect((await write(kind, { [field]: field.endsWith('hour') ? 24 : 60 })).status).toBe(422);
    }
    expect(truth(kind)).toEqual([]);
    const id = (await write(kind)).word('id');
    for (const field of kind.mandatory) expect((await change(kind, id, { [field]: null })).status).toBe(400);
    expect(truth(kind)[0]?.history).toHaveLength(1);
  });

  test('a vendor is of the project directory, or by switch any of the company', async () => {
    const other = addVendor(small.world, { companyId: small.company.id, name: 'Late Arrivals' });
    expect((await write(kind, { vendor_id: other.id })).status).toBe(422);
    small.world.switches.set('entryVendors', 'company');
    expect((await write(kind, { vendor_id: other.id })).at('vendor.name')).toBe('Late Arrivals');
    expect((await write(kind, { vendor_id: '12345' })).status).toBe(422);
    small.world.switches.set('entryVendors', 'project');
    addVendorToProject(small.world, { projectId: small.project.id, vendorId: other.id });
    expect((await write(kind, { vendor_id: other.id })).status).toBe(201);
  });

  test('what is pending is seen by its author and by an Admin', async () => {
    small.world.switches.set('pendingEntries', 'pending-below-admin');
    const standard = await standardToken();
    const reader = await ground.serviceToken(serviceAccount(small, { daily_log: 'Read Only' }));
    const pending = await write(kind, {}, standard);
    expect(pending.at('status')).toBe(kind.showsStatus ? 'pending' : undefined);
    expect(small.world.ledger.records(kind.resource)[0]?.current).toMatchObject({ status: 'pending' });
    const status = async (as: string) =>
      (await ground.call('GET', `${pathOf(kind)}/${pending.word('id')}`, { token: as })).status;
    expect([await status(standard), await status(token), await status(reader)]).toEqual([200, 200, 404]);
    const total = async (query: string, as: string) => (await list(kind, query, as)).headers.get('total');
    expect(await total('', reader)).toBe('0');
    // Only lists with the filter leave out what is pending unless asked.
    expect(await total('', token)).toBe(kind.filtersStatus ? '0' : '1');
    expect(await total('?filters[status]=pending', token)).toBe('1');
    expect(await total('?filters[status]=approved', token)).toBe(kind.filtersStatus ? '0' : '1');
  });

  test.each([
    ['allow', 201, 201],
    ['403', 403, 201],
    ['422', 422, 422],
  ])('on a completed day with the switch %s answer Standard %i and Admin %i', async (rule, forStandard, forAdmin) => {
    small.world.switches.set('completedDay', rule);
    completeDay(small.world, { projectId: small.project.id, date: '2026-03-10' });
    expect([(await write(kind, {}, await standardToken())).status, (await write(kind)).status]).toEqual([forStandard, forAdmin]);
  });

  test('Standard changes its own only, and a disabled tool nothing', async () => {
    const standard = await standardToken();
    const [theirs, own] = [await write(kind), await write(kind, {}, standard)];
    expect((await change(kind, theirs.word('id'), kind.change, standard)).status).toBe(403);
    expect((await change(kind, own.word('id'), kind.change, standard)).status).toBe(200);
    const reader = await ground.serviceToken(serviceAccount(small, { daily_log: 'Read Only' }));
    expect((await write(kind, {}, reader)).status).toBe(403);
    small.world.projects.put({ ...small.project, tools: [] });
    expect([(await write(kind)).status, (await list(kind)).status]).toEqual([403, 403]);
  });
});

test('each answer says what the caller may do with the record; safety violations say so by switch only', async () => {
  const standard = await standardToken();
  for (const kind of [visitorKind, accidentKind, notesKind]) {
    await write(kind);
    expect((await list(kind)).each('permissions')).toEqual([{ can_update: true, can_delete: true }]);
    expect((await list(kind, '', standard)).each('permissions')).toEqual([{ can_update: false, can_delete: false }]);
  }
  const violation = await write(safetyKind);
  expect(violation.json).not.toHaveProperty('permissions');
  small.world.switches.set('safetyLogPermissions', true);
  expect((await list(safetyKind)).each('permissions')).toEqual([{ can_update: true, can_delete: true }]);
});

test('a malformed date is stored as null without an error', async () => {
  const stored = await write(safetyKind, { date: '10/03/2026', compliance_due: 'soon' });
  expect([stored.status, stored.at('date'), stored.at('compliance_due')]).toEqual([201, null, null]);
});

test('accidents and notes are found by location, visitors are not', async () => {
  for (const kind of [accidentKind, notesKind, visitorKind]) await write(kind, { location_id: 77 });
  const total = async (kind: Kind | undefined) => (await list(kind, '?filters[location_id]=78')).headers.get('total');
  expect([await total(accidentKind), await total(notesKind), await total(visitorKind)]).toEqual(['0', '0', '1']);
});

describe('bulk approval', () => {
  const bulk = (updates: Record<string, unknown>, as = token) =>
    ground.call('PATCH', `/rest/v1.0/projects/${small.project.id}/daily_logs/bulk_updates/bulk_update`, {
      token: as,
      body: { updates },
    });

  beforeEach(() => small.world.switches.set('pendingEntries', 'pending-below-admin'));

  test('decides entries of several kinds in one call, each on its own', async () => {
    const standard = await standardToken();
    const [visit, note] = [await write(visitorKind, {}, standard), await write(notesKind, {}, standard)];
    const answer = await bulk({
      visitor_log: [
        { id: visit.word('id'), status: 'approved' },
        { id: note.word('id'), status: 'approved' },
      ],
      notes_log: [{ id: note.word('id'), status: 'rejected' }],
    });
    expect(answer.status).toBe(200);
    // In the order of the kinds, as every part says which it is.
    expect(answer.json).toMatchObject([
      { notes_log: [{ status: 'rejected', success: true, error: null }] },
      { visitor_log: [{ success: true }, { success: false, error: 'Not found' }] },
    ]);
    const reader = await ground.serviceToken(serviceAccount(small, { daily_log: 'Read Only' }));
    expect((await list(visitorKind, '', reader)).each('status')).toEqual(['approved']);
    expect((await list(notesKind, '', reader)).json).toEqual([]);
    expect((await bulk({ notes_log: [] }, standard)).status).toBe(403);
  });

  test('what was rejected is handed in again when its author changes it', async () => {
    const standard = await standardToken();
    const note = await write(notesKind, {}, standard);
    await bulk({ notes_log: [{ id: note.word('id'), status: 'rejected' }] });
    const again = await ground.call('PATCH', `${pathOf(notesKind)}/${note.word('id')}`, {
      token: standard,
      body: { notes_log: { comment: 'Crane stood still for wind, 40 min' } },
    });
    expect([again.status, again.at('status')]).toEqual([200, 'pending']);
  });

  test('takes 300 logs together and no more', async () => {
    const items = (count: number) => Array.from({ length: count }, () => ({ id: '1', status: 'approved' }));
    expect((await bulk({ notes_log: items(150), visitor_log: items(150) })).status).toBe(200);
    expect((await bulk({ notes_log: items(150), visitor_log: items(151) })).status).toBe(400);
  });
});

test.each(['v1.0/projects/{}/daily_logs/count', 'v1.1/projects/{}/daily_logs/counts'])(
  '%s tells how many entries of each kind an author has in a range',
  async (template) => {
    small.world.switches.set('pendingEntries', 'pending-below-admin');
    const standard = await standardToken();
    await write(visitorKind);
    await write(visitorKind, { date: '2026-03-09' });
    await write(notesKind);
    await write(accidentKind, {}, standard);
    const counts = async (query: string, as = token) => {
      const answer = await ground.call('GET', `/rest/${template.replace('{}', small.project.id)}${query}`, { token: as });
      return Object.fromEntries(answer.each('module_name').map((name, index) => [name, answer.each('count')[index]]));
    };
    const none = { manpower_logs: 0, visitor_logs: 0, accident_logs: 0, safety_violation_logs: 0, notes_logs: 0 };
    const range = '?start_date=2026-03-01&end_date=2026-03-31';
    const own = (await list(visitorKind)).word('0.created_by.id');
    expect(await counts('')).toEqual({ ...none, visitor_logs: 1, notes_logs: 1 });
    const ofOwn = `${range}&filters[status]=all&filters[created_by_id]=${own}`;
    expect(await counts(ofOwn)).toEqual({ ...none, visitor_logs: 2, notes_logs: 1 });
    expect(await counts(`${range}&filters[status]=all`)).toEqual({ ...none, visitor_logs: 2, notes_logs: 1, accident_logs: 1 });
    expect(await counts(`${range}&filters[status]=all`, standard)).toEqual({ ...none, visitor_logs: 2, notes_logs: 1 });
  },
);
