import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { hammertechServers } from '../../sandbox/hammertech/servers.ts';
import { createHammerTech } from '../../sandbox/hammertech/state.ts';
import { createWorld, type World } from '../../sandbox/kernel/world.ts';
import { type Listening, listen } from '../../sandbox/listening.ts';
import { type ControlGround, openControl } from './control-ground.ts';

const tenant = 'delta';
const projectId = '11111111-1111-4111-8111-111111111111';
const otherProjectId = '22222222-2222-4222-8222-222222222222';
const employerId = '33333333-3333-4333-8333-333333333333';
const otherEmployerId = '44444444-4444-4444-8444-444444444444';
const nowMs = Date.parse('2026-03-10T09:30:00Z');
const record = z.looseObject({ id: z.string(), modified: z.string() });

let world: World;
let control: ControlGround;
let api: Listening;
let auth: Listening;
let token: string;

beforeEach(async () => {
  world = createWorld({ machineMs: () => nowMs });
  const state = createHammerTech(world.journal);
  state.tenants.put({ slug: tenant, region: 'us' });
  state.tenants.put({ slug: 'other', region: 'us' });
  state.logins.put({ tenant, email: 'sync@delta.example', password: 'päss', userId: employerId, active: true });
  const site = {
    number: null,
    timeZone: 'Europe/London',
    address: '',
    status: 'active',
    modified: '2026-01-01T00:00:00Z',
  } as const;
  state.projects.put({ tenant, record: { id: projectId, name: 'Tower', ...site } });
  state.projects.put({ tenant: 'other', record: { id: otherProjectId, name: 'Secret site', ...site } });
  const servers = hammertechServers(world, state);
  [api, auth] = [await listen(servers.api, 0), await listen(servers.auth, 0)];
  control = await openControl(world, state);
  const answer = await fetch(`${auth.origin}/us/api/login/generatetoken`, {
    method: 'POST',
    body: JSON.stringify({ email: 'sync@delta.example', password: 'päss', tenant }),
  });
  token = z.object({ token: z.string() }).parse(await answer.json()).token;
});
afterEach(async () => {
  await Promise.all([api.close(), auth.close(), control.close()]);
});

