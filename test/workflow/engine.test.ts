import { expect, test } from '@jest/globals';
import { hammertech } from '../../workflows/plans/hammertech.ts';
import { eventually } from '../support/eventually.ts';
import { useSkippingGround } from './ground.ts';
import { beginOnboarding, tell } from './runs.ts';
import { met, onlyWhenTold, stuckWith, waitingOn } from './script.ts';

const ground = useSkippingGround();

test('a connection whose every step is met goes live, each step after what it needs', async () => {
  const { client, script } = ground();
  const { handle } = await beginOnboarding(client);
  await expect(handle.result()).resolves.toEqual({ ended: 'live' });
  const order = script.asked.flatMap(({ name, input }) =>
    name === 'checkStep' && typeof input === 'object' && input && 'stepId' in input ? [input.stepId] : [],
  );
  expect([...order].sort()).toEqual(hammertech.steps.map(({ id }) => id).sort());
  for (const { id, needs } of hammertech.steps)
    for (const need of needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(id));
  expect(script.asked.at(-1)).toMatchObject({ name: 'endOnboarding', input: { ended: 'live' } });
});

test('steps that do not need each other are worked side by side, and one that waits holds up only what needs it', async () => {
  const { client, script } = ground();
  script.outcomes.set('verifyPartner', waitingOn('admin'));
  Object.assign(script.pace, onlyWhenTold);
  const run = await beginOnboarding(client);
  await eventually('everything beside the waiting step is done', () => script.countOf('checkStep', 'assignProjects') === 1);
  await eventually('the waiting step is watched', () => script.countOf('watchStep', 'verifyPartner') >= 1);
  expect(script.countOf('checkStep', 'matchRecords')).toBe(0);
  script.outcomes.set('verifyPartner', met);
  await tell(run, 'retryStep', { stepId: 'verifyPartner' });
  await expect(run.handle.result()).resolves.toEqual({ ended: 'live' });
});

test('a step heals by itself: no Update between the mending and done', async () => {
  const { client, script } = ground();
  script.outcomes.set('verifyCompanyTemplate', stuckWith('permission-too-low'));
  const { handle } = await beginOnboarding(client);
  await eventually('the step is watched', () => script.countOf('watchStep', 'verifyCompanyTemplate') >= 1);
  script.outcomes.set('verifyCompanyTemplate', met);
  await expect(handle.result()).resolves.toEqual({ ended: 'live' });
});

test('rows win: what is done in the store is not checked again', async () => {
  const { client, script } = ground();
  const done = hammertech.steps
    .slice(0, 5)
    .map(({ id }) => ({ stepId: id, state: 'done' as const, outcome: met, sinceMs: 0, reminders: 0 }));
  script.rows.push(...done);
  const { handle } = await beginOnboarding(client);
  await handle.result();
  for (const { stepId } of done) expect(script.countOf('checkStep', stepId)).toBe(0);
  expect(script.countOf('checkStep')).toBe(hammertech.steps.length - done.length);
});

test('a step that holds nothing up does not keep the connection from going live, and never expires', async () => {
  const { client, script } = ground();
  script.outcomes.set('authorizeResponders', waitingOn('admin'));
  script.outcomes.set('backfill', waitingOn('admin'));
  Object.assign(script.pace, onlyWhenTold);
  const run = await beginOnboarding(client, 'part3');
  await eventually('everything but the two is done', () => script.countOf('watchStep', 'backfill') >= 1);
  expect(script.countOf('checkStep', 'live')).toBe(0);
  script.outcomes.set('backfill', met);
  await tell(run, 'retryStep', { stepId: 'backfill' });
  await expect(run.handle.result()).resolves.toEqual({ ended: 'live' });
});
