import { expect, test } from '@jest/globals';
import { createRfiByHand, editRfiByHand } from '../../../sandbox/procore/admin/rfis.ts';
import type { RfiFields } from '../../../sandbox/procore/rfis/fields.ts';
import { markOwnerAsked, ownersToAsk } from '../../../shared/store/grants/reading.ts';
import { withTenant } from '../../../shared/store/tenancy.ts';
import { ask } from './asking.ts';
import { agreeAs, ownerOf, withdraw } from './consenting.ts';
import { useItemsGrounds } from './items-ground.ts';
import { type ReadersGround, readersGround } from './readers-ground.ts';

const grounds = useItemsGrounds();
const newGround = async (): Promise<ReadersGround> => readersGround(await grounds());

const subjects = (ground: ReadersGround) => new Set(ground.rfis().map(({ subject }) => subject));

test('while the owner’s authorization stands nobody else’s is used, whoever agreed', async () => {
  const ground = await newGround();
  await agreeAs(ground, ground.authorize('ria'), 'reader');
  ask(ground, { subject: 'one' });
  ground.readers();
  await ground.read('rfis');
  expect(ground.readers()).toEqual([ground.ids.gus]);
  expect(await ground.says()).toEqual([]);
});

test('the owner’s authorization lapsed and nobody agreed: nothing is borrowed, it waits in sight, and all comes once they sign in again', async () => {
  const ground = await newGround();
  const owner = await ownerOf(ground);
  await ground.authorize('ria');
  await ground.grantIs(owner, 'lapsed');
  ask(ground, { subject: 'meanwhile' });
  ground.readers();
  await expect(ground.read('rfis')).rejects.toMatchObject({ kind: 'grant-lapsed' });
  expect(ground.readers()).toEqual([]);
  expect(await ground.items()).toMatchObject([{ reason: 'grant-lapsed', owner: 'contractor', subject: 'stream:rfis' }]);
  expect(await ground.says()).toMatchObject([{ reason: 'grant-lapsed', owner: 'contractor' }]);
  await ground.grantIs(owner, 'live');
  expect(await ground.read('rfis')).toMatchObject({ created: 1 });
  expect(await ground.items()).toEqual([]);
  expect(await ground.says()).toEqual([]);
});

test('while another person waits to take the owner’s place, what is not read waits for whoever invited', async () => {
  const ground = await newGround();
  const { store, connectionId } = ground;
  await ground.grantIs(await ownerOf(ground), 'lapsed');
  await store.admin.query('UPDATE connection SET proposed_owner_grant_id = $2 WHERE connection_id = $1', [
    connectionId,
    await ground.authorize('ria'),
  ]);
  ground.readers();
  await expect(ground.read('rfis')).rejects.toMatchObject({ kind: 'acceptance-missing' });
  expect(ground.readers()).toEqual([]);
  expect(await ground.items()).toMatchObject([{ reason: 'acceptance-missing', owner: 'admin', subject: 'stream:rfis' }]);
});

test('who agreed reads in the owner’s place, is named, and the owner is asked for once; signed in again, the owner reads', async () => {
  const ground = await newGround();
  const { ids, store, tenantId } = ground;
  const owner = await ownerOf(ground);
  await ground.authorize('sam');
  await agreeAs(ground, ground.authorize('ria'), 'reader');
  ask(ground, { subject: 'before' });
  await ground.read('rfis');
  await ground.grantIs(owner, 'lapsed');
  ask(ground, { subject: 'meanwhile' });
  ground.readers();
  expect(await ground.read('rfis')).toMatchObject({ created: 1 });
  await ground.read('submittals');
  expect(ground.readers()).toEqual([ids.ria]);
  expect(subjects(ground)).toEqual(new Set(['before', 'meanwhile']));
  expect(await ground.says()).toMatchObject([
    { reason: 'grant-lapsed', owner: 'contractor', seen: expect.stringMatching(/ria reads it/) },
  ]);
  // the lapse is told by itself
  expect(await withTenant(store.pool, tenantId, (db) => ownersToAsk(db, 10))).toEqual([]);
  await ground.grantIs(owner, 'live');
  ask(ground, { subject: 'after' });
  await ground.read('rfis');
  expect(ground.readers()).toEqual([ids.gus]);
  expect(subjects(ground)).toEqual(new Set(['before', 'meanwhile', 'after']));
  expect(await ground.says()).toEqual([]);
});

