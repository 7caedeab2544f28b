import { condition, patched } from '@temporalio/workflow';
import { stepOfCommand } from '../../shared/domain/commands.ts';
import { priorityOf } from '../../shared/domain/lanes.ts';
import type { PlainAnswer, StepAnswer } from '../../shared/domain/messages.ts';
import { checks } from '../calls.ts';
import { refusal } from '../failure.ts';
import { onUpdate } from '../handlers.ts';
import { firstPace, quickRetry } from '../retries.ts';
import { lookNow } from './look.ts';
import { takeRowsAgain } from './reopen.ts';
import { findRun, isReady, isSettled, type StepRun, type StepWork, unmetNeeds } from './step-run.ts';

/** The Updates of an onboarding. None carries a secret or a decision: decisions are rows, read again by an activity. */
export function takeStepMessages(work: StepWork): void {
  onUpdate('retryStep', {
    description: `Check one step now and answer what was seen. Example: ${exampleOf(work, {})}`,
    objection: ({ stepId }) => unknownStep(work, stepId) ?? tooEarly(work, stepId),
    handle: async ({ stepId }) => {
      const run = await openedRun(work, stepId);
      if (isSettled(run)) return answerOf(run, await listenLate(work, run));
      await lookNow(work, run);
      return answerOf(run);
    },
  });
  onUpdate('submitCredentials', {
    description:
      'Look at a credential that was stored (the secret itself never comes this way). Example: {"credentialId":"…uuid…"}',
    handle: () => lookAtAll(work),
  });
  onUpdate('provideInput', {
    description: `Apply a decision that a person stored as a row. Example: ${exampleOf(work, { commandId: '…uuid…' })}`,
    objection: ({ stepId }) =>
      unknownStep(work, stepId) ?? notForSupport(work, stepId, 'takes no input') ?? tooEarly(work, stepId),
    handle: async ({ stepId, commandId }) => {
      const run = await openedRun(work, stepId);
      const input = { ...work.ref, stepId, commandId };
      const { applied, says } = await checks.applyInput.executeWithOptions(quickly(`${stepId}: apply input`), [input]);
      if (!applied) throw refusal('refused', `provideInput: commandId: ${says}`);
      await takeRowsAgain(work);
      await lookNow(work, run).catch(() => undefined); // it is applied already; the watch checks again
      return answerOf(run, says);
    },
  });
  onUpdate('skipStep', {
    description: `Skip a step that support may decide, with a reason. Example: ${exampleOf(work, { reason: 'checked by phone' })}`,
    objection: ({ stepId }) =>
      unknownStep(work, stepId) ?? notForSupport(work, stepId, 'cannot be skipped') ?? tooEarly(work, stepId),
    handle: async ({ stepId, reason }) => {
      const run = await openedRun(work, stepId);
      if (!isSettled(run)) await skip(work, run, reason);
      return answerOf(run);
    },
  });
  onUpdate('stop', {
    description: 'End this onboarding as a signed-in person decided. Example: {"commandId":"…uuid…"}',
    handle: async ({ commandId }): Promise<PlainAnswer> => {
      const { applied, says } = await checks.applyStop.executeWithOptions(quickly('stop'), [{ ...work.ref, commandId }]);
      if (applied) work.ended ??= 'stopped';
      return { accepted: applied, says };
    },
  });
}

/**
 * Handles late input to a settled step. A decision is applied in the rows, which take back all that depended on the earlier one;
 * then the rows are read again, even if the activity's result was lost. A further sign-in is checked by its step, which stays
 * done; one of a person who authorizes for themselves may replace the person before, and so take back what depends on them.
 * Returns what happened to a decision.
 */
