import { continueAsNew, proxyActivities, sleep, workflowInfo } from '@temporalio/workflow';
import type { ChecksActivities } from '../activities/contract.ts';
import type { Plan, Step } from '../shared/domain/steps.ts';
import { type OnboardingInput, type OnboardingResult, onboardingInput } from '../shared/domain/workflow-inputs.ts';
import { onboard } from '../workflows/onboarding.ts';

/** Steps that wait side by side; reminders are not counted, so there are none. */
const sideBySide = (count: number): Plan => ({
  partner: 'hammertech',
  steps: Array.from({ length: count }, (_, index): Step => {
    const id = `wait${'ABCDE'.charAt(index)}`;
    const texts = { title: `Waits for the admin (${id})`, owner: 'admin' as const, cure: 'Do it.' };
    return {
      ...texts,
      id,
      needs: [],
      check: id,
      remindersDays: [],
      expiresAfterDays: 30,
      repeatInCare: false,
      supportMay: false,
    };
  }),
});

/** Ours: the step engine, with one waiting step and with five. */
export const oneWait = (input: OnboardingInput): Promise<OnboardingResult> =>
  onboard(sideBySide(1), onboardingInput.parse(input));
export const fiveWaits = (input: OnboardingInput): Promise<OnboardingResult> =>
  onboard(sideBySide(5), onboardingInput.parse(input));

const { checkStep } = proxyActivities<Pick<ChecksActivities, 'checkStep'>>({
  taskQueue: 'checks',
  startToCloseTimeout: '1 minute',
});

/** The usual way: check, sleep 5 s doubling to 15 min, check again; continues as new when it is told to. */
export async function timerLoop(input: OnboardingInput & { readonly pauseMs?: number }): Promise<void> {
  let pauseMs = input.pauseMs ?? 5000;
  for (;;) {
    const { tenantId, connectionId } = input;
    const outcome = await checkStep({ tenantId, connectionId, stepId: 'waitA' });
    if ('state' in outcome && outcome.state === 'met') return;
    await sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 2, 900_000);
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof timerLoop>({ ...input, pauseMs });
  }
}
