import { expect, test } from '@jest/globals';
import { applyWaitingStop } from '../../../activities/checks/endings.ts';
import { createUpkeep } from '../../../activities/upkeep/tidy.ts';
import { findConnection } from '../../../shared/store/connections/connections.ts';
import { revokeGrant } from '../../../shared/store/grants/grant-pairs.ts';
import { findGrant } from '../../../shared/store/grants/grants.ts';
import { askOnceMore } from '../../../shared/store/people/asking.ts';
import { endRequestLink, requestOf } from '../../../shared/store/people/authorization-requests.ts';
import { memberSubject } from '../../../shared/store/people/authorizations.ts';
import { listTeam } from '../../../shared/store/people/team.ts';
import { type Connecting, useChecksBench } from '../../support/checks-bench.ts';
import { linkIn, mailTo } from '../../support/inviting.ts';
import { decide, met } from '../../support/onboarded.ts';
import { authorize, authorizeMember, gus, untilConnected, untilSignedIn } from '../../support/part3-connecting.ts';

const bench = useChecksBench();
const ria = 'ria@north-studio.example';
const sam = 'sam@north-studio.example';

const team = (on: Connecting) => on.inTenant((db) => listTeam(db, on.connectionId));
const member = async (on: Connecting, email = ria) => (await team(on)).find((one) => one.email === email);
const owner = (on: Connecting) => on.inTenant(async (db) => (await findConnection(db, on.connectionId))?.ownerGrantId ?? '');
const stateOf = async (on: Connecting, grantId: string) => (await on.inTenant((db) => findGrant(db, grantId)))?.state;
const leftovers = async ({ tenantId }: Connecting) =>
  (await bench().store.admin.query('SELECT FROM grant_leftover WHERE tenant_id = $1', [tenantId])).rowCount;

async function withRia(): Promise<Connecting> {
  const on = await untilConnected(bench());
  await met(on, ['matchPeople']);
  await on.check('authorizeResponders');
  await authorizeMember(on, ria, 'ria');
  await on.check('authorizeResponders');
  expect(await member(on)).toMatchObject({ grantState: 'live', access: { rfis: expect.any(String) } });
  return on;
}

test('whoever left the last project has their authorization revoked, here and at Procore; who comes back is asked anew', async () => {
  const on = await withRia();
  const { grantId = null, memberId: id } = (await member(on)) ?? {};
  const before = (await mailTo(bench().sandbox, ria)).length;
  const request = () => on.inTenant((db) => requestOf(db, { subject: memberSubject(ria), connectionId: null }));

  await bench().control('/part3/members', { act: 'leave', organisation: 'north-studio', id });
  expect(await stateOf(on, grantId ?? '')).toBe('live');
  await met(on, ['matchPeople']);
  expect(await stateOf(on, grantId ?? '')).toBe('revoked');
  expect((await request())?.state).toBe('withdrawn');
  expect(await leftovers(on)).toBe(1);
  await createUpkeep(bench().deps).tidy({});
  expect(await leftovers(on)).toBe(0);

  await bench().control('/part3/members', { act: 'come-back', organisation: 'north-studio', id });
  await met(on, ['matchPeople']);
  await on.check('authorizeResponders');
  expect((await request())?.state).toBe('sent');
  expect(await mailTo(bench().sandbox, ria)).toHaveLength(before + 1);
});

