import { expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { useRealGround } from './ground.ts';
import { beginOnboarding, tell } from './runs.ts';
import { met, onlyWhenTold, waitingOn } from './script.ts';

const ground = useRealGround();

test('retryStep answers at once with what one quick check saw, and the watch goes on from there', async () => {
  const { client, script } = ground();
  script.outcomes.set('verifyPartner', waitingOn('admin'));
  Object.assign(script.pace, onlyWhenTold);
  const run = await beginOnboarding(client);
  await eventually('the step is watched', () => script.countOf('watchStep', 'verifyPartner') >= 1);
  const checksBefore = script.countOf('checkStep', 'verifyPartner');
  await expect(tell(run, 'retryStep', { stepId: 'verifyPartner' })).resolves.toMatchObject({ state: 'waiting' });
  expect(script.countOf('checkStep', 'verifyPartner')).toBe(checksBefore + 1);
  await eventually('it is watched again', () => script.countOf('watchStep', 'verifyPartner') >= 2);
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
  Object.assign(script.pace, onlyWhenTold);
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
  const press = () => run.handle.startUpdate('retryStep', { args: [{ stepId: 'verifyPartner' }], waitForStage: 'ACCEPTED' });
  const presses = await Promise.all(Array.from({ length: 5 }, press));
  release();
  for (const pressed of presses) await expect(pressed.result()).resolves.toMatchObject({ state: 'done' });
  expect(script.countOf('checkStep', 'verifyPartner')).toBe(before + 1);
  await run.handle.result();
});
