import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createUpkeep } from '../../activities/upkeep/tidy.ts';
import { createConnection, findConnection } from '../../shared/store/connections/connections.ts';
import { findGrant } from '../../shared/store/grants/grants.ts';
import { noteTurn } from '../../shared/store/grants/reading.ts';
import { findRequest, ofRequest, requestOf } from '../../shared/store/people/authorization-requests.ts';
import { memberSubject } from '../../shared/store/people/authorizations.ts';
import { stopReminders } from '../../shared/store/people/mailed-links.ts';
import { listTeam, storeTeam } from '../../shared/store/people/team.ts';
import { type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { linkIn, mailTo, type Received } from '../support/inviting.ts';
import { met } from '../support/onboarded.ts';
import { authorizeMember, gus, untilConnected } from '../support/part3-connecting.ts';

const bench = useChecksBench();
const ria = 'ria@north-studio.example';
const sam = 'sam@north-studio.example';
let on: Connecting;
let seen: Record<string, number> = {};

/** What came for an address since this test began. */
const mails = async (to: string): Promise<readonly Received[]> => (await mailTo(bench().sandbox, to)).slice(seen[to] ?? 0);
const tidy = () => createUpkeep(bench().deps).tidy({});
const request = (email = ria) => on.inTenant((db) => requestOf(db, { subject: memberSubject(email), connectionId: null }));

async function daysLater(days: number): Promise<void> {
  await bench().store.admin.query(
    `UPDATE authorization_request SET sent_at = sent_at - $2 * interval '1 day', expires_at = expires_at - $2 * interval '1 day'
     WHERE tenant_id = $1`,
    [on.tenantId, days],
  );
}

async function noted(): Promise<void> {
  seen = Object.fromEntries(
    await Promise.all([ria, sam, gus].map(async (to) => [to, (await mailTo(bench().sandbox, to)).length] as const)),
  );
}

async function connected(): Promise<Connecting> {
  const connecting = await untilConnected(bench());
  await met(connecting, ['matchPeople']);
  return connecting;
}

async function lapse(grantId: string | null): Promise<void> {
  await bench().store.admin.query("UPDATE person_grant SET state = 'lapsed' WHERE grant_id = $1", [grantId]);
  await bench().store.admin.query(
    `INSERT INTO grant_event (tenant_id, grant_id, version, kind)
     SELECT tenant_id, grant_id, version, 'lapsed' FROM person_grant WHERE grant_id = $1`,
    [grantId],
  );
}

describe('whoever returns documents', () => {
  beforeEach(async () => {
    on = await connected();
    await noted();
    await on.check('authorizeResponders');
  });

  test('gets one mail with a link of their own, however often they are found and on however many projects', async () => {
    const team = await on.inTenant((db) => listTeam(db, on.connectionId));
    const other = { tenantId: on.tenantId, connectionId: randomUUID() };
    await on.inTenant(async (db) => {
      await createConnection(db, { ...other, partner: 'part3', scope: 'project' });
      await storeTeam(db, on.tenantId, other.connectionId, team);
    });
    await bench().checks.openOnboarding(other);
    await bench().checks.checkStep({ ...other, stepId: 'authorizeResponders' });
    await on.check('authorizeResponders');
    const [mail, ...more] = await mails(ria);
    expect(more).toEqual([]);
    expect(mail?.subject).toBe('Harbour Tower: authorize your Procore account (1 minute, once)');
    expect(mail?.text).toContain('your answers will carry your name in Procore');
    const link = linkIn(mail?.text ?? '', 'authorize');
    expect(link).toBe(linkIn(mail?.html ?? '', 'authorize'));
    expect(link).not.toBe('');
    expect(linkIn((await mails(sam))[0]?.text ?? '', 'authorize')).not.toBe(link);
    expect(linkIn(mail?.text ?? '', 'account')).not.toBe('');
    expect(await request()).toMatchObject({ state: 'sent', generation: 1 });
    expect(await mails('noor@tidewater-structures.example')).toEqual([]);
  });

  test('is reminded after one, three and seven days by the same link, and no more once they say so or have authorized', async () => {
    const { requestId = '' } = (await request(sam)) ?? {};
    await on.inTenant((db) => stopReminders(db, ofRequest, requestId));
    for (const [days, count] of [
      [1, 2],
      [1, 2],
      [5, 3],
    ] as const) {
      await daysLater(days);
      await tidy();
      await tidy();
      expect(await mails(ria)).toHaveLength(count);
    }
    expect(new Set((await mails(ria)).map(({ text }) => linkIn(text, 'authorize'))).size).toBe(1);
    await daysLater(20);
    await tidy();
    expect(await mails(ria)).toHaveLength(3);
    expect(await mails(sam)).toHaveLength(1);
  });

  test('whose link nobody used in thirty days is not let in by it, and not asked again by itself', async () => {
    await daysLater(31);
    await tidy();
    expect((await request())?.state).toBe('expired');
    await on.check('authorizeResponders');
    expect((await request())?.state).toBe('expired');
    expect(await mails(ria)).toHaveLength(1);
  });
});

describe('a lapse', () => {
  beforeAll(async () => {
    on = await connected();
    await on.check('authorizeResponders');
    await authorizeMember(on, ria, 'ria');
    await on.check('authorizeResponders');
  });
  beforeEach(() => noted());

  test('is told to its person once, with a new link to sign in again', async () => {
    const member = (await on.inTenant((db) => listTeam(db, on.connectionId))).find(({ email }) => email === ria);
    expect(member?.grantState).toBe('live');
    await lapse(member?.grantId ?? null);
    await Promise.all([tidy(), tidy()]);
    await daysLater(8);
    await tidy();
    const [mail, ...more] = await mails(ria);
    expect(more).toEqual([]);
    expect(mail?.subject).toBe('Harbour Tower: sign in to Procore again (1 minute)');
    expect(linkIn(mail?.text ?? '', 'authorize')).not.toBe('');
    expect(await mails(gus)).toEqual([]);
  });

  test('of the owner is told at the address that was invited, whatever login Procore shows', async () => {
    const connection = await on.inTenant((db) => findConnection(db, on.connectionId));
    await bench().store.admin.query("UPDATE person_grant SET procore_login = 'other@elsewhere.example' WHERE grant_id = $1", [
      connection?.ownerGrantId,
    ]);
    await lapse(connection?.ownerGrantId ?? null);
    await tidy();
    await tidy();
    const [mail, ...more] = await mails(gus);
    expect(more).toEqual([]);
    expect(mail?.text).toContain('Until you have signed in again it is read as nobody, or as a colleague who agreed to that');
    expect(await mailTo(bench().sandbox, 'other@elsewhere.example')).toEqual([]);
    expect((await on.inTenant((db) => findGrant(db, connection?.ownerGrantId ?? '')))?.state).toBe('lapsed');
    const owners = await on.inTenant((db) => requestOf(db, { subject: 'contractor', connectionId: on.connectionId }));
    expect(await on.inTenant((db) => findRequest(db, owners?.requestId ?? ''))).toMatchObject({ state: 'sent', cause: 'lapsed' });
  });
});

/** As if these projects of the same tenant were connected too. */
async function alsoConnected(names: readonly string[]): Promise<void> {
  const owner = (await on.inTenant((db) => findConnection(db, on.connectionId)))?.ownerGrantId;
  const team = await on.inTenant((db) => listTeam(db, on.connectionId));
  for (const name of names) {
    const connectionId = randomUUID();
    await on.inTenant(async (db) => {
      await createConnection(db, { tenantId: on.tenantId, connectionId, partner: 'part3', scope: 'project' });
      await storeTeam(db, on.tenantId, connectionId, team);
    });
    await bench().store.admin.query(
      'UPDATE connection SET bound_project_name = $2, owner_grant_id = $3 WHERE connection_id = $1',
      [connectionId, name, owner],
    );
  }
}

describe('a lapse that several projects wait for', () => {
  const depots = ['Depot A', 'Depot B', 'Depot C', 'Depot D', 'Depot E', 'Depot F'];

  test('is told to the owner in one mail that names them, five at most, and none of another customer', async () => {
    on = await connected();
    await bench().store.admin.query("UPDATE connection SET bound_project_name = 'Elsewhere' WHERE connection_id = $1", [
      on.connectionId,
    ]);
    on = await connected();
    await alsoConnected(depots);
    await tidy();
    await noted();
    await lapse((await on.inTenant((db) => findConnection(db, on.connectionId)))?.ownerGrantId ?? null);
    await tidy();
    const [mail, ...more] = await mails(gus);
    expect(more).toEqual([]);
    expect(mail?.subject).toBe('Harbour Tower and 6 more: sign in to Procore again (1 minute)');
    expect(mail?.text).toContain('with which Harbour Tower, Depot A, Depot B, Depot C, Depot D and 2 more are read. Until');
    expect(mail?.text).not.toContain('Elsewhere');
  });

  test('is told so to whoever returns documents on them', async () => {
    on = await connected();
    await alsoConnected(depots.slice(0, 1));
    await on.check('authorizeResponders');
    await authorizeMember(on, ria, 'ria');
    await on.check('authorizeResponders');
    await noted();
    await lapse((await on.inTenant((db) => listTeam(db, on.connectionId))).find(({ email }) => email === ria)?.grantId ?? null);
    await tidy();
    const [mail, ...more] = await mails(ria);
    expect(more).toEqual([]);
    expect(mail?.subject).toBe('Harbour Tower and 1 more: sign in to Procore again (1 minute)');
    expect(mail?.text).toContain('Your answers for Harbour Tower and Depot A wait, whole,');
  });
});

test('an owner who may not read the project any more is told so once for each time', async () => {
  on = await connected();
  await tidy();
  await noted();
  const turn = { tenantId: on.tenantId, connectionId: on.connectionId };
  for (const count of [1, 1, 2]) {
    if (count === 2) await on.inTenant((db) => noteTurn(db, turn, { grant: null, why: null }));
    await on.inTenant((db) => noteTurn(db, turn, { grant: null, why: 'no-access' }));
    await Promise.all([tidy(), tidy()]);
    expect(await mails(gus)).toHaveLength(count);
  }
  const [mail] = await mails(gus);
  expect(mail?.subject).toBe('Harbour Tower: your account cannot read it in Procore any more');
  expect(linkIn(mail?.text ?? '', 'authorize')).not.toBe('');
});
