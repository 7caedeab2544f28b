import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { restingOn, type StepState } from '../../shared/domain/steps.ts';
import { createConnection } from '../../shared/store/connections/connections.ts';
import { dueAgain, ensureSteps, listSteps, reopenSteps, storeOutcome, storeSkip } from '../../shared/store/connections/steps.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { plans } from '../../workflows/plans/index.ts';
import { useTestStore } from '../support/store.ts';

const store = useTestStore();
const { steps } = plans.hammertech;
const met = { state: 'met', evidence: { seen: 'as it should be' } } as const;
const waiting = { state: 'waiting', on: 'admin', seen: 'nothing chosen', needed: 'a choice', where: 'here' } as const;
const resting = restingOn(steps, 'assignProjects');

async function onboarded(states: Readonly<Record<string, 'done' | 'skipped' | 'waiting'>>) {
  const tenantId = await store().newTenant();
  const connectionId = randomUUID();
  const run = <Result>(work: (db: Db) => Promise<Result>): Promise<Result> => withTenant(store().pool, tenantId, work);
  await run(async (db) => {
    await createConnection(db, { tenantId, connectionId, partner: 'hammertech', scope: 'company' });
    await ensureSteps(db, tenantId, connectionId, steps);
    for (const [stepId, state] of Object.entries(states)) {
      if (state === 'skipped') await storeSkip(db, connectionId, stepId, 'support');
      else {
        const outcome = state === 'done' ? met : waiting;
        await storeOutcome(db, { connectionId, stepId, outcome, doneBy: 'system', by: 'onboarding' });
      }
    }
  });
  const rows = async () => new Map((await run((db) => listSteps(db, connectionId))).map((row) => [row.stepId, row]));
  return { connectionId, run, rows };
}

const statesOf = (rows: ReadonlyMap<string, { state: StepState }>, ids: readonly string[]): (StepState | undefined)[] =>
  ids.map((id) => rows.get(id)?.state);

test('what was done or skipped on the former choice is pending again, without evidence; the rest stays as it is', async () => {
  const { connectionId, run, rows } = await onboarded({
    ...{ verifyCredentials: 'done', assignProjects: 'done', matchRecords: 'done', dryRun: 'skipped', confirm: 'waiting' },
  });
  const before = await rows();
  expect(await run((db) => reopenSteps(db, connectionId, resting, 'assignProjects'))).toBe(4);
  const after = await rows();
  expect(statesOf(after, resting)).toEqual(['pending', 'pending', 'pending', 'pending', 'pending']);
  for (const id of resting) {
    expect(after.get(id)).toMatchObject({ outcome: null, doneAt: null, doneBy: null, checkedAt: null, generation: 2 });
  }
  expect(after.get('verifyCredentials')).toEqual(before.get('verifyCredentials'));
});

test('a decided step that only waited goes on waiting: its wait and its reminders do not start over', async () => {
  const { connectionId, run, rows } = await onboarded({ assignProjects: 'waiting' });
  const before = (await rows()).get('assignProjects');
  expect(await run((db) => reopenSteps(db, connectionId, resting, 'assignProjects'))).toBe(1);
  const after = (await rows()).get('assignProjects');
  expect(after).toMatchObject({ state: 'waiting', since: before?.since, generation: 2 });
});

test('on a live connection nothing is taken back by a decision: its steps are due, and only care says what holds', async () => {
  const { connectionId, run, rows } = await onboarded({ assignProjects: 'done', matchRecords: 'skipped', dryRun: 'done' });
  expect(await run((db) => dueAgain(db, connectionId, ['assignProjects', 'matchRecords']))).toBe(2);
  const after = await rows();
  expect(statesOf(after, ['assignProjects', 'matchRecords', 'dryRun'])).toEqual(['done', 'skipped', 'done']);
  expect(after.get('assignProjects')).toMatchObject({ checkedAt: null, generation: 2 });
  expect(after.get('dryRun')).toMatchObject({ generation: 1 });
});
