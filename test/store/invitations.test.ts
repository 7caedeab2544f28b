import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { type InvitationState, invitationStates, invitationTransitions } from '../../shared/domain/invitations.ts';
import { createConnection } from '../../shared/store/connections/connections.ts';
import { offerSignIn } from '../../shared/store/grants/sign-ins.ts';
import { expireInvitations, markBounced, markSent } from '../../shared/store/people/invitation-times.ts';
import {
  acceptInvitation,
  bindSignIn,
  findInvitation,
  invite,
  markOpened,
  passOn,
  sendAgain,
  withdrawInvitation,
} from '../../shared/store/people/invitations.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { useTestStore } from '../support/store.ts';

const store = useTestStore();
const hash = (): Buffer => createHash('sha256').update(randomUUID()).digest();
const lifeMs = 60_000;

interface Made {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly invitationId: string;
  readonly signInId: string;
  run<Result>(work: (db: Db) => Promise<Result>): Promise<Result>;
}

const names = {
  partnerProjectId: 'p',
  projectName: 'Harbour Tower',
  inviterName: 'Pia',
  inviterCompany: 'North Studio',
  invitedCompany: 'Acme',
  sealedInviter: hash(),
  sealedInvited: hash(),
  invitedShown: 'g•••@acme.example',
  restoreEpoch: 'e',
  createdBy: 'test',
};

async function made(): Promise<Made> {
  const tenantId = await store().newTenant();
  const [connectionId, invitationId, signInId] = [randomUUID(), randomUUID(), randomUUID()];
  const run: Made['run'] = (work) => withTenant(store().pool, tenantId, work);
  await run(async (db) => {
    await createConnection(db, { tenantId, connectionId, partner: 'hammertech', scope: 'company' });
    await invite(db, { ...names, tenantId, invitationId, connectionId, linkHash: hash(), lifeMs });
    const expiresAt = new Date(Date.now() + lifeMs);
    const signIn = { tenantId, signInId, connectionId, linkHash: hash(), restoreEpoch: 'e', createdBy: 'test', expiresAt };
    await offerSignIn(db, { ...signIn, purpose: 'prove-ownership' });
    await bindSignIn(db, invitationId, { signInId, before: null });
  });
  return { tenantId, connectionId, invitationId, signInId, run };
}

/** As if it had come there. */
const put = ({ invitationId }: Made, state: InvitationState) =>
  store().admin.query('UPDATE invitation SET state = $2 WHERE invitation_id = $1', [invitationId, state]);
const stateOf = async ({ run, invitationId }: Made): Promise<InvitationState | undefined> =>
  (await run((db) => findInvitation(db, invitationId)))?.state;

const again = (invitationId: string, generation = 1) => ({
  invitationId,
  generation,
  linkHash: hash(),
  restoreEpoch: 'e',
  lifeMs,
});

const acts: readonly (readonly [to: InvitationState, act: (db: Db, of: Made) => Promise<unknown>])[] = [
  ['sent', (db, { invitationId }) => markSent(db, invitationId, 1)],
  ['bounced', (db, { invitationId }) => markBounced(db, invitationId, 1, 'no')],
  ['opened', (db, { invitationId }) => markOpened(db, invitationId)],
  ['accepted', (db, { signInId }) => acceptInvitation(db, signInId, 'person:1')],
  ['passed-on', (db, { invitationId }) => passOn(db, invitationId)],
  ['withdrawn', (db, { invitationId }) => withdrawInvitation(db, invitationId)],
  ['created', (db, { invitationId }) => sendAgain(db, again(invitationId))],
];

describe('from every state, each act leads where the table says, and nowhere else', () => {
  test.each(acts)('to %s', async (to, act) => {
    const of = await made();
    for (const from of invitationStates) {
      await store().admin.query('UPDATE invitation SET sent_at = NULL, generation = 1 WHERE invitation_id = $1', [
        of.invitationId,
      ]);
      await put(of, from);
      await of.run((db) => act(db, of));
      const allowed = invitationTransitions[from].includes(to);
      expect([from, await stateOf(of)]).toEqual([from, allowed ? to : from]);
    }
  });

  test('to expired, once its time is over', async () => {
    const of = await made();
    for (const from of invitationStates) {
      await put(of, from);
      await store().admin.query("UPDATE invitation SET expires_at = now() - interval '1 s' WHERE invitation_id = $1", [
        of.invitationId,
      ]);
      await of.run(expireInvitations);
      expect([from, await stateOf(of)]).toEqual([from, invitationTransitions[from].includes('expired') ? 'expired' : from]);
    }
  });

  test('to superseded, once another is made for the connection', async () => {
    for (const from of invitationStates) {
      const of = await made();
      await put(of, from);
      const other = {
        ...names,
        tenantId: of.tenantId,
        connectionId: of.connectionId,
        invitationId: randomUUID(),
        linkHash: hash(),
        lifeMs,
      };
      await of.run((db) => invite(db, other));
      // one that has expired stays what it is
      const superseded = invitationTransitions[from].includes('superseded') && from !== 'expired';
      expect([from, await stateOf(of)]).toEqual([from, superseded ? 'superseded' : from]);
    }
  });
});

describe('at once', () => {
  test('two that send it again make one generation', async () => {
    const of = await made();
    const sent = await Promise.all([1, 2].map(() => of.run((db) => sendAgain(db, again(of.invitationId)))));
    expect(sent.filter(Boolean)).toHaveLength(1);
    expect(await of.run((db) => findInvitation(db, of.invitationId))).toMatchObject({ generation: 2 });
  });

  test('two presses tie one sign-in to it', async () => {
    const of = await made();
    const bound = await of.run((db) => bindSignIn(db, of.invitationId, { signInId: of.signInId, before: null }));
    expect(bound).toBe(of.signInId);
    const late = await of.run((db) => bindSignIn(db, of.invitationId, { signInId: of.signInId, before: randomUUID() }));
    expect(late).toBe(of.signInId);
  });
});

test('what is known of a generation before changes nothing', async () => {
  const of = await made();
  await of.run((db) => sendAgain(db, again(of.invitationId)));
  await of.run((db) => markSent(db, of.invitationId, 1));
  await of.run((db) => markBounced(db, of.invitationId, 1, 'no'));
  expect(await of.run((db) => findInvitation(db, of.invitationId))).toMatchObject({
    state: 'created',
    sentAt: null,
    bounce: null,
  });
});

test('sending an expired one again supersedes the one that is open', async () => {
  const of = await made();
  await put(of, 'expired');
  const newer = randomUUID();
  const { tenantId, connectionId } = of;
  await of.run((db) => invite(db, { ...names, tenantId, connectionId, invitationId: newer, linkHash: hash(), lifeMs }));
  await of.run((db) => sendAgain(db, again(of.invitationId)));
  expect((await of.run((db) => findInvitation(db, newer)))?.state).toBe('superseded');
  expect(await stateOf(of)).toBe('created');
});
