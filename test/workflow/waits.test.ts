import { expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { useSkippingGround } from './ground.ts';
import { beginOnboarding, tell } from './runs.ts';
import { met, waitingOn } from './script.ts';

const ground = useSkippingGround();
const dayMs = 86_400_000;

test('the owner is reminded on day 1, 3 and 7, and the wait expires on day 30', async () => {
  const { client, script, now } = ground();
  const at: number[] = [];
  script.outcomes.set('awaitCredentials', waitingOn('admin'));
  script.pace = { ...script.pace, watchFirstMs: dayMs / 2, watchCeilingMs: dayMs };
  script.instead.remind = async () => {
    at.push(await now());
  };
  script.instead.endOnboarding = async () => {
    at.push(await now());
  };
  const began = await now();
  const { handle } = await beginOnboarding(client);
  await expect(handle.result()).resolves.toEqual({ ended: 'expired' });
  expect(at.map((ms) => Math.round((ms - began) / dayMs))).toEqual([1, 3, 7, 30]);
  expect(script.asked.at(-1)).toMatchObject({ name: 'endOnboarding', input: { ended: 'expired' } });
});

test('reminders that were sent before a run began are not sent again', async () => {
  const { client, script, now } = ground();
  const outcome = waitingOn('admin');
  script.outcomes.set('awaitCredentials', outcome);
  script.pace = { ...script.pace, watchFirstMs: dayMs / 2, watchCeilingMs: dayMs };
  script.rows.push({ stepId: 'awaitCredentials', state: 'waiting', outcome, sinceMs: (await now()) - 4 * dayMs, reminders: 2 });
  const { handle } = await beginOnboarding(client);
  await handle.result();
  expect(script.asked.flatMap(({ name, input }) => (name === 'remind' ? [input] : []))).toMatchObject([{ reminder: 3 }]);
});

test('a wait that became another one starts its days over', async () => {
  const { client, script, now, sleep } = ground();
  script.outcomes.set('awaitCredentials', waitingOn('admin'));
  script.pace = { ...script.pace, watchFirstMs: 3_600_000, watchCeilingMs: 3_600_000 };
  const began = await now();
  let ended = 0;
  script.instead.endOnboarding = async () => {
    ended = await now();
  };
  const { handle } = await beginOnboarding(client);
  await sleep(20 * dayMs);
  script.outcomes.set('awaitCredentials', waitingOn('admin', 'the company id is missing'));
  await expect(handle.result()).resolves.toEqual({ ended: 'expired' });
  expect(Math.round((ended - began) / dayMs)).toBe(50);
  expect(script.countOf('remind')).toBe(6);
});

test('retryStep answers at once with what one quick check saw, and the watch goes on from there', async () => {
  const { client, script } = ground();
  script.outcomes.set('verifyPartner', waitingOn('admin'));
  const run = await beginOnboarding(client);
  await eventually('the step is watched', () => script.countOf('watchStep', 'verifyPartner') >= 1);
  const checksBefore = script.countOf('checkStep', 'verifyPartner');
  await expect(tell(run, 'retryStep', { stepId: 'verifyPartner' })).resolves.toMatchObject({ state: 'waiting' });
  expect(script.countOf('checkStep', 'verifyPartner')).toBe(checksBefore + 1);
  const changed = waitingOn('admin', 'the login sees two of five projects');
  script.outcomes.set('verifyPartner', changed);
  await expect(tell(run, 'retryStep', { stepId: 'verifyPartner' })).resolves.toEqual({
    stepId: 'verifyPartner',
    state: 'waiting',
    outcome: changed,
  });
  await eventually('the new watch knows the new outcome', () =>
    script.asked.some(({ name, input }) => name === 'watchStep' && JSON.stringify(input).includes('two of five')),
  );
  script.outcomes.set('verifyPartner', met);
  await expect(tell(run, 'retryStep', { stepId: 'verifyPartner' })).resolves.toMatchObject({ state: 'done' });
  await expect(run.handle.result()).resolves.toEqual({ ended: 'live' });
});

test('several presses at once are one check', async () => {
  const { client, script } = ground();
  script.outcomes.set('verifyPartner', waitingOn('admin'));
  const run = await beginOnboarding(client);
  await eventually('the step is watched', () => script.countOf('watchStep', 'verifyPartner') >= 1);
  const before = script.countOf('checkStep', 'verifyPartner');
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  script.outcomes.set('verifyPartner', async () => {
    await held;
    return met;
  });
  const presses = Array.from({ length: 5 }, () => tell(run, 'retryStep', { stepId: 'verifyPartner' }));
  await eventually('the check is under way', () => script.countOf('checkStep', 'verifyPartner') > before);
  release();
  await expect(Promise.all(presses)).resolves.toHaveLength(5);
  expect(script.countOf('checkStep', 'verifyPartner')).toBe(before + 1);
  await run.handle.result();
});

test('a stated wait is slept and then called again', async () => {
  const { client, script, now } = ground();
  const until = (await now()) + 2 * 3_600_000;
  let calls = 0;
  script.outcomes.set('verifyCredentials', async () => {
    calls += 1;
    return calls === 1 ? { waitUntilMs: until, why: 'Procore’s hourly limit' } : met;
  });
  const { handle } = await beginOnboarding(client);
  await expect(handle.result()).resolves.toEqual({ ended: 'live' });
  expect(calls).toBe(2);
  expect(await now()).toBeGreaterThanOrEqual(until);
});
