import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { describeInChromium, picture } from '../support/chromium.ts';
import { type Customer, customerOf, freshAccount } from '../support/customer.ts';
import { eventually } from '../support/eventually.ts';
import { type Watch, type WatchedRun, watchEngines } from '../support/watched-run.ts';
import { useStage } from './stage.ts';
import { visit } from './visitor.ts';

/** Traces of what was not decoded: the failure's stand-in, the name of our encoding, and the same as the UI would show it. */
const sealedText = /Encoded failure|groundwork-sealed|YmluYXJ5L2dyb3VuZHdvcmstc2VhbGVk/;
const clientSecret = 'a-secret-that-procore-does-not-know';

describeInChromium("support in Temporal's own UI", () => {
  let watch: Watch;
  // before the stage ends: it looks into the engines, which end with it
  afterAll(() => watch.close());
  const stage = useStage();
  let page: Page;
  let customer: Customer;
  let connectionId: string;
  let clientId: string;
  let run: WatchedRun;

  beforeAll(async () => {
    const { acme, browser, stack } = stage();
    watch = await watchEngines(stack);
    page = (await visit(browser, { viewport: { width: 1280, height: 1400 } })).page;
    clientId = (await freshAccount(stack, acme.id)).credential.clientId;
    customer = customerOf(stack, 'acme-safety');
    connectionId = await customer.product.begin({ clientId, clientSecret }, acme.id);
    await customer.untilStep(connectionId, 'verifyCredentials', 'stuck');
    run = watch.run(customer.workflowId(connectionId));
  }, 60_000);

  /** The run's page, at one of its tabs. */
  async function openTab(tab: 'history' | 'pending-activities' | 'user-metadata'): Promise<void> {
    const { runId } = await run.handle.describe();
    const { temporal } = stage().stack.run();
    const workflow = `${encodeURIComponent(run.handle.workflowId)}/${runId}`;
    await page.goto(`${temporal.ui}/namespaces/${temporal.namespace}/workflows/${workflow}/${tab}`);
  }

  const visibleText = (): Promise<string> => page.locator('body').innerText();

  /** The card of a step's watch: it names the step behind its reason. */
  const cardOf = (stepId: string): Locator =>
    page
      .locator('div')
      .filter({ hasText: `[${stepId}]` })
      .filter({ has: page.getByRole('button', { name: 'Reset' }) })
      .last();

  async function sendUpdate(name: string, message: object): Promise<Locator> {
    await page.getByRole('button', { name: 'More Actions' }).click();
    await page.getByRole('menuitem', { name: 'Send an Update' }).click();
    const dialog = page.getByTestId('update-confirmation-modal').filter({ visible: true });
    await dialog.getByTestId('update-select-button').click();
    await dialog.getByRole('option', { name }).click();
    await dialog.getByRole('textbox', { name: 'Data' }).click();
    await page.keyboard.insertText(JSON.stringify(message));
    // leaving the editor formats what is in it and moves the buttons
    await dialog.getByTestId('update-id').click();
    await dialog.getByText(/"stepId": /).waitFor();
    await dialog.getByTestId('confirm-modal-button').click();
    return dialog;
  }

  test('the details page tells a stranger what is awaited, from whom, where it is mended and what to press', async () => {
    await openTab('user-metadata');
    const text = await eventually('the details to be shown', async () => {
      const texts = await Promise.all(
        page.frames().map((frame) =>
          frame
            .locator('body')
            .innerText()
            .catch(() => ''),
        ),
      );
      return texts.find((each) => each.includes('What is awaited'));
    });
    await picture(page, 'temporal-details');
    expect(text).toContain('Waits for admin: Procore accepts the credentials');
    expect(text).toMatch(/Procore accepts the credentials waits for admin \(the customer’s own admin\) since \d{4}-\d\d-\d\d/);
    expect(text).toContain('Reason: credential-rejected');
    expect(text).toContain('Seen: Procore does not accept this client id and secret.');
    expect(text).toMatch(/Where: In Procore: Company Tools → Admin → Service Accounts/);
    expect(text).toContain('HammerTech accepts the login waits for admin');
    expect(text).toContain('Pending Activities → Reset on the waiting activity: it is checked at once.');
    expect(text).toContain('every step turns green by itself once it is mended');
  }, 90_000);

  test("the waiting activity's card shows the reason decoded, and no page shows what is sealed", async () => {
    await openTab('pending-activities');
    const card = cardOf('verifyCredentials');
    await card.waitFor();
    await picture(page, 'temporal-pending');
    const text = await card.innerText();
    expect(text).toContain('credential-rejected: Procore does not accept this client id and secret.');
    // while an attempt is under way the card names none
    await eventually('the next retry to be named', async () => {
      await openTab('pending-activities');
      return (await cardOf('verifyCredentials').innerText()).includes('Next Retry');
    });
    await page.getByTestId('data-encoder-status-success').waitFor();
    for (const tab of ['pending-activities', 'history'] as const) {
      await openTab(tab);
      await page.getByText('watchStep').first().waitFor();
      await eventually(`all of ${tab} to be decoded`, async () => !sealedText.test(await visibleText()));
    }
  }, 90_000);

  test('an Update that is not for support is refused in the dialog, with the sentence why', async () => {
    await openTab('history');
    const dialog = await sendUpdate('skipStep', { stepId: 'proveOwnership', reason: 'agreed by phone' });
    await dialog.getByText('"proveOwnership" cannot be skipped; only its owner (admin) can meet it').waitFor();
    await picture(page, 'temporal-refused');
    expect((await customer.step(connectionId, 'proveOwnership')).state).toBe('pending');
  }, 90_000);

  test('retryStep sent from the dialog is answered with what was seen', async () => {
    await openTab('history');
    const before = await customer.step(connectionId, 'verifyPartner');
    const { commands, updates } = await run.interventions();
    const dialog = await sendUpdate('retryStep', { stepId: 'verifyPartner' });
    await page.getByText('Update successful').first().waitFor();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('Workflow Execution Update Completed').first().waitFor();
    await page.getByText('{"stepId":"verifyPartner","state":"waiting"').first().waitFor();
    await picture(page, 'temporal-answered');
    const after = await customer.step(connectionId, 'verifyPartner');
    expect(Date.parse(after.checkedAt ?? '')).toBeGreaterThan(Date.parse(before.checkedAt ?? ''));
    // the control of the next test: an Update from the dialog is seen
    expect(await run.interventions()).toEqual({ commands, updates: updates + 1 });
  }, 90_000);

  test('Reset on the waiting activity checks at once: what was mended is seen before the planned look', async () => {
    await openTab('pending-activities');
    const card = cardOf('verifyCredentials');
    await card.getByRole('button', { name: 'Reset' }).click();
    const dialog = page.getByTestId('activity-reset-confirmation-modal').filter({ visible: true });
    const press = dialog.getByTestId('confirm-modal-button');
    await press.waitFor();
    const before = await run.interventions();
    const planned = await eventually(
      'the next look to be more than five seconds away',
      async () => {
        const { nextAttemptMs = 0 } = (await run.pendingWatch('verifyCredentials')) ?? {};
        return nextAttemptMs - Date.now() > 5000 && nextAttemptMs;
      },
      60_000,
    );
    await stage().stack.control('POST', '/admin/apps/change-secret', { clientId, clientSecret });
    await press.click();
    const done = await customer.untilStep(connectionId, 'verifyCredentials', 'done', 15_000);
    expect(Date.parse(done.checkedAt ?? '')).toBeLessThan(planned - 1000);
    expect(await run.interventions()).toEqual(before);
    await picture(page, 'temporal-reset');
  }, 120_000);
});
