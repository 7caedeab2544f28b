import { proxyActivities, sleep } from '@temporalio/workflow';
import type { Plan } from '../shared/domain/steps.ts';
import { type OnboardingInput, type OnboardingResult, onboardingInput } from '../shared/domain/workflow-inputs.ts';
import { onboard } from '../workflows/onboarding.ts';
import { step } from '../workflows/plans/step.ts';

/** Steps that wait side by side; without reminders, whose events are counted elsewhere. */
const sideBySide = (ids: readonly string[]): Plan => ({
  partner: 'hammertech',
  steps: ids.map((id) => ({
    ...step(id, [], { title: `Waits for the admin (${id})`, cure: 'Submit it.' }),
    remindersDays: [],
  })),
});

export const oneWait = (input: OnboardingInput): Promise<OnboardingResult> =>
  onboard(sideBySide(['waitA']), onboardingInput.parse(input));

export const fiveWaits = (input: OnboardingInput): Promise<OnboardingResult> =>
  onboard(sideBySide(['waitA', 'waitB', 'waitC', 'waitD', 'waitE']), onboardingInput.parse(input));

export interface LoopActivities {
  /** Whether what is awaited has come. */
  lookForIt(): Promise<boolean>;
}

const { lookForIt } = proxyActivities<LoopActivities>({ startToCloseTimeout: '1 minute' });

/** A wait as it is often written: look, sleep, look again, 5 s doubling to 15 min. */
export async function timerLoop(): Promise<void> {
  for (let pauseMs = 5000; !(await lookForIt()); pauseMs = Math.min(pauseMs * 2, 900_000)) await sleep(pauseMs);
}
