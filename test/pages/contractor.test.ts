import { beforeAll, expect, test } from '@jest/globals';
import { describeInChromium, picture } from '../support/chromium.ts';
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

  test('another account than was invited is named before anything is connected, and whoever may not connect is told whom to ask', async () => {
    connectionId = await untilInvited(northStudio, 'chief@acme.example');
    const tess = gus;
    await tess.open(await linkFor(stage().stack, 'chief@acme.example'));
    await tess.signInAs(/Tess O'Hara/);
    await tess.untilHeading('Is that you?');
    expect(await tess.page.getByRole('status').innerText()).toContain('The invitation went to another address.');
    await expectReadable(tess.page, 'contractor-6-other-account');
    await tess.press('Yes, that is me');
    await tess.untilHeading('This cannot go on yet');
    expect(await tess.page.getByText('This account is an admin of none of its 2 projects in Procore.').count()).toBe(1);
    expect(await tess.text()).toContain('Ask an admin of the project or of the company in Procore for it');
    expect(await tess.page.getByRole('button', { name: 'Use another account' }).count()).toBe(1);
    await picture(tess.page, 'contractor-7-no-admin');
    expect((await northStudio.connection(connectionId)).company).toBeNull();
  }, 240_000);

  test('they come back by the link of the mail with another account; it ends once whoever invited has said that this is right', async () => {
    const before = gus;
    const back = await visit(stage().browser);
    const mailed = await linkFor(stage().stack, 'chief@acme.example');
    await back.open(mailed);
    expect(await back.page.getByRole('status').innerText()).toContain(
      't•••@acme.example has signed in by this invitation already',
    );
    await expectReadable(back.page, 'contractor-8-back');
    await back.signInAs(/Gus Romero/);
    await back.untilHeading('Is that you?');
    expect(await back.text()).toContain('t•••@acme.example has signed in by this invitation before you');
    await expectReadable(back.page, 'contractor-9-in-their-place');
    await back.press('Yes, that is me');
    await back.untilHeading('Your role in Procore');
    await before.page.reload();
    expect(await before.text()).toContain('g•••@acme.example');
    await back.press('Yes');
    await back.untilHeading('Which project?');
    await back.press('Choose Harbour Tower');
    await back.untilHeading('Connect Harbour Tower');
    await back.press('Create connection');
    await back.untilHeading('North Studio is asked first');
    await northStudio.acceptWhoConnects(connectionId);
    await back.untilHeading('Harbour Tower is connected');
    await back.open(mailed);
    expect(await back.heading()).toBe('This invitation does not work any more');
    await back.leave();
  }, 240_000);
});