test('what a stand-in does not see is no deletion and keeps its readers; what they could not see comes when the owner is back', async () => {
  const ground = await newGround();
  const { ids, members, world } = ground;
  const owner = await ownerOf(ground);
  // Sam sees of what is private only what he is asked about
  await agreeAs(ground, ground.authorize('sam'), 'reader');
  const secret = ask(ground, { subject: 'secret', private: true });
  ask(ground, { subject: 'open' });
  await ground.read('rfis');
  await ground.grantIs(owner, 'lapsed');
  editRfiByHand(world, { id: secret.id }, { subject: 'secret, changed' });
  ask(ground, { subject: 'new secret', private: true });
  ask(ground, { subject: 'new' });
  ground.hourPasses();
  await ground.read('rfis');
  expect(ground.rfis().map(({ subject, status, readers }) => ({ subject, status, readers }))).toEqual(
    expect.arrayContaining([
      { subject: 'secret', status: 'open', readers: [members.ria] },
      { subject: 'open', status: 'open', readers: null },
      { subject: 'new', status: 'open', readers: null },
    ]),
  );
  expect(ground.rfis()).toHaveLength(3);
  await ground.grantIs(owner, 'live');
  ground.readers();
  await ground.read('rfis');
  expect(ground.readers()).toEqual([ids.gus]);
  expect(subjects(ground)).toEqual(new Set(['secret, changed', 'open', 'new', 'new secret']));
});

test('a stand-in asks for nothing again that the owner has read', async () => {
  const ground = await newGround();
  await agreeAs(ground, ground.authorize('ria'), 'reader');
  for (let count = 0; count < 5; count += 1) {
    ask(ground, { subject: `RFI ${count}` });
    ground.later(600);
  }
  await ground.read('rfis');
  await ground.grantIs(await ownerOf(ground), 'lapsed');
  ground.later(600);
  ask(ground, { subject: 'new' });
  ground.calls();
  await ground.read('rfis');
  expect(ground.calls().filter((call) => /rfis\/\d+$/.test(call))).toHaveLength(1);
});

test('of whom Procore tells no name, what is told names a part of the address alone', async () => {
  const ground = await newGround();
  const owner = await ownerOf(ground);
  await ground.grantIs(owner, 'lapsed');
  const login = "procore_name = NULL, procore_login = 'gus@quay.example'";
  await ground.store.admin.query(`UPDATE person_grant SET ${login} WHERE grant_id = $1`, [owner]);
  await expect(ground.read('rfis')).rejects.toMatchObject({ kind: 'grant-lapsed' });
  const [said] = await ground.says();
  expect([said?.seen, said?.needed].join()).toContain('g•••@quay.example');
  expect(JSON.stringify([await ground.says(), await ground.items()])).not.toContain('gus@');
});

test('withdrawn, or the authorization revoked, a reader is used no more', async () => {
  const ground = await newGround();
  await ground.grantIs(await ownerOf(ground), 'lapsed');
  const ria = await ground.authorize('ria');
  const sam = await ground.authorize('sam');
  const consent = await agreeAs(ground, ria, 'reader');
  await agreeAs(ground, sam, 'reader');
  ask(ground, { subject: 'one' });
  ground.readers();
  await ground.read('rfis');
  expect(ground.readers()).toEqual([ground.ids.ria]);
  await withdraw(ground, consent);
  await ground.read('rfis');
  expect(ground.readers()).toEqual([ground.ids.sam]);
  await ground.grantIs(sam, 'revoked');
  await expect(ground.read('rfis')).rejects.toMatchObject({ kind: 'grant-lapsed' });
  expect(ground.readers()).toEqual([]);
});