function send(method: string, path: string, body?: object): Promise<Response> {
  return fetch(`${api.origin}/us/api/v1/${path}`, {
    method,
    headers: { accept: 'application/json', authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
const list = async (path: string) => z.array(record).parse(await (await send('GET', path)).json());
const act = async (kind: string, body: object) => record.parse(await control.done(`/hammertech/${kind}`, { tenant, ...body }));
const later = () => world.clock.advance(60_000);

const incident = { projectId, employerId, occurredUtc: '2026-03-09T20:15:00Z', type: 'near-miss', description: 'A clamp fell' };
const observation = {
  projectId,
  employerId,
  observedUtc: '2026-03-09T07:00:00Z',
  kind: 'breach',
  category: 'working-at-height',
  description: 'No edge protection',
};

describe('incidents and observations', () => {
  test.each([
    ['Incidents', 'incidents', incident, { status: 'closed' }],
    ['Observations', 'observations', observation, { dueDate: '2026-03-12' }],
  ])('%s are listed by project and by change, shown, changed and marked when deleted', async (path, kind, made, change) => {
    const created = await act(kind, { act: 'create', record: made });
    expect(created).toMatchObject({ ...made, severity: 'low', status: 'open', deleted: false, modified: '2026-03-10T09:30:00Z' });
    expect(await list(`${path}?projectId=${projectId}`)).toEqual([created]);
    expect(await list(`${path}?projectId=${otherProjectId}`)).toEqual([]);
    later();
    const changed = await act(kind, { act: 'change', id: created.id, record: change });
    expect(changed).toEqual({ ...created, ...change, modified: '2026-03-10T09:31:00Z' });
    expect(await (await send('GET', `${path}/${created.id}`)).json()).toEqual(changed);
    expect(await list(`${path}?modifiedSince=2026-03-10T09:30:30Z`)).toEqual([changed]);
    later();
    const deleted = await act(kind, { act: 'delete', id: created.id });
    expect(await list(path)).toEqual([{ ...changed, deleted: true, modified: '2026-03-10T09:32:00Z' }]);
    expect(deleted['deleted']).toBe(true);
  });

  test('carry what is personal and medical, and the control API can tell all of it', async () => {
    const own = { injuredPersonName: 'Odalys Vex', medicalDetail: 'Fracture', witnessNames: ['Cosmo W'], reportedByName: 'Ida' };
    await act('incidents', { act: 'create', record: { ...incident, ...own } });
    await act('observations', { act: 'create', record: { ...observation, raisedByName: 'Ida', personInvolvedName: 'Ruaridh' } });
    expect(await list('Incidents')).toMatchObject([own]);
    const { body } = await control.call('GET', `/hammertech/personal?tenant=${tenant}`);
    expect(body).toEqual(['Odalys Vex', 'Fracture', 'Ida', 'Cosmo W', 'Ruaridh']);
  });

  test('cannot be made on the project of another tenant, nor changed under its name', async () => {
    const elsewhere = { ...incident, projectId: otherProjectId };
    const create = { tenant, act: 'create', record: elsewhere };
    expect((await control.call('POST', '/hammertech/incidents', create)).status).toBe(404);
    const { id } = await act('incidents', { act: 'create', record: incident });
    const change = { tenant: 'other', act: 'change', id, record: { status: 'closed' } };
    expect((await control.call('POST', '/hammertech/incidents', change)).status).toBe(404);
    const move = { tenant, act: 'change', id, record: { projectId: otherProjectId } };
    expect((await control.call('POST', '/hammertech/incidents', move)).status).toBe(404);
  });

  test('name the field that is missing or unknown', async () => {
    const { description: _, ...incomplete } = incident;
    for (const [record, field] of [
      [incomplete, 'record.description'],
      [{ ...incident, colour: 'red' }, 'record.colour'],
      [{ ...incident, type: 'accident' }, 'record.type'],
    ] as const)
      expect(await control.call('POST', '/hammertech/incidents', { tenant, act: 'create', record })).toMatchObject({
        status: 400,
        body: { code: 'invalid-fields', errors: [{ field }] },
      });
  });
});

test('a diary is begun, edited and approved, and moves each time', async () => {
  const created = await act('diaries', { act: 'create', record: { projectId, date: '2026-03-09', notes: 'Wind', visitors: 2 } });
  expect(created).toMatchObject({ status: 'open', employers: [], notes: 'Wind', visitors: 2 });
  later();
  await act('diaries', { act: 'change', id: created.id, record: { notes: 'Wind until noon' } });
  later();
  const approved = await act('diaries', { act: 'change', id: created.id, record: { status: 'approved' } });
  expect(approved).toMatchObject({ status: 'approved', notes: 'Wind until noon', modified: '2026-03-10T09:32:00Z' });
  expect(await list('SiteDiaries')).toEqual([approved]);
  const remove = { tenant, act: 'delete', id: created.id };
  expect((await control.call('POST', '/hammertech/diaries', remove)).status).toBe(400);
});

test('an employer is renamed and renumbered, a project archived and put into another zone', async () => {
  const employer = await act('employers', { act: 'create', record: { name: 'Ünal Beton', abn: '51824753556' } });
  later();
  await act('employers', { act: 'change', id: employer.id, record: { name: 'Ünal Beton AG', abn: null, ein: '12-3456789' } });
  expect(await list('Employers?modifiedSince=2026-03-10T09:31:00Z')).toMatchObject([
    { id: employer.id, name: 'Ünal Beton AG', abn: null, ein: '12-3456789' },
  ]);
  const project = await act('projects', { act: 'create', record: { name: 'Quay', timeZone: 'Australia/Sydney' } });
  expect(project).toMatchObject({ status: 'active', number: null });
  const zone = { timeZone: 'Australia/Perth', status: 'archived' };
  await act('projects', { act: 'change', id: project.id, record: zone });
  expect(await (await send('GET', `Projects/${project.id}`)).json()).toMatchObject(zone);
});

describe('many sign-ins at once', () => {
  const signIn = { projectId, employerId, startUtc: '2026-03-09T07:00:00Z', endUtc: '2026-03-09T15:00:00Z' };
  const batch = async (body: object) =>
    z
      .object({ count: z.number(), ids: z.array(z.string()) })
      .parse(await control.done('/hammertech/sign-ins/batch', { tenant, ...body }));
  const create = (workers: number, fields: object = {}) => batch({ act: 'create', workers, signIn: { ...signIn, ...fields } });

  test('a thousand of one employer change under one time stamp, its neighbours do not', async () => {
    expect((await create(1000)).count).toBe(1000);
    await create(3, { employerId: otherEmployerId });
    later();
    const changed = await batch({ act: 'change', match: { employerId }, moveEndMinutes: 90 });
    expect(changed.count).toBe(1000);
    const rows = control.hammertech.signIns.all().map((row) => row.record);
    const moved = rows.filter((row) => row.modified === '2026-03-10T09:31:00Z');
    expect([moved.length, new Set(moved.map(({ workerId }) => workerId)).size]).toEqual([1000, 1000]);
    expect(moved.every((row) => row.endUtc === '2026-03-09T16:30:00Z' && row.employerId === employerId)).toBe(true);
    expect(rows.filter((row) => row.endUtc === signIn.endUtc)).toHaveLength(3);
  });

  test('a batch is limited, bound to a time and leaves deleted ones alone', async () => {
    await create(4);
    await create(2, { startUtc: '2026-03-08T07:00:00Z', endUtc: null });
    const bound = { startFrom: '2026-03-09T00:00:00Z', startBefore: '2026-03-10T00:00:00Z' };
    expect((await batch({ act: 'delete', match: bound, limit: 3 })).count).toBe(3);
    expect((await batch({ act: 'delete', match: bound })).count).toBe(1);
    expect((await batch({ act: 'change', match: {}, signIn: { endKind: 'automatic' } })).count).toBe(2);
    expect((await list('SiteSignIns')).filter((row) => row['deleted'] === true)).toHaveLength(4);
  });

  test('a move to another employer is a change like any other', async () => {
    await create(2);
    await batch({ act: 'change', match: { employerId }, signIn: { employerId: otherEmployerId } });
    expect((await list('SiteSignIns')).map((row) => row['employerId'])).toEqual([otherEmployerId, otherEmployerId]);
  });

  test('another tenant has none, and a stranger is not known', async () => {
    await create(1);
    const change = { act: 'change', match: {}, signIn: { endKind: 'manual' } };
    expect(await batch({ ...change, tenant: 'other' })).toEqual({ count: 0, ids: [] });
    expect((await control.call('POST', '/hammertech/sign-ins/batch', { ...change, tenant: 'nobody' })).status).toBe(404);
  });
});

test('a visitor comes from an employer or names a company; a worker always has an employer', async () => {
  const visit = { projectId, startUtc: '2026-03-09T09:00:00Z', isVisitor: true };
  const sign = (signIn: object) => control.call('POST', '/hammertech/sign-ins', { tenant, act: 'create', signIn });
  expect((await sign({ ...visit, employerId })).status).toBe(200);
  expect((await sign({ ...visit, employerId: null, companyName: 'City Building Control' })).status).toBe(200);
  expect(await sign({ ...visit, employerId: null, isVisitor: false })).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'signIn.employerId' }] },
  });
  expect(await list('SiteSignIns')).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ employerId, isVisitor: true }),
      expect.objectContaining({ employerId: null, companyName: 'City Building Control' }),
    ]),
  );
});

