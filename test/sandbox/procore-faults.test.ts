import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { FaultKind } from '../../sandbox/kernel/faults.ts';
import {
  type Ground,
  openGround,
  type Reply,
  type SmallWorld,
  serviceAccount,
  smallWorld,
  trueManpower,
} from './procore-ground.ts';

let small: SmallWorld;
let ground: Ground;
let token: string;
beforeEach(async () => {
  small = smallWorld();
  ground = await openGround(small);
  token = await ground.serviceToken(serviceAccount(small));
});
afterEach(() => ground.close());

const operationId = 'RestV10ProjectsProjectIdManpowerLogsPost';
const write = () =>
  ground.call('POST', `/rest/v1.0/projects/${small.project.id}/manpower_logs`, {
    token,
    body: { manpower_log: { num_workers: 1, num_hours: '8' } },
  });
const fault = (effect: FaultKind, more: { nth?: number; times?: number } = {}) =>
  small.world.faults.add({ match: { operationId }, effect, ...more });

const cases: [FaultKind, number | 'cut', number][] = [
  [{ kind: 'reset-before' }, 'cut', 0],
  [{ kind: 'reset-after-commit' }, 'cut', 1],
  [{ kind: 'status-before', status: 502 }, 502, 0],
  [{ kind: 'status-after-commit', status: 500 }, 500, 1],
  [{ kind: 'garbage-after-commit' }, 200, 1],
  [{ kind: 'delay', ms: 30 }, 201, 1],
  [{ kind: 'rate-limit', window: 'spike' }, 429, 0],
  [{ kind: 'unavailable', retryAfter: 7 }, 503, 0],
  [{ kind: 'revoke-token' }, 401, 0],
];

test.each(cases)('%o: the caller sees %s and %i records are committed', async (effect, seen, committed) => {
  fault(effect);
  const answer: Reply | 'cut' = await write().catch(() => 'cut' as const);
  expect(answer === 'cut' ? 'cut' : answer.status).toBe(seen);
  expect(trueManpower(small.world)).toHaveLength(committed);
  const entry = small.world.ledger.after(0, { operation: operationId }).at(-1);
  expect(entry).toMatchObject({ fault: effect.kind, status: seen === 'cut' ? null : seen });
  expect(entry?.committed?.action).toBe(committed === 1 ? 'create' : undefined);
});

test('an unparsable 200 is JSON by its header only', async () => {
  fault({ kind: 'garbage-after-commit' });
  const answer = await write();
  expect([answer.headers.get('content-type'), answer.json]).toEqual([expect.stringContaining('application/json'), undefined]);
});

test('503 says how long to wait', async () => {
  fault({ kind: 'unavailable', retryAfter: 7 });
  expect((await write()).headers.get('retry-after')).toBe('7');
});

test('a fault strikes from the n-th matching request for as many as asked', async () => {
  fault({ kind: 'status-before', status: 500 }, { nth: 2, times: 2 });
  const statuses = [];
  for (let call = 0; call < 5; call += 1) statuses.push((await write()).status);
  expect(statuses).toEqual([201, 500, 500, 201, 201]);
  expect(small.world.faults.list()).toEqual([]);
});

test('a fault of another operation or client does not strike', async () => {
  small.world.faults.add({ match: { method: 'GET' }, effect: { kind: 'reset-before' } });
  small.world.faults.add({ match: { clientId: 'somebody' }, effect: { kind: 'reset-before' } });
  small.world.faults.add({ match: { path: '/rest/v1.0/companies/*' }, effect: { kind: 'reset-before' } });
  expect((await write()).status).toBe(201);
});

test('a removed fault does not strike', async () => {
  const { id } = fault({ kind: 'reset-before' });
  expect(small.world.faults.remove(id)).toBe(true);
  expect((await write()).status).toBe(201);
});

test('the ledger names operation, client, user, company, project, request and commit of each call', async () => {
  const answer = await write();
  expect(small.world.ledger.after(0, { project: small.project.id })).toEqual([
    expect.objectContaining({
      operationId,
      status: 201,
      companyId: small.company.id,
      projectId: small.project.id,
      requestId: answer.headers.get('x-request-id'),
      clientId: small.world.apps.find(({ kind }) => kind === 'legacy')?.clientId,
      userId: answer.word('created_by.id'),
      committed: { resource: 'manpower_logs', id: answer.word('id'), action: 'create' },
    }),
  ]);
});
