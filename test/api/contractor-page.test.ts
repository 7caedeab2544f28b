import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { personActor } from '../../shared/domain/actors.ts';
import { backfillStreams } from '../../shared/domain/backfill.ts';
import type { Outcome, StuckOutcome } from '../../shared/domain/steps.ts';
import { takenBack } from '../../shared/partners/part3/checks/invitation.ts';
import { markApplied, writeCommand } from '../../shared/store/commands.ts';
import { bindProject } from '../../shared/store/connections/companies.ts';
import { moveConnection } from '../../shared/store/connections/connections.ts';
import { storeOutcome } from '../../shared/store/connections/steps.ts';
import { linkProject, pauseLink } from '../../shared/store/projects/project-links.ts';
import { beginAnew, moveCursor, takeFence } from '../../shared/store/records/checkpoints.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { useTestApi } from '../support/api.ts';
import { newWorld, type World } from '../support/api-world.ts';
import { comingBy } from '../support/coming-by.ts';
import { contractor, offer } from '../support/contracting-world.ts';
import { PageBrowser } from '../support/page-browser.ts';

const apiOf = useTestApi();
let world: World;
let browser: PageBrowser;
let path: string;

/** Cleo came by the invitation, and said who they are. */
beforeEach(async () => {
  world = await newWorld(apiOf());
  const by = comingBy(apiOf(), world);
  await by.invite('cleo@beta.example');
  browser = new PageBrowser(apiOf());
  path = `/sign-ins/${await by.come(browser, { id: contractor.procoreUserId, name: 'Cleo', login: 'cleo@beta.example' }, true)}`;
  await browser.press(`${path}/confirm`);
});

const read = async (): Promise<string> => (await browser.get(path)).text.replaceAll(/\s+/g, ' ');
const within = <Result>(work: (db: Db, connectionId: string) => Promise<Result>): Promise<Result> =>
  withTenant(apiOf().store.pool, world.tenantId, (db) => work(db, world.peopleConnectionId));
const found = (stepId: string, outcome: Outcome) =>
  within((db, connectionId) => storeOutcome(db, { connectionId, stepId, outcome, doneBy: 'system', by: 'onboarding' }));
const met: Outcome = { state: 'met', evidence: {} };

describe('of a connected project the page says whether items go back and forth', () => {
  const notChosen = 'has chosen what of the past is brought over';
  const coming = 'What was chosen of the past is being brought over';
  const moreToCome = 'You can watch more of them come';

  beforeEach(() =>
    within((db, connectionId) =>
      bindProject(db, {
        connectionId,
        ...offer,
        owner: { id: contractor.procoreUserId, name: 'Cleo' },
        boundBy: personActor(contractor.procoreUserId),
      }),
    ),
  );

  const goLive = (which: 'none' | 'open') =>
    within(async (db, connectionId) => {
      await moveConnection(db, connectionId, 'live');
      const sides = { procoreProjectId: offer.projectId, procoreProjectName: 'Harbour Tower', partnerProjectId: 'p-2' };
      const zone = { procoreTimeZone: null, timeZone: 'Etc/UTC', partnerProjectName: 'Harbour Tower' };
      return linkProject(db, { tenantId: world.tenantId, connectionId, ...sides, ...zone, basis: 'person', backfill: { which } });
    });

  test('Undo is offered for a day, and refused from then on', async () => {
    const boundAgo = (ago: string) =>
      apiOf().store.admin.query('UPDATE connection SET bound_at = now() - $2::interval WHERE connection_id = $1', [
        world.peopleConnectionId,
        ago,
      ]);
    const stops = async () => {
      const sql = "SELECT FROM command WHERE connection_id = $1 AND kind = 'stop'";
      return (await apiOf().store.admin.query(sql, [world.peopleConnectionId])).rowCount;
    };
    await boundAgo('24 hours 1 second');
    expect(await read()).not.toContain('/undo');
    expect((await browser.press(`${path}/undo`)).status).toBe(409);
    expect(await stops()).toBe(0);
    await boundAgo('23 hours 55 minutes');
    expect(await read()).toContain('/undo');
    expect((await browser.press(`${path}/undo`)).status).toBe(303);
    expect(await stops()).toBe(1);
  });

  test('nobody has chosen yet what of the past is brought over', async () => {
    const text = await read();
    expect(text).toContain(notChosen);
    expect(text).not.toContain(moreToCome);
  });

  test('chosen, and not live yet', async () => {
    await found('backfill', met);
    const text = await read();
    expect(text).toContain('It is settled what of the past is brought over.');
    expect(text).not.toContain(notChosen);
  });

  test('nobody whose authorization stands reads it', async () => {
    await found('backfill', met);
    await goLive('none');
    const waits = 'the authorization that the project is read with is over';
    expect(await read()).not.toContain(waits);
    const { admin } = apiOf().store;
    await admin.query("UPDATE person_grant SET state = 'lapsed' WHERE tenant_id = $1", [world.tenantId]);
    // they have just signed in again, and that is being taken
    expect(await read()).toContain('Your sign-in is being completed');
    await admin.query('UPDATE sign_in SET sealed_token = NULL WHERE tenant_id = $1', [world.tenantId]);
    const text = await read();
    expect(text).toContain(waits);
    expect(text).not.toContain('go back and forth by themselves');
  });

  test('being brought over, and then in step', async () => {
    await found('backfill', met);
    const { projectLinkId, generation } = await goLive('open');
    expect(await read()).toContain(coming);
    const carried = (ended: boolean) =>
      within(async (db) => {
        for (const stream of backfillStreams) {
          await takeFence(db, { tenantId: world.tenantId, projectLinkId, stream, generation });
          await beginAnew(db, { projectLinkId, stream }, 'settings', null);
          const progress = { done: 0, of: 0, endedBefore: null, choice: { which: 'open' } };
          await moveCursor(
            db,
            { projectLinkId, stream },
            { progress: { ...progress, ended: ended || stream !== 'attachments' } },
          );
        }
      });
    await carried(false);
    const during = await read();
    expect([during.includes(coming), during.includes(moreToCome), during.includes(notChosen)]).toEqual([true, true, false]);
    await carried(true);
    const after = await read();
    expect(after).toContain('RFIs and submittals go back and forth by themselves.');
    expect([after.includes(coming), after.includes(moreToCome), after.includes(notChosen)]).toEqual([false, false, false]);
  });

  test('where nothing of the past was wanted, it is in step at once; paused, nothing moves', async () => {
    const { projectLinkId } = await goLive('none');
    expect(await read()).toContain('RFIs and submittals go back and forth by themselves.');
    await within((db) => pauseLink(db, projectLinkId, true, null));
    expect(await read()).toContain('It is paused');
  });
});