describe('writing employers', () => {
  const names = () => control.hammertech.employers.all().map((row) => row.record.name);

  test('the same POST twice makes two employers', async () => {
    for (let time = 0; time < 2; time += 1) expect((await send('POST', 'Employers', { name: 'Twice' })).status).toBe(201);
    expect(names()).toEqual(['Twice', 'Twice']);
  });

  test.each([
    { kind: 'reset-after-commit' },
    { kind: 'status-after-commit', status: 500 },
    { kind: 'garbage-after-commit' },
  ] as const)('an answer lost by $kind leaves the employer behind, created or changed', async (effect) => {
    const lost = async (method: string, path: string, body: object): Promise<void> => {
      world.faults.add({ match: { method }, effect });
      const read = send(method, path, body).then(async (answer) =>
        answer.ok ? await answer.json() : Promise.reject(answer.status),
      );
      await expect(read).rejects.toBeDefined();
    };
    await lost('POST', 'Employers', { name: 'Lost' });
    expect(names()).toEqual(['Lost']);
    const [row] = control.hammertech.employers.all();
    await lost('PUT', `Employers/${row?.record.id}`, { name: 'Lost twice' });
    expect(names()).toEqual(['Lost twice']);
    expect(world.ledger.records('hammertech.employers')[0]?.history.map(({ action }) => action)).toEqual(['create', 'update']);
  });

  test.each([{ kind: 'reset-before' }, { kind: 'unavailable', retryAfter: 1 }] as const)(
    'a request struck by $kind changes nothing',
    async (effect) => {
      world.faults.add({ match: { operationId: 'hammertech.Employers.create' }, effect });
      await send('POST', 'Employers', { name: 'Never' }).catch(() => undefined);
      expect(names()).toEqual([]);
    },
  );
});
