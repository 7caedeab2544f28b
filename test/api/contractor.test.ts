import { beforeEach, describe, expect, test } from '@jest/globals';
import { workflowIds } from '../../shared/domain/ids.ts';
import { bindProject } from '../../shared/store/connections/companies.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { useTestApi } from '../support/api.ts';
import { newWorld, type World } from '../support/api-world.ts';
import { contractor, offer, responseId } from '../support/contracting-world.ts';

const apiOf = useTestApi();
let world: World;

beforeEach(async () => {
  world = await newWorld(apiOf());
  apiOf().runs.told.length = 0;
  apiOf().runs.answers = () => ({ kind: 'answered', answer: { state: 'pending', says: 'as the run says' } });
});

const address = (path: string, of = world.peopleConnectionId): string => `/v1/connections/${of}/${path}`;
const get = async (path: string) => (await apiOf().call('get', address(path), { key: world.key })).body;
const post = (path: string, body: unknown) => apiOf().call('post', address(path), { key: world.key, body });
const commands = async (kind: string): Promise<readonly unknown[]> => {
  const sql = 'SELECT input, actor_id FROM command WHERE connection_id = $1 AND kind = $2';
  return (await apiOf().store.admin.query(sql, [world.peopleConnectionId, kind])).rows;
};
const run = () => workflowIds.onboarding(world.tenantId, world.peopleConnectionId);
const told = () => apiOf().runs.told.map(({ workflowId, name, message }) => ({ workflowId, name, message }));
const bind = () =>
  withTenant(apiOf().store.pool, world.tenantId, (db) =>
    bindProject(db, {
      connectionId: world.peopleConnectionId,
      ...offer,
      owner: { id: contractor.procoreUserId, name: 'Cleo' },
      boundBy: 'test',
    }),
  );

describe('responses', () => {
  test('each is shown with what it means, and the names that people at the partner choose among', async () => {
    expect(await get('responses')).toEqual({
      items: [
        {
          responseId: '562949953427002',
          name: 'Approved',
          considered: 'approved',
          state: 'mapped',
          partnerName: 'Approved',
          decidedBy: null,
        },
        { responseId, name: 'Make good', considered: 'approved', state: 'new', partnerName: null, decidedBy: null },
        { responseId: '562949953427003', name: 'Void', considered: 'void', state: 'none', partnerName: null, decidedBy: null },
      ],
      nextCursor: null,
      partnerNames: ['Approved'],
    });
  });

  test('the list goes on where a page ends', async () => {
    const first = await get('responses?limit=2');
    expect(first).toMatchObject({ items: [{ name: 'Approved' }, { name: 'Make good' }], nextCursor: expect.any(String) });
    const second = await get(`responses?limit=2&cursor=${Object(first).nextCursor}`);
    expect(second).toMatchObject({ items: [{ name: 'Void' }], nextCursor: null, partnerNames: ['Approved'] });
  });

  test.each([
    ['Approved as Noted', 'Approved as Noted'],
    [' Make\ngood ', 'Make good'],
    [null, null],
  ])('the decision %j is a row, and its step is looked at', async (name, kept) => {
    const answer = await post(`responses/${responseId}`, { name });
    expect([answer.status, answer.body]).toMatchObject([200, { delivered: true, says: 'as the run says' }]);
    expect(await commands('map-response')).toMatchObject([{ input: { responseId, name: kept } }]);
    expect(told()).toEqual([{ workflowId: run(), name: 'retryStep', message: { stepId: 'mapResponses' } }]);
  });

  test('a response that the project does not offer is not found; given to the step, it is refused by its field', async () => {
    expect((await post('responses/4711', { name: 'Approved' })).status).toBe(404);
    const input = { responseId: '4711', name: 'Approved' };
    const refused = await post('steps/mapResponses/input', { kind: 'map-response', input });
    expect(refused.body).toMatchObject({ code: 'invalid-input', errors: [{ field: 'input.responseId' }] });
    expect([await commands('map-response'), told()]).toEqual([[], []]);
  });

  test('one that was mapped by its step is a row likewise', async () => {
    const input = { responseId, name: 'Approved' };
    expect((await post('steps/mapResponses/input', { kind: 'map-response', input })).status).toBe(200);
    expect(await commands('map-response')).toMatchObject([{ input }]);
  });
});

