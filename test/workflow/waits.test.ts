import { expect, test } from '@jest/globals';
import type { Outcome } from '../../shared/domain/steps.ts';
import { useSkippingGround } from './ground.ts';
import { beginOnboarding } from './runs.ts';
import { met, waitingOn } from './script.ts';

const ground = useSkippingGround();
const dayMs = 86_400_000;

const words = { seen: 'they have the mail', needed: 'they sign in', where: 'in the mail' };
const endingAt = (untilMs: number): Outcome => ({ state: 'waiting', on: 'contractor', ...words, untilMs });

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

test('a wait with an end expires its days after that end, and its owner is reminded as ever', async () => {
  const { client, script, now } = ground();
  const began = await now();
  const at: number[] = [];
  const noted = async () => {
    at.push(Math.round(((await now()) - began) / dayMs));
  };
  script.outcomes.set('awaitCredentials', endingAt(began + 30 * dayMs));
  script.pace = { ...script.pace, watchFirstMs: dayMs, watchCeilingMs: dayMs };
  script.instead.remind = noted;
  script.instead.endOnboarding = noted;
  const { handle } = await beginOnboarding(client);
  await expect(handle.result()).resolves.toEqual({ ended: 'expired' });
  expect(at).toEqual([1, 3, 7, 60]);
});

test('a wait whose end moves, as that of a link that is sent again, starts its days over', async () => {
  const { client, script, now, sleep } = ground();
  const began = await now();
  const at: number[] = [];
  const noted = async () => {
    at.push(Math.round(((await now()) - began) / dayMs));
  };
  script.outcomes.set('awaitCredentials', endingAt(began + 30 * dayMs));
  script.pace = { ...script.pace, watchFirstMs: 3_600_000, watchCeilingMs: 3_600_000 };
  script.instead.remind = noted;
  script.instead.endOnboarding = noted;
  const { handle } = await beginOnboarding(client);
  await sleep(24 * dayMs);
  script.outcomes.set('awaitCredentials', endingAt(began + 54 * dayMs));
  await expect(handle.result()).resolves.toEqual({ ended: 'expired' });
  expect(at).toEqual([1, 3, 7, 25, 27, 31, 84]);
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
