import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import type { RfiFields, SubmittalFields } from '../../shared/partners/part3/fields.ts';
import { invitationLinks } from '../../shared/security/invitation-links.ts';
import { moveConnection } from '../../shared/store/connections/connections.ts';
import { storeOutcome, storeReminder } from '../../shared/store/connections/steps.ts';
import { beginGrant } from '../../shared/store/grants/grant-pairs.ts';
import { askOnce, askOnceMore } from '../../shared/store/people/asking.ts';
import { endRequestLink } from '../../shared/store/people/authorization-requests.ts';
import { memberSubject } from '../../shared/store/people/authorizations.ts';
import { noteAuthorized, storeTeam } from '../../shared/store/people/team.ts';
import { linkProject } from '../../shared/store/projects/project-links.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { testEpoch, testLinkKey, useTestApi } from '../support/api.ts';
import { newWorld, type World } from '../support/api-world.ts';
import { offer } from '../support/contracting-world.ts';
import { anotherSignsIn, ownerLapsed } from '../support/lapsed-owner.ts';

const apiOf = useTestApi();
let world: World;
let projectLinkId: string;

const inTenant = <Result>(work: Parameters<typeof withTenant<Result>>[2]) => withTenant(apiOf().store.pool, world.tenantId, work);
const status = async (query = '') =>
  Object((await apiOf().call('get', `/v1/connections/${world.peopleConnectionId}/status${query}`, { key: world.key })).body);
const sql = (text: string, values: readonly unknown[]) => apiOf().store.admin.query(text, [...values]);

beforeEach(async () => {
  world = await newWorld(apiOf());
  const link = await inTenant((db) =>
    linkProject(db, {
      tenantId: world.tenantId,
      connectionId: world.peopleConnectionId,
      procoreProjectId: offer.projectId,
      procoreProjectName: offer.projectName,
      partnerProjectId: 'p-2',
      partnerProjectName: offer.projectName,
      procoreTimeZone: 'Sydney',
      timeZone: 'Australia/Sydney',
      basis: 'person',
    }),
  );
  projectLinkId = link.projectLinkId;
});

const ria = { name: 'Ria Solà', memberId: 'm-1' };
const sam = { name: 'Sam Wu', memberId: 'm-2' };
const tess = { name: 'Tess Quay', memberId: null };

const shared = { number: '7', revision: null, isPrivate: false, readers: null, manager: tess, files: [], link: null } as const;
const rfi = (ballInCourt: RfiFields['ballInCourt'], more: Partial<RfiFields> = {}): RfiFields => ({
  ...shared,
  subject: 'Anchor spacing',
  status: 'open',
  ballInCourt,
  dueOn: '2027-01-15',
  questionHtml: '',
  askedByName: 'Gus',
  askedAt: '2026-11-01T08:00:00Z',
  assignees: [],
  replies: [],
  ...more,
});
const submittal = (ballInCourt: SubmittalFields['ballInCourt'], workflow: SubmittalFields['workflow']): SubmittalFields => ({
  ...shared,
  title: 'Steel',
  status: 'open',
  statusName: 'Open',
  superseded: false,
  ballInCourt,
  dueOn: '2027-03-01',
  workflow,
  distribution: [],
  responseNames: [],
});

interface Carried {
  readonly stream?: string;
  readonly written?: string;
  /** Oldest first, each with the day of November on which it was meant. */
  readonly versions: readonly (readonly [day: number, content: RfiFields | SubmittalFields | null])[];
}

/** An item as the streams leave it; without content: erased. */
async function carried(id: string, { stream = 'rfis', written = 'open', versions }: Carried): Promise<string> {
  const key = `procore:1:2:rfi:${id}`;
  await sql(
    `INSERT INTO record_link (tenant_id, project_link_id, stream, natural_key, wanted_hash, version, target_id, written)
     VALUES ($1, $2, $3, $4, 'hash', $5, $6, $7)`,
    [
      world.tenantId,
      projectLinkId,
      stream,
      key,
      versions.length,
      `at-part3-${id}`,
      JSON.stringify({ number: '7', status: written }),
    ],
  );
  for (const [place, [day, content]] of versions.entries()) {
    const address = content ? { label: 'RFI 7', content: JSON.stringify(content), files: '[]' } : {};
    await sql(
      `INSERT INTO delivery (tenant_id, delivery_id, project_link_id, stream, natural_key, version, action, payload, state, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, 'update', $7, 'done', $8)`,
      [
        world.tenantId,
        randomUUID(),
        projectLinkId,
        stream,
        key,
        place + 1,
        JSON.stringify({ naturalKey: key, address }),
        new Date(Date.UTC(2026, 10, day)),
      ],
    );
  }
  return key;
}

const at = (day: number): string => new Date(Date.UTC(2026, 10, day)).toISOString();