describe('what stands in the way of the connection', () => {
  /** Cleo pressed the button, and this is what its step says. */
  async function pressed(outcome: StuckOutcome): Promise<string> {
    await found('confirmRole', met);
    await found('chooseProject', met);
    const { companyId, projectId } = offer;
    await within(async (db, connectionId) => {
      const command = {
        tenantId: world.tenantId,
        commandId: randomUUID(),
        connectionId,
        actorId: personActor(contractor.procoreUserId),
      };
      const { commandId } = await writeCommand(db, { ...command, kind: 'connect', input: { companyId, projectId } });
      await markApplied(db, commandId);
    });
    await found('createConnection', outcome);
    return read();
  }

  const ourPages = 'On this page: Contractor';

  test('an invitation that was taken back: the contractor is told whom to ask, not a page of the inviter’s', async () => {
    const text = await pressed(takenBack.outcome as StuckOutcome); // it is stuck
    expect(text).toContain('The invitation was taken back.');
    expect(text).toContain('Ask Pia Prime of North Studio, who invited you.');
    expect(text).not.toContain(ourPages);
    expect(text).not.toContain('Choose another project');
  });

  test('an authorization that they took back is whoever invited’s as well', async () => {
    const where = `${ourPages} → Invite.`;
    const text = await pressed({
      state: 'stuck',
      reason: 'grant-lapsed',
      on: 'admin',
      seen: 'Taken back.',
      needed: 'An invitation.',
      where,
    });
    expect([text.includes('Ask Pia Prime'), text.includes(ourPages)]).toEqual([true, false]);
  });

  test('what is mended in Procore is told with its place there', async () => {
    const where = 'In Procore: Company Tools → Admin → App Management → install the app.';
    const seen = 'The app is not connected.';
    const text = await pressed({ state: 'stuck', reason: 'app-not-connected', on: 'admin', seen, needed: 'The app.', where });
    expect([text.includes(where), text.includes('Ask Pia')]).toEqual([true, false]);
    expect(text).toContain('Choose another project');
  });

  test('what our support has to mend names no page of ours', async () => {
    const where = 'On the page of all connections.';
    const text = await pressed({
      state: 'stuck',
      reason: 'conflict',
      on: 'support',
      seen: 'Taken.',
      needed: 'Another one.',
      where,
    });
    expect([text.includes(where), text.includes('ask our support')]).toEqual([false, true]);
  });
});
