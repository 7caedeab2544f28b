import { condition, continueAsNew, setDefaultSignalHandler, setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import { workflowIds } from '../shared/domain/ids.ts';
import type { Plan } from '../shared/domain/steps.ts';
import { type OnboardingInput, type OnboardingResult, onboardingInput } from '../shared/domain/workflow-inputs.ts';
import { checks, phasesOf } from './calls.ts';
import { createDesk } from './desk.ts';
import { noHandlerRuns } from './handlers.ts';
import { plans } from './plans/index.ts';
import { firstPace, untilItWorks } from './retries.ts';
import { canonicalInput, versioned } from './runs.ts';
import { workPlan } from './steps/engine.ts';
import { takeStepMessages } from './steps/messages.ts';
import { shownSteps } from './steps/page.ts';
import { createStepWork, takeRows } from './steps/step-run.ts';
import { keepShown } from './visibility.ts';

/** Onboards one connection: from the first submission until it is live, stopped or expired. */
export async function onboarding(given: unknown): Promise<OnboardingResult> {
  const input = canonicalInput(onboardingInput, given, ({ tenantId, connectionId }) =>
    workflowIds.onboarding(tenantId, connectionId),
  );
  return input ? await onboard(plans[input.partner], input) : { ended: 'refused' };
}

setWorkflowOptions(versioned('AUTO_UPGRADE'), onboarding);

/** The same for a given plan. */
export async function onboard(plan: Plan, input: OnboardingInput): Promise<OnboardingResult> {
  const ref = { tenantId: input.tenantId, connectionId: input.connectionId };
  const work = createStepWork(plan, ref, createDesk());
  takeStepMessages(work);
  setDefaultSignalHandler(() => undefined);
  const show = keepShown(work.desk, () => shownSteps(work));

  const opened = await untilItWorks(...phasesOf(checks.openOnboarding, firstPace, 'read where things stand'), ref, {
    ...firstPace,
    desk: work.desk,
    name: 'opening',
  });
  takeRows(work, opened.steps);
  work.opened = opened;

  const ended = await workPlan(work, () => workflowInfo().continueAsNewSuggested && noHandlerRuns());
  if (ended === undefined) return await continueAsNew<typeof onboarding>(input);

  const place = { desk: work.desk, name: 'ending', parkMs: opened.pace.careRoundMs };
  await untilItWorks(...phasesOf(checks.endOnboarding, opened.pace, `ended: ${ended}`), { ...ref, ended }, place);
  await condition(noHandlerRuns);
  show();
  return { ended };
}