describe('what of the past is brought over', () => {
  test.each([{ which: 'none' }, { which: 'open' }, { which: 'since', since: '2026-02-28' }])(
    'the choice %j is a row, and its step is looked at',
    async (choice) => {
      expect((await post('backfill', choice)).status).toBe(200);
      expect((await post('steps/backfill/input', { kind: 'choose-backfill', input: choice })).status).toBe(200);
      expect(await commands('choose-backfill')).toMatchObject([{ input: choice }, { input: choice }]);
      expect(told()).toMatchObject([{ message: { stepId: 'backfill' } }, { message: { stepId: 'backfill' } }]);
    },
  );

  test('a day that has not begun anywhere, or that no calendar has, is refused by its field', async () => {
    const soon = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    for (const since of [soon, '2999-01-01', '2026-02-30', '28.02.2026']) {
      const direct = await post('backfill', { which: 'since', since });
      expect([since, direct.body]).toMatchObject([since, { code: 'invalid-input', errors: [{ field: 'since' }] }]);
      const byStep = await post('steps/backfill/input', { kind: 'choose-backfill', input: { which: 'since', since } });
      expect([since, byStep.body]).toMatchObject([since, { code: 'invalid-input', errors: [{ field: 'input.since' }] }]);
    }
    expect(await commands('choose-backfill')).toEqual([]);
  });
});

describe('what it would bring over', () => {
  const estimate = (query: string) => get(`backfill/estimate${query}`);

  test('is reckoned from what was counted, without a call', async () => {
    expect(await estimate('?which=open')).toEqual({
      which: 'open',
      since: null,
      items: { rfis: 1, submittals: 1 },
      procoreCalls: 5,
      partnerCalls: 12,
      seconds: 3,
      asOf: expect.any(String),
    });
    expect(await estimate('?which=since&since=2026-01-14')).toMatchObject({ items: { rfis: 2, submittals: 2 } });
    expect(await estimate('?which=none')).toMatchObject({ items: { rfis: 0, submittals: 0 }, procoreCalls: 0, seconds: 0 });
  });

  test('takes as long as the limits say that were learned', async () => {
    const { admin } = apiOf().store;
    const key = world.peopleConnectionId;
    await admin.query('INSERT INTO rate_budget (budget_key) VALUES ($1)', [key]);
    await admin.query(
      `INSERT INTO rate_window (budget_key, name, length_ms, call_limit, remaining, unproven, reset_at, opened_at)
       VALUES ($1, 'hour', 3600000, 600, 0, 0, clock_timestamp() + interval '10 minutes', clock_timestamp())`,
      [key],
    );
    expect(Object(await estimate('?which=open')).seconds).toBeGreaterThan(590);
    await admin.query("UPDATE rate_window SET reset_at = clock_timestamp() - interval '1 second' WHERE budget_key = $1", [key]);
    expect(await estimate('?which=open')).toMatchObject({ seconds: 3 });
  });

  test('is asked for by a day where one goes with it, and by none else', async () => {
    const since = ['2026-02-30', '2099-01-01'].map((day) => `?which=since&since=${day}`);
    for (const query of ['?which=since', '?which=open&since=2026-01-14', ...since])
      expect([query, await estimate(query)]).toMatchObject([query, { code: 'invalid-input', errors: [{ field: 'since' }] }]);
    expect(await estimate('')).toMatchObject({ code: 'invalid-input', errors: [{ field: 'which' }] });
  });

  test('is not known before the project was counted', async () => {
    await apiOf().store.admin.query('DELETE FROM backfill_survey WHERE connection_id = $1', [world.peopleConnectionId]);
    expect(await estimate('?which=open')).toMatchObject({ status: 409, code: 'not-now' });
  });

  test('what was chosen is shown with who chose it, and that nothing has begun', async () => {
    expect(await get('backfill')).toEqual({
      choice: null,
      decidedBy: null,
      decidedAt: null,
      progress: { state: 'not-started', streams: [] },
    });
    await post('backfill', { which: 'since', since: '2026-02-28' });
    await apiOf().store.admin.query('UPDATE command SET applied_at = now() WHERE connection_id = $1', [world.peopleConnectionId]);
    expect(await get('backfill')).toMatchObject({
      choice: { which: 'since', since: '2026-02-28' },
      decidedBy: expect.stringMatching(/^api-key:/),
      decidedAt: expect.any(String),
    });
  });
});

