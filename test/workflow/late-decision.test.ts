import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { StepRow } from '../../activities/contract.ts';
import { Fault } from '../../shared/domain/faults.ts';
import type { StepAnswer } from '../../shared/domain/messages.ts';
import { restingOn } from '../../shared/domain/steps.ts';
import { hammertech } from '../../workflows/plans/hammertech.ts';
import { eventually } from '../support/eventually.ts';
import { useRealGround } from './ground.ts';
import { beginOnboarding, tell } from './runs.ts';
import { met, type Script, waitingOn } from './script.ts';

const ground = useRealGround();
const says = 'applied; 4 steps are looked at again';

/** Rows as the store would have them: what a check met is done, until a decision takes it back. */
function storedRows(script: Script) {
  const done = new Set<string>();
  script.instead.openOnboarding = async () => ({
    pace: script.pace,
    stage: 'onboarding',
    companyId: null,
    steps: hammertech.steps.map(
      ({ id }): StepRow => ({ stepId: id, state: done.has(id) ? 'done' : 'pending', outcome: null, sinceMs: 0, reminders: 0 }),
    ),
    commandCursor: '0',
  });
  const before = (stepId: string): void => {
    const outcome = script.outcomes.get(stepId);
    script.outcomes.set(stepId, async () => {
      const seen = outcome instanceof Function ? await outcome() : (outcome ?? met);
      if ('state' in seen && seen.state === 'met') done.add(stepId);
      return seen;
    });
  };
  for (const { id } of hammertech.steps) before(id);
  const takeBack = (from: string): void => {
    for (const id of restingOn(hammertech.steps, from)) done.delete(id);
  };
  return { done, takeBack };
}

const checksOf = (script: Script, stepId: string): number => script.countOf('checkStep', stepId);

/** An onboarding that only waits for the confirmation. */
async function waitingForGo() {
  const { client, script } = ground();
  script.outcomes.set('confirm', waitingOn('admin'));
  const rows = storedRows(script);
  const run = await beginOnboarding(client);
  await eventually('it waits for the confirmation', () => script.countOf('watchStep', 'confirm') >= 1);
  return { script, rows, run };
}

test('a late choice is applied in the rows first; the run takes them over, works the steps again in order, and says how many', async () => {
  const { script, rows, run } = await waitingForGo();
  script.instead.applyDecisions = async () => {
    rows.takeBack('assignProjects');
    return { applied: 1, says };
  };
  const already = script.asked.length;
  const answer = (await tell(run, 'retryStep', { stepId: 'assignProjects' })) as StepAnswer; // the Update's own type
  expect(answer).toMatchObject({ stepId: 'assignProjects', says });
  expect(answer.state).not.toBe('done');
  await eventually('the confirmation is awaited anew', () => checksOf(script, 'confirm') === 2);
  const again = script.asked.slice(already).flatMap(({ name, input }) => (name === 'checkStep' ? [stepOf(input)] : []));
  expect(again).toEqual(['assignProjects', 'matchRecords', 'dryRun', 'confirm']);
  expect(checksOf(script, 'verifyCredentials')).toBe(1);
  script.outcomes.set('confirm', met);
  await expect(run.handle.result()).resolves.toEqual({ ended: 'live' });
});

const stepOf = (input: unknown): unknown =>
  typeof input === 'object' && input !== null && 'stepId' in input ? input.stepId : '';

test('where the answer to an applied decision is lost, the rows are taken over all the same', async () => {
  const { script, rows, run } = await waitingForGo();
  script.instead.applyDecisions = async () => {
    rows.takeBack('assignProjects');
    throw new Fault('network');
  };
  await expect(tell(run, 'retryStep', { stepId: 'assignProjects' })).rejects.toThrow();
  await eventually('the dry run is made again', () => checksOf(script, 'dryRun') === 2);
  await run.handle.terminate();
});

test('a decision of which nobody told the run is found by the next look: what it took back is worked again', async () => {
  const { script, rows, run } = await waitingForGo();
  rows.takeBack('assignProjects');
  script.instead.watchStep = async () => ({ reopened: true });
  await eventually('the dry run is made again', () => checksOf(script, 'dryRun') === 2);
  delete script.instead.watchStep;
  script.outcomes.set('confirm', met);
  await expect(run.handle.result()).resolves.toEqual({ ended: 'live' });
});

test('looking again without a decision reopens nothing, whoever asks', async () => {
  const { script, run } = await waitingForGo();
  for (const stepId of ['assignProjects', 'matchRecords']) {
    await expect(tell(run, 'retryStep', { stepId })).resolves.toMatchObject({ stepId, state: 'done' });
    expect(checksOf(script, stepId)).toBe(1);
  }
  expect(checksOf(script, 'dryRun')).toBe(1);
  await run.handle.terminate();
});

test('what a check saw of a step that was taken back meanwhile counts for nothing', async () => {
  const { client, script } = ground();
  let go: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  let asked = 0;
  script.outcomes.set('confirm', async () => {
    asked += 1;
    if (asked !== 1) return waitingOn('admin', 'another dry run');
    await held;
    return met;
  });
  const rows = storedRows(script);
  const run = await beginOnboarding(client);
  await eventually('the confirmation is being checked', () => asked === 1);
  script.instead.applyDecisions = async () => {
    rows.takeBack('assignProjects');
    return { applied: 1, says };
  };
  await tell(run, 'retryStep', { stepId: 'assignProjects' });
  go();
  await eventually('the confirmation of the new dry run is awaited', () => script.countOf('watchStep', 'confirm') >= 1);
  expect(checksOf(script, 'live')).toBe(0);
  await run.handle.terminate();
});

test('a pair that support applies for a person repeats the matching and the dry run', async () => {
  const { script, rows, run } = await waitingForGo();
  script.instead.applyInput = async () => {
    rows.takeBack('matchRecords');
    return { applied: true, says: 'applied; 3 steps are looked at again' };
  };
  const update = tell(run, 'provideInput', { stepId: 'matchRecords', commandId: randomUUID() });
  await expect(update).resolves.toMatchObject({ stepId: 'matchRecords', says: 'applied; 3 steps are looked at again' });
  await eventually('the dry run is made again', () => checksOf(script, 'dryRun') === 2);
  expect(checksOf(script, 'assignProjects')).toBe(1);
  await run.handle.terminate();
});

test('a further sign-in is looked at by its step, which stays done', async () => {
  const { script, run } = await waitingForGo();
  await expect(tell(run, 'retryStep', { stepId: 'proveOwnership' })).resolves.toMatchObject({ state: 'done' });
  expect(checksOf(script, 'proveOwnership')).toBe(2);
  await run.handle.terminate();
});

test.each(['contractorSignsIn', 'authorizeContractor', 'authorizeResponders'])(
  'a further sign-in of who authorizes for themselves is looked at by %s, and what it takes back is worked again',
  async (stepId) => {
    const { client, script } = ground();
    script.outcomes.set('live', waitingOn('admin'));
    const run = await beginOnboarding(client, 'part3');
    await eventually('all but the last step is done', () => script.countOf('watchStep', 'live') >= 1);
    script.rows.push({ stepId: 'confirmRole', state: 'pending', outcome: null, sinceMs: 0, reminders: 0 });
    await tell(run, 'retryStep', { stepId });
    expect(checksOf(script, stepId)).toBeGreaterThan(1);
    await eventually('the role is asked for anew', () => checksOf(script, 'confirmRole') === 2);
    await run.handle.terminate();
  },
);
