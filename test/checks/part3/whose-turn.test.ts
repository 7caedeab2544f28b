import { beforeEach, expect, test } from '@jest/globals';
import { createMailActivities } from '../../../activities/mail/outbox.ts';
import { createUpkeep } from '../../../activities/upkeep/tidy.ts';
import { toldOf } from '../../../shared/domain/steps.ts';
import { findStep } from '../../../shared/store/connections/steps.ts';
import {
  listInvitations,
  ofInvitation,
  passOn,
  sendAgain,
  withdrawInvitation,
} from '../../../shared/store/people/invitations.ts';
import { bindSignIn, markOpened } from '../../../shared/store/people/mailed-links.ts';
import { createDesk } from '../../../workflows/desk.ts';
import { part3 } from '../../../workflows/plans/part3.ts';
import { shownSteps } from '../../../workflows/steps/page.ts';
import { createStepWork, takeRows } from '../../../workflows/steps/step-run.ts';
import { useTestApi } from '../../support/api.ts';
import { type Connecting, type SignedIn, useChecksBench } from '../../support/checks-bench.ts';
import { inviteInto } from '../../support/inviting.ts';
import { met } from '../../support/onboarded.ts';
import { inviteTo, part3Project, untilPart3 } from '../../support/part3-connecting.ts';

const bench = useChecksBench();
const api = useTestApi({ restoreEpoch: 'test' }, () => bench().store);
let on: Connecting;
let invitationId: string;

const tower = () => {
  const { id, name } = part3Project(bench());
  return { partnerProjectId: id, projectName: name, links: bench().deps.mail.links };
};
/** An invitation whose mail is not sent yet. */
const queue = async (to = 'lee@acme.example'): Promise<string> =>
  (await on.inTenant((db) => inviteInto(db, on, { ...tower(), to }))).invitationId;
const open = () => on.inTenant((db) => markOpened(db, ofInvitation, invitationId));
const withdraw = () => on.inTenant((db) => withdrawInvitation(db, invitationId));
const pass = () => on.inTenant((db) => passOn(db, invitationId));
const endLink = () =>
  bench().store.admin.query('UPDATE invitation SET expires_at = now() WHERE invitation_id = $1', [invitationId]);
async function expire(): Promise<void> {
  await endLink();
  await createUpkeep(bench().deps).tidy({});
}
async function again(): Promise<void> {
  const [newest] = await on.inTenant((db) => listInvitations(db, on.connectionId));
  const { generation = 0 } = newest ?? {};
  const next = { generation, linkHash: Buffer.from('another link'), restoreEpoch: 'test', lifeMs: 30 * 86_400_000 };
  await on.inTenant((db) => sendAgain(db, invitationId, next));
}
/** Gus came by the invitation, and has not said yet that the account is theirs. */
async function signIn(): Promise<SignedIn> {
  const gus = await on.signIn('gus', 'authorize-person');
  await on.inTenant((db) => bindSignIn(db, ofInvitation, invitationId, { signInId: gus.signInId, before: null }));
  await on.check('contractorSignsIn');
  return gus;
}
const confirm = async () => void (await (await signIn()).confirm());
async function bounce(): Promise<void> {
  const to = 'nobody@acme.example';
  await bench().control('/mail/refusals', { address: to, kind: 'hard', says: '5.1.1 Nobody of that name works here' });
  invitationId = await queue(to);
  await createMailActivities(bench().deps).sendMail({ tenantId: on.tenantId });
}

beforeEach(async () => {
  on = await untilPart3(bench());
  invitationId = await inviteTo(bench(), on);
  await met(on, ['inviteContractor']);
});

const signsIn = /^They sign in to Procore once/;
const saysYes = /this account is theirs/;
const sendsAgain = /^Send it again, or invite somebody else/;
const sendsAgainToCome = /^Send it again, so that they can come back/;
const invites = /^A new invitation/;

test.each([
  ['sent', [], 'contractor', signsIn],
  ['opened', [open], 'contractor', signsIn],
  ['signed in and not confirmed', [open, signIn], 'contractor', saysYes],
  ['signed in and confirmed', [open, confirm], 'contractor', /^They say that they are an admin/],
  ['over, and not yet marked so', [endLink], 'admin', sendsAgain],
  ['expired, nobody came', [expire], 'admin', sendsAgain],
  ['expired between sign-in and yes', [signIn, expire], 'admin', sendsAgain],
  ['expired between yes and the connection', [confirm, expire], 'admin', sendsAgainToCome],
  ['sent again after it had expired, the mail on its way', [expire, again], 'operator', /^A moment/],
  ['withdrawn', [withdraw], 'admin', invites],
  ['withdrawn between sign-in and yes', [signIn, withdraw], 'admin', invites],
  ['withdrawn between yes and the connection', [confirm, withdraw], 'admin', invites],
  ['withdrawn after it had expired', [expire, withdraw], 'admin', invites],
  ['withdrawn after a sign-in, and another sent', [signIn, withdraw, () => inviteTo(bench(), on)], 'contractor', signsIn],
  ['replaced after a sign-in by another that is on its way', [signIn, queue], 'operator', /^A moment/],
  ['passed on, the mail to the colleague on its way', [pass, queue], 'operator', /^A moment/],
  ['passed on, and sent', [pass, () => inviteTo(bench(), on, { to: 'lee@acme.example' })], 'contractor', signsIn],
  ['bounced', [bounce], 'admin', /^An address that takes mail/],
] as const)('whose turn it is while the invitation is %s: status, step and page agree', async (_state, acts, owner, needed) => {
  for (const act of acts) await act();
  await on.check('contractorSignsIn');
  const first = await step('contractorSignsIn');
  if (first?.state === 'done') await met(on, ['authorizeContractor']);
  const turn = first?.state === 'done' ? 'confirmRole' : 'contractorSignsIn';
  await on.check(turn);
  expect((await step(turn))?.outcome).toMatchObject({ on: owner, needed: expect.stringMatching(needed) });
  const { next } = await status();
  expect(next).toMatchObject({ owner, what: expect.stringMatching(needed), about: { id: turn } });
  if (next.until !== null) expect(new Date(next.until).getTime()).toBeGreaterThan(Date.now());
  expect(next.until === null).toBe(owner !== 'contractor');
  expect(await page()).toContain(`waits for **${owner}**`);
  expect(await page()).toMatch(new RegExp(`Needed: .*${needed.source.replace('^', '')}`));
});

const step = (stepId: string) => on.inTenant((db) => findStep(db, on.connectionId, stepId));

async function status() {
  const key = await api().newKey(on.tenantId, 'read');
  const answer = await api().call('get', `/v1/connections/${on.connectionId}/status`, { key });
  return answer.body as { next: { until: string | null } }; // the document says so
}

/** As support reads it in Temporal's UI. */
async function page(): Promise<string> {
  const work = createStepWork(part3, { tenantId: on.tenantId, connectionId: on.connectionId }, createDesk());
  const rows = [];
  for (const { id } of part3.steps) {
    const row = await step(id);
    if (row === undefined) continue;
    const outcome = row.outcome && toldOf(row.outcome);
    rows.push({ stepId: id, state: row.state, outcome, sinceMs: row.since.getTime(), reminders: 0 });
  }
  takeRows(work, rows);
  return shownSteps(work).page;
}
