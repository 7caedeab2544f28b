import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { useTestApi } from '../support/api.ts';
import { newWorld, type World } from '../support/api-world.ts';
import { describeInChromium, openChromium, picture } from '../support/chromium.ts';
import { violationsOn } from './readable.ts';

/** What Swagger UI 5.35 leaves: a head outside its landmark, levels of headings left out, a copy button inside a row's button. */
const ofTheReader = ['region', 'heading-order', 'nested-interactive'];

describeInChromium('the first page and the API’s reading page', () => {
  const apiOf = useTestApi({ temporalUiUrl: 'http://localhost:8233' });
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let world: World;
  /** What the browser refused to do, and every address that was asked. */
  let complaints: string[];
  let asked: string[];

  beforeAll(async () => {
    browser = await openChromium();
    world = await newWorld(apiOf());
  }, 120_000);
  afterAll(() => browser.close());
  beforeEach(async () => {
    [complaints, asked] = [[], []];
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => asked.push(request.url()));
  });
  afterEach(async () => {
    expect(complaints).toEqual([]);
    expect(asked.filter((url) => !url.startsWith(apiOf().url) && !url.startsWith('data:'))).toEqual([]);
    await context.close();
  });

  const openDocs = async (): Promise<void> => {
    await page.goto(`${apiOf().url}/docs`);
    await page.getByText('/v1/connections', { exact: true }).first().waitFor();
  };

  test('the first page leads to the reading page; an accessibility check finds nothing on either', async () => {
    await page.goto(`${apiOf().url}/`);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain('Groundwork');
    await picture(page, 'front');
    expect(await violationsOn(page)).toEqual([]);
    await page.getByRole('link', { name: '/docs' }).click();
    await page.getByText('/v1/connections', { exact: true }).first().waitFor();
    await picture(page, 'docs-1');
    expect(await violationsOn(page, ofTheReader)).toEqual([]);
  }, 120_000);

  test('every operation is listed, and the page runs under a policy that allows its own files only', async () => {
    await openDocs();
    const shown = await page.locator('.opblock-summary').count();
    const document = (await apiOf().call('get', '/openapi.json')).body as { paths: Record<string, object> }; // our own document
    expect(shown).toBe(Object.values(document.paths).flatMap((methods) => Object.keys(methods)).length);
  }, 120_000);

  test('with a pasted key, “Try it out” calls this server and shows its answer', async () => {
    await openDocs();
    await page.getByRole('button', { name: 'Authorize' }).first().click();
    await page.getByLabel('auth-bearer-value').fill(world.key);
    await page
      .locator('.auth-btn-wrapper')
      .getByRole('button', { name: /Apply|Authorize/ })
      .click();
    await page.getByRole('button', { name: 'Close' }).click();
    const operation = page.locator('#operations-connections-listConnections, [id$="-listConnections"]').first();
    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().includes('/v1/connections')),
      operation.getByRole('button', { name: 'Execute' }).click(),
    ]);
    expect(answer.status()).toBe(200);
    await operation.locator('.live-responses-table .response-col_status').filter({ hasText: '200' }).waitFor();
    expect(await operation.locator('.live-responses-table').innerText()).toContain(world.connectionId);
    await picture(page, 'docs-2-tried');
  }, 120_000);
});
