import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { sendUpdate } from '../../shared/temporal/updates.ts';
import { useRealGround } from './ground.ts';
import { beginSync, finish } from './runs.ts';
import { onlyWhenTold, quietReport } from './script.ts';

const ground = useRealGround();

async function runsOf(workflowId: string): Promise<number> {
  let runs = 0;
  const { client } = ground();
  const handle = client.workflow.getHandle(workflowId);
  let runId = (await handle.describe()).runId;
  for (;;) {
    runs += 1;
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const before = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    if (!before) return runs;
    runId = before;
  }
}

test('50 Updates that wait for a cycle, across 25 runs, are all answered, and 150 signals among them lose nothing', async () => {
  const { client, script } = ground();
  script.pace.cyclesPerRun = 1;
  script.pace.cycleBusyMs = 60_000;
  let streams = 0;
  script.stream = async () => {
    streams += 1;
    return { ...quietReport, created: 1 };
  };
  const run = await beginSync(client);
  const answers: unknown[] = [];
  for (let batch = 0; batch < 25; batch += 1) {
    const signals = Array.from({ length: 6 }, () => run.handle.signal('recordsChanged'));
    const updates = Array.from({ length: 2 }, () =>
      sendUpdate(client, {
        workflowId: run.workflowId,
        name: 'syncNow',
        message: {},
        updateId: randomUUID(),
        deadlineMs: 30_000,
      }),
    );
    // a cycle for each batch, so that runs fill and end between and during the batches
    answers.push(...(await Promise.all(updates)));
    await Promise.all(signals);
  }
  expect(answers).toHaveLength(50);
  for (const answer of answers) expect(answer).toMatchObject({ kind: 'answered', answer: { accepted: true } });
  await finish(run, script);
  expect(streams).toBeGreaterThanOrEqual(25);
  expect(await runsOf(run.workflowId)).toBeGreaterThanOrEqual(25);
}, 120_000);

test('an Update that was answered in the run before has no second effect in this one', async () => {
  const { client, script } = ground();
  script.pace.cyclesPerRun = 1;
  const run = await beginSync(client);
  const updateId = randomUUID();
  const retry = () => run.handle.executeUpdate('retryItems', { args: [{ reason: 'unmatched-company' }], updateId });
  await expect(retry()).resolves.toEqual({ accepted: true, says: '2 items are sent again' });
  const first = (await run.handle.describe()).runId;
  await run.handle.executeUpdate('syncNow', { args: [{}] });
  await run.handle.executeUpdate('syncNow', { args: [{}] });
  expect((await run.handle.describe()).runId).not.toBe(first);
  await expect(retry()).resolves.toEqual({ accepted: true, says: 'already applied' });
  expect(script.countOf('retryItems')).toBe(1);
  await finish(run, script);
});

test('pause and the next due time survive continue-as-new', async () => {
  const { client, script } = ground();
  let paused = false;
  const link = script.link;
  script.link = async () => ({ ...(link instanceof Function ? await link() : link), paused });
  script.instead.setPaused = async (input) => {
    paused = input.paused;
  };
  Object.assign(script.pace, onlyWhenTold, { cyclesPerRun: 1 });
  const run = await beginSync(client);
  await run.handle.executeUpdate('syncNow', { args: [{}] });
  const streams = script.countOf('runStream');
  await run.handle.executeUpdate('pause', { args: [{ reason: 'a test' }] });
  await expect(run.handle.executeUpdate('syncNow', { args: [{}] })).rejects.toThrow();
  expect(script.countOf('runStream')).toBe(streams);
  await run.handle.executeUpdate('resume', { args: [{}] });
  await expect(run.handle.executeUpdate('syncNow', { args: [{}] })).resolves.toMatchObject({ accepted: true });
  await finish(run, script);
});
