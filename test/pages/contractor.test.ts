import { beforeAll, expect, test } from '@jest/globals';
import { describeInChromium } from '../support/chromium.ts';
import { linkFor } from './mails.ts';
import { type NorthStudio, northStudioAt, untilInvited } from './north-studio.ts';
import { expectReadable } from './readable.ts';
import { useStage } from './stage.ts';
import { type Visitor, visit } from './visitor.ts';

const fiveMinutesMs = 300_000;

describeInChromium('the contractor’s five minutes', () => {
  const stage = useStage();
  let northStudio: NorthStudio;
  let gus: Visitor;
  let connectionId: string;

  beforeAll(async () => {
    northStudio = northStudioAt(stage());
    connectionId = await untilInvited(northStudio, 'gus@acme.example');
    gus = await visit(stage().browser);
  }, 60_000);

  /** The projects that can be chosen after a search, in a browser that runs no script. */
  async function searchedWithoutScript(text: string): Promise<string[]> {
    const storageState = await gus.page.context().storageState();
    const plain = await visit(stage().browser, { javaScriptEnabled: false, storageState });
    await plain.open(gus.page.url());
    await plain.page.getByLabel('Search by name, number or city').fill(text);
    await plain.press('Search');
    const found = await plain.page.getByRole('button', { name: /^Choose/ }).allInnerTexts();
    await plain.leave();
    return found;
  }

  test('from the mail to the connected project in at most eight clicks, each page readable', async () => {
    const begunMs = Date.now();
    await gus.open(await linkFor(stage().stack, 'gus@acme.example'));
    await gus.signInAs(/Gus Romero/);
    await gus.untilHeading('Is that you?');
    expect(await gus.text()).toContain('gus@acme.example – is that right?');
    // it went to the very address that was invited
    expect(await gus.page.getByRole('status').count()).toBe(0);
    await expectReadable(gus.page, 'contractor-1-who');
    await gus.press('Yes, that is me');
    await gus.untilHeading('Your role in Procore');
    expect(await gus.page.getByRole('button', { name: 'Use another account' }).count()).toBe(1);
    await expectReadable(gus.page, 'contractor-2-role');
    await gus.press('Yes');
    await gus.untilHeading('Which project?');
    await expectReadable(gus.page, 'contractor-3-projects');
    expect(await searchedWithoutScript('harbour')).toEqual(['Choose Harbour Tower']);
    expect(await searchedWithoutScript('nowhere')).toEqual([]);
    await gus.press('Choose Harbour Tower');
    await gus.untilHeading('Connect Harbour Tower');
    await expectReadable(gus.page, 'contractor-4-connect');
    await gus.press('Create connection');
    await gus.untilHeading('Harbour Tower is connected');
    await expectReadable(gus.page, 'contractor-5-connected');
    expect(gus.clicks).toBeLessThanOrEqual(8);
    expect(Date.now() - begunMs).toBeLessThan(fiveMinutesMs);
    expect((await northStudio.connection(connectionId)).company?.id).toBe(stage().acme.id);
  }, 240_000);

  test('Undo survives a reload, and ends the connection', async () => {
    await gus.page.reload();
    await gus.press('Undo');
    await gus.untilHeading('The connection was taken back');
    expect((await northStudio.connection(connectionId)).stage).toBe('disconnected');
  }, 120_000);
});
