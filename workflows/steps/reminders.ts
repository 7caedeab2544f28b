import { condition, patched } from '@temporalio/workflow';
import { endOf } from '../../shared/domain/steps.ts';
import { checks, phasesOf } from '../calls.ts';
import { untilItWorks } from '../retries.ts';
import type { StepRun, StepWork } from './step-run.ts';

const dayMs = 86_400_000;

const isAwaited = (run: StepRun): boolean => run.state === 'waiting' || run.state === 'stuck';

/**
 * Reminds the owner of a wait on the plan's days, and ends the onboarding if the wait expires. A wait that becomes another one
 * starts its days again. One whose object has an end, such as a link, expires its days after that: until then somebody may come by
 * it, and then whoever is told of the end has time to begin anew. One that does not hold up the onboarding never expires.
 */
export async function remindAndExpire(work: StepWork, run: StepRun): Promise<void> {
  for (;;) {
    await condition(() => isAwaited(run));
    const due = nextDue(run);
    const summary = `${run.step.id}: ${due.kind === 'expiry' ? 'expires' : `reminder ${run.reminders + 1}`}`;
    if (await changesBefore(run, due.atMs, summary)) continue;
    if (due.kind === 'expiry') {
      // a timer of a version that did not know of ends
      if (Date.now() < due.atMs && patched('ends-of-waits')) continue;
      work.ended ??= 'expired';
      return;
    }
    await remind(work, run);
  }
}

function nextDue(run: StepRun): { kind: 'reminder' | 'expiry'; atMs: number } {
  const fromMs = Math.max(run.sinceMs, endOf(run.outcome) ?? 0);
  const expiresMs = run.step.holdsUp ? fromMs + run.step.expiresAfterDays * dayMs : Number.POSITIVE_INFINITY;
  const day = run.step.remindersDays[run.reminders];
  const remindMs = day === undefined ? Number.POSITIVE_INFINITY : run.sinceMs + day * dayMs;
  return remindMs < expiresMs ? { kind: 'reminder', atMs: remindMs } : { kind: 'expiry', atMs: expiresMs };
}

/** Whether the wait ended, or became another one, before that time. */
async function changesBefore(run: StepRun, atMs: number, summary: string): Promise<boolean> {
  const since = run.sinceMs;
  const changed = () => !isAwaited(run) || run.sinceMs !== since;
  const leftMs = atMs - Date.now();
  if (leftMs <= 0) return changed();
  if (Number.isFinite(leftMs)) return await condition(changed, leftMs, { summary });
  await condition(changed);
  return true;
}

async function remind(work: StepWork, run: StepRun): Promise<void> {
  if (work.opened === undefined) return;
  const { pace } = work.opened;
  const input = { ...work.ref, stepId: run.step.id, reminder: run.reminders + 1 };
  const place = { desk: work.desk, name: `reminder of ${run.step.id}`, parkMs: pace.careRoundMs };
  const since = run.sinceMs;
  await untilItWorks(...phasesOf(checks.remind, pace, `${run.step.id}: reminder ${input.reminder}`), input, place);
  if (run.sinceMs === since) run.reminders = input.reminder;
}
