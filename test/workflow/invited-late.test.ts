import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createActivities } from '../../activities/index.ts';
import { createMailActivities } from '../../activities/mail/outbox.ts';
import { createUpkeep } from '../../activities/upkeep/tidy.ts';
import { timingsOf } from '../../shared/config/pace.ts';
import { workflowIds } from '../../shared/domain/ids.ts';
import { invitationLinks } from '../../shared/security/invitation-links.ts';
import { revealSecret } from '../../shared/security/secret.ts';
import { findStep } from '../../shared/store/connections/steps.ts';
import { findSignIn, offerSignIn, openSession, startSignIn } from '../../shared/store/grants/sign-ins.ts';
import { contractorSubject } from '../../shared/store/people/authorizations.ts';
import { findInvitation } from '../../shared/store/people/invitations.ts';
import { connectionsInUse, withTenant } from '../../shared/store/tenancy.ts';
import { temporalRuns } from '../../shared/temporal/runs.ts';
import { startOnboarding } from '../../shared/temporal/starts.ts';
import { testLinkKey, useTestApi } from '../support/api.ts';
import { type Connecting, redirectUrl, useChecksBench } from '../support/checks-bench.ts';
import { eventually } from '../support/eventually.ts';
import { PageBrowser } from '../support/page-browser.ts';
import { untilPart3 } from '../support/part3-connecting.ts';
import { useRealGround } from './ground.ts';

/** As a watch that has backed off in production: its next look is a quarter of an hour away. Upkeep delivers what it finds. */
const pace = { ...timingsOf('production'), watchFirstMs: 900_000, upkeepRoundMs: 0 };
const bench = useChecksBench(pace);
const api = useTestApi({ restoreEpoch: 'test' }, () => bench().store);
const ground = useRealGround({ activities: () => createActivities(bench().deps) });
const minutesMs = 120_000;

let on: Connecting;
let key: string;
let hears = true;
const told: Promise<unknown>[] = [];

beforeAll(() => {
  const { tell, deliverCommand } = temporalRuns(ground().client);
  api().runs.answers = ({ workflowId, name, message, updateId }) => {
    if (!hears) return { kind: 'later', says: 'Temporal is away' };
    const end = tell(workflowId, name, message, updateId);
    told.push(end);
    return end;
  };
  bench().runs.deliver = async (workflowId) => {
    const told = bench().runs.told.findLast((one) => one.workflowId === workflowId);
    return hears && told ? deliverCommand(workflowId, 'retryStep', told.message, randomUUID()) : 'later';
  };
});

beforeEach(async () => {
  hears = true;
  on = await untilPart3(bench());
  key = await api().newKey(on.tenantId, 'admin');
  await startOnboarding(ground().client, { tenantId: on.tenantId, connectionId: on.connectionId, partner: 'part3' });
  await says('inviteContractor', 'Nobody of the general contractor was invited yet.');
}, minutesMs);

/** The run has heard all that it was told, and is ended: nothing of it is left under way when the test ends. */
async function atRest(): Promise<void> {
  await Promise.all(told.splice(0));
  await ground().client.workflow.getHandle(workflowIds.onboarding(on.tenantId, on.connectionId)).terminate();
  await eventually('no activity to be under way', () => connectionsInUse(bench().store.pool) === 0);
}

const step = (stepId: string) => on.inTenant((db) => findStep(db, on.connectionId, stepId));
const says = (stepId: string, words: string) =>
  eventually(`${stepId} to say: ${words}`, async () => JSON.stringify((await step(stepId))?.outcome ?? '').includes(words));
const isDone = (stepId: string) => eventually(`${stepId} to be done`, async () => (await step(stepId))?.state === 'done');
const post = async (path: string, body: unknown = {}) => {
  const answer = await api().call('post', `/v1/connections/${on.connectionId}/invitations${path}`, { key, body });
  return (answer.body as { invitationId: string }).invitationId; // the document says so
};
const invite = () =>
  post('', {
    project: { id: 'p-1', name: 'Harbour Tower' },
    inviter: { name: 'Pia Prime', company: 'North Studio', email: 'pia@north-studio.example' },
    invited: { company: 'Acme Builders', email: 'gus@acme.example' },
  });
/** With links by the key of the API. */
const deps = () => ({ ...bench().deps, mail: { ...bench().deps.mail, links: invitationLinks(testLinkKey) } });
const sendMails = () => createMailActivities(deps()).sendMail({ tenantId: on.tenantId });
const tidy = () => createUpkeep(deps()).tidy({});
const openLooks = async () =>
  (
    await bench().store.admin.query<{ step: string }>(
      `SELECT input->>'stepId' AS step FROM command WHERE connection_id = $1 AND kind = 'retryStep' AND applied_at IS NULL`,
      [on.connectionId],
    )
  ).rows.map((row) => row.step);
