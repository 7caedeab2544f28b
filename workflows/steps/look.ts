import { CancellationScope, condition, isCancellation, sleep } from '@temporalio/workflow';
import type { Reopened, StepRef, WatchInput } from '../../activities/contract.ts';
import { priorityOf } from '../../shared/domain/lanes.ts';
import { endOf, outcomeKey, type ToldOutcome } from '../../shared/domain/steps.ts';
import type { Pace } from '../../shared/domain/workflow-inputs.ts';
import { checks, phasesOf } from '../calls.ts';
import { refusal } from '../failure.ts';
import { isStatedWait, quickRetry, untilItWorks, watchRetry } from '../retries.ts';
import { takeRowsAgain } from './reopen.ts';
import { enter, isReady, isSettled, type StepRun, type StepWork, takeOutcome } from './step-run.ts';

/**
 * Works one step whenever its needs are met and it is not settled, until cancelled: a decision may reopen a settled step. The
 * first look is a check, so that trouble with the far side becomes visible; after that one watch is pending, which returns only
 * when the outcome differs. Its retries cost no history.
 */
export async function workStep(work: StepWork, run: StepRun): Promise<void> {
  for (;;) {
    await condition(() => work.opened !== undefined && !isSettled(run) && isReady(work, run));
    await lookOnce(work, run);
  }
}

/** One check now, in the lane `answers`, and then a new watch that knows its outcome. Concurrent requests share it. */
export async function lookNow(work: StepWork, run: StepRun): Promise<void> {
  if (isSettled(run)) return;
  run.asked ??= askedCheck(work, run).finally(() => {
    run.asked = undefined;
  });
  await run.asked;
}

async function lookOnce(work: StepWork, run: StepRun): Promise<void> {
  const scope = new CancellationScope();
  const before = run.takenBack;
  run.looking = scope;
  try {
    const seen = await scope.run(() => (run.outcome === undefined ? firstCheck(work, run) : watch(work, run, run.outcome)));
    if (isReopened(seen)) await findReopened(work, run);
    else if (run.takenBack === before) takeOutcome(work, run, seen);
  } catch (error) {
    const isOurs = isCancellation(error) && !CancellationScope.current().consideredCancelled;
    if (!isOurs) throw error;
  } finally {
    run.looking = undefined;
  }
}

const isReopened = (seen: ToldOutcome | Reopened): seen is Reopened => 'reopened' in seen;

/** A decision took back what this step needs, without a message to us: the rows say what. If they do not, checks again later. */
async function findReopened(work: StepWork, run: StepRun): Promise<void> {
  await takeRowsAgain(work);
  if (isReady(work, run)) await sleep(paceOf(work).watchFirstMs);
}

async function askedCheck(work: StepWork, run: StepRun): Promise<void> {
  const before = run.takenBack;
  const options = {
    summary: `${run.step.id}: asked for`,
    heartbeatTimeout: paceOf(work).heartbeatMs,
    retry: quickRetry,
    priority: priorityOf('answers'),
  };
  const answer = await checks.checkStep.executeWithOptions(options, [refOf(work, run)]);
  if (isStatedWait(answer)) throw refusal('rate-limited', `${run.step.id}: ${answer.why}; it goes on by itself`);
  if (isReopened(answer)) await takeRowsAgain(work);
  else if (run.takenBack === before) takeOutcome(work, run, answer);
  run.looking?.cancel();
}

function firstCheck(work: StepWork, run: StepRun): Promise<ToldOutcome | Reopened> {
  const pace = paceOf(work);
  enter(work, run, 'checking');
  const [fast, slow] = phasesOf(checks.checkStep, pace, `${run.step.id}: first check`);
  return untilItWorks(fast, slow, refOf(work, run), placeOf(work, run, pace));
}

function watch(work: StepWork, run: StepRun, known: ToldOutcome): Promise<ToldOutcome | Reopened> {
  const pace = paceOf(work);
  const options = {
    summary: `${run.step.id}: waits for ${whoseTurn(known)}; Reset = check now`,
    heartbeatTimeout: pace.heartbeatMs,
    retry: watchRetry(pace),
  };
  const call = (input: WatchInput) => checks.watchStep.executeWithOptions(options, [input]);
  const input = { ...refOf(work, run), known: outcomeKey(known) ?? null, knownEndMs: endOf(known) };
  return untilItWorks(call, call, input, placeOf(work, run, pace));
}

const whoseTurn = (known: ToldOutcome): string => (known.state === 'met' ? 'nobody' : known.on);

const refOf = (work: StepWork, run: StepRun): StepRef => ({ ...work.ref, stepId: run.step.id });

const placeOf = (work: StepWork, run: StepRun, pace: Pace) => ({ desk: work.desk, name: run.step.id, parkMs: pace.careRoundMs });

function paceOf(work: StepWork): Pace {
  if (work.opened === undefined) throw new Error('a step was worked before the rows were read');
  return work.opened.pace;
}
