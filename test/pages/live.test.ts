import { beforeEach, expect, test } from '@jest/globals';
import { describeInChromium } from '../support/chromium.ts';
import { customerOf } from '../support/customer.ts';
import { eventually } from '../support/eventually.ts';
import { violationsOn } from './readable.ts';
import { setDirectoryLevel, untilCredentials, useStage } from './stage.ts';
import { type Visitor, visit } from './visitor.ts';

describeInChromium('a page that waits, in a browser with script', () => {
  const stage = useStage();
  let ben: Visitor;

  const level = (wanted: 'Admin' | 'Read Only') => setDirectoryLevel(stage(), 'Ben', wanted);

  /** Ben, who is no admin, waits until he is made one. */
  beforeEach(async () => {
    await level('Read Only');
    const customer = customerOf(stage().stack, 'borealis-safety');
    const connectionId = await untilCredentials(stage(), customer);
    ben = await visit(stage().browser, { locale: 'en-GB', timezoneId: 'America/Los_Angeles' });
    await ben.open(await customer.product.signIn(connectionId));
    await ben.signInAs(/^Ben Ito/);
    await ben.untilHeading('This cannot be confirmed yet');
  }, 120_000);

  test('it changes in place: nothing is loaded anew, and what is new is read out', async () => {
    const { page } = ben;
    expect(await violationsOn(page)).toEqual([]);
    await page.evaluate('window.loadedOnce = true');
    await level('Admin');
    await ben.untilHeading('Is that right?');
    expect(await page.evaluate('window.loadedOnce')).toBe(true);
    expect(await page.title()).toBe('Is that right?');
    expect(await page.evaluate('document.activeElement.innerText')).toBe('Is that right?');
    // it waits for nothing any more, and so it does not look again
    expect(await page.locator('main').getAttribute('data-look-again-seconds')).toBe('');
    await ben.leave();
  }, 120_000);

  test('what has the focus keeps it while the rest changes', async () => {
    const { page } = ben;
    await page.getByRole('button', { name: 'Use another account' }).focus();
    await page.context().route('**/sign-ins/*', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: (await answer.text()).replace('Ben Ito', 'Ben Itō') });
    });
    await eventually('the page to change', async () => (await ben.text()).includes('Ben Itō'), 60_000);
    expect(await page.evaluate('document.activeElement.innerText')).toBe('Use another account');
    await ben.leave();
  }, 120_000);

  test('while we cannot be reached it keeps what it showed and says since when, and goes on by itself', async () => {
    const { page } = ben;
    await page.context().route('**/sign-ins/*', (route) => route.abort());
    const notice = page.getByText(/^We cannot be reached since \d\d:\d\d/);
    await notice.waitFor();
    expect(await ben.heading()).toBe('This cannot be confirmed yet');
    await page.context().unroute('**/sign-ins/*');
    await notice.waitFor({ state: 'detached' });
    await level('Admin');
    await ben.untilHeading('Is that right?');
    await ben.leave();
  }, 120_000);

  test('a time stands in the reader’s own zone', async () => {
    const { page } = ben;
    await page.context().route('**/sign-ins/*', async (route) => {
      const answer = await route.fetch();
      const time = '<time datetime="2026-11-12T08:15:00Z">08:15 UTC</time></main>';
      await route.fulfill({ response: answer, body: (await answer.text()).replace('</main>', time) });
    });
    await page.reload();
    expect(await page.locator('time').innerText()).toBe('Thu, 12 Nov 2026, 00:15 your time');
    await ben.leave();
  }, 120_000);
});
