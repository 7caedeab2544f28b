import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeInChromium, openChromium } from '../support/chromium.ts';
import { type CompanySeen, companyCalled, customerOf, guideAccount } from '../support/customer.ts';
import { eventually } from '../support/eventually.ts';
import { startStack, type TestStack } from '../support/stack.ts';

describeInChromium('a page that waits, in a browser with script', () => {
  let stack: TestStack;
  let browser: Browser;
  let acme: CompanySeen;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    stack = await startStack({ profile: 'brief' });
    browser = await openChromium();
    acme = await companyCalled(stack, 'Acme');
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    await stack.stop();
  }, 60_000);

  const heading = (): Promise<string> => page.getByRole('heading', { level: 1 }).innerText();
  const untilHeading = (title: string) =>
    eventually(`the page "${title}"`, async () => (await heading().catch(() => '')) === title, 60_000);

  const level = (wanted: 'Admin' | 'Read Only') => {
    const ben = acme.people.find(({ firstName }) => firstName === 'Ben');
    return stack.control('POST', '/admin/users/set-directory-level', { companyId: acme.id, personId: ben?.id, level: wanted });
  };

  /** Ben, who is no admin, waits until he is made one. */
  beforeEach(async () => {
    await level('Read Only');
    const customer = customerOf(stack, 'borealis-safety');
    const { credential } = await guideAccount(stack, acme.id);
    const connectionId = await customer.product.begin(credential, acme.id);
    await customer.untilStep(connectionId, 'verifyCredentials', 'done');
    context = await browser.newContext({ locale: 'en-GB', timezoneId: 'America/Los_Angeles' });
    page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(await customer.product.signIn(connectionId));
    await page.getByRole('button', { name: 'Continue with Procore' }).click();
    await page.getByRole('radio', { name: /^Ben Ito/ }).check();
    await page.getByRole('button', { name: 'Allow' }).click();
    await untilHeading('This cannot be confirmed yet');
  }, 120_000);

  test('it changes in place: nothing is loaded anew, and what is new is read out', async () => {
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    await page.evaluate('window.loadedOnce = true');
    await level('Admin');
    await untilHeading('Is that right?');
    expect(await page.evaluate('window.loadedOnce')).toBe(true);
    expect(await page.title()).toBe('Is that right?');
    expect(await page.evaluate('document.activeElement.innerText')).toBe('Is that right?');
    // it waits for nothing any more, and so it does not look again
    expect(await page.locator('main').getAttribute('data-look-again-seconds')).toBe('');
    await context.close();
  }, 120_000);

  test('what has the focus keeps it while the rest changes', async () => {
    await page.getByRole('button', { name: 'Use another account' }).focus();
    await context.route('**/sign-ins/*', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: (await answer.text()).replace('Ben Ito', 'Ben Itō') });
    });
    await eventually('the page to change', async () => (await page.locator('main').innerText()).includes('Ben Itō'), 60_000);
    expect(await page.evaluate('document.activeElement.innerText')).toBe('Use another account');
    await context.close();
  }, 120_000);

  test('while we cannot be reached it keeps what it showed and says since when, and goes on by itself', async () => {
    await context.route('**/sign-ins/*', (route) => route.abort());
    const notice = page.getByText(/^We cannot be reached since \d\d:\d\d/);
    await notice.waitFor();
    expect(await heading()).toBe('This cannot be confirmed yet');
    await context.unroute('**/sign-ins/*');
    await notice.waitFor({ state: 'detached' });
    await level('Admin');
    await untilHeading('Is that right?');
    await context.close();
  }, 120_000);

  test('a time stands in the reader’s own zone', async () => {
    await context.route('**/sign-ins/*', async (route) => {
      const answer = await route.fetch();
      const time = '<time datetime="2026-11-12T08:15:00Z">08:15 UTC</time></main>';
      await route.fulfill({ response: answer, body: (await answer.text()).replace('</main>', time) });
    });
    await page.reload();
    expect(await page.locator('time').innerText()).toBe('Thu, 12 Nov 2026, 00:15 your time');
    await context.close();
  }, 120_000);
});
