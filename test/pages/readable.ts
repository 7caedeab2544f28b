import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { picture } from '../support/chromium.ts';

/** What an accessibility check finds wrong with a page, the rules left out that are named. */
export async function violationsOn(page: Page, except: readonly string[] = []): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).disableRules([...except]).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

/** Nobody has to scroll sideways, and there is one heading that says where they are. Also for pages without script. */
export async function expectFitting(page: Page, name: string): Promise<void> {
  await picture(page, name);
  const [wide, seen] = await page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  );
  expect(wide).toBeLessThanOrEqual(seen);
  expect(await page.locator('h1').count()).toBe(1);
}

/** The same, and an accessibility check finds nothing. */
export async function expectReadable(page: Page, name: string): Promise<void> {
  await expectFitting(page, name);
  expect(await violationsOn(page)).toEqual([]);
}
