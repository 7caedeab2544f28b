import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { describeInChromium, picture } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { connectHarbourTower } from './contracting.ts';
import { linkAfter, linkFor } from './mails.ts';
import { type NorthStudio, northStudioAt, untilInvited } from './north-studio.ts';
import { expectReadable } from './readable.ts';
import { useStage } from './stage.ts';
import { phone, type Visitor, visit } from './visitor.ts';

describeInChromium('another person connects than was invited', () => {
  const stage = useStage();
  let northStudio: NorthStudio;
  let visitors: Visitor[] = [];

  beforeAll(() => {
    northStudio = northStudioAt(stage());
  });
  afterEach(async () => {
    for (const visitor of visitors) await visitor.leave();
    visitors = [];
  });

  async function someone(): Promise<Visitor> {
    const visitor = await visit(stage().browser);
    visitors.push(visitor);
    return visitor;
  }
  const mailed = (to: string) => linkFor(stage().stack, to);
  /** Somebody opens the link that was mailed to that address in a browser of their own, and signs in to Procore. */
  async function come(to: string, who: RegExp): Promise<Visitor> {
    const visitor = await someone();
    await visitor.open(await mailed(to));
    await visitor.signInAs(who);
    return visitor;
  }
  const companyOf = async (connectionId: string) => (await northStudio.connection(connectionId)).company?.id;
  const buttonsOf = ({ page }: Visitor) => page.getByRole('button').allInnerTexts();
  /** It has asked us anew, and shows what was answered. */
  async function looksAgain({ page }: Visitor): Promise<void> {
    await page.waitForResponse(/\/sign-ins\//);
    await page.waitForResponse(/\/sign-ins\//);
  }
  async function undo(visitor: Visitor): Promise<void> {
    await visitor.press('Undo');
    await visitor.untilHeading('The connection was taken back');
  }

  test('they are named before anything is connected, and whoever may not connect is told whom to ask; another account by the same link may', async () => {
    const connectionId = await untilInvited(northStudio, 'chief@acme.example');
    const tess = await come('chief@acme.example', /Tess O'Hara/);
    await tess.untilHeading('Is that you?');
    expect(await tess.page.getByRole('status').innerText()).toContain('The invitation went to another address.');
    await expectReadable(tess.page, 'contractor-6-other-account');
    await tess.press('Yes, that is me');
    await tess.untilHeading('This cannot go on yet');
    expect(await tess.page.getByText('This account is an admin of none of its 2 projects in Procore.').count()).toBe(1);
    expect(await tess.text()).toContain('Ask an admin of the project or of the company in Procore for it');
    expect(await tess.page.getByRole('button', { name: 'Use another account' }).count()).toBe(1);
    await picture(tess.page, 'contractor-7-no-admin');
    expect(await companyOf(connectionId)).toBeUndefined();

    const gus = await someone();
    await gus.open(await mailed('chief@acme.example'));
    const before = 't•••@acme.example has signed in by this invitation';
    expect(await gus.page.getByRole('status').innerText()).toContain(`${before} already`);
    await expectReadable(gus.page, 'contractor-8-back');
    await gus.signInAs(/Gus Romero/);
    await gus.untilHeading('Is that you?');
    expect(await gus.text()).toContain(`${before} before you`);
    await expectReadable(gus.page, 'contractor-9-in-their-place');
    await gus.press('Yes, that is me');
    await gus.untilHeading('Your role in Procore');
    await tess.page.reload();
    expect(await tess.text()).toContain('g•••@acme.example');
  }, 240_000);

  test('whoever invited is asked first: nothing is connected and nothing left to do until then, and with their yes the page goes on by itself', async () => {
    const connectionId = await untilInvited(northStudio, 'office@acme.example');
    const gus = await come('office@acme.example', /Gus Romero/);
    await connectHarbourTower(gus);
    await gus.untilHeading('North Studio is asked first');
    await expectReadable(gus.page, 'contractor-10-asked-first');
    const told = await gus.page.getByRole('status').innerText();
    expect(told).toContain('Another account than the invited address connects the project.');
    expect(told).toContain('North Studio says whether that is right; then it is connected by itself.');
    expect(await gus.text()).toContain('You can close this page; you need not come back.');
    expect(await buttonsOf(gus)).toEqual([]);
    await gus.page.evaluate('window.loadedOnce = true');
    await looksAgain(gus);
    expect(await gus.heading()).toBe('North Studio is asked first');
    expect(await companyOf(connectionId)).toBeUndefined();
    // what Pia reads before she says yes
    expect(await northStudio.contractor(connectionId)).toMatchObject({
      invited: { address: 'o•••@acme.example' },
      signedIn: { login: 'g•••@acme.example', state: 'authorized' },
      needsAcceptance: true,
    });

    await northStudio.acceptWhoConnects(connectionId);
    await gus.untilHeading('Harbour Tower is connected');
    expect(await gus.page.evaluate('window.loadedOnce')).toBe(true);
    expect(await gus.page.title()).toBe('Harbour Tower is connected');
    expect(await gus.page.evaluate('document.activeElement.innerText')).toBe('Harbour Tower is connected');
    expect(await companyOf(connectionId)).toBe(stage().acme.id);
    const other = await someone();
    await other.open(await mailed('office@acme.example'));
    expect(await other.heading()).toBe('This invitation does not work any more');
    await undo(gus);
  }, 240_000);

  test('who has closed the page need not come back: it is connected with the yes, and shown so to whoever opens it again', async () => {
    const connectionId = await untilInvited(northStudio, 'desk@acme.example');
    const gus = await visit(stage().browser);
    await gus.open(await mailed('desk@acme.example'));
    await gus.signInAs(/Gus Romero/);
    await connectHarbourTower(gus);
    await gus.untilHeading('North Studio is asked first');
    const [address, storageState] = [gus.page.url(), await gus.page.context().storageState()];
    await gus.leave();
    await northStudio.acceptWhoConnects(connectionId);
    await eventually('the project to be connected', async () => (await companyOf(connectionId)) === stage().acme.id, 60_000);
    const again = await visit(stage().browser, { ...phone, storageState });
    visitors.push(again);
    await again.open(address);
    expect(await again.heading()).toBe('Harbour Tower is connected');
    await undo(again);
  }, 240_000);

  test('invited again under their own address they wait for nobody: the page goes on by itself, and nothing had to be accepted', async () => {
    const connectionId = await untilInvited(northStudio, 'reception@acme.example');
    const gus = await come('reception@acme.example', /Gus Romero/);
    await connectHarbourTower(gus);
    await gus.untilHeading('North Studio is asked first');
    await gus.page.evaluate('window.loadedOnce = true');
    await northStudio.invite(connectionId, 'gus@acme.example');
    await gus.untilHeading('Harbour Tower is connected');
    expect(await gus.page.evaluate('window.loadedOnce')).toBe(true);
    expect(await northStudio.contractor(connectionId)).toMatchObject({ needsAcceptance: false });
    await undo(gus);
  }, 240_000);

  test('invited somebody else, who comes: the one who waits reads so by itself, and is asked nothing more; the other connects at once', async () => {
    const connectionId = await untilInvited(northStudio, 'yard@acme.example');
    const gus = await come('yard@acme.example', /Gus Romero/);
    await connectHarbourTower(gus);
    await gus.untilHeading('North Studio is asked first');
    await northStudio.inviteByMail(connectionId, 'ada@acme.example');
    await looksAgain(gus);
    expect(await gus.heading()).toBe('North Studio is asked first');

    const ada = await come('ada@acme.example', /Ada Marsh/);
    await ada.untilHeading('Is that you?');
    expect(await ada.text()).toContain('g•••@acme.example has signed in by this invitation before you');
    await connectHarbourTower(ada);
    await ada.untilHeading('Harbour Tower is connected');
    expect(await companyOf(connectionId)).toBe(stage().acme.id);
    await gus.untilHeading('Harbour Tower is connected');
    expect(await buttonsOf(gus)).not.toContain('Undo');
    await undo(ada);
  }, 240_000);

  test('in the place of an owner who has revoked, too, whoever invited is asked first, and until then nothing is read', async () => {
    const connectionId = await untilInvited(northStudio, 'gus@acme.example');
    const gus = await come('gus@acme.example', /Gus Romero/);
    const account = await linkAfter(stage().stack, 'gus@acme.example', 'account', async () => {
      await connectHarbourTower(gus);
      await gus.untilHeading('Harbour Tower is connected');
    });
    await gus.open(account);
    await gus.signInAs(/Gus Romero/);
    await gus.untilHeading('What you have authorized');
    await gus.press('Revoke');
    await gus.untilHeading('Nothing is authorized');

    await northStudio.inviteByMail(connectionId, 'gate@acme.example');
    const ada = await come('gate@acme.example', /Ada Marsh/);
    await ada.untilHeading('Is that you?');
    expect(await ada.text()).toContain(
      'With your yes North Studio is asked whether it may be read with this account from now on',
    );
    await ada.press('Yes, that is me');
    await ada.untilHeading('North Studio is asked first');
    await expectReadable(ada.page, 'contractor-11-owner-asked-first');
    const told = await ada.page.getByRole('status').innerText();
    expect(told).toContain('Harbour Tower was connected by another person');
    expect(told).toContain('until then nothing is.');
    expect(await buttonsOf(ada)).toEqual([]);
    await looksAgain(ada);
    expect(await northStudio.contractor(connectionId)).toMatchObject({
      signedIn: { login: 'g•••@acme.example', state: 'revoked' },
      proposedOwner: { login: 'a•••@acme.example' },
      needsAcceptance: true,
    });
    await ada.page.evaluate('window.loadedOnce = true');
    await northStudio.acceptWhoConnects(connectionId);
    await ada.untilHeading('Harbour Tower is connected');
    expect(await ada.page.evaluate('window.loadedOnce')).toBe(true);
    expect(await northStudio.contractor(connectionId)).toMatchObject({
      signedIn: { login: 'a•••@acme.example', state: 'authorized' },
      proposedOwner: null,
      needsAcceptance: false,
    });
  }, 240_000);
});