test('who took their authorization back is asked again by whoever manages the project: the step waits for that person, and for the others while they are missing', async () => {
  const on = await withRia();
  const { grantId = null, name } = (await member(on)) ?? {};
  expect(await on.check('authorizeResponders')).toMatchObject({ on: 'responder', needed: expect.not.stringContaining('again') });
  // the link that they came by is used up
  await on.inTenant((db) => endRequestLink(db, memberSubject(ria)));
  await on.inTenant((db) => revokeGrant(db, grantId ?? ''));
  const asking = `Whoever manages the project asks ${name} again; their answers wait until then.`;
  expect(await on.check('authorizeResponders')).toMatchObject({
    state: 'waiting',
    on: 'responder',
    needed: `Each of them authorizes an account of their own once; their answers wait until then. ${asking}`,
  });
  await authorizeMember(on, sam, 'sam');
  expect(await on.check('authorizeResponders')).toMatchObject({
    state: 'waiting',
    on: 'admin',
    needed: asking,
    where: 'On this page: Responders → Ask again.',
  });
  await on.inTenant((db) => askOnceMore(db, bench().deps.mail, { tenantId: on.tenantId, emailKey: ria }, 'asked'));
  expect(await on.check('authorizeResponders')).toMatchObject({ on: 'responder', needed: expect.not.stringContaining('again') });
});

test('a taken-back connection ends the authorizations that serve nothing else', async () => {
  const on = await withRia();
  const grants = [await owner(on), (await member(on))?.grantId ?? ''];
  await decide(on, 'stop', { reason: 'The contractor took the connection back.' });
  await on.inTenant((db) => applyWaitingStop(db, on));
  for (const grantId of grants) expect(await stateOf(on, grantId)).toBe('revoked');
});

test('who connected a project gets a copy by mail once, with a link by which it can be undone', async () => {
  const before = (await mailTo(bench().sandbox, gus)).length;
  const on = await untilConnected(bench());
  await on.check('createConnection');
  const copies = (await mailTo(bench().sandbox, gus)).slice(before).filter(({ subject }) => subject.includes('is connected'));
  expect(copies).toHaveLength(1);
  expect(copies[0]?.text).toContain('What syncs now: RFIs and submittals');
  expect(linkIn(copies[0]?.text ?? '', 'account')).not.toBe('');
  expect(linkIn(copies[0]?.text ?? '', 'authorize')).toBe('');
});

test('another account before anything is connected: the one before is revoked', async () => {
  const on = await untilSignedIn(bench());
  const first = await owner(on);
  await authorize(on, 'ada');
  await on.check('contractorSignsIn');
  const second = await owner(on);
  expect(second).not.toBe(first);
  expect(await stateOf(on, first)).toBe('revoked');
  expect(await stateOf(on, second)).toBe('live');
});

test('whom Procore gives too little is named, with what and whom to ask; once it gives enough, the step goes on', async () => {
  const on = await withRia();
  await authorizeMember(on, 'sam@north-studio.example', 'sam');
  const connection = await on.inTenant((db) => findConnection(db, on.connectionId));
  const { procoreUserId = null } = (await member(on)) ?? {};
  const where = { projectId: connection?.boundProjectId, personId: procoreUserId };
  const { memberships } = bench().sandbox.world;
  const usual = memberships.get(`${where.projectId}:${where.personId}`)?.templateId;
  const little = await bench().control<{ id: string }>('/admin/templates/create', {
    companyId: connection?.boundCompanyId,
    name: 'Reads RFIs alone',
    type: 'global',
    levels: { rfis: 'Read Only', submittals: 'Standard' },
  });
  await bench().control('/admin/users/put-on-project', { ...where, templateId: little.id });
  // levels that sufficed are looked at again after a day
  await bench().store.admin.query(
    "UPDATE team_member SET access_read_at = access_read_at - interval '25 hours' WHERE tenant_id = $1",
    [on.tenantId],
  );
  expect(await on.check('authorizeResponders')).toMatchObject({
    state: 'waiting',
    on: 'contractor',
    seen: '2 of 2 people who return documents have authorized Procore. Procore gives too little to Ria Solà (Read Only on RFIs).',
    needed: 'Standard on RFIs and on Submittals. Ask an admin of the project in Procore for it.',
  });
  await bench().control('/admin/users/put-on-project', { ...where, templateId: usual });
  expect(await on.check('authorizeResponders')).toMatchObject({ state: 'met' });
  expect((await member(on))?.access).not.toMatchObject({ rfis: 'Read Only' });
});