test('who agreed and has left the project in Part3 since is not read as', async () => {
  const ground = await newGround();
  const { store, tenantId, connectionId } = ground;
  const ria = await ground.authorize('ria');
  await agreeAs(ground, ria, 'reader');
  await store.admin.query(`INSERT INTO member_account (tenant_id, email_key, grant_id) VALUES ($1, 'ria', $2)`, [tenantId, ria]);
  await store.admin.query(
    `INSERT INTO team_member (tenant_id, connection_id, member_id, name, email, email_key, returns, left_at)
     VALUES ($1, $2, 'm-1', 'Ria', 'ria', 'ria', true, now())`,
    [tenantId, connectionId],
  );
  await ground.grantIs(await ownerOf(ground), 'lapsed');
  ask(ground, { subject: 'one' });
  ground.readers();
  await expect(ground.read('rfis')).rejects.toMatchObject({ kind: 'grant-lapsed' });
  expect(ground.readers()).toEqual([]);
});

test('an owner who lost access is looked at by care, and replaced while that is so; a stand-in who is refused too makes room for the next', async () => {
  const ground = await newGround();
  const { world, project, ids, store, connectionId, tenantId } = ground;
  await agreeAs(ground, ground.authorize('otto'), 'reader');
  await agreeAs(ground, ground.authorize('ria'), 'reader');
  ask(ground, { subject: 'one' });
  const leave = (personId: string) => {
    const row = world.memberships.find((one) => one.projectId === project.id && one.personId === personId);
    if (row) world.memberships.delete(`${project.id}:${personId}`);
  };
  leave(ids.gus);
  leave(ids.otto);
  await expect(ground.read('rfis')).rejects.toMatchObject({ kind: 'person-lacks-access' });
  const { rows } = await store.admin.query(
    `SELECT input FROM command WHERE connection_id = $1 AND kind = 'retryStep' AND input = '{"stepId": "verifyTools"}'`,
    [connectionId],
  );
  expect(rows).toHaveLength(1);
  await ground.careSaw({ state: 'stuck', reason: 'person-lacks-access', on: 'contractor', seen: 's', needed: 'n', where: 'w' });
  ground.readers();
  await expect(ground.read('rfis')).rejects.toMatchObject({ kind: 'person-lacks-access' });
  expect(ground.readers()).toEqual([ids.otto]);
  expect(await ground.read('rfis')).toMatchObject({ created: 1 });
  expect(ground.readers()).toEqual([ids.ria]);
  expect(await ground.says()).toMatchObject([{ reason: 'person-lacks-access', owner: 'contractor' }]);
  const toAsk = () => withTenant(store.pool, tenantId, (db) => ownersToAsk(db, 10));
  expect(await toAsk()).toEqual([connectionId]);
  expect(await withTenant(store.pool, tenantId, (db) => markOwnerAsked(db, connectionId))).toBe(true);
  expect(await toAsk()).toEqual([]);
  await ground.careSaw({ state: 'met', evidence: { RFIs: 'Admin' } }, { RFIs: 'Admin' });
  await ground.read('submittals').catch(() => undefined);
  expect(ground.readers()).toEqual([ids.gus]);
});

test('an owner whose level was raised reads all of it, and what they could not see before comes', async () => {
  const ground = await newGround();
  const { world, project, ids } = ground;
  await ground.careSaw({ state: 'met', evidence: { RFIs: 'Standard' } }, { RFIs: 'Standard' });
  const membership = world.memberships.find((one) => one.projectId === project.id && one.personId === ids.gus);
  const lower = world.memberships.find((one) => one.projectId === project.id && one.personId === ids.otto);
  if (!membership || !lower) throw new Error('nobody is on the project');
  world.memberships.put({ ...membership, templateId: lower.templateId });
  const byTess = (subject: string, fields: RfiFields) =>
    createRfiByHand(
      world,
      { projectId: project.id, by: ids.tess },
      { subject, body: 'What?', managerId: ids.tess, assigneeIds: [ids.ria], ...fields },
    );
  byTess('secret', { private: true });
  ground.later(600);
  byTess('open', {});
  ground.later(60);
  await ground.read('rfis');
  expect(subjects(ground)).toEqual(new Set(['open']));
  world.memberships.put(membership);
  await ground.careSaw({ state: 'met', evidence: { RFIs: 'Admin' } }, { RFIs: 'Admin' });
  ground.later(600);
  await ground.read('rfis');
  expect(subjects(ground)).toEqual(new Set(['open', 'secret']));
});