async function listenLate(work: StepWork, run: StepRun): Promise<string | undefined> {
  const ref = { ...work.ref, stepId: run.step.id };
  const { takesSignIns } = run.step;
  const isOfPeople = takesSignIns !== null && takesSignIns !== 'admin' && patched('sign-ins-of-people');
  if (takesSignIns === 'admin' || isOfPeople)
    await checks.checkStep.executeWithOptions(quickly(`${run.step.id}: a further sign-in`), [ref]);
  if (isOfPeople && !decidedSteps.has(run.step.id)) await takeRowsAgain(work);
  if (!decidedSteps.has(run.step.id)) return undefined;
  if (run.step.id === stepOfCommand['accept-owner'] && !patched('accept-owner')) return undefined;
  try {
    const options = quickly(`${run.step.id}: decisions that came late`);
    return (await checks.applyDecisions.executeWithOptions(options, [ref])).says;
  } finally {
    await takeRowsAgain(work);
  }
}

/** An example message about a step of this plan, preferably one that support may decide. */
const exampleOf = ({ runs }: StepWork, fields: Readonly<Record<string, string>>): string =>
  JSON.stringify({ stepId: (runs.find(({ step }) => step.supportMay) ?? runs[0])?.step.id, ...fields });

const decidedSteps: ReadonlySet<string> = new Set(Object.values(stepOfCommand));

/** Waits until the rows were read; if that is parked, a message is a reason to retry. */
async function opened(work: StepWork): Promise<void> {
  if (work.opened === undefined) work.desk.knock();
  await condition(() => work.opened !== undefined);
}

async function openedRun(work: StepWork, stepId: string): Promise<StepRun> {
  await opened(work);
  const run = findRun(work, stepId);
  const objection = unknownStep(work, stepId) ?? tooEarly(work, stepId);
  if (!run || objection !== undefined) throw refusal('refused', objection ?? `stepId: ${stepId}`);
  return run;
}

/** A new credential may fix any step: checks all open ones. One that fails says so on the page. */
async function lookAtAll(work: StepWork): Promise<PlainAnswer> {
  await opened(work);
  const open = work.runs.filter((run) => !isSettled(run) && isReady(work, run));
  const looks = await Promise.allSettled(open.map((run) => lookNow(work, run)));
  const failed = looks.filter(({ status }) => status === 'rejected').length;
  const says = open.map((run) => `${run.step.id}: ${run.state}`).join(', ');
  return { accepted: true, says: failed > 0 ? `${says}; ${failed} could not be checked now and will be` : says };
}

async function skip(work: StepWork, run: StepRun, reason: string): Promise<void> {
  await checks.skipStep.executeWithOptions(quickly(`${run.step.id}: skip`), [{ ...work.ref, stepId: run.step.id, reason }]);
  if (isSettled(run)) return;
  run.state = 'skipped';
  run.sinceMs = Date.now();
  run.looking?.cancel();
  work.desk.lift(run.step.id);
  work.desk.mark();
}

const quickly = (summary: string) => ({
  summary,
  heartbeatTimeout: firstPace.heartbeatMs,
  retry: quickRetry,
  priority: priorityOf('answers'),
});

function unknownStep(work: StepWork, stepId: string): string | undefined {
  if (findRun(work, stepId)) return undefined;
  return `stepId: there is no step "${stepId}"; the steps are ${work.runs.map(({ step }) => step.id).join(', ')}`;
}

function tooEarly(work: StepWork, stepId: string): string | undefined {
  const run = findRun(work, stepId);
  if (!run || !work.opened || isReady(work, run)) return undefined;
  return `stepId: "${stepId}" comes after ${unmetNeeds(work, run)
    .map(({ step }) => step.id)
    .join(', ')}`;
}

/** Refuses, by name, what only its owner can meet (ownership, credentials, choices, the confirmation). */
function notForSupport(work: StepWork, stepId: string, says: string): string | undefined {
  const run = findRun(work, stepId);
  if (!run || run.step.supportMay) return undefined;
  return `stepId: "${stepId}" ${says}; only its owner (${run.step.owner}) can meet it`;
}

const answerOf = ({ step, state, outcome }: StepRun, says?: string): StepAnswer => ({
  stepId: step.id,
  state,
  ...(outcome === undefined ? {} : { outcome }),
  ...(says === undefined ? {} : { says }),
});
