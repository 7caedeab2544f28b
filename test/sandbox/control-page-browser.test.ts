import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { isCompleted } from '../../sandbox/procore/daily-log/day-headers.ts';
import { describeInChromium, openChromium } from '../support/chromium.ts';
import { type ControlGround, controlToken, openControl } from './control-ground.ts';
import { type SmallWorld, smallWorld } from './procore-ground.ts';

describeInChromium("the sandbox admin's page in a real browser", () => {
  let small: SmallWorld;
  let control: ControlGround;
  let browser: Browser;

  beforeAll(async () => {
    small = smallWorld(() => Date.parse('2026-03-09T23:30:00Z'));
    control = await openControl(small.world);
    browser = await openChromium();
  });
  afterAll(async () => {
    await browser.close();
    await control.close();
  });

  test('a phone without script goes from the token to a completed day, a switched tool and a set level', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 740 }, isMobile: true });
    const page = await context.newPage();
    await page.goto(`${control.origin}/page`);
    await page.getByLabel('Control token').fill(controlToken);
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('link', { name: 'Borealis' }).click();
    await page.getByLabel('Tool in Company Admin').selectOption('Permissions');
    // Without a level chosen the browser itself sends nothing.
    await page.getByRole('button', { name: 'Set in Company Admin' }).click();
    expect(small.world.templates.get(small.adminTemplate.id)?.levels['permissions']).toBe('Admin');
    await page.getByLabel('Level in Company Admin').selectOption('Standard');
    await page.getByRole('button', { name: 'Set in Company Admin' }).click();
    await page.getByRole('status').getByText('Done.').waitFor();
    await page.getByRole('link', { name: /Pier 4/ }).click();
    await page.getByRole('button', { name: 'Complete the day' }).click();
    await page.getByText('This day is completed.').waitFor();
    await page.getByRole('button', { name: 'Switch off Daily Log' }).click();
    await page.getByRole('button', { name: 'Switch on Daily Log' }).waitFor();
    expect(isCompleted(small.world, small.project.id, '2026-03-09')).toBe(true);
    expect(small.world.projects.get(small.project.id)?.tools).not.toContain('daily_log');
    expect(small.world.templates.get(small.adminTemplate.id)?.levels['permissions']).toBe('Standard');
    await context.close();
  });
});
