import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import { createActivities } from '../../activities/index.ts';
import { timingsOf } from '../../shared/config/pace.ts';
import { workflowIds } from '../../shared/domain/ids.ts';
import type { PartnerName } from '../../shared/domain/partners.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { findStep } from '../../shared/store/connections/steps.ts';
import { findGrant, findGrantOfPerson } from '../../shared/store/grants/grants.ts';
import { findSignIn, offerSignIn, openSession, type SignInPurpose, startSignIn } from '../../shared/store/grants/sign-ins.ts';
import { contractorSubject, memberSubject } from '../../shared/store/people/authorizations.ts';
import { findAdminProjects } from '../../shared/store/projects/project-lists.ts';
import { temporalRuns } from '../../shared/temporal/runs.ts';
import { startCare } from '../../shared/temporal/starts.ts';
import type { UpdateEnd } from '../../shared/temporal/updates.ts';
import { useTestApi } from '../support/api.ts';
import { type Connecting, redirectUrl, useChecksBench } from '../support/checks-bench.ts';
import { eventually } from '../support/eventually.ts';
import { borealis, decide, met, untilLive } from '../support/onboarded.ts';
import { untilConnected, untilMapped } from '../support/part3-connecting.ts';
import { useRealGround } from './ground.ts';
import { detailsOf } from './runs.ts';

/** At this pace the next round of care comes in an hour: within a test only a word from the page brings one. */
const bench = useChecksBench(timingsOf('production'));
const api = useTestApi({ restoreEpoch: 'test' }, () => bench().store);
const ground = useRealGround({ activities: () => createActivities(bench().deps) });

/** How what the pages told the runs ended. */
const told: Promise<UpdateEnd>[] = [];
beforeAll(() => {
  const { tell } = temporalRuns(ground().client);
  api().runs.answers = ({ workflowId, name, message, updateId }) => {
    const end = tell(workflowId, name, message, updateId);
    told.push(end);
    return end;
  };
});
/** The return and the yes: the run was told of both, and took them. */
async function bothWereHeard(): Promise<void> {
  const ends = await Promise.all(told.splice(0));
  expect(ends.map(({ kind }) => kind)).toEqual(['answered', 'answered']);
}

const minutesMs = 120_000;
const soon = () => new Date(Date.now() + 600_000);
const hashOf = (bearer: string) => createHash('sha256').update(bearer).digest();
const bearer = () => randomBytes(32).toString('base64url');

/** Care of a live connection, which has made its first round and waits for the next. */
async function inCare(on: Connecting, partner: PartnerName): Promise<void> {
  const { tenantId, connectionId } = on;
  await startCare(ground().client, { tenantId, connectionId, partner, generation: 1 });
  const handle = ground().client.workflow.getHandle(workflowIds.care(tenantId, connectionId));
  await eventually('the first round is over', async () => (await detailsOf(handle)).includes('next round at'), minutesMs);
}

async function livePart3(): Promise<Connecting> {
  const on = await untilConnected(bench());
  await untilMapped(on);
  await met(on, ['matchPeople']);
  await on.check('authorizeResponders');
  await decide(on, 'choose-backfill', { which: 'none' });
  await met(on, ['backfill', 'live']);
  return on;
}

/** A person who went to Procore by a page of ours, comes back to it, and says that it is them. */
async function comesBack(on: Connecting, person: string, what: { readonly purpose: SignInPurpose; readonly subject?: string }) {
  const { tenantId, connectionId } = on;
  const [signInId, session, state] = [randomUUID(), bearer(), bearer()];
  await on.inTenant(async (db) => {
    const given = { tenantId, connectionId, signInId, ...what, linkHash: hashOf(bearer()), restoreEpoch: 'test' };
    await offerSignIn(db, { ...given, createdBy: 'test', expiresAt: soon() });
    await openSession(db, signInId, hashOf(session));
    await startSignIn(db, { signInId, sessionHash: hashOf(session), stateHash: hashOf(state), stateExpiresAt: soon() });
  });
  const cookie = `gw_sign_in_${signInId.slice(0, 8)}=${session}`;
  const asked = { person, clientId: 'groundwork-test', redirectUri: redirectUrl };
  const { code } = await bench().control<{ code: string }>('/codes', asked);
  const query = new URLSearchParams({ code, state });
  const back = await api().call('get', `/oauth/procore/callback?${query}`, { host: 'localhost', headers: { cookie } });
  expect(back.status).toBe(303);
  const row = () => on.inTenant((db) => findSignIn(db, signInId));
  await eventually('the code became a token', async () => (await row())?.state === 'exchanged');
  return {
    row,
    async confirm(companyId?: string) {
      const headers = { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' };
      const raw = companyId === undefined ? '' : `companyId=${companyId}`;
      const said = await api().call('post', `/sign-ins/${signInId}/confirm`, { host: 'localhost', headers, raw });
      expect(said.status).toBe(303);
    },
  };
}

test(
  'the contractor of a live connection signs in again: care looks at once, and the project is read as them',
  async () => {
    const on = await livePart3();
    const { ownerGrantId } = (await on.inTenant((db) => findConnection(db, on.connectionId))) ?? {};
    const grant = () => on.inTenant((db) => findGrant(db, ownerGrantId ?? ''));
    await bench().store.admin.query("UPDATE person_grant SET state = 'lapsed' WHERE grant_id = $1", [ownerGrantId]);
    await inCare(on, 'part3');
    expect((await grant())?.state).toBe('lapsed');
    const signIn = await comesBack(on, 'gus', { purpose: 'authorize-person', subject: contractorSubject });
    await signIn.confirm();
    await eventually('the authorization stands', async () => (await grant())?.state === 'live');
    const step = () => on.inTenant((db) => findStep(db, on.connectionId, 'authorizeContractor'));
    await eventually('its step holds', async () => (await step())?.state === 'done');
    await bothWereHeard();
  },
  minutesMs,
);

test(
  'whoever returns documents authorizes on a live connection: care looks at once',
  async () => {
    const on = await livePart3();
    await inCare(on, 'part3');
    const email = 'ria@north-studio.example';
    const ria = bench().sandbox.world.people.find((person) => person.email === email);
    const signIn = await comesBack(on, 'ria', { purpose: 'authorize-person', subject: memberSubject(email) });
    await signIn.confirm();
    const grant = () => on.inTenant((db) => findGrantOfPerson(db, ria?.id ?? ''));
    await eventually('the authorization stands', async () => (await grant())?.state === 'live');
    await bothWereHeard();
  },
  minutesMs,
);

test(
  'an admin signs in again to a live connection: care looks at once, and their list of projects is taken anew',
  async () => {
    const on = await untilLive(bench(), borealis);
    await inCare(on, 'hammertech');
    const list = () => on.inTenant((db) => findAdminProjects(db, on.connectionId));
    const before = (await list())?.capturedAt;
    const signIn = await comesBack(on, borealis.admin, { purpose: 'prove-ownership' });
    await eventually('it is seen that they are an admin', async () => (await signIn.row())?.seen?.admin === true);
    await signIn.confirm(borealis.companyId);
    await eventually('the list is taken anew', async () => (await list())?.capturedAt !== before);
    await bothWereHeard();
  },
  minutesMs,
);
