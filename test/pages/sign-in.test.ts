import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInChromium, picture } from '../support/chromium.ts';
import { type Customer, customerOf } from '../support/customer.ts';
import { expectFitting } from './readable.ts';
import { setDirectoryLevel, untilCredentials, useStage } from './stage.ts';
import { phone, type Visitor, visit } from './visitor.ts';

describeInChromium('signing in to Procore', () => {
  const stage = useStage();
  let person: Visitor;
  let page: Page;

  /** A phone without script: what works here works everywhere. */
  async function openPhone(): Promise<void> {
    person = await visit(stage().browser, { ...phone, hasTouch: true, deviceScaleFactor: 2, javaScriptEnabled: false });
    page = person.page;
  }

  /** An onboarding that waits for its sign-in, and the link to it. */
  async function linkOf(customer: Customer): Promise<{ connectionId: string; link: string }> {
    const connectionId = await untilCredentials(stage(), customer);
    return { connectionId, link: await customer.product.signIn(connectionId) };
  }

  const focused = (): Promise<string> => page.evaluate('document.activeElement.innerText || document.activeElement.value || ""');

  async function tabTo(words: RegExp): Promise<void> {
    for (let press = 0; press < 20; press += 1) {
      await page.keyboard.press('Tab');
      if (words.test(await focused())) return;
    }
    throw new Error(`no press of Tab reaches ${words}`);
  }

  async function pressByKeyboard(words: RegExp): Promise<void> {
    await tabTo(words);
    await Promise.all([page.waitForEvent('framenavigated'), page.keyboard.press('Enter')]);
    await page.waitForLoadState();
  }

  /** Tab reaches the group of radio buttons, arrows move in it. */
  async function pickPerson(name: string): Promise<void> {
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    for (let press = 0; press < 60; press += 1) {
      const picked = (await page.locator('label:has(input:checked)').innerText()).trim();
      if (picked.startsWith(name)) return;
      await page.keyboard.press('ArrowDown');
    }
    throw new Error(`${name} cannot be picked by keyboard`);
  }

  async function expectComplete(name: string): Promise<void> {
    await expectFitting(page, name);
    expect(await page.getByRole('main').count()).toBe(1);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    // whoever is stuck reads whom to ask, and when somebody answers
    const help = page.getByRole('contentinfo');
    expect(await help.innerText()).toMatch(/HammerTech support: help\.hammertech\.com \(.*Monday to Friday/);
    expect(await help.getByRole('link').first().getAttribute('href')).toBe('https://help.hammertech.com');
    // what script adds is one file of ours: none stands in the page
    expect(await page.locator('script:not([src^="/assets/"])').count()).toBe(0);
  }

  test('from the link to Procore and back to the confirmation by keyboard alone, on a phone, without script', async () => {
    const customer = customerOf(stage().stack, 'acme-safety');
    const { connectionId, link } = await linkOf(customer);
    await openPhone();
    await person.open(link);
    expect(await person.heading()).toMatch(/sign in with Procore/);
    await expectComplete('sign-in-1-connect');
    const offer = await person.text();
    for (const name of ['HammerTech', stage().acme.id, 'The sign-in is not kept']) expect(offer).toContain(name);

    await pressByKeyboard(/^Continue with Procore$/);
    expect(new URL(page.url()).origin).toBe(stage().stack.run().procore.login);
    await pickPerson('Ada Marsh');
    await picture(page, 'sign-in-2-procore');
    await pressByKeyboard(/^Allow$/);
    expect(new URL(page.url()).origin).toBe(new URL(link).origin);
    expect(page.url()).not.toMatch(/code=|state=/);

    await person.untilHeading('Is that right?');
    await expectComplete('sign-in-3-confirm');
    const question = await person.text();
    for (const name of ['Ada Marsh', 'HammerTech', 'Acme Builders', stage().acme.id, 'Admin']) expect(question).toContain(name);
    expect(question).toMatch(/Who asks\s+Acme Safety/);

    await pressByKeyboard(/^Yes, connect HammerTech to Acme Builders$/);
    expect(await person.heading()).toBe('Thank you, that is done');
    await expectComplete('sign-in-4-done');
    await customer.untilStep(connectionId, 'proveOwnership', 'done');
    await person.leave();
  }, 120_000);

  test('who is no admin reads what was seen, what is needed and where; made admin, the same page goes on by itself', async () => {
    const customer = customerOf(stage().stack, 'borealis-safety');
    const { link } = await linkOf(customer);
    await openPhone();
    await person.open(link);
    await pressByKeyboard(/^Continue with Procore$/);
    await pickPerson('Ben Ito');
    await pressByKeyboard(/^Allow$/);
    await person.untilHeading('This cannot be confirmed yet');
    await expectComplete('sign-in-5-no-admin');
    const told = await person.text();
    for (const words of ['Ben Ito', 'Acme Builders', 'Read Only', 'Company Tools → Directory', 'We look again every few seconds'])
      expect(told).toContain(words);

    await setDirectoryLevel(stage(), 'Ben', 'Admin');
    await person.untilHeading('Is that right?');
    await person.leave();
  }, 120_000);

  test('who does not belong to the company reads as whom they are signed in, that Procore does not list it, and what helps', async () => {
    const customer = customerOf(stage().stack, 'borealis-safety');
    const { link } = await linkOf(customer);
    await openPhone();
    await person.open(link);
    await pressByKeyboard(/^Continue with Procore$/);
    await pickPerson('Cleo Ødegård');
    await pressByKeyboard(/^Allow$/);
    const outside = 'This account does not belong to the company';
    await person.untilHeading(outside);
    await expectComplete('sign-in-8-outsider');
    const told = await person.text();
    expect(told).toContain('You are signed in to Procore as cleo@borealis.example.');
    expect(told).toContain(`Procore does not list company ${stage().acme.id} among the companies of this account.`);
    for (const words of ['Use another account', 'Ask an admin of that company', 'Company Tools → Directory → Users → Add'])
      expect(told).toContain(words);
    await pressByKeyboard(/^Use another account$/);
    expect(await person.heading()).toBe('Nobody is signed in');
    await person.leave();
  }, 120_000);

  test('a person who says no at Procore, or wants another account, is told that nobody is signed in and may go again', async () => {
    const customer = customerOf(stage().stack, 'acme-safety');
    const { link } = await linkOf(customer);
    await openPhone();
    await person.open(link);
    await pressByKeyboard(/^Continue with Procore$/);
    await pressByKeyboard(/^Deny$/);
    expect(await person.heading()).toBe('Nobody is signed in');
    await expectComplete('sign-in-6-nobody');
    expect(await person.text()).toContain('Procore says that the sign-in was not allowed.');
    await pressByKeyboard(/^Continue with Procore$/);
    await pickPerson('Ada Marsh');
    await pressByKeyboard(/^Allow$/);
    await person.untilHeading('Is that right?');
    await pressByKeyboard(/^Use another account$/);
    expect(await person.heading()).toBe('Nobody is signed in');
    expect(await person.text()).toContain('The account before was not connected.');
    await person.leave();
  }, 120_000);

  test('a link that does not work says so, and what to do', async () => {
    await openPhone();
    await person.open(`${stage().stack.run().api}/connect/${'x'.repeat(43)}`);
    expect(await person.heading()).toBe('This link does not work any more');
    await expectComplete('sign-in-7-dead-link');
    expect(await page.getByRole('alert').innerText()).toContain('older than 14 days');
    await person.leave();
  }, 60_000);
});
