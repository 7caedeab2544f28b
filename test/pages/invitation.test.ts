import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { jsonClient } from '../../scripts/tour/http.ts';
import { describeInChromium, openChromium, picture } from '../support/chromium.ts';
import { companyCalled, customerOf, guideAccount } from '../support/customer.ts';
import { eventually } from '../support/eventually.ts';
import { linkIn, mailTo, type Received } from '../support/inviting.ts';
import { filesBelow, searchSecrets } from '../support/secret-search.ts';
import { startStack, type TestStack } from '../support/stack.ts';

const invitedAddress = 'gus.invited-once@acme.example';
const colleagueAddress = 'lee.named-by-gus@acme.example';

describeInChromium('an invitation by mail', () => {
  let stack: TestStack;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let connectionId: string;

  const mail = (to: string, which = 0): Promise<Received> =>
    eventually(`a mail to ${to}`, async () => (await mailTo({ urls: { inbox: stack.run().inbox } }, to))[which]);

  beforeAll(async () => {
    stack = await startStack({ profile: 'brief' });
    browser = await openChromium();
    // a phone
    context = await browser.newContext({ viewport: { width: 360, height: 740 }, isMobile: true, locale: 'en-GB' });
    page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const acme = await companyCalled(stack, 'Acme');
    const customer = customerOf(stack, 'acme-safety');
    connectionId = await customer.product.begin((await guideAccount(stack, acme.id)).credential, acme.id);
    await customer.untilStep(connectionId, 'verifyCredentials', 'done');
    const { api, apiKey } = stack.run();
    await jsonClient(api, apiKey).post(`/v1/connections/${connectionId}/invitations`, {
      project: { id: 'p-1', name: 'Harbour Tower' },
      inviter: { name: 'Pia Prime', company: 'North Studio', email: 'pia@north-studio.example' },
      invited: { company: 'Acme Builders', email: invitedAddress },
    });
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    await stack.stop();
  }, 60_000);

  const heading = (): Promise<string> => page.getByRole('heading', { level: 1 }).innerText();
  const violations = async (): Promise<string[]> =>
    (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);

  async function expectReadable(name: string): Promise<void> {
    await picture(page, name);
    expect(await violations()).toEqual([]);
    const [wide, seen] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    );
    expect(wide).toBeLessThanOrEqual(seen);
    expect(await page.locator('h1').count()).toBe(1);
  }

  test('comes at once; its inbox shows it safely; the person reads who asks and what is touched, and an accessibility check finds nothing', async () => {
    const { text } = await mail(invitedAddress);
    await page.goto(stack.run().inbox);
    await expectReadable('invitation-1-inbox');
    await page.getByRole('link', { name: 'Harbour Tower: connect Procore (3 minutes, once)' }).click();
    // no accessibility check here: it would run script in the frame, which runs none
    const frame = page.getByTitle('The mail as HTML');
    expect(await frame.getAttribute('sandbox')).toBe('allow-popups allow-popups-to-escape-sandbox');
    expect(await page.locator('pre').innerText()).toContain(linkIn(text));
    await page.goto(linkIn(text));
    expect(await heading()).toBe('North Studio invites you to connect Procore');
    await expectReadable('invitation-2-page');
    await page.getByText('I’m not the right person').click();
    await expectReadable('invitation-3-pass-on');
  }, 120_000);

  test('is passed on: the colleague has a mail of their own, and who invited is told; both links go on working', async () => {
    await page.goto(linkIn((await mail(invitedAddress)).text));
    await page.getByText('I’m not the right person').click();
    await page.getByLabel('E-mail address of the colleague who is').fill(colleagueAddress);
    await page.getByRole('button', { name: 'Send it on' }).click();
    expect(await heading()).toBe('Thank you, it was passed on');
    await expectReadable('invitation-4-passed-on');
    const told = await mail('pia@north-studio.example');
    expect(told.subject).toBe('Harbour Tower: your invitation was passed on');
    expect(told.text.replaceAll('\u2060', '')).toContain('l•••@acme.example');
    await page.goto(linkIn((await mail(invitedAddress)).text));
    expect(await page.getByRole('status').first().innerText()).toContain('You named a colleague');
  }, 120_000);

  test('leads to Procore with one press, and is void once somebody has said yes', async () => {
    const link = linkIn((await mail(colleagueAddress)).text);
    await page.goto(link);
    await page.getByRole('button', { name: 'Continue with Procore' }).click();
    expect(new URL(page.url()).origin).toBe(stack.run().procore.login);
    await page.getByRole('radio', { name: /Ada Marsh/ }).check();
    await page.getByRole('button', { name: 'Allow' }).click();
    await eventually('the page to ask', async () => (await heading().catch(() => '')) === 'Is that right?', 60_000);
    await page.getByRole('button', { name: /^Yes, connect/ }).click();
    await customerOf(stack, 'acme-safety').untilStep(connectionId, 'proveOwnership', 'done');
    for (const dead of [link, linkIn((await mail(invitedAddress)).text)]) {
      await page.goto(dead);
      expect(await heading()).toBe('This invitation does not work any more');
    }
    await expectReadable('invitation-5-dead');
  }, 120_000);

  test('no address and no link is in what Temporal and our logs keep', async () => {
    const sought = [
      { value: invitedAddress, kind: 'address' },
      { value: colleagueAddress, kind: 'address' },
      { value: 'pia@north-studio.example', kind: 'address' },
      ...[await mail(invitedAddress), await mail(colleagueAddress)].map(({ text }) => ({
        value: linkIn(text).split('/').at(-1) ?? '',
        kind: 'link',
      })),
    ];
    expect(sought.every(({ value }) => value.length > 20)).toBe(true);
    const kept = filesBelow(stack.stateDir, (file) => /^(temporal\.db|logs\/)/.test(path.relative(stack.stateDir, file)));
    expect(kept.map(({ name }) => name)).toEqual(expect.arrayContaining(['temporal.db', 'logs/worker.log', 'logs/api.log']));
    expect(searchSecrets(sought, kept)).toEqual([]);
    // the run that sent it is there, and the search sees what is
    const workerLog = kept.filter(({ name }) => name === 'logs/worker.log');
    expect(searchSecrets([{ value: 'a mail came to its end', kind: 'line' }], workerLog)).not.toEqual([]);
  }, 120_000);
});
