import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { workStep } from './look.ts';
import { remindAndExpire } from './reminders.ts';
import { isSettled, type StepWork } from './step-run.ts';

/**
 * Works every step whose needs are met, in any order, until all steps that hold up the onboarding are settled, somebody stopped
 * it, a wait expired, or `enough` says that the run should end. Throws only on a bug.
 */
export async function workPlan(work: StepWork, enough: () => boolean): Promise<StepWork['ended']> {
  const scope = new CancellationScope();
  let bug: unknown;
  const alone = (task: Promise<void>): void => {
    task.catch((error: unknown) => {
      if (!isCancellation(error)) bug = error;
    });
  };
  await scope.run(async () => {
    for (const run of work.runs) {
      alone(workStep(work, run));
      alone(remindAndExpire(work, run));
    }
  });
  const allSettled = () => work.runs.every((run) => isSettled(run) || !run.step.holdsUp);
  await condition(() => bug !== undefined || work.ended !== undefined || allSettled() || enough());
  scope.cancel();
  if (bug !== undefined) throw bug;
  if (allSettled()) work.ended ??= 'live';
  return work.ended;
}