test('a step that waits for the inviter is the next thing, on the partner’s side', async () => {
  const { next, waits } = await status();
  expect(next).toMatchObject({
    side: 'partner',
    owner: 'admin',
    who: null,
    what: 'Whoever invited them says that this is right, or invites again.',
    until: null,
    about: { kind: 'step', id: 'createConnection', label: 'The project is connected' },
  });
  expect(waits).toEqual([next]);
});

test('a reminder that fell due is told with the wait of its step, and with the step', async () => {
  const stepId = 'createConnection';
  const step = async () =>
    (await apiOf().call('get', `/v1/connections/${world.peopleConnectionId}/steps/${stepId}`, { key: world.key })).body;
  expect([(await status()).next.reminderDueAt, await step()]).toMatchObject([null, { reminderDueAt: null }]);
  await inTenant((db) => storeReminder(db, world.peopleConnectionId, stepId));
  await sql(
    "UPDATE step SET reminded_at = ARRAY['2026-11-02T00:00:00Z', '2026-11-04T00:00:00Z']::timestamptz[] WHERE reminded_at <> '{}'",
    [],
  );
  expect([(await status()).next.reminderDueAt, await step()]).toMatchObject([at(4), { reminderDueAt: at(4) }]);
});

test('an invitation that nobody follows waits on the contractor’s side until it ends, and goes before what has no end', async () => {
  await sql('UPDATE connection SET owner_grant_id = NULL WHERE connection_id = $1', [world.peopleConnectionId]);
  const { rows } = await sql('SELECT expires_at FROM invitation WHERE connection_id = $1', [world.peopleConnectionId]);
  await inTenant((db) =>
    storeOutcome(db, {
      connectionId: world.peopleConnectionId,
      stepId: 'contractorSignsIn',
      outcome: {
        state: 'waiting',
        on: 'contractor',
        seen: 'The contractor has the mail.',
        needed: 'They sign in.',
        where: 'Mail',
        untilMs: rows[0].expires_at.getTime(),
      },
      doneBy: 'system',
      by: 'onboarding',
    }),
  );
  expect((await status()).next).toMatchObject({
    side: 'procore',
    owner: 'contractor',
    who: 'Acme Builders',
    until: rows[0].expires_at.toISOString(),
    about: { id: 'contractorSignsIn' },
  });
});

test('of a connection that has ended nobody is next: the status says that it is over, and what to do', async () => {
  const { peopleConnectionId: connectionId } = world;
  expect(await status()).toMatchObject({ ended: null, next: { owner: 'admin' } });
  await inTenant((db) => moveConnection(db, connectionId, 'expired'));
  expect(await status()).toMatchObject({
    ended: { stage: 'expired', needed: 'To connect, make a new onboarding.' },
    next: null,
    waits: [],
    projects: [],
  });
});

test('whoever returns documents and has not authorized is a line of their own; who has, or has left, is none', async () => {
  const { peopleConnectionId: connectionId, tenantId } = world;
  const member = (memberId: string, name: string, returns = true) => ({
    memberId,
    name,
    email: `${memberId}@x.example`,
    emailKey: `${memberId}@x.example`,
    returns,
  });
  await inTenant(async (db) => {
    await storeTeam(db, tenantId, connectionId, [member('m-4', 'Left')]);
    await storeTeam(db, tenantId, connectionId, [member('m-1', 'Ria'), member('m-2', 'Sam'), member('m-3', 'Pia', false)]);
    const using = { links: invitationLinks(testLinkKey), restoreEpoch: testEpoch };
    await askOnce(db, using, { tenantId, emailKey: 'm-1@x.example' }, 'asked');
    await storeOutcome(db, {
      connectionId,
      stepId: 'authorizeResponders',
      outcome: { state: 'waiting', on: 'responder', seen: '0 of 2', needed: 'Each of them authorizes.', where: 'Mail' },
      doneBy: 'system',
      by: 'onboarding',
    });
  });
  await sql(
    `INSERT INTO member_account (tenant_id, email_key, grant_id) SELECT $1, 'm-2@x.example', grant_id FROM person_grant WHERE tenant_id = $1 LIMIT 1`,
    [tenantId],
  );
  const { rows } = await sql(
    `SELECT asked_at, expires_at FROM authorization_request WHERE tenant_id = $1 AND subject = 'member:m-1@x.example'`,
    [tenantId],
  );
  const [asked] = rows;
  const ofResponders = async () => (await status()).waits.filter(({ owner }: { owner: string }) => owner === 'responder');
  expect(await ofResponders()).toMatchObject([
    {
      side: 'partner',
      who: 'Ria',
      what: 'Ria authorizes their own Procore account.',
      since: asked.asked_at.toISOString(),
      until: asked.expires_at.toISOString(),
    },
  ]);
  await inTenant((db) => endRequestLink(db, memberSubject('m-1@x.example')));
  expect(await ofResponders()).toMatchObject([{ who: 'Ria', until: null }]);
  await sql("UPDATE person_grant SET state = 'lapsed' WHERE tenant_id = $1", [tenantId]);
  expect((await ofResponders()).map(({ who, what }: { who: string; what: string }) => [who, what]).sort()).toEqual([
    ['Ria', 'Ria authorizes their own Procore account.'],
    ['Sam', 'Sam signs in to Procore again.'],
  ]);
});

