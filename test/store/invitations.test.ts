import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { type InvitationState, invitationStates } from '../../shared/domain/invitations.ts';
import { createConnection } from '../../shared/store/connections/connections.ts';
import {
  acceptInvitation,
  findInvitation,
  invite,
  ofInvitation,
  passOn,
  sendAgain,
  withdrawInvitation,
} from '../../shared/store/people/invitations.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { comeByLink, invitationWords, newLink } from '../support/mailed-links.ts';
import { useTestStore } from '../support/store.ts';

const store = useTestStore();
interface Made {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly invitationId: string;
  readonly signInId: string;
  run<Result>(work: (db: Db) => Promise<Result>): Promise<Result>;
}

async function made(): Promise<Made> {
  const tenantId = await store().newTenant();
  const [connectionId, invitationId] = [randomUUID(), randomUUID()];
  const run: Made['run'] = (work) => withTenant(store().pool, tenantId, work);
  const signInId = await run(async (db) => {
    await createConnection(db, { tenantId, connectionId, partner: 'hammertech', scope: 'company' });
    await invite(db, { ...invitationWords, ...newLink(), tenantId, invitationId, connectionId });
    return comeByLink(db, ofInvitation, invitationId, { tenantId, connectionId });
  });
  return { tenantId, connectionId, invitationId, signInId, run };
}

/** As if it had come there. */
const put = ({ invitationId }: Made, state: InvitationState) =>
  store().admin.query('UPDATE invitation SET state = $2 WHERE invitation_id = $1', [invitationId, state]);
const stateOf = async ({ run, invitationId }: Made): Promise<InvitationState | undefined> =>
  (await run((db) => findInvitation(db, invitationId)))?.state;

const next = () => ({ ...newLink(), generation: 1 });
const open: readonly InvitationState[] = ['created', 'sent', 'bounced', 'opened'];

const acts: readonly (readonly [
  to: InvitationState,
  from: readonly InvitationState[],
  act: (db: Db, of: Made) => Promise<unknown>,
])[] = [
  ['accepted', [...open, 'passed-on'], (db, { signInId }) => acceptInvitation(db, signInId, 'procore:1')],
  ['passed-on', open, (db, { invitationId }) => passOn(db, invitationId)],
  ['withdrawn', [...open, 'passed-on', 'expired'], (db, { invitationId }) => withdrawInvitation(db, invitationId)],
  ['created', [...open, 'expired'], (db, { invitationId }) => sendAgain(db, invitationId, next())],
];

describe('from every state, each act leads where it may, and nowhere else', () => {
  test.each(acts)('to %s', async (to, those, act) => {
    const of = await made();
    for (const from of invitationStates) {
      await store().admin.query('UPDATE invitation SET generation = 1 WHERE invitation_id = $1', [of.invitationId]);
      await put(of, from);
      await of.run((db) => act(db, of));
      expect([from, await stateOf(of)]).toEqual([from, those.includes(from) ? to : from]);
    }
  });

  test('to superseded, once another is made for the connection', async () => {
    for (const from of invitationStates) {
      const of = await made();
      await put(of, from);
      const { tenantId, connectionId } = of;
      const other = { ...invitationWords, ...newLink(), tenantId, connectionId, invitationId: randomUUID() };
      await of.run((db) => invite(db, other));
      // one that has expired stays what it is
      expect([from, await stateOf(of)]).toEqual([from, [...open, 'passed-on'].includes(from) ? 'superseded' : from]);
    }
  });
});

test('sending an expired one again supersedes the one that is open', async () => {
  const of = await made();
  await put(of, 'expired');
  const newer = randomUUID();
  const { tenantId, connectionId } = of;
  await of.run((db) => invite(db, { ...invitationWords, ...newLink(), tenantId, connectionId, invitationId: newer }));
  await of.run((db) => sendAgain(db, of.invitationId, next()));
  expect((await of.run((db) => findInvitation(db, newer)))?.state).toBe('superseded');
  expect(await stateOf(of)).toBe('created');
});
