import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Comparison } from '../../scripts/tour/comparison.ts';
import { jsonClient } from '../../scripts/tour/http.ts';
import { compareManpower, reckonManpower } from '../../scripts/tour/reckoning.ts';
import { truthFrom } from '../../scripts/tour/truth.ts';
import { eventually } from '../support/eventually.ts';
import { startStack, type TestStack } from '../support/stack.ts';

let stack: TestStack;
let rows: pg.Client;

beforeAll(async () => {
  stack = await startStack();
  rows = new pg.Client({ connectionString: stack.adminDatabaseUrl() });
  rows.on('error', () => undefined); // the database may end before we do
  await rows.connect();
}, 120_000);

afterAll(async () => {
  await rows.end();
  await stack.stop();
}, 60_000);

const kills = 10;
/** The first kills fall into the onboarding, the others into the writing. */
const killsWhileOnboarding = 3;

/** A seeded sequence, so that a failing run can be looked at again. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test('the worker is killed ten times during the tour: the same end, nothing lost, nothing doubled', async () => {
  const random = sequence(20_261_122);
  // a far side that takes its time: whenever a kill comes, something is on its way
  const slowly = { match: { operationId: 'RestV10ProjectsProjectIdManpowerLogsPost' }, kind: 'delay', ms: 200, times: 100_000 };
  await stack.control('POST', '/faults', slowly);
  const touring = stack.tour('--patience', '240');
  const dead = new Set<number>();
  while (dead.size < kills) {
    if (dead.size < killsWhileOnboarding) await oneMoreStep(dead.size);
    else await moreDeliveries(dead.size === killsWhileOnboarding ? 1 : Math.floor(random() * 18));
    dead.add(await killWorker(dead));
  }
  await touring;
  await untilAtRest();

  const caught = await count('delivery', `trail::text like '%found in sending with an expired lease%'`);
  const settled = await count('delivery', `state = 'done' and trail::text like '%"unknown"%'`);
  expect({ caught: caught > 0, settled: settled > 0 }).toEqual({ caught: true, settled: true });
  await expectEndOfAnUndisturbedRun();
}, 600_000);

test('the same comparison finds an entry that is gone, one that was changed and one too many', async () => {
  const { entries, comparedWith } = await farSides();
  const [first, second] = entries;
  if (first === undefined || second === undefined) throw new Error('the run before leaves entries');
  expect(comparedWith(entries.slice(1))).toMatchObject({ lost: 1, missing: 1 });
  expect(comparedWith([{ ...first, numWorkers: 999 }, ...entries.slice(1)])).toMatchObject({ lost: 0, missing: 1, extra: 1 });
  expect(comparedWith([...entries, second])).toMatchObject({ doubled: 1, extra: 1 });
});

const oneMoreStep = (than: number): Promise<boolean> =>
  eventually('one more step to be done', async () => (await count('step', `state = 'done'`)) > than, 120_000);

async function moreDeliveries(howMany: number): Promise<void> {
  const before = await count('delivery', 'settled_at is not null');
  const goOn = async (): Promise<boolean> => (await count('delivery', 'settled_at is not null')) >= before + howMany;
  await eventually('deliveries to go on', goOn, 120_000);
}

async function killWorker(dead: ReadonlySet<number>): Promise<number> {
  const pid = await eventually('a living worker', () => {
    const current = stack.run().pids['worker'];
    return current !== undefined && !dead.has(current) ? current : undefined;
  });
  process.kill(pid, 'SIGKILL');
  return pid;
}

/** Nothing is open or waits to be mapped, and every project has gone through a whole cycle since. */
async function untilAtRest(): Promise<void> {
  const nothingOpen = async (): Promise<boolean> =>
    (await count('delivery', `state in ('queued', 'sending', 'unknown')`)) + (await count('touched_group')) === 0;
  await eventually('nothing to be open', nothingOpen, 180_000);
  const { rows: seen } = await rows.query<{ at: Date }>('select clock_timestamp() as at');
  const { api, tenants } = stack.run();
  const keyOf = (tenantId: string): string => Object.values(tenants).find(({ id }) => id === tenantId)?.apiKey ?? '';
  const { rows: links } = await rows.query<{ id: string; tenant: string }>(
    'select project_link_id as id, tenant_id as tenant from project_link',
  );
  expect(links.length).toBeGreaterThan(10);
  await Promise.all(links.map(({ id, tenant }) => jsonClient(api, keyOf(tenant)).post(`/v1/project-links/${id}/sync-now`, {})));
  const cycled = async (): Promise<boolean> => {
    const found = await rows.query('select 1 from project_link where last_cycle_at is null or last_cycle_at <= $1', [
      seen[0]?.at,
    ]);
    return found.rows.length === 0 && (await nothingOpen());
  };
  await eventually('a whole cycle of every project', cycled, 120_000);
}

/** Both far sides now, past the product, by the tour's own reckoning. */
async function farSides() {
  const { procore } = stack.run();
  const truth = truthFrom(jsonClient(procore.control, procore.controlToken));
  const acme = (await truth.companies()).find(({ name }) => name.startsWith('Acme'));
  if (acme === undefined) throw new Error('the sandbox has no Acme Builders');
  const [hammertech, vendors] = await Promise.all([truth.hammertech('acme-safety'), truth.vendors(acme.id)]);
  const { rows: live } = await rows.query<{ at: Date }>(
    `select live_at as at from connection where live_at is not null and partner = 'hammertech'`,
  );
  if (live[0] === undefined) throw new Error('nothing went live');
  const expected = reckonManpower({ hammertech, company: acme, vendors }, live[0].at);
  const entries = await truth.manpower(acme.id);
  return { expected, entries, comparedWith: (those: typeof entries): Comparison => compareManpower(expected, those) };
}

async function expectEndOfAnUndisturbedRun(): Promise<void> {
  const { expected, entries, comparedWith } = await farSides();
  const comparison = comparedWith(entries);
  expect(comparison).toMatchObject({ missing: 0, extra: 0, lost: 0, doubled: 0, examples: [] });
  expect([comparison.source, comparison.target]).toEqual([expected.length, expected.length]);
  // none was ever made and taken away again
  const ever = await stack.control('GET', '/ledger/records?resource=manpower_logs');
  expect((ever as { authorClientId: string | null }[]).filter(({ authorClientId }) => authorClientId !== null)).toHaveLength(
    expected.length,
  );
  expect(await count('record_link', `stream = 'manpower' and target_id is not null`)).toBe(expected.length);
  expect(await count('delivery', `state not in ('done', 'superseded')`)).toBe(0);
  expect(await count('step', `state <> 'done'`)).toBe(0);
  expect(await count('connection', `stage <> 'live'`)).toBe(0);
}

async function count(table: string, where = 'true'): Promise<number> {
  const answer = await rows.query<{ found: string }>(`select count(*) as found from ${table} where ${where}`);
  return Number(answer.rows[0]?.found);
}
