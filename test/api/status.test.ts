import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { RfiFields, SubmittalFields } from '../../shared/partners/part3/fields.ts';
import { moveConnection } from '../../shared/store/connections/connections.ts';
import { storeOutcome, storeReminder } from '../../shared/store/connections/steps.ts';
import { storeTeam } from '../../shared/store/people/team.ts';
import { anotherSignsIn, ownerLapsed } from '../support/lapsed-owner.ts';
import { useStatusGround } from '../support/status-ground.ts';

const { apiOf, worldNow, linkNow, inTenant, status, sql } = useStatusGround();

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
      worldNow().tenantId,
      linkNow(),
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
        worldNow().tenantId,
        randomUUID(),
        linkNow(),
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
    (await apiOf().call('get', `/v1/connections/${worldNow().peopleConnectionId}/steps/${stepId}`, { key: worldNow().key })).body;
  expect([(await status()).next.reminderDueAt, await step()]).toMatchObject([null, { reminderDueAt: null }]);
  await inTenant((db) => storeReminder(db, worldNow().peopleConnectionId, stepId));
  await sql(
    "UPDATE step SET reminded_at = ARRAY['2026-11-02T00:00:00Z', '2026-11-04T00:00:00Z']::timestamptz[] WHERE reminded_at <> '{}'",
    [],
  );
  expect([(await status()).next.reminderDueAt, await step()]).toMatchObject([at(4), { reminderDueAt: at(4) }]);
});

test('an invitation that nobody follows waits on the contractor’s side until it ends, and goes before what has no end', async () => {
  await sql('UPDATE connection SET owner_grant_id = NULL WHERE connection_id = $1', [worldNow().peopleConnectionId]);
  const { rows } = await sql('SELECT expires_at FROM invitation WHERE connection_id = $1', [worldNow().peopleConnectionId]);
  await inTenant((db) =>
    storeOutcome(db, {
      connectionId: worldNow().peopleConnectionId,
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
  const { peopleConnectionId: connectionId } = worldNow();
  expect(await status()).toMatchObject({ ended: null, next: { owner: 'admin' } });
  await inTenant((db) => moveConnection(db, connectionId, 'expired'));
  expect(await status()).toMatchObject({
    ended: { stage: 'expired', needed: 'To connect, make a new onboarding.' },
    next: null,
    waits: [],
    projects: [],
  });
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
      projectLinkId: linkNow(),
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
    await storeTeam(db, worldNow().tenantId, worldNow().peopleConnectionId, [member]);
    await db
      .insertInto('attention_item')
      .values({
        tenant_id: worldNow().tenantId,
        attention_item_id: randomUUID(),
        connection_id: worldNow().peopleConnectionId,
        project_link_id: linkNow(),
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
  await sql("UPDATE step SET state = 'pending' WHERE connection_id = $1", [worldNow().peopleConnectionId]);
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
  await ownerLapsed(apiOf(), worldNow(), linkNow());
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

test('once the owner has signed in again nobody is waited for, though no check has seen it yet', async () => {
  await ownerLapsed(apiOf(), worldNow(), linkNow());
  const { rows } = await sql(
    "UPDATE person_grant SET state = 'live', authorized_at = clock_timestamp() WHERE tenant_id = $1 RETURNING authorized_at",
    [worldNow().tenantId],
  );
  const { next, waits, projects } = await status();
  expect(next).toMatchObject({
    side: 'us',
    owner: 'operator',
    who: null,
    what: 'Nobody needs to sign in: that was done, and it is being checked.',
    since: rows[0].authorized_at.toISOString(),
  });
  expect([waits, projects[0].waits]).toEqual([[next], []]);
});

test('while another person waits to be accepted in the owner’s place, that is the one wait, and it is the prime’s', async () => {
  await ownerLapsed(apiOf(), worldNow(), linkNow());
  await anotherSignsIn(apiOf(), worldNow());
  const { next, waits, projects } = await status();
  expect(next).toMatchObject({
    side: 'partner',
    owner: 'admin',
    what: 'Whoever invited says that it is right, or invites again.',
  });
  expect([waits, projects[0].waits]).toEqual([[next], []]);
});

test('a connection whose people do not sign in has no such status', async () => {
  const answer = await apiOf().call('get', `/v1/connections/${worldNow().connectionId}/status`, { key: worldNow().key });
  expect(answer.body).toMatchObject({ status: 409, code: 'not-now' });
});
