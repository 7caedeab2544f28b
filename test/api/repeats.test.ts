import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { routes } from '../../api/routes/list.ts';
import { useTestApi } from '../support/api.ts';
import { sampleOf } from '../support/api-samples.ts';
import { newWorld, type World } from '../support/api-world.ts';

const apiOf = useTestApi();
const changing = routes.filter(({ method }) => method === 'post').map((route) => [route.id, route] as const);

const post = (world: World, { path, body }: { path: string; body?: unknown }, idempotencyKey: string) =>
  apiOf().call('post', path, { key: world.key, body, headers: { 'idempotency-key': idempotencyKey } });

const sql = (text: string, values: unknown[]) => apiOf().store.admin.query(text, values);

/** The process died, or the store could not be reached, after the work and before its answer was kept. */
const loseTheAnswer = ({ tenantId }: World) =>
  sql(
    "UPDATE idempotency_answer SET status = NULL, body = NULL, created_at = created_at - interval '61 seconds' WHERE tenant_id = $1",
    [tenantId],
  );

/** Meanwhile the runs did what they were told: the item is resolved, the delivery sent, the connection and the link ended. */
async function theWorldGoesOn({ tenantId }: World): Promise<void> {
  await sql("UPDATE attention_item SET resolved_at = now(), resolution = 'retry' WHERE tenant_id = $1", [tenantId]);
  await sql("UPDATE delivery SET state = 'done', release = 'pushed' WHERE tenant_id = $1", [tenantId]);
  await sql("UPDATE project_link SET state = 'unlinked' WHERE tenant_id = $1", [tenantId]);
  await sql("UPDATE connection SET stage = 'disconnected' WHERE tenant_id = $1", [tenantId]);
  await sql("UPDATE dry_run SET begun_at = begun_at + interval '1 day' WHERE tenant_id = $1", [tenantId]);
}

/** What the caller's work left in the store; each changes it once. */
async function traces({ tenantId }: World) {
  const { rows } = await sql(
    `SELECT (SELECT count(*)::int FROM command WHERE tenant_id = $1) AS commands,
      (SELECT count(*)::int FROM audit_entry WHERE tenant_id = $1) AS audited,
      (SELECT count(*)::int FROM connection WHERE tenant_id = $1) AS connections,
      (SELECT count(*)::int FROM credential WHERE tenant_id = $1) AS credentials,
      (SELECT count(*)::int FROM sign_in WHERE tenant_id = $1) AS sign_ins`,
    [tenantId],
  );
  return rows[0];
}

async function heldOnes(world: World): Promise<string> {
  const { rows } = await sql("UPDATE delivery SET release = 'held' WHERE tenant_id = $1 RETURNING delivery_id", [world.tenantId]);
  return rows[0].delivery_id;
}

describe('under one Idempotency-Key every change answers its first answer', () => {
  test.each(changing)('%s: when it is repeated', async (_id, route) => {
    const world = await newWorld(apiOf());
    await heldOnes(world);
    const [sample, key] = [sampleOf(route, world), randomUUID()];
    const first = await post(world, sample, key);
    expect(first.status).toBeLessThan(300);
    await theWorldGoesOn(world);
    const repeat = await post(world, sample, key);
    expect([repeat.status, repeat.body]).toEqual([first.status, first.body]);
    expect(repeat.headers.get('idempotency-replayed')).toBe('true');
  });

  test.each(changing)('%s: when that was lost after the work, and the world has gone on since', async (_id, route) => {
    const world = await newWorld(apiOf());
    await heldOnes(world);
    const [sample, key] = [sampleOf(route, world), randomUUID()];
    const first = await post(world, sample, key);
    const done = await traces(world);
    await loseTheAnswer(world);
    await theWorldGoesOn(world);
    const repeat = await post(world, sample, key);
    expect([repeat.status, repeat.body]).toEqual([first.status, first.body]);
    expect(await traces(world)).toEqual(done);
  });
});

test('held deliveries that were pushed, though the loop could not be told, answer the repeat as pushed', async () => {
  const world = await newWorld(apiOf());
  const deliveryId = await heldOnes(world);
  const push = { path: `/v1/project-links/${world.projectLinkId}/push`, body: { deliveryIds: [deliveryId] } };
  const key = randomUUID();
  const { runs } = apiOf();
  const usual = runs.answers;
  runs.answers = () => ({ kind: 'refused', says: 'the loop is paused' });
  expect((await post(world, push, key)).body).toMatchObject({ status: 409, detail: 'the loop is paused' });
  runs.answers = usual;
  expect((await post(world, push, key)).status).toBe(200);
  // under a key of its own it is another request: there is nothing to push any more
  expect((await post(world, push, randomUUID())).body).toMatchObject({ status: 409, code: 'not-now' });
});
