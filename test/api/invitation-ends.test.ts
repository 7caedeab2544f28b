import { beforeEach, expect, test } from '@jest/globals';
import { partnerTitles } from '../../shared/domain/partners.ts';
import { storeOutcome } from '../../shared/store/connections/steps.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { useTestApi } from '../support/api.ts';
import { newWorld, type World } from '../support/api-world.ts';
import { comingBy } from '../support/coming-by.ts';
import { eventually } from '../support/eventually.ts';
import { PageBrowser } from '../support/page-browser.ts';

const apiOf = useTestApi();
let world: World;
let by: ReturnType<typeof comingBy>;

beforeEach(async () => {
  world = await newWorld(apiOf());
  by = comingBy(apiOf(), world);
  await by.invite('gus@beta.example');
});

const stateOf = (started: { headers: Headers }): string =>
  new URL(started.headers.get('location') ?? '').searchParams.get('state') ?? '';
const returnWith = (browser: PageBrowser, state: string) =>
  browser.get(`/oauth/procore/callback?${new URLSearchParams({ code: 'code-1', state })}`);

test('of a link pressed in two browsers the last press counts, and the one before is told so', async () => {
  const link = await by.link();
  const [first, second, stranger] = [new PageBrowser(apiOf()), new PageBrowser(apiOf()), new PageBrowser(apiOf())];
  const before = stateOf(await first.press(`${link}/continue`));
  const state = stateOf(await second.press(`${link}/continue`));
  const told = await returnWith(first, before);
  expect([told.status, told.text]).toEqual([400, expect.stringContaining('This sign-in was begun again since')]);
  expect((await first.get(`/sign-ins/${(await by.row()).signInId}`)).text).toContain('begun again since');
  expect((await returnWith(stranger, state)).text).toContain('was not started in this browser');
  expect((await returnWith(second, state)).status).toBe(303);
});

test('sent again three times at once it is one mail, and the others are told that it was just sent again', async () => {
  const { pool, admin } = apiOf().store;
  const { invitationId } = await by.row();
  const asked = await withTenant(pool, world.tenantId, async (db) => {
    // all three have read it before the first may write
    await db.selectFrom('invitation').select('state').where('invitation_id', '=', invitationId).forUpdate().execute();
    const asking = [by.act('send-again'), by.act('send-again'), by.act('send-again')];
    const waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    await eventually('all three to wait', async () => (await admin.query(waiting)).rowCount === 3);
    return { asking };
  });
  const answers = await Promise.all(asked.asking);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  for (const { body } of answers.filter(({ status }) => status === 409))
    expect(JSON.stringify(body)).toContain('was just sent again');
  expect((await by.row()).generation).toBe(2);
});

test('a page of what has ended names the support of its partner alone, and one of what is not known whoever sent it, and all of them', async () => {
  const link = await by.link();
  await by.act('withdraw');
  const dead = await new PageBrowser(apiOf()).get(link);
  expect([dead.status, dead.text]).toEqual([404, expect.stringContaining(`${partnerTitles.part3} support`)]);
  expect(dead.text).not.toContain(`${partnerTitles.hammertech} support`);
  const unknown = await new PageBrowser(apiOf()).get(`/invitation/${'x'.repeat(43)}`);
  const foreign = await apiOf().call('post', `${link}/continue`, {
    host: 'localhost',
    headers: { 'sec-fetch-site': 'cross-site' },
  });
  for (const { text } of [unknown, foreign]) {
    expect(text).toContain('Ask whoever sent you the link');
    expect(text).toContain(`${partnerTitles.part3} support`);
  }
});

test('each change of an invitation leaves a request for a look, which upkeep delivers where the run cannot be told', async () => {
  const { peopleConnectionId: connectionId } = world;
  const proven = { connectionId, stepId: 'verifyPartner', outcome: { state: 'met', evidence: {} } } as const;
  await withTenant(apiOf().store.pool, world.tenantId, (db) =>
    storeOutcome(db, { ...proven, doneBy: 'system', by: 'onboarding' }),
  );
  apiOf().runs.answers = () => ({ kind: 'later', says: 'Temporal is away' });
  const asked = async () =>
    (
      await apiOf().store.admin.query<{ step: string }>(
        "SELECT input->>'stepId' AS step FROM command WHERE connection_id = $1 AND kind = 'retryStep' AND applied_at IS NULL",
        [world.peopleConnectionId],
      )
    ).rows.map(({ step }) => step);
  const before = (await asked()).length;
  await by.invite('lee@beta.example');
  await new PageBrowser(apiOf()).press(`${await by.link()}/pass-on`, 'address=kim@beta.example');
  await by.act('withdraw');
  expect((await asked()).slice(before)).toEqual(['inviteContractor', 'inviteContractor', 'inviteContractor']);
});
