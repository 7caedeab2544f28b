import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { eventually } from '../support/eventually.ts';

/** Somebody at a browser of their own: what they read, press and wait for. */
export interface Visitor {
  readonly page: Page;
  /** What they pressed and picked so far. */
  readonly clicks: number;
  open(url: string): Promise<void>;
  heading(): Promise<string>;
  /** All that the page says, below its head. */
  text(): Promise<string>;
  /** Waits until the page has come to that heading by itself. */
  untilHeading(title: string): Promise<void>;
  /** `button`: all of its words. */
  press(button: string): Promise<void>;
  /** From our page to Procore's, and back as whoever that is there. */
  signInAs(person: RegExp): Promise<void>;
  leave(): Promise<void>;
}

export const phone: BrowserContextOptions = { viewport: { width: 360, height: 740 }, isMobile: true, locale: 'en-GB' };

/** By default on a phone. */
export async function visit(browser: Browser, screen: BrowserContextOptions = phone): Promise<Visitor> {
  const context = await browser.newContext(screen);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  let clicks = 0;

  const heading = (): Promise<string> => page.getByRole('heading', { level: 1 }).innerText();
  async function press(button: string): Promise<void> {
    await page.getByRole('button', { name: button, exact: true }).first().click();
    clicks += 1;
  }

  return {
    page,
    get clicks() {
      return clicks;
    },
    async open(url) {
      await page.goto(url);
    },
    heading,
    text: () => page.getByRole('main').innerText(),
    async untilHeading(title) {
      // a page that is just being left has none
      const isThere = async () => (await heading().catch(() => '')) === title;
      await eventually(`the page "${title}"`, isThere, 90_000);
    },
    press,
    async signInAs(person) {
      await press('Continue with Procore');
      await page.getByRole('radio', { name: person }).check();
      clicks += 1;
      await press('Allow');
    },
    leave: () => context.close(),
  };
}