test('who is waited for again is waited for since then: since the lapse, the revocation, or the new asking, and never since the first', async () => {
  const { peopleConnectionId: connectionId, tenantId } = world;
  const emailKey = 'm-2@x.example';
  const using = { links: invitationLinks(testLinkKey), restoreEpoch: testEpoch };
  const grantId = randomUUID();
  await inTenant(async (db) => {
    const sam = { memberId: 'm-2', name: 'Sam', email: emailKey, emailKey, returns: true };
    await storeTeam(db, tenantId, connectionId, [sam]);
    await askOnce(db, using, { tenantId, emailKey }, 'asked');
    const person = { tenantId, procoreUserId: '102', procoreLogin: emailKey, procoreName: 'Sam' };
    const moments = { issuedAt: new Date(), expiresAt: new Date(Date.now() + 600_000) };
    await beginGrant(db, person, { grantId, sealedPair: Buffer.from('sealed'), signInId: randomUUID(), ...moments });
    await noteAuthorized(db, tenantId, emailKey, grantId);
    await storeOutcome(db, {
      connectionId,
      stepId: 'authorizeResponders',
      outcome: { state: 'waiting', on: 'responder', seen: '0 of 1', needed: 'Each of them authorizes.', where: 'Mail' },
      doneBy: 'system',
      by: 'onboarding',
    });
  });
  const firstAsked = '2026-01-01T00:00:00.000Z';
  await sql(
    `UPDATE authorization_request SET state = 'answered', asked_at = $2, ended_at = $2 WHERE tenant_id = $1 AND connection_id IS NULL`,
    [tenantId, firstAsked],
  );
  await sql('UPDATE step SET since = $2 WHERE connection_id = $1', [connectionId, firstAsked]);
  const wait = async () =>
    (await status()).waits.find(({ about }: { about: { id: string } }) => about.id === 'authorizeResponders:m-2');
  expect(await wait()).toBeUndefined();

  const lapsedAt = '2026-02-02T00:00:00.000Z';
  await sql("UPDATE person_grant SET state = 'lapsed' WHERE grant_id = $1", [grantId]);
  await sql("INSERT INTO grant_event (tenant_id, grant_id, version, kind, at) VALUES ($1, $2, 1, 'lapsed', $3)", [
    tenantId,
    grantId,
    lapsedAt,
  ]);
  expect(await wait()).toMatchObject({ owner: 'responder', who: 'Sam', since: lapsedAt });

  const revokedAt = '2026-03-03T00:00:00.000Z';
  await sql("UPDATE person_grant SET state = 'revoked', sealed_pair = NULL, revoked_at = $2 WHERE grant_id = $1", [
    grantId,
    revokedAt,
  ]);
  expect(await wait()).toMatchObject({
    side: 'partner',
    owner: 'admin',
    who: null,
    what: 'Whoever manages the project asks Sam again, or Sam authorizes again on the page of their account.',
    since: revokedAt,
    until: null,
  });

  await inTenant((db) => askOnceMore(db, using, { tenantId, emailKey }, 'asked'));
  const askedAt = '2026-04-04T00:00:00.000Z';
  await sql('UPDATE authorization_request SET asked_at = $2 WHERE tenant_id = $1 AND connection_id IS NULL', [tenantId, askedAt]);
  expect(await wait()).toMatchObject({ owner: 'responder', who: 'Sam', since: askedAt, until: expect.any(String) });
});

test('an open item waits for whoever has the ball, since it was seen to go there, until its due day has ended at the site', async () => {
  const key = await carried('1', {
    versions: [
      [1, rfi([tess])],
      [2, rfi([ria, sam])],
      [3, rfi([sam, ria], { subject: 'Anchors' })],
    ],
  });
  expect((await status()).projects).toMatchObject([
    {
      projectLinkId,
      name: 'Harbour Tower',
      state: 'active',
      lastSyncAt: null,
      counts: [{ stream: 'rfis', source: 1, target: 1, waiting: 0 }],
      waits: [
        {
          side: 'partner',
          owner: 'responder',
          who: 'Sam Wu, Ria Solà',
          since: at(2),
          until: '2027-01-15T13:00:00.000Z',
          about: { kind: 'record', id: key, label: 'RFI 7: Anchors' },
        },
      ],
    },
  ]);
});

