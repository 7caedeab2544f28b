import { beforeAll, expect, test } from '@jest/globals';
import { describeInChromium } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { connectHarbourTower } from './contracting.ts';
import { linkFor } from './mails.ts';
import { type NorthStudio, northStudioAt, untilInvited } from './north-studio.ts';
import { expectReadable } from './readable.ts';
import { useStage } from './stage.ts';
import { visit } from './visitor.ts';

describeInChromium('a responder on a phone', () => {
  const stage = useStage();
  let northStudio: NorthStudio;
  let connectionId: string;

  const person = () => visit(stage().browser);
  const standing = (name: string) => northStudio.responder(connectionId, name);

  /** Gus has connected Harbour Tower. */
  beforeAll(async () => {
    northStudio = northStudioAt(stage());
    connectionId = await untilInvited(northStudio, 'gus@acme.example');
    const gus = await person();
    await gus.open(await linkFor(stage().stack, 'gus@acme.example'));
    await gus.signInAs(/Gus Romero/);
    await connectHarbourTower(gus);
    await gus.untilHeading('Harbour Tower is connected');
    expect(await gus.text()).toContain('So far 0 RFIs and 0 submittals have come over.');
    await gus.leave();
  }, 300_000);

  test('from the mail to authorized: one page, one button, before and after; then the link is used up', async () => {
    const ria = await person();
    const link = await linkFor(stage().stack, 'ria@north-studio.example', 'authorize');
    await ria.open(link);
    expect(await ria.text()).toContain('Your answers will carry your name in Procore.');
    await expectReadable(ria.page, 'responder-1-before');
    await ria.signInAs(/Ria/);
    await ria.untilHeading('Is that you?');
    await expectReadable(ria.page, 'responder-2-who');
    await ria.press('Authorize');
    await ria.untilHeading('Thank you, that is done');
    // it looks again by itself until Procore has said whether they may answer
    await eventually(
      'the last word',
      async () => (await ria.page.locator('main[data-look-again-seconds]:not([data-look-again-seconds=""])').count()) === 0,
      90_000,
    );
    expect(await ria.text()).not.toContain('We are looking');
    await expectReadable(ria.page, 'responder-3-done');
    await eventually('Ria to be authorized', async () => (await standing('Ria Solà')) === 'authorized', 60_000);
    expect((await ria.page.goto(link))?.status()).toBe(404);
    await ria.leave();
  }, 300_000);

  test('their account: what, since when, last used; Revoke ends it, here and at Procore', async () => {
    const ria = await person();
    await ria.open(await linkFor(stage().stack, 'ria@north-studio.example', 'account'));
    await expectReadable(ria.page, 'responder-4-account-link');
    await ria.signInAs(/Ria/);
    await ria.untilHeading('What you have authorized');
    const text = await ria.text();
    for (const part of ['ria@north-studio.example', 'Harbour Tower', 'In force', 'Since', 'Last used'])
      expect(text).toContain(part);
    await expectReadable(ria.page, 'responder-5-account');
    await ria.press('Revoke');
    await ria.untilHeading('Nothing is authorized');
    await expectReadable(ria.page, 'responder-6-revoked');
    expect(await standing('Ria Solà')).toBe('revoked');
  }, 300_000);

  test('whoever connected the project undoes it from the copy in their mail', async () => {
    const gus = await person();
    await gus.open(await linkFor(stage().stack, 'gus@acme.example', 'account'));
    await gus.signInAs(/Gus Romero/);
    await gus.untilHeading('What you have authorized');
    await gus.press('Undo Harbour Tower');
    await eventually(
      'the connection to be taken back',
      async () => (await northStudio.connection(connectionId)).stage === 'disconnected',
      60_000,
    );
  }, 300_000);
});
