import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import { sweepAnswers } from '../../shared/store/idempotency.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { useTestApi } from '../support/api.ts';
import { companyId, newWorld, type World } from '../support/api-world.ts';

const apiOf = useTestApi();
let world: World;

beforeEach(async () => {
  world = await newWorld(apiOf());
});

const post = (path: string, body: unknown, idempotencyKey: string, key = world.key) =>
  apiOf().call('post', path, { key, body, headers: { 'idempotency-key': idempotencyKey } });

const connectionsOf = async (tenantId: string): Promise<number> => {
  const rows = await apiOf().store.admin.query('SELECT 1 FROM connection WHERE tenant_id = $1', [tenantId]);
  return rows.rows.length;
};

test('a repeat is given the first answer and does nothing again', async () => {
  const key = randomUUID();
  const before = await connectionsOf(world.tenantId);
  const first = await post('/v1/onboardings', { partner: 'hammertech' }, key);
  const repeat = await post('/v1/onboardings', { partner: 'hammertech' }, key);
  expect(first.status).toBe(201);
  expect(repeat.status).toBe(201);
  expect(repeat.body).toEqual(first.body);
  expect(first.headers.get('idempotency-replayed')).toBeNull();
  expect(repeat.headers.get('idempotency-replayed')).toBe('true');
  expect(await connectionsOf(world.tenantId)).toBe(before + 1);
});

test('the same key with another body is refused, and so is another address', async () => {
  const key = randomUUID();
  await post('/v1/onboardings', { partner: 'hammertech' }, key);
  const otherBody = { partner: 'hammertech', procore: { clientId: 'a', clientSecret: 'a-long-secret', companyId } };
  expect((await post('/v1/onboardings', otherBody, key)).body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
  const elsewhere = await post(`/v1/connections/${world.connectionId}/sign-ins`, {}, key);
  expect(elsewhere.body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
});

test('the same key of another tenant is another key', async () => {
  const key = randomUUID();
  const other = await newWorld(apiOf());
  const ours = await post('/v1/onboardings', { partner: 'hammertech' }, key);
  const theirs = await post('/v1/onboardings', { partner: 'hammertech' }, key, other.key);
  expect(theirs.status).toBe(201);
  expect(theirs.body).not.toEqual(ours.body);
});

test('while the first is at work a repeat is told to wait, and then gets its answer', async () => {
  const key = randomUUID();
  const path = `/v1/connections/${world.connectionId}/steps/verifyCredentials/retry`;
  let arrived: () => void = () => undefined;
  const atWork = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  let finish: () => void = () => undefined;
  const { runs } = apiOf();
  const usual = runs.answers;
  runs.answers = () => {
    arrived();
    return new Promise((resolve) => {
      finish = () => resolve({ kind: 'answered', answer: { stepId: 'verifyCredentials', state: 'stuck' } });
    });
  };
  const first = post(path, {}, key);
  await atWork;
  expect((await post(path, {}, key)).body).toMatchObject({ status: 409, code: 'idempotency-in-progress' });
  finish();
  runs.answers = usual;
  const answer = await first;
  expect((await post(path, {}, key)).body).toEqual(answer.body);
  const rows = await apiOf().store.admin.query('SELECT 1 FROM command WHERE connection_id = $1', [world.connectionId]);
  expect(rows.rows).toHaveLength(1);
});

test('a request that was refused may be sent again under its key', async () => {
  const key = randomUUID();
  const path = `/v1/connections/${world.connectionId}/steps/verifyCredentials/skip`;
  const { runs } = apiOf();
  const usual = runs.answers;
  runs.answers = () => ({ kind: 'refused', says: 'this step cannot be skipped' });
  expect((await post(path, { reason: 'because of that' }, key)).body).toMatchObject({
    code: 'not-now',
    detail: 'this step cannot be skipped',
  });
  runs.answers = usual;
  expect((await post(path, { reason: 'because of that' }, key)).status).toBe(200);
});

test('a process that died at work is taken over after a minute, and makes the same thing, not another', async () => {
  const key = randomUUID();
  const before = await connectionsOf(world.tenantId);
  const first = await post('/v1/onboardings', { partner: 'hammertech' }, key);
  await apiOf().store.admin.query(
    "UPDATE idempotency_answer SET status = NULL, body = NULL, created_at = created_at - interval '61 seconds' WHERE tenant_id = $1",
    [world.tenantId],
  );
  const again = await post('/v1/onboardings', { partner: 'hammertech' }, key);
  expect(again.body).toEqual(first.body);
  expect(await connectionsOf(world.tenantId)).toBe(before + 1);
});

test('after three days, and after a restore, an answer is void', async () => {
  const retry = `/v1/connections/${world.connectionId}/steps/verifyCredentials/retry`;
  for (const change of ["created_at = created_at - interval '73 hours'", "restore_epoch = 'before the restore'"]) {
    const key = randomUUID();
    await post(retry, {}, key);
    await apiOf().store.admin.query(`UPDATE idempotency_answer SET ${change} WHERE tenant_id = $1`, [world.tenantId]);
    const again = await post(retry, {}, key);
    expect(again.status).toBe(200);
    expect(again.headers.get('idempotency-replayed')).toBeNull();
  }
  await apiOf().store.admin.query(
    "UPDATE idempotency_answer SET created_at = created_at - interval '73 hours' WHERE tenant_id = $1",
    [world.tenantId],
  );
  expect(await withTenant(apiOf().store.pool, world.tenantId, sweepAnswers)).toBe(2);
});

test('neither a link nor a secret is kept in an answer, and yet the repeat carries the same link', async () => {
  const key = randomUUID();
  const path = `/v1/connections/${world.connectionId}/sign-ins`;
  const first = await post(path, {}, key);
  const repeat = await post(path, {}, key);
  expect(repeat.body).toEqual(first.body);
  const secret = 'the-client-secret-0f7a';
  await post(
    `/v1/connections/${world.connectionId}/credentials`,
    { clientId: 'c', clientSecret: secret, companyId },
    randomUUID(),
  );
  const rows = await apiOf().store.admin.query('SELECT i::text AS kept FROM idempotency_answer i WHERE tenant_id = $1', [
    world.tenantId,
  ]);
  const kept = rows.rows.map((row: { kept: string }) => row.kept).join('\n');
  const { url } = first.body as { url: string };
  expect(url).toMatch(/\/connect\/[A-Za-z0-9_-]{43}$/);
  expect(kept).not.toContain(url.split('/').at(-1));
  expect(kept).not.toContain(secret);
  expect(kept).not.toContain(Buffer.from(secret).toString('hex'));
});
