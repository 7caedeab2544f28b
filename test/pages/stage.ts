import { afterAll, beforeAll } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openChromium } from '../support/chromium.ts';
import { type CompanySeen, type Customer, companyCalled, guideAccount } from '../support/customer.ts';
import { startStack, type TestStack } from '../support/stack.ts';

/** The whole product, as `npm start` runs it over the sandbox, and a real browser for the people who visit its pages. */
export interface Stage {
  readonly stack: TestStack;
  readonly browser: Browser;
  /** Acme Builders, as its admin sees it in Procore. */
  readonly acme: CompanySeen;
}

/** One for a file; both end with it. */
export function useStage(): () => Stage {
  let stage: Stage | undefined;
  const current = (): Stage => {
    if (stage === undefined) throw new Error('the stage stands from beforeAll on');
    return stage;
  };
  beforeAll(async () => {
    const stack = await startStack({ profile: 'brief' });
    stage = { stack, browser: await openChromium(), acme: await companyCalled(stack, 'Acme') };
  }, 180_000);
  afterAll(async () => {
    await current().browser.close();
    await current().stack.stop();
  }, 60_000);
  return current;
}

/** An onboarding of Acme whose credentials are proven, and which waits for its admin's sign-in; answers the connection's id. */
export async function untilCredentials({ stack, acme }: Stage, customer: Customer): Promise<string> {
  const { credential } = await guideAccount(stack, acme.id);
  const connectionId = await customer.product.begin(credential, acme.id);
  await customer.untilStep(connectionId, 'verifyCredentials', 'done');
  return connectionId;
}

/** What an admin of Acme does in Procore: somebody's level on the company's directory. */
export async function setDirectoryLevel({ stack, acme }: Stage, firstName: string, level: 'Admin' | 'Read Only'): Promise<void> {
  const person = acme.people.find((one) => one.firstName === firstName);
  await stack.control('POST', '/admin/users/set-directory-level', { companyId: acme.id, personId: person?.id, level });
}