describe('the contractor', () => {
  const accept = (body: unknown) => post('contractor/acceptance', body);

  test('is shown as far as they have come: addresses in part, and whom the inviter has to accept', async () => {
    expect(await get('contractor')).toEqual({
      invited: { company: 'Acme Builders', address: 'g•••@acme.example', projectName: 'Harbour Tower' },
      signedIn: { procoreUserId: contractor.procoreUserId, name: 'Cleo', login: 'c•••@beta.example', state: 'authorized' },
      proposedOwner: null,
      company: { id: contractor.companyId, name: 'Beta Builders' },
      project: { id: offer.projectId, name: 'Harbour Tower' },
      needsAcceptance: true,
      acceptanceOf: contractor,
      connectedAt: null,
      undoUntil: null,
    });
  });

  test('is accepted by a row, and the step that waited is looked at', async () => {
    expect((await accept(contractor)).status).toBe(200);
    expect(await commands('accept-contractor')).toMatchObject([
      { input: contractor, actor_id: expect.stringMatching(/^api-key:/) },
    ]);
    expect(told()).toEqual([{ workflowId: run(), name: 'retryStep', message: { stepId: 'createConnection' } }]);
  });

  test.each([
    ['another person', { ...contractor, procoreUserId: '7' }],
    ['another company', { ...contractor, companyId: '7' }],
  ])('%s than the one who connects is not accepted', async (_who, body) => {
    expect((await accept(body)).body).toMatchObject({ status: 409, code: 'not-now', detail: expect.stringContaining('by now') });
    expect(await commands('accept-contractor')).toEqual([]);
  });

  test('what a former owner chose is nobody’s choice: nobody is there to be accepted', async () => {
    await apiOf().store.admin.query("UPDATE command SET actor_id = 'procore:7' WHERE connection_id = $1", [
      world.peopleConnectionId,
    ]);
    expect(await get('contractor')).toMatchObject({ company: null, project: null, acceptanceOf: null });
    expect((await accept(contractor)).body).toMatchObject({ status: 409, detail: expect.stringContaining('Nobody has chosen') });
  });

  test('once it is connected, what is bound is shown, the contractor may undo it for a day, and nobody is accepted', async () => {
    expect(await bind()).toBe('bound');
    const bound = await withTenant(apiOf().store.pool, world.tenantId, (db) => findConnection(db, world.peopleConnectionId));
    const atMs = bound?.boundAt?.getTime() ?? 0;
    expect(await get('contractor')).toMatchObject({
      company: { id: contractor.companyId, name: 'Beta Builders' },
      needsAcceptance: false,
      acceptanceOf: null,
      connectedAt: new Date(atMs).toISOString(),
      undoUntil: new Date(atMs + 86_400_000).toISOString(),
    });
    expect((await accept(contractor)).body).toMatchObject({ status: 409, detail: expect.stringContaining('connected already') });
  });

  test('an authorization that lapsed is said', async () => {
    await apiOf().store.admin.query("UPDATE person_grant SET state = 'lapsed' WHERE tenant_id = $1", [world.tenantId]);
    expect(await get('contractor')).toMatchObject({ signedIn: { state: 'lapsed' } });
  });
});

test('a connection whose people do not sign in is refused by name, whatever is asked', async () => {
  const call = (method: string, path: string, body?: unknown) =>
    apiOf().call(method, address(path, world.connectionId), { key: world.key, body });
  const answers = [
    await call('get', 'responses'),
    await call('get', 'contractor'),
    await call('get', 'backfill'),
    await call('get', 'backfill/estimate?which=open'),
    await call('post', `responses/${responseId}`, { name: null }),
    await call('post', 'backfill', { which: 'open' }),
    await call('post', 'contractor/acceptance', contractor),
  ];
  for (const { body } of answers)
    expect(body).toMatchObject({ status: 409, code: 'not-now', detail: expect.stringContaining('HammerTech') });
  expect(told()).toEqual([]);
});
