import { beforeEach, expect, test } from '@jest/globals';
import { messages } from '../../shared/domain/messages.ts';
import { places } from '../../shared/security/places.ts';
import { type Told, useTestApi } from '../support/api.ts';
import { companyId, dryRunAt, newWorld, type World } from '../support/api-world.ts';

const apiOf = useTestApi();
let world: World;

beforeEach(async () => {
  world = await newWorld(apiOf());
  apiOf().runs.told.length = 0;
  apiOf().runs.started.length = 0;
  apiOf().runs.answers = () => ({ kind: 'answered', answer: { accepted: true, says: 'noted' } });
  apiOf().runs.starts = true;
});

const post = (path: string, body?: unknown) => apiOf().call('post', path, { key: world.key, body });
const inConnection = (rest: string): string => `/v1/connections/${world.connectionId}/${rest}`;

interface CommandRow {
  readonly command_id: string;
  readonly kind: string;
  readonly input: unknown;
  readonly actor_id: string;
  readonly delivered: boolean;
  readonly applied: boolean;
}

async function commands(): Promise<readonly CommandRow[]> {
  const rows = await apiOf().store.admin.query<CommandRow>(
    `SELECT command_id, kind, input, actor_id, delivered_at IS NOT NULL AS delivered, applied_at IS NOT NULL AS applied
     FROM command WHERE connection_id = $1 ORDER BY sequence`,
    [world.connectionId],
  );
  return rows.rows;
}

/** What was told is what the workflows take. */
const expectValid = (told: readonly Told[]): void => {
  for (const { name, message } of told) expect(messages[name].safeParse(message).error).toBeUndefined();
};

test('every change is told to its run by the Update that the run takes, under the id of its row', async () => {
  await post(inConnection('steps/verifyCredentials/retry'));
  await post(inConnection('steps/matchRecords/skip'), { reason: 'agreed by phone' });
  await post(inConnection('project-choice'), { existing: 'all', future: true });
  await post(inConnection('matches/emp-1'), { kind: 'company', procoreId: '77' });
  await post(inConnection('confirm'));
  await post(`/v1/project-links/${world.projectLinkId}/pause`, { reason: 'holidays' });
  await post(`/v1/project-links/${world.projectLinkId}/resume`);
  await post(`/v1/project-links/${world.projectLinkId}/sync-now`);
  await post(`/v1/project-links/${world.projectLinkId}/retry-items`, { reason: 'vendor-not-on-project' });
  await post(`/v1/attention-items/${world.attentionItemId}/resolve`, { resolution: 'leave' });
  await post(inConnection('credentials'), { clientId: 'c', clientSecret: 'long-enough', companyId });
  await post(inConnection('stop'), { reason: 'they asked for it' });
  const { told } = apiOf().runs;
  expectValid(told);
  expect(told.map(({ name }) => name)).toEqual([
    'retryStep',
    'skipStep',
    'retryStep',
    'retryStep',
    'retryStep',
    'pause',
    'resume',
    'syncNow',
    'retryItems',
    'resolveItem',
    'submitCredentials',
    'stop',
  ]);
  expect(new Set(told.map(({ workflowId }) => workflowId))).toEqual(
    new Set([world.workflowId, `sync:${world.tenantId}:${world.projectLinkId}`]),
  );
  const rows = await commands();
  expect(rows.map((row) => row.command_id)).toEqual(told.map(({ updateId }) => updateId));
  expect(rows.map((row) => row.kind)).toEqual([
    'retryStep',
    'skipStep',
    'choose-projects',
    'decide-match',
    'confirm',
    'pause',
    'resume',
    'syncNow',
    'retryItems',
    'resolveItem',
    'submitCredentials',
    'stop',
  ]);
  expect(rows.every((row) => row.delivered && row.actor_id.startsWith('api-key:'))).toBe(true);
  // what names its row is marked by the run that applies it
  expect(rows.filter((row) => !row.applied).map((row) => row.kind)).toEqual([
    'choose-projects',
    'decide-match',
    'confirm',
    'resolveItem',
    'stop',
  ]);
});

test('a wish for a comparison is a row; the Update of the same decision says nothing of it', async () => {
  await post(`/v1/project-links/${world.projectLinkId}/sync-now`, { reason: 'an auditor asks', reconcile: true });
  expect(apiOf().runs.told).toMatchObject([{ name: 'syncNow', message: { reason: 'an auditor asks' } }]);
  expectValid(apiOf().runs.told);
  expect(await commands()).toMatchObject([{ kind: 'syncNow', input: { reason: 'an auditor asks', reconcile: true } }]);
});