test('a ball that was never elsewhere is there since the item’s own time; one on both sides waits on both', async () => {
  await carried('1', { versions: [[5, rfi([ria, tess], { dueOn: null })]] });
  const [project] = (await status()).projects;
  expect(project.waits).toMatchObject([
    { side: 'partner', who: 'Ria Solà', since: '2026-11-01T08:00:00.000Z', until: null },
    { side: 'procore', owner: 'contractor', who: 'Tess Quay', since: '2026-11-01T08:00:00.000Z' },
  ]);
});

test('a place in a workflow has a due day of its own', async () => {
  const place = {
    slot: '1',
    step: 1,
    kind: 'approver',
    party: ria,
    required: true,
    dueOn: '2027-02-01',
    responseName: null,
    comment: null,
    respondedAt: null,
    files: [],
  } as const;
  await carried('1', { stream: 'submittals', versions: [[5, submittal([ria], [place])]] });
  expect((await status()).projects[0].waits).toMatchObject([
    { who: 'Ria Solà', until: '2027-02-01T13:00:00.000Z', since: at(5) },
  ]);
});

test('what is closed, or will be once it is sent, waits for nobody; of what is erased is said what is known', async () => {
  await carried('1', { written: 'closed', versions: [[1, rfi([ria])]] });
  await carried('2', {
    versions: [
      [1, rfi([ria])],
      [2, rfi([], { status: 'closed' })],
    ],
  });
  await carried('3', {
    versions: [
      [1, rfi([ria])],
      [2, null],
    ],
  });
  expect((await status()).projects[0].waits).toMatchObject([
    { side: 'procore', who: 'somebody in Procore', since: at(2), until: null, about: { id: 'procore:1:2:rfi:3' } },
  ]);
});

test('a cause that holds records up is shown with its owner, by name, and goes before items; items come in pages', async () => {
  await inTenant(async (db) => {
    const member = { memberId: 'm-1', name: 'Ria Solà', email: 'm-1@x.example', emailKey: 'm-1@x.example', returns: true };
    await storeTeam(db, world.tenantId, world.peopleConnectionId, [member]);
    await db
      .insertInto('attention_item')
      .values({
        tenant_id: world.tenantId,
        attention_item_id: randomUUID(),
        connection_id: world.peopleConnectionId,
        project_link_id: projectLinkId,
        stream: 'rfi-replies',
        reason: 'person-lacks-access',
        owner: 'responder',
        subject: 'person:m-1',
        seen: 'Ria has not authorized.',
        needed: 'Ria authorizes.',
        where_to: 'Mail',
      })
      .execute();
  });
  await sql("UPDATE step SET state = 'pending' WHERE connection_id = $1", [world.peopleConnectionId]);
  for (const id of ['1', '2', '3']) await carried(id, { versions: [[1, rfi([ria])]] });
  const first = await status('?limit=2');
  expect(first.next).toMatchObject({ side: 'partner', who: 'Ria Solà', what: 'Ria authorizes.', about: { kind: 'item' } });
  const records = (page: { projects: { waits: { about: { kind: string; id: string } }[] }[] }) =>
    page.projects[0]?.waits.filter(({ about }) => about.kind === 'record').map(({ about }) => about.id.slice(-1));
  expect(records(first)).toEqual(['1', '2']);
  const second = await status(`?limit=2&cursor=${first.nextCursor}`);
  expect([records(second), second.nextCursor]).toEqual([['3'], null]);
});

test('an owner whose authorization has lapsed is one wait, the contractor’s, however much is held up', async () => {
  await ownerLapsed(apiOf(), world, projectLinkId);
  const { next, waits, projects } = await status();
  expect(next).toMatchObject({
    side: 'procore',
    owner: 'contractor',
    who: 'Cleo',
    what: 'The contractor signs in again.',
    about: { kind: 'step', id: 'authorizeContractor' },
  });
  expect([waits, projects[0].waits]).toEqual([[next], []]);
});

test('while another person waits to be accepted in the owner’s place, that is the one wait, and it is the prime’s', async () => {
  await ownerLapsed(apiOf(), world, projectLinkId);
  await anotherSignsIn(apiOf(), world);
  const { next, waits, projects } = await status();
  expect(next).toMatchObject({
    side: 'partner',
    owner: 'admin',
    what: 'Whoever invited says that it is right, or invites again.',
  });
  expect([waits, projects[0].waits]).toEqual([[next], []]);
});

test('a connection whose people do not sign in has no such status', async () => {
  const answer = await apiOf().call('get', `/v1/connections/${world.connectionId}/status`, { key: world.key });
  expect(answer.body).toMatchObject({ status: 409, code: 'not-now' });
});
