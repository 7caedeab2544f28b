import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';

const executablePath = process.env['GROUNDWORK_CHROMIUM'];

const { skip: leaveOut } = describe;

/** A suite in a real browser. Without one it is counted as skipped, under a name that says why. */
export function describeInChromium(name: string, suite: () => void): void {
  if (executablePath === undefined) leaveOut(`${name} (skipped: GROUNDWORK_CHROMIUM names no Chromium)`, suite);
  else describe(name, suite);
}

/** Without its sandbox only as root, where Chromium refuses to start with it. */
export function openChromium(): Promise<Browser> {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [...asRoot, '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });
}

/** A picture for whoever wants to look, where GROUNDWORK_SCREENSHOTS names a folder for them. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['GROUNDWORK_SCREENSHOTS'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
}
