import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { eventually } from '../support/eventually.ts';
import { startStack, type TestStack } from '../support/stack.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startStack();
}, 120_000);

afterAll(async () => {
  await stack.stop();
}, 60_000);

const kills = 10;

/** A seeded sequence, so that a failing run can be looked at again. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test('the worker is killed ten times during the tour: same end, nothing lost, nothing doubled', async () => {
  const random = sequence(20_261_122);
  const asSupervisor = new pg.Client({ connectionString: stack.adminDatabaseUrl() });
  asSupervisor.on('error', () => undefined); // the database may end before we do
  await asSupervisor.connect();
  const touring = stack.tour('--patience', '240');
  let killed = 0;
  const dead = new Set<number>();
  while (killed < kills) {
    // the first kills fall into the onboarding; the others into the writing, each a random number of deliveries later
    const after = killed < 3 ? 0 : await count(asSupervisor, `settled_at is not null`);
    const more = killed < 3 ? 0 : Math.floor(random() * 18);
    if (killed < 3) await eventually('one more step to be done', async () => (await stepsDone(asSupervisor)) > killed, 120_000);
    else
      await eventually(
        'deliveries to go on',
        async () => (await count(asSupervisor, 'settled_at is not null')) >= after + more + (killed === 3 ? 1 : 0),
        120_000,
      );
    const pid = await eventually('a living worker', () => {
      const current = stack.run().pids['worker'];
      return current !== undefined && !dead.has(current) ? current : undefined;
    });
    process.kill(pid, 'SIGKILL');
    dead.add(pid);
    killed += 1;
  }
  const { code, report } = await touring;
  const caught = await count(asSupervisor, `trail::text like '%lease%'`);
  const settled = await count(asSupervisor, `state = 'done' and trail::text like '%"unknown"%'`);
  await asSupervisor.end();

  expect(dead.size).toBe(kills);
  expect(report).toMatchObject({ ok: true, lost: 0, doubled: 0 });
  expect(report.partners['hammertech']?.streams['manpower']).toMatchObject({ missing: 0, extra: 0 });
  expect(code).toBe(0);
  expect(caught).toBeGreaterThan(0);
  expect(settled).toBeGreaterThan(0);
}, 360_000);

async function count(client: pg.Client, where: string): Promise<number> {
  const answer = await client.query<{ found: string }>(`select count(*) as found from delivery where ${where}`);
  return Number(answer.rows[0]?.found);
}

async function stepsDone(client: pg.Client): Promise<number> {
  const answer = await client.query<{ found: string }>(`select count(*) as found from step where state = 'done'`);
  return Number(answer.rows[0]?.found);
}