test('a run that cannot be told in time leaves a row to be delivered, and the person is told so', async () => {
  apiOf().runs.answers = () => ({ kind: 'later', says: 'accepted, will be delivered' });
  const answer = await post(inConnection('confirm'), { dryRunAt });
  expect(answer.status).toBe(202);
  expect(answer.body).toMatchObject({ delivered: false, says: 'accepted, will be delivered' });
  expect(await commands()).toMatchObject([{ kind: 'confirm', input: { dryRunAt }, delivered: false, applied: false }]);
});

test('what a run refuses leaves no row that could ever count as a decision', async () => {
  apiOf().runs.answers = () => ({ kind: 'refused', says: 'verifyCredentials is never skipped' });
  const answer = await post(inConnection('steps/verifyCredentials/skip'), { reason: 'because of that' });
  expect(answer.body).toMatchObject({ status: 409, code: 'not-now', detail: 'verifyCredentials is never skipped' });
  expect(await commands()).toEqual([]);
});

test('what a live connection cannot take is refused before anything is stored', async () => {
  await apiOf().store.admin.query(`UPDATE connection SET stage = 'live' WHERE connection_id = $1`, [world.connectionId]);
  await apiOf().store.admin.query('UPDATE attention_item SET project_link_id = NULL WHERE attention_item_id = $1', [
    world.attentionItemId,
  ]);
  const answers = [
    await post(inConnection('confirm'), { dryRunAt }),
    await post(inConnection('steps/matchRecords/skip'), { reason: 'agreed by phone' }),
    await post(`/v1/attention-items/${world.attentionItemId}/resolve`, { resolution: 'retry' }),
  ];
  for (const { body } of answers) expect(body).toMatchObject({ status: 409, code: 'not-now' });
  expect(await commands()).toEqual([]);
  expect(apiOf().runs.told).toEqual([]);
});

test('a pair decided on a live connection is told to care as a look at its step', async () => {
  await apiOf().store.admin.query(`UPDATE connection SET stage = 'live' WHERE connection_id = $1`, [world.connectionId]);
  expect((await post(inConnection('matches/emp-1'), { kind: 'company', procoreId: '77' })).status).toBe(200);
  expect(apiOf().runs.told).toMatchObject([
    { workflowId: `care:${world.tenantId}:${world.connectionId}`, name: 'retryStep', message: { stepId: 'matchRecords' } },
  ]);
});

test('a decision made before its step has come is kept for it', async () => {
  apiOf().runs.answers = () => ({ kind: 'refused', says: 'confirm waits for the dry run' });
  const answer = await post(inConnection('confirm'), { dryRunAt });
  expect(answer).toMatchObject({ status: 202, body: { delivered: false } });
  expect(await commands()).toMatchObject([{ kind: 'confirm', delivered: false, applied: false }]);
});

test('a decision for another step, or for a pair that does not exist, is refused', async () => {
  const foreign = await post(inConnection('steps/confirm/input'), {
    kind: 'choose-projects',
    input: { existing: 'all', future: true },
  });
  expect(foreign.body).toMatchObject({ code: 'invalid-input', errors: [{ field: 'kind' }] });
  expect((await post(inConnection('matches/emp-unknown'), { kind: 'company', procoreId: '1' })).status).toBe(404);
  expect(await commands()).toEqual([]);
});

test('an onboarding without credentials awaits them; with them they are stored sealed, and the run is wanted and started', async () => {
  const waiting = await post('/v1/onboardings', { partner: 'hammertech' });
  expect(waiting.body).toMatchObject({ stage: 'onboarding', started: true });
  const clientSecret = 'secret-of-procore-4f2a';
  const address = 'https://us02.procore.com/598134325805321/company/home';
  const given = await post('/v1/onboardings', {
    partner: 'hammertech',
    procore: { clientId: ' client-9 ', clientSecret, address },
  });
  const { connectionId } = given.body as { connectionId: string };
  const { admin } = apiOf().store;
  const rows = await admin.query(
    'SELECT credential_id, shown, last_four, sealed, kind FROM credential WHERE connection_id = $1',
    [connectionId],
  );
  expect(rows.rows).toMatchObject([{ shown: { clientId: 'client-9' }, last_four: '4f2a', kind: 'legacy' }]);
  expect(rows.rows[0].sealed.includes(clientSecret)).toBe(false);
  const place = places.credential(world.tenantId, rows.rows[0].credential_id);
  expect(await apiOf().openSealed(place, rows.rows[0].sealed)).toBe(clientSecret);
  const connection = await admin.query('SELECT claimed_company_id, bound_company_id FROM connection WHERE connection_id = $1', [
    connectionId,
  ]);
  expect(connection.rows).toEqual([{ claimed_company_id: companyId, bound_company_id: null }]);
  const wanted = await admin.query('SELECT workflow_id FROM desired_run WHERE subject_id = $1 AND wanted', [connectionId]);
  expect(wanted.rows).toEqual([{ workflow_id: `onboarding:${world.tenantId}:${connectionId}` }]);
  expect(apiOf().runs.started).toContain(connectionId);
});

