import type { Plan } from '../../shared/domain/steps.ts';
import { type OnboardingInput, type OnboardingResult, onboardingInput } from '../../shared/domain/workflow-inputs.ts';
import { onboard } from '../../workflows/onboarding.ts';

/** Steps that wait side by side; without reminders, whose events are counted elsewhere. */
const sideBySide = (ids: readonly string[]): Plan => ({
  partner: 'hammertech',
  steps: ids.map((id) => ({
    id,
    title: `Waits for the admin (${id})`,
    owner: 'admin',
    needs: [],
    check: id,
    remindersDays: [],
    expiresAfterDays: 30,
    repeatInCare: false,
    supportMay: false,
    cure: 'Submit it.',
  })),
});

export const oneWait = (input: OnboardingInput): Promise<OnboardingResult> =>
  onboard(sideBySide(['waitA']), onboardingInput.parse(input));

export const fiveWaits = (input: OnboardingInput): Promise<OnboardingResult> =>
  onboard(sideBySide(['waitA', 'waitB', 'waitC', 'waitD', 'waitE']), onboardingInput.parse(input));
