import path from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { jsonClient } from '../../scripts/tour/http.ts';
import { describeInChromium } from '../support/chromium.ts';
import { customerOf } from '../support/customer.ts';
import { linkIn } from '../support/inviting.ts';
import { filesBelow, searchSecrets } from '../support/secret-search.ts';
import { linkFor, mailFor } from './mails.ts';
import { expectReadable } from './readable.ts';
import { untilCredentials, useStage } from './stage.ts';
import { type Visitor, visit } from './visitor.ts';

const invitedAddress = 'gus.invited-once@acme.example';
const colleagueAddress = 'lee.named-by-gus@acme.example';

describeInChromium('an invitation by mail', () => {
  const stage = useStage();
  let invited: Visitor;
  let connectionId: string;

  const mail = (to: string) => mailFor(stage().stack, to);
  const link = (to: string) => linkFor(stage().stack, to);

  beforeAll(async () => {
    const { stack, browser } = stage();
    invited = await visit(browser);
    connectionId = await untilCredentials(stage(), customerOf(stack, 'acme-safety'));
    const { api, apiKey } = stack.run();
    await jsonClient(api, apiKey).post(`/v1/connections/${connectionId}/invitations`, {
      project: { id: 'p-1', name: 'Harbour Tower' },
      inviter: { name: 'Pia Prime', company: 'North Studio', email: 'pia@north-studio.example' },
      invited: { company: 'Acme Builders', email: invitedAddress },
    });
  }, 60_000);

  test('comes at once; its inbox shows it safely; the person reads who asks and what is touched, and an accessibility check finds nothing', async () => {
    const { page } = invited;
    const { text } = await mail(invitedAddress);
    await invited.open(stage().stack.run().inbox);
    await expectReadable(page, 'invitation-1-inbox');
    await page.getByRole('link', { name: 'Harbour Tower: connect Procore (3 minutes, once)' }).click();
    // no accessibility check here: it would run script in the frame, which runs none
    const frame = page.getByTitle('The mail as HTML');
    expect(await frame.getAttribute('sandbox')).toBe('allow-popups allow-popups-to-escape-sandbox');
    expect(await page.locator('pre').innerText()).toContain(linkIn(text));
    await invited.open(linkIn(text));
    expect(await invited.heading()).toBe('North Studio invites you to connect Procore');
    await expectReadable(page, 'invitation-2-page');
    await page.getByText('I’m not the right person').click();
    await expectReadable(page, 'invitation-3-pass-on');
  }, 120_000);

  test('is passed on: the colleague has a mail of their own, and who invited is told; both links go on working', async () => {
    const { page } = invited;
    await invited.open(await link(invitedAddress));
    await page.getByText('I’m not the right person').click();
    await page.getByLabel('E-mail address of the colleague who is').fill(colleagueAddress);
    await invited.press('Send it on');
    expect(await invited.heading()).toBe('Thank you, it was passed on');
    await expectReadable(page, 'invitation-4-passed-on');
    const told = await mail('pia@north-studio.example');
    expect(told.subject).toBe('Harbour Tower: your invitation was passed on');
    expect(told.text.replaceAll('\u2060', '')).toContain('l•••@acme.example');
    await invited.open(await link(invitedAddress));
    expect(await page.getByRole('status').first().innerText()).toContain('You named a colleague');
  }, 120_000);

  test('leads to Procore with one press, and is void once somebody has said yes', async () => {
    const { page } = invited;
    const { stack } = stage();
    const mailed = await link(colleagueAddress);
    await invited.open(mailed);
    await invited.press('Continue with Procore');
    expect(new URL(page.url()).origin).toBe(stack.run().procore.login);
    await page.getByRole('radio', { name: /Ada Marsh/ }).check();
    await invited.press('Allow');
    await invited.untilHeading('Is that right?');
    await page.getByRole('button', { name: /^Yes, connect/ }).click();
    await customerOf(stack, 'acme-safety').untilStep(connectionId, 'proveOwnership', 'done');
    for (const dead of [mailed, await link(invitedAddress)]) {
      await invited.open(dead);
      expect(await invited.heading()).toBe('This invitation does not work any more');
    }
    await expectReadable(page, 'invitation-5-dead');
  }, 120_000);

  test('no address and no link is in what Temporal and our logs keep', async () => {
    const { stateDir } = stage().stack;
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
    const kept = filesBelow(stateDir, (file) => /^(temporal\.db|logs\/)/.test(path.relative(stateDir, file)));
    expect(kept.map(({ name }) => name)).toEqual(expect.arrayContaining(['temporal.db', 'logs/worker.log', 'logs/api.log']));
    expect(searchSecrets(sought, kept)).toEqual([]);
    // the run that sent it is there, and the search sees what is
    const workerLog = kept.filter(({ name }) => name === 'logs/worker.log');
    expect(searchSecrets([{ value: 'a mail came to its end', kind: 'line' }], workerLog)).not.toEqual([]);
  }, 120_000);
});
