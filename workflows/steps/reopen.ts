import { restingOn } from '../../shared/domain/steps.ts';
import { checks, phasesOf } from '../calls.ts';
import { firstPace, untilItWorks } from '../retries.ts';
import { isSettled, type StepWork, takeBack } from './step-run.ts';

/**
 * Reads the rows again after a decision was applied; they override. A step that is settled here but not there is taken back, with
 * all steps that depend on it; the engine works them again.
 */
export async function takeRowsAgain(work: StepWork): Promise<void> {
  // steps settled while we read are left out: their rows were settled before the run could know it
  const settled = work.runs.filter(isSettled).map((run) => ({ run, before: run.takenBack }));
  const pace = work.opened?.pace ?? firstPace;
  const place = { desk: work.desk, name: 'reading the rows anew', parkMs: firstPace.parkMs };
  const { steps: rows } = await untilItWorks(
    ...phasesOf(checks.openOnboarding, pace, 'read where things stand'),
    work.ref,
    place,
  );
  const open = new Set(rows.flatMap(({ stepId, state }) => (state === 'done' || state === 'skipped' ? [] : [stepId])));
  const steps = work.runs.map(({ step }) => step);
  const found = settled.filter(({ run, before }) => open.has(run.step.id) && run.takenBack === before);
  const back = new Set(found.flatMap(({ run }) => restingOn(steps, run.step.id)));
  if (work.ended !== undefined) return;
  for (const run of work.runs) if (back.has(run.step.id) && run.state !== 'pending') takeBack(work, run);
}
