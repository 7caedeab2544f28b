import { type CancellationScope, patched } from '@temporalio/workflow';
import type { ConnectionRef, StepRow } from '../../activities/contract.ts';
import { endOf, outcomeKey, type Plan, type Step, type StepState, type ToldOutcome } from '../../shared/domain/steps.ts';
import type { Pace } from '../../shared/domain/workflow-inputs.ts';
import type { Desk } from '../desk.ts';

/**
 * One step while its onboarding runs. `pending` → `checking` → `waiting` | `stuck` → `done` | `skipped`. A step is `pending`
 * again if the rows say so, after a decision that changed what it depends on. `sinceMs` is reset when the outcome changes, and
 * with it the reminders of a wait.
 */
export interface StepRun {
  readonly step: Step;
  state: StepState;
  outcome: ToldOutcome | undefined;
  sinceMs: number;
  reminders: number;
  /** How often it was taken back: outcomes seen before that are discarded. */
  takenBack: number;
  /** The check or watch in progress; cancelled to check again with what is known by then. */
  looking: CancellationScope | undefined;
  /** A check requested by a person, shared by concurrent requests. */
  asked: Promise<void> | undefined;
}

/** Everything the steps of one onboarding share. `opened` is set once the rows were read: they override what history says. */
export interface StepWork {
  readonly ref: ConnectionRef;
  readonly partner: string;
  readonly desk: Desk;
  readonly runs: readonly StepRun[];
  opened: { readonly pace: Pace; readonly companyId: string | null } | undefined;
  ended: 'live' | 'stopped' | 'expired' | undefined;
}

export const createStepWork = (plan: Plan, ref: ConnectionRef, desk: Desk): StepWork => ({
  ref,
  partner: plan.partner,
  desk,
  runs: plan.steps.map((step) => ({
    step,
    state: 'pending',
    outcome: undefined,
    sinceMs: Date.now(),
    reminders: 0,
    takenBack: 0,
    looking: undefined,
    asked: undefined,
  })),
  opened: undefined,
  ended: undefined,
});

/** Applies the rows. A row that was being checked is checked again. */
export function takeRows(work: StepWork, rows: readonly StepRow[]): void {
  const byId = new Map(rows.map((row) => [row.stepId, row]));
  for (const run of work.runs) {
    const row = byId.get(run.step.id);
    if (!row || row.state === 'pending' || row.state === 'checking') continue;
    run.state = row.state;
    run.outcome = row.outcome ?? undefined;
    run.sinceMs = row.sinceMs;
    run.reminders = row.reminders;
  }
  work.desk.mark();
}

/** Makes the step pending again: its outcome is discarded, and its check or watch is cancelled. */
export function takeBack(work: StepWork, run: StepRun): void {
  run.state = 'pending';
  run.outcome = undefined;
  run.sinceMs = Date.now();
  run.reminders = 0;
  run.takenBack += 1;
  run.looking?.cancel();
  work.desk.lift(run.step.id);
  work.desk.mark();
}

export const isSettled = (run: StepRun): boolean => run.state === 'done' || run.state === 'skipped';

export const isReady = (work: StepWork, run: StepRun): boolean => unmetNeeds(work, run).length === 0;

/** The unsettled steps that this one needs. */
export const unmetNeeds = (work: StepWork, run: StepRun): readonly StepRun[] =>
  work.runs.filter((other) => run.step.needs.includes(other.step.id) && !isSettled(other));

export const findRun = (work: StepWork, stepId: string): StepRun | undefined => work.runs.find(({ step }) => step.id === stepId);

export function enter(work: StepWork, run: StepRun, state: StepState): void {
  if (isSettled(run) || run.state === state) return;
  run.state = state;
  run.sinceMs = Date.now();
  work.desk.mark();
}

/** The same is waited for, and ends at another time: a link that was sent again is another wait. */
const endsElsewhere = (before: ToldOutcome | undefined, now: ToldOutcome): boolean =>
  endOf(before) !== endOf(now) && patched('ends-of-waits');

/** Stores the outcome of a check. A settled step is not changed; an equal outcome leaves `sinceMs` alone. */
export function takeOutcome(work: StepWork, run: StepRun, outcome: ToldOutcome): void {
  if (isSettled(run)) return;
  const isNews = outcomeKey(run.outcome) !== outcomeKey(outcome) || endsElsewhere(run.outcome, outcome);
  run.outcome = outcome;
  run.state = outcome.state === 'met' ? 'done' : outcome.state;
  if (isNews) {
    run.sinceMs = Date.now();
    run.reminders = 0;
  }
  work.desk.lift(run.step.id);
  work.desk.mark();
}
