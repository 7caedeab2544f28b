import { expect, test } from '@jest/globals';
import { revokeGrant } from '../../../shared/store/grants/grant-pairs.ts';
import { noteAuthorized, releaseAccount, storeTeam } from '../../../shared/store/people/team.ts';
import { type Db, withTenant } from '../../../shared/store/tenancy.ts';
import { grantOf } from '../parts/part3-link.ts';
import { type AnsweringGround, useAnsweringGrounds } from './answering-ground.ts';

const newGround = useAnsweringGrounds();
const names = ['Ria', 'Sam'] as const;
type Name = (typeof names)[number];
const emailOf = (name: Name) => `${name.toLowerCase()}@north-studio.example`;
const fullName = { Ria: 'Ria Solà', Sam: 'Sam Wu' };

async function withTeam() {
  const ground = await newGround({ storedTeam: true });
  const { store, tenantId, link, memberId } = ground;
  const inTenant = <Result>(work: (db: Db) => Promise<Result>) => withTenant(store.pool, tenantId, work);
  const members = names.map((name) => {
    const email = emailOf(name);
    return { memberId: memberId(name), name: fullName[name], email, emailKey: email, returns: true };
  });
  await inTenant((db) => storeTeam(db, tenantId, link.connectionId, members));
  return { ground, inTenant };
}

const authorsOf = (ground: AnsweringGround, rfiId: string) => ground.replies(rfiId).map(({ authorId }) => authorId);

test('an answer never goes out under the account of another member: it waits, whole, until its author has signed in as themselves', async () => {
  const { ground, inTenant } = await withTeam();
  const { tenantId, ids, store } = ground;
  const grants = { Ria: await grantOf(store, tenantId, ids.Ria), Sam: await grantOf(store, tenantId, ids.Sam) };
  // as it was kept before accounts were compared
  await inTenant((db) => noteAuthorized(db, tenantId, emailOf('Ria'), grants.Sam));
  await store.admin.query('UPDATE person_grant SET procore_login = $2 WHERE grant_id = $1', [grants.Sam, emailOf('Sam')]);
  const { rfiId, part3Id } = await ground.rfi(['Ria', 'Sam']);
  await ground.answer(part3Id, 'Ria', { bodyHtml: 'Mine.' });
  await ground.settle('rfi-replies');
  expect(authorsOf(ground, rfiId)).toEqual([]);
  expect(await ground.problem()).toMatchObject({
    seen: 'Ria Solà has signed in with the Procore account of Sam Wu; the answer waits, whole.',
  });

  await inTenant((db) => noteAuthorized(db, tenantId, emailOf('Sam'), grants.Sam));
  await ground.answer(part3Id, 'Sam', { bodyHtml: 'His.' });
  await ground.settle('rfi-replies');
  expect(authorsOf(ground, rfiId)).toEqual([ids.Sam]);

  await inTenant((db) => releaseAccount(db, emailOf('Ria')));
  await inTenant((db) => noteAuthorized(db, tenantId, emailOf('Ria'), grants.Ria));
  await ground.settle('rfi-replies');
  expect(authorsOf(ground, rfiId)).toEqual([ids.Sam, ids.Ria]);
  expect(await ground.items()).toEqual([]);
});

test('what waits for a person says how that person stands now, and who is waited for: never, then revoked', async () => {
  const { ground, inTenant } = await withTeam();
  const { tenantId, ids, store } = ground;
  const { rfiId, part3Id } = await ground.rfi(['Ria']);
  const owner = async () =>
    (await store.admin.query('SELECT owner FROM attention_item WHERE attention_item_id = $1', [(await ground.problem()).id]))
      .rows[0].owner;
  const answer = await ground.answer(part3Id, 'Ria');
  await ground.settle('rfi-replies');
  expect(await ground.problem()).toMatchObject({ seen: 'Ria Solà has not authorized Procore yet; the answer waits, whole.' });
  expect(await owner()).toBe('responder');
  expect(ground.toldAnswer(answer.id)).toMatchObject({
    block: {
      text: 'Ria Solà has not authorized Procore yet; the answer waits, whole. Needed: Ria Solà authorizes their own Procore account.',
    },
  });
  const grantId = await grantOf(store, tenantId, ids.Ria);
  await inTenant((db) => noteAuthorized(db, tenantId, emailOf('Ria'), grantId));
  await inTenant((db) => revokeGrant(db, grantId));
  await ground.settle('rfi-replies');
  expect(authorsOf(ground, rfiId)).toEqual([]);
  expect(await ground.problem()).toMatchObject({
    seen: 'Ria Solà’s authorization of Procore was revoked; the answer waits, whole.',
    needed: 'Whoever manages the project asks Ria Solà again, or Ria Solà authorizes again on the page of their account.',
  });
  expect(await owner()).toBe('admin');
});
