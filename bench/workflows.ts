import { proxyActivities, sleep } from '@temporalio/workflow';
import type { Step } from '../shared/domain/steps.ts';
import type { OnboardingInput, OnboardingResult } from '../shared/domain/workflow-inputs.ts';
import { onboard } from '../workflows/onboarding.ts';

/** The activities of the workflows that ours are held against. */
export interface PlainActivities {
  /** Reads the page that begins there; answers how many records it held. */
  takePage(skip: number): Promise<number>;
  /** Looks whether what is awaited has come. */
  lookForIt(): Promise<boolean>;
}

const { takePage, lookForIt } = proxyActivities<PlainActivities>({ startToCloseTimeout: '1 minute' });

const pageSize = 100;

/** A first sync as it is often written: one activity per page. Answers how many records there were. */
export async function pageByPage(): Promise<number> {
  let records = 0;
  for (;;) {
    const count = await takePage(records);
    records += count;
    if (count < pageSize) return records;
  }
}

/** A wait as it is often written: look, sleep, look again, 5 s doubling to 15 min. */
export async function timerLoop(): Promise<void> {
  for (let pauseMs = 5000; !(await lookForIt()); pauseMs = Math.min(pauseMs * 2, 900_000)) await sleep(pauseMs);
}

/** Our onboarding with that many steps that need nothing, so that all of them wait at once. Without reminders. */
export const waitForSteps = (count: number, input: OnboardingInput): Promise<OnboardingResult> =>
  onboard({ partner: input.partner, steps: Array.from({ length: count }, (_, index) => independentStep(`step${index}`)) }, input);

const independentStep = (id: string): Step => ({
  id,
  title: `Waits (${id})`,
  owner: 'admin',
  needs: [],
  check: id,
  remindersDays: [],
  expiresAfterDays: 30,
  repeatInCare: false,
  supportMay: false,
  cure: 'Nothing: it is awaited for ten days.',
});
