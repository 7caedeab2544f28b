import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { part3Tokens } from '../../sandbox/seed/part3.ts';
import { jsonClient } from '../../scripts/tour/http.ts';
import { describeInChromium, openChromium, picture } from '../support/chromium.ts';
import { customerOf } from '../support/customer.ts';
import { eventually } from '../support/eventually.ts';
import { linkIn, mailTo } from '../support/inviting.ts';
import { startStack, type TestStack } from '../support/stack.ts';

const begunView = z.object({ connectionId: z.string() });
const truthView = z.object({ projects: z.array(z.object({ id: z.string(), name: z.string() })) });
const respondersView = z.object({
  items: z.array(z.object({ name: z.string(), state: z.string(), lastUsedAt: z.string().nullable() })),
});

describeInChromium('a responder on a phone', () => {
  let stack: TestStack;
  let browser: Browser;
  let connectionId: string;

  const api = () => jsonClient(stack.run().api, stack.run().apiKey);
  const standing = async (name: string) =>
    respondersView.parse(await api().get(`/v1/connections/${connectionId}/responders`)).items.find((one) => one.name === name)
      ?.state;
  const mailed = (to: string, page: string): Promise<string> =>
    eventually(`a link to /${page} for ${to}`, async () => {
      const mails = await mailTo({ urls: { inbox: stack.run().inbox } }, to);
      return mails.map(({ text }) => linkIn(text, page)).findLast((link) => link !== '');
    });

  async function phone(): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 }, isMobile: true, locale: 'en-GB' });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    return page;
  }
  const untilHeading = (page: Page, title: string) =>
    eventually(
      `the page "${title}"`,
      async () =>
        (await page
          .getByRole('heading', { level: 1 })
          .innerText()
          .catch(() => '')) === title,
      90_000,
    );
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click();

  async function signInAs(page: Page, name: RegExp): Promise<void> {
    await press(page, 'Continue with Procore');
    await page.getByRole('radio', { name }).check();
    await press(page, 'Allow');
  }

  async function expectReadable(page: Page, name: string): Promise<void> {
    await picture(page, name);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    const [wide, seen] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    );
    expect(wide).toBeLessThanOrEqual(seen);
  }

  /** Gus has connected Harbour Tower. */
  async function connect(): Promise<void> {
    const begun = begunView.parse(await api().post('/v1/onboardings', { partner: 'part3' }));
    connectionId = begun.connectionId;
    const login = { organisation: 'north-studio', token: part3Tokens['north-studio'] };
    await api().post(`/v1/connections/${connectionId}/partner-login`, login);
    await customerOf(stack, 'acme-safety').untilStep(connectionId, 'verifyPartner', 'done');
    const truth = truthView.parse(await stack.control('GET', '/part3/truth?organisation=north-studio'));
    const project = truth.projects.find(({ name }) => name === 'Harbour Tower');
    await api().post(`/v1/connections/${connectionId}/invitations`, {
      project: { id: project?.id, name: project?.name },
      inviter: { name: 'Pia Brandt', company: 'North Studio', email: 'pia@north-studio.example' },
      invited: { company: 'Acme Builders', email: 'gus@acme.example' },
    });
    const page = await phone();
    await page.goto(await mailed('gus@acme.example', 'invitation'));
    await signInAs(page, /Gus Romero/);
    await untilHeading(page, 'Is that you?');
    await press(page, 'Yes, that is me');
    await untilHeading(page, 'Your role in Procore');
    expect(await page.getByRole('button', { name: 'Use another account' }).count()).toBe(1);
    await press(page, 'Yes');
    await untilHeading(page, 'Which project?');
    await press(page, 'Choose Harbour Tower');
    await untilHeading(page, 'Connect Harbour Tower');
    await press(page, 'Create connection');
    await untilHeading(page, 'Harbour Tower is connected');
    expect(await page.locator('main').innerText()).toContain('So far 0 RFIs and 0 submittals have come over.');
    await page.context().close();
  }

  beforeAll(async () => {
    stack = await startStack({ profile: 'brief' });
    browser = await openChromium();
    await connect();
  }, 400_000);

  afterAll(async () => {
    await browser.close();
    await stack.stop();
  }, 60_000);

  test('from the mail to authorized: one page, one button, before and after; then the link is used up', async () => {
    const page = await phone();
    const link = await mailed('ria@north-studio.example', 'authorize');
    await page.goto(link);
    expect(await page.locator('main').innerText()).toContain('Your answers will carry your name in Procore.');
    await expectReadable(page, 'responder-1-before');
    await signInAs(page, /Ria/);
    await untilHeading(page, 'Is that you?');
    await expectReadable(page, 'responder-2-who');
    await press(page, 'Authorize');
    await untilHeading(page, 'Thank you, that is done');
    // it looks again by itself until Procore has said whether they may answer
    await eventually(
      'the last word',
      async () => (await page.locator('main[data-look-again-seconds]:not([data-look-again-seconds=""])').count()) === 0,
      90_000,
    );
    expect(await page.locator('main').innerText()).not.toContain('We are looking');
    await expectReadable(page, 'responder-3-done');
    await eventually('Ria to be authorized', async () => (await standing('Ria Solà')) === 'authorized', 60_000);
    expect((await page.goto(link))?.status()).toBe(404);
    await page.context().close();
  }, 300_000);

  test('their account: what, since when, last used; Revoke ends it, here and at Procore', async () => {
    const page = await phone();
    await page.goto(await mailed('ria@north-studio.example', 'account'));
    await expectReadable(page, 'responder-4-account-link');
    await signInAs(page, /Ria/);
    await untilHeading(page, 'What you have authorized');
    const text = await page.locator('main').innerText();
    for (const part of ['ria@north-studio.example', 'Harbour Tower', 'In force', 'Since', 'Last used'])
      expect(text).toContain(part);
    await expectReadable(page, 'responder-5-account');
    await press(page, 'Revoke');
    await untilHeading(page, 'Nothing is authorized');
    await expectReadable(page, 'responder-6-revoked');
    expect(await standing('Ria Solà')).toBe('revoked');
  }, 300_000);

  test('whoever connected the project undoes it from the copy in their mail', async () => {
    const page = await phone();
    await page.goto(await mailed('gus@acme.example', 'account'));
    await signInAs(page, /Gus Romero/);
    await untilHeading(page, 'What you have authorized');
    await press(page, 'Undo Harbour Tower');
    await eventually(
      'the connection to be taken back',
      async () =>
        z.object({ stage: z.string() }).parse(await api().get(`/v1/connections/${connectionId}`)).stage === 'disconnected',
      60_000,
    );
  }, 300_000);
});
