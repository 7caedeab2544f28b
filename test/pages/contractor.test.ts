import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';
import { part3Tokens } from '../../sandbox/seed/part3.ts';
import { jsonClient } from '../../scripts/tour/http.ts';
import { describeInChromium, openChromium, picture } from '../support/chromium.ts';
import { companyCalled, customerOf } from '../support/customer.ts';
import { eventually } from '../support/eventually.ts';
import { linkIn, mailTo } from '../support/inviting.ts';
import { startStack, type TestStack } from '../support/stack.ts';

const fiveMinutesMs = 300_000;
const begunView = z.object({ connectionId: z.string() });
const truthView = z.object({ projects: z.array(z.object({ id: z.string(), name: z.string() })) });
const contractorView = z.object({ acceptanceOf: z.object({ companyId: z.string(), procoreUserId: z.string() }) });
const connectionView = z.object({ stage: z.string(), company: z.object({ id: z.string() }).nullable() });

describeInChromium('the contractor’s five minutes', () => {
  let stack: TestStack;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let connectionId: string;
  let clicks = 0;

  const api = () => jsonClient(stack.run().api, stack.run().apiKey);
  const connectionNow = async (id: string) => connectionView.parse(await api().get(`/v1/connections/${id}`));
  /** What the prime consultant says of whoever connects now. */
  async function acceptWhoConnects(): Promise<void> {
    const contractor = `/v1/connections/${connectionId}/contractor`;
    const { acceptanceOf } = contractorView.parse(await api().get(contractor));
    await api().post(`${contractor}/acceptance`, acceptanceOf);
  }
  const customer = () => customerOf(stack, 'acme-safety');
  const inviting = (email: string) => ({
    inviter: { name: 'Pia Brandt', company: 'North Studio', email: 'pia@north-studio.example' },
    invited: { company: 'Acme Builders', email },
  });

  /** A connection of North Studio to Harbour Tower whose contractor is invited. */
  async function invite(email: string): Promise<string> {
    const begun = begunView.parse(await api().post('/v1/onboardings', { partner: 'part3' }));
    const login = { organisation: 'north-studio', token: part3Tokens['north-studio'] };
    await api().post(`/v1/connections/${begun.connectionId}/partner-login`, login);
    await customer().untilStep(begun.connectionId, 'verifyPartner', 'done');
    const truth = truthView.parse(await stack.control('GET', '/part3/truth?organisation=north-studio'));
    const project = truth.projects.find(({ name }) => name === 'Harbour Tower');
    await api().post(`/v1/connections/${begun.connectionId}/invitations`, {
      project: { id: project?.id, name: project?.name },
      ...inviting(email),
    });
    return begun.connectionId;
  }

  const link = (to: string): Promise<string> =>
    eventually(`a mail to ${to}`, async () => {
      const [mail] = await mailTo({ urls: { inbox: stack.run().inbox } }, to);
      return mail && linkIn(mail.text);
    });

  beforeAll(async () => {
    stack = await startStack({ profile: 'brief' });
    browser = await openChromium();
    context = await browser.newContext({ viewport: { width: 360, height: 740 }, isMobile: true, locale: 'en-GB' });
    page = await context.newPage();
    page.setDefaultTimeout(30_000);
    connectionId = await invite('gus@acme.example');
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    await stack.stop();
  }, 60_000);

  const heading = (): Promise<string> => page.getByRole('heading', { level: 1 }).innerText();
  const untilHeading = (title: string) =>
    eventually(`the page "${title}"`, async () => (await heading().catch(() => '')) === title, 60_000);

  async function press(name: string | RegExp): Promise<void> {
    await page.getByRole('button', { name }).first().click();
    clicks += 1;
  }

  async function signInAs(name: RegExp): Promise<void> {
    await press('Continue with Procore');
    await page.getByRole('radio', { name }).check();
    clicks += 1;
    await press('Allow');
  }

  async function expectReadable(name: string): Promise<void> {
    await picture(page, name);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    const [wide, seen] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    );
    expect(wide).toBeLessThanOrEqual(seen);
  }

  /** The projects that can be chosen after a search, in a browser that runs no script. */
  async function searchedWithoutScript(text: string): Promise<string[]> {
    const plain = await browser.newContext({ javaScriptEnabled: false, storageState: await context.storageState() });
    const list = await plain.newPage();
    await list.goto(page.url());
    await list.getByLabel('Search by name, number or city').fill(text);
    await list.getByRole('button', { name: 'Search' }).click();
    const found = await list.getByRole('button', { name: /^Choose/ }).allInnerTexts();
    await plain.close();
    return found;
  }

  test('from the mail to the connected project in at most eight clicks, each page readable', async () => {
    const begunMs = Date.now();
    await page.goto(await link('gus@acme.example'));
    await signInAs(/Gus Romero/);
    await untilHeading('Is that you?');
    expect(await page.locator('main').innerText()).toContain('gus@acme.example – is that right?');
    // it went to the very address that was invited
    expect(await page.getByRole('status').count()).toBe(0);
    await expectReadable('contractor-1-who');
    await press('Yes, that is me');
    await untilHeading('Your role in Procore');
    await expectReadable('contractor-2-role');
    await press('Yes');
    await untilHeading('Which project?');
    await expectReadable('contractor-3-projects');
    expect(await searchedWithoutScript('harbour')).toEqual(['Choose Harbour Tower']);
    expect(await searchedWithoutScript('nowhere')).toEqual([]);
    await press('Choose Harbour Tower');
    await untilHeading('Connect Harbour Tower');
    await expectReadable('contractor-4-connect');
    await press('Create connection');
    await untilHeading('Harbour Tower is connected');
    await expectReadable('contractor-5-connected');
    expect(clicks).toBeLessThanOrEqual(8);
    expect(Date.now() - begunMs).toBeLessThan(fiveMinutesMs);
    const acme = await companyCalled(stack, 'Acme');
    const { company } = await connectionNow(connectionId);
    expect(company?.id).toBe(acme.id);
  }, 240_000);

  test('Undo survives a reload, and ends the connection', async () => {
    await page.reload();
    await press('Undo');
    await untilHeading('The connection was taken back');
    const { stage } = await connectionNow(connectionId);
    expect(stage).toBe('disconnected');
  }, 120_000);

  test('another account than was invited is named before anything is connected, and whoever may not connect is told whom to ask', async () => {
    connectionId = await invite('chief@acme.example');
    await page.goto(await link('chief@acme.example'));
    await signInAs(/Tess O'Hara/);
    await untilHeading('Is that you?');
    expect(await page.getByRole('status').innerText()).toContain('The invitation went to another address.');
    await expectReadable('contractor-6-other-account');
    await press('Yes, that is me');
    await untilHeading('This cannot go on yet');
    expect(await page.getByText('This account is an admin of none of its 2 projects in Procore.').count()).toBe(1);
    expect(await page.locator('main').innerText()).toContain('Ask an admin of the project or of the company in Procore for it');
    expect(await page.getByRole('button', { name: 'Use another account' }).count()).toBe(1);
    await picture(page, 'contractor-7-no-admin');
    const { company } = await connectionNow(connectionId);
    expect(company).toBeNull();
  }, 240_000);

  test('they come back by the link of the mail with another account; it ends once whoever invited has said that this is right', async () => {
    const first = page;
    const elsewhere = await browser.newContext({ viewport: { width: 360, height: 740 }, isMobile: true, locale: 'en-GB' });
    page = await elsewhere.newPage();
    page.setDefaultTimeout(30_000);
    const mailed = await link('chief@acme.example');
    await page.goto(mailed);
    expect(await page.getByRole('status').innerText()).toContain('t•••@acme.example has signed in by this invitation already');
    await expectReadable('contractor-8-back');
    await signInAs(/Gus Romero/);
    await untilHeading('Is that you?');
    expect(await page.locator('main').innerText()).toContain('t•••@acme.example has signed in by this invitation before you');
    await expectReadable('contractor-9-in-their-place');
    await press('Yes, that is me');
    await untilHeading('Your role in Procore');
    await first.reload();
    expect(await first.locator('main').innerText()).toContain('g•••@acme.example');
    await press('Yes');
    await untilHeading('Which project?');
    await press('Choose Harbour Tower');
    await untilHeading('Connect Harbour Tower');
    await press('Create connection');
    await eventually('the page that whoever invited is asked', async () => (await heading()).endsWith(' is asked first'), 60_000);
    await acceptWhoConnects();
    await untilHeading('Harbour Tower is connected');
    await page.goto(mailed);
    expect(await heading()).toBe('This invitation does not work any more');
    await elsewhere.close();
  }, 240_000);
});