async function pagesLink(invitationId: string): Promise<string> {
  const row = await withTenant(api().store.pool, on.tenantId, (db) => findInvitation(db, invitationId));
  const { generation = 0, linkHash = Buffer.alloc(0) } = row ?? {};
  const token = invitationLinks(testLinkKey).tokenWith(invitationId, generation, linkHash);
  return `/invitation/${token === undefined ? '' : revealSecret(token)}`;
}

/** Gus went to Procore by a page of ours, and comes back to it. Answers the sign-in's id. */
async function comeBack(): Promise<string> {
  const { tenantId, connectionId } = on;
  const signInId = randomUUID();
  const bearer = () => randomBytes(32).toString('base64url');
  const hashOf = (text: string) => createHash('sha256').update(text).digest();
  const [session, state] = [bearer(), bearer()];
  const soon = () => new Date(Date.now() + 600_000);
  await on.inTenant(async (db) => {
    const what = { purpose: 'authorize-person', subject: contractorSubject, createdBy: 'test' } as const;
    const given = { tenantId, connectionId, signInId, ...what, linkHash: hashOf(bearer()), restoreEpoch: 'test' };
    await offerSignIn(db, { ...given, expiresAt: soon() });
    await openSession(db, signInId, hashOf(session));
    await startSignIn(db, { signInId, sessionHash: hashOf(session), stateHash: hashOf(state), stateExpiresAt: soon() });
  });
  const asked = { person: 'gus', clientId: 'groundwork-test', redirectUri: redirectUrl };
  const { code } = await bench().control<{ code: string }>('/codes', asked);
  const headers = { cookie: `gw_sign_in_${signInId.slice(0, 8)}=${session}` };
  const query = new URLSearchParams({ code, state });
  expect((await api().call('get', `/oauth/procore/callback?${query}`, { host: 'localhost', headers })).status).toBe(303);
  return signInId;
}
const isTakenUp = (signInId: string) =>
  eventually('the code to be taken up', async () => (await on.inTenant((db) => findSignIn(db, signInId)))?.state === 'exchanged');

test(
  'invited late, an onboarding says so at once, and the contractor who comes back is taken up',
  async () => {
    await invite();
    await says('inviteContractor', 'The invitation is on its way.');
    await sendMails();
    await isDone('inviteContractor');
    await says('contractorSignsIn', 'The contractor has the mail.');
    await isTakenUp(await comeBack());
    await atRest();
  },
  minutesMs,
);

test(
  'whatever changes the invitation is looked at by the step that waits: opened, passed on, withdrawn, sent again, expired',
  async () => {
    const first = await invite();
    await sendMails();
    await says('contractorSignsIn', 'The contractor has the mail.');
    const browser = new PageBrowser(api());
    const link = await pagesLink(first);
    await browser.press(`${link}/continue`);
    await says('contractorSignsIn', 'The contractor');
    await post(`/${first}/withdraw`);
    await says('contractorSignsIn', 'taken back');
    const second = await invite();
    await says('contractorSignsIn', 'on its way');
    await sendMails();
    await says('contractorSignsIn', 'has the mail');
    await browser.press(`${await pagesLink(second)}/pass-on`, 'address=lee@acme.example');
    await says('contractorSignsIn', 'on its way');
    await sendMails();
    await says('contractorSignsIn', 'has the mail');
    await bench().store.admin.query('UPDATE invitation SET expires_at = now() WHERE connection_id = $1', [on.connectionId]);
    await tidy();
    await says('contractorSignsIn', 'expired');
    await post(`/${second}/send-again`);
    await says('contractorSignsIn', 'on its way');
    await atRest();
  },
  minutesMs,
);

test(
  'a contractor who comes back while the step before theirs still waits is taken up by a look at that one',
  async () => {
    hears = false;
    await invite();
    await sendMails();
    hears = true;
    expect((await step('inviteContractor'))?.state).toBe('waiting');
    await isTakenUp(await comeBack());
    await isDone('inviteContractor');
    await atRest();
  },
  minutesMs,
);

test(
  'where the run hears no word of it, the requests are rows, and upkeep delivers them',
  async () => {
    hears = false;
    await invite();
    await sendMails();
    const signInId = await comeBack();
    expect([...new Set(await openLooks())]).toEqual(['inviteContractor']);
    hears = true;
    await tidy();
    await isDone('inviteContractor');
    await isTakenUp(signInId);
    await eventually('every request to be answered', async () => (await openLooks()).length === 0);
    await atRest();
  },
  minutesMs,
);
