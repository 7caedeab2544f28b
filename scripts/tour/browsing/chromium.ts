import type { Browser, BrowserContext, Page, Response } from 'playwright-core';
import { type Recorder, until } from '../http.ts';
import type { Browsing, Tab, View } from './tab.ts';

const patienceMs = 15_000;

/** Evaluated in the page. */
const seen = `({
  url: location.href,
  heading: document.querySelector('h1')?.innerText ?? '',
  text: (document.body?.innerText ?? '').replace(/\\s+/g, ' ').trim(),
  buttons: [...document.querySelectorAll('button')].map((button) => button.innerText.trim()),
})`;

/** Pages in a real browser, on a phone's screen. `ours`: the origin whose responses are recorded. */
export async function chromiumBrowsing(executablePath: string, ours: string, record: Recorder): Promise<Browsing> {
  // a devDependency, which a production installation does not have
  const { chromium } = await import('playwright-core');
  // Chromium refuses to start with its sandbox as root
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const args = [...asRoot, '--disable-gpu', '--disable-background-networking', '--no-first-run'];
  const browser: Browser = await chromium.launch({ executablePath, args });
  const recordings: Promise<void>[] = [];

  async function enter(): Promise<Tab> {
    const context: BrowserContext = await browser.newContext({
      viewport: { width: 360, height: 740 },
      isMobile: true,
      locale: 'en-GB',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    page.on('response', (response) => {
      if (new URL(response.url()).origin === ours) recordings.push(recorded(response, record));
    });
    return chromiumTab(page);
  }

  return {
    means: `in a real browser (Chromium ${browser.version()})`,
    enter,
    async close() {
      await Promise.all(recordings);
      await browser.close();
    },
  };
}

function chromiumTab(page: Page): Tab {
  return {
    async open(url) {
      await page.goto(url);
    },
    // a page that is being left cannot be evaluated
    look: () => until('the page', patienceMs, () => page.evaluate<View>(seen).catch(() => undefined)),
    async press(button) {
      const next = page.waitForEvent('domcontentloaded');
      await Promise.all([next, page.getByRole('button', { name: button, exact: true }).first().click()]);
    },
    pick: (label) => page.getByRole('radio', { name: new RegExp(`^${label}`) }).check(),
  };
}

/** The cookie is the person's own: not recorded. A redirect has no body. */
async function recorded(response: Response, record: Recorder): Promise<void> {
  const { 'set-cookie': _own, ...headers } = response.headers();
  const body = await response.text().catch(() => '');
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  record(`${lines.join('\n')}\n${body}`);
}