test('an onboarding stands even while Temporal is away', async () => {
  apiOf().runs.starts = false;
  const answer = await post('/v1/onboardings', { partner: 'hammertech' });
  expect(answer).toMatchObject({ status: 201, body: { started: false } });
});

test('a submitted secret is answered by its last four characters, a password by none, and neither appears in a log or a row', async () => {
  const clientSecret = 'never-to-be-seen-again-9c1d';
  const password = 'never-to-be-seen-either-77ab';
  const saved = await post(inConnection('credentials'), { clientId: 'client', clientSecret, companyId });
  expect(saved).toMatchObject({ status: 201, body: { endsIn: '9c1d', delivered: true } });
  const login = await post(inConnection('partner-login'), { region: 'au', tenant: 'acme', email: 'a@b.example', password });
  expect(login).toMatchObject({ status: 201, body: { endsIn: null } });
  const kept = await apiOf().store.admin.query('SELECT credential::text AS row FROM credential WHERE purpose = $1', [
    'partner-login',
  ]);
  expect(kept.rows).toHaveLength(1);
  const rows = await apiOf().store.admin.query(
    `SELECT c::text AS row FROM command c WHERE connection_id = $1 UNION ALL SELECT a::text FROM audit_entry a WHERE tenant_id = $2
     UNION ALL SELECT encode(sealed, 'escape') FROM credential WHERE connection_id = $1`,
    [world.connectionId, world.tenantId],
  );
  const everything = [
    saved.text,
    login.text,
    apiOf().logged(),
    JSON.stringify(apiOf().runs.told),
    JSON.stringify(rows.rows),
  ].join('\n');
  expect(everything).not.toContain(clientSecret);
  expect(everything).not.toContain(password);
  expect(JSON.stringify([login.body, kept.rows])).not.toContain('77ab');
});

test('either a company id or an address is taken, and only an address that holds a company', async () => {
  const submit = (company: object) =>
    post(inConnection('credentials'), { clientId: 'c', clientSecret: 'long-enough', ...company });
  expect((await submit({})).body).toMatchObject({ errors: [{ field: 'companyId' }] });
  expect((await submit({ companyId, address: 'https://x.example/1/company/home' })).body).toMatchObject({
    errors: [{ field: 'companyId' }],
  });
  for (const address of [
    'https://app.procore.com/123/project/home',
    'company/home',
    'javascript:1/company/',
    'https://app.procore.com/',
  ]) {
    expect((await submit({ address })).body).toMatchObject({ errors: [{ field: 'address' }] });
  }
  for (const address of [
    `https://us02.procore.com/${companyId}/company/home`,
    `https://app.procore.com/webclients/host/companies/${companyId}/tools`,
  ]) {
    expect((await submit({ address })).status).toBe(201);
  }
  expect((await submit({ companyId: Number.MAX_SAFE_INTEGER + 1 })).body).toMatchObject({ errors: [{ field: 'companyId' }] });
  expect((await submit({ companyId: '9007199254740993' })).status).toBe(201);
});

test('a connection that is bound takes no credential for another company', async () => {
  await apiOf().store.admin.query('UPDATE connection SET bound_company_id = $2 WHERE connection_id = $1', [
    world.connectionId,
    companyId,
  ]);
  const answer = await post(inConnection('credentials'), { clientId: 'c', clientSecret: 'long-enough', companyId: '1' });
  expect(answer.body).toMatchObject({ status: 409, code: 'not-now', errors: [{ field: 'companyId' }] });
  const rows = await apiOf().store.admin.query('SELECT 1 FROM credential WHERE connection_id = $1', [world.connectionId]);
  expect(rows.rows).toEqual([]);
});

test('deliveries show states and trails, never keys or contents', async () => {
  const answer = await apiOf().call('get', `/v1/deliveries?projectLinkId=${world.projectLinkId}`, { key: world.key });
  expect(answer.body).toMatchObject({ items: [{ state: 'queued', trail: [{ state: 'queued' }] }], nextCursor: null });
  expect(answer.text).not.toContain('secret-');
});

test('a list is walked page by page without loss or repeat', async () => {
  const made: string[] = [world.connectionId, world.peopleConnectionId];
  for (let count = 0; count < 5; count += 1) {
    const { body } = await post('/v1/onboardings', { partner: 'hammertech' });
    made.push(String(Object(body).connectionId));
  }
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`;
    const page = await apiOf().call('get', `/v1/connections?limit=2${query}`, { key: world.key });
    const body = page.body as { items: { connectionId: string }[]; nextCursor: string | null };
    seen.push(...body.items.map((item) => item.connectionId));
    cursor = body.nextCursor;
  } while (cursor !== null);
  expect(seen.toSorted()).toEqual(made.toSorted());
});
