import { expect, test } from '@jest/globals';
import { answerByEmail, closeRfiByHand, reopenRfiByHand } from '../../../sandbox/procore/admin/rfis.ts';
import { revokeGrant } from '../../../shared/store/grants/grant-pairs.ts';
import { noteAuthorized, storeTeam } from '../../../shared/store/people/team.ts';
import { unlinkProject } from '../../../shared/store/projects/project-links.ts';
import { type Db, withTenant } from '../../../shared/store/tenancy.ts';
import { grantOf } from '../parts/part3-link.ts';
import { type AnsweringGround, useAnsweringGrounds } from './answering-ground.ts';

const newGround = useAnsweringGrounds();
const saidIn = (ground: AnsweringGround, slot = '') => ground.said(slot).map(({ actor, row }) => [actor, row.name]);
const emailOf = (name: 'Ria' | 'Sam') => `${name.toLowerCase()}@north-studio.example`;
const authors = (ground: AnsweringGround, rfiId: string) => ground.replies(rfiId).map(({ authorId }) => authorId);

test('reopened and answered again, in the very same words too: each answer is one reply, and each has its own receipt', async () => {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi();
  const first = await ground.answer(part3Id, 'Ria');
  await ground.settle('rfi-replies');
  closeRfiByHand(ground.world, { id: rfiId });
  reopenRfiByHand(ground.world, { id: rfiId });
  const second = await ground.answer(part3Id, 'Ria');
  const third = await ground.answer(part3Id, 'Ria', { bodyHtml: 'Use 14 mm after all.' });
  await ground.settle('rfi-replies');
  await ground.settle('rfi-replies');
  const replies = ground.replies(rfiId);
  expect(replies.map(({ body }) => body).sort()).toEqual([first.bodyHtml, second.bodyHtml, third.bodyHtml].sort());
  const receipts = [first, second, third].map(({ id }) => ground.toldAnswer(id).receipt?.externalId);
  expect(receipts.sort()).toEqual(replies.map(({ id }) => id).sort());
});

test('connected anew by another customer once the first has ended it, nothing is known of what was sent before: the same words again are one more reply, an edit of what was sent is none', async () => {
  const before = await newGround();
  const { rfiId, part3Id } = await before.rfi();
  const old = await before.answer(part3Id, 'Ria');
  const edited = await before.answer(part3Id, 'Ria', { bodyHtml: 'See sheet 4.' });
  await before.settle('rfi-replies');
  await withTenant(before.store.pool, before.tenantId, (db) => unlinkProject(db, before.link.projectLinkId));
  const ground = await newGround({ beside: before });
  const again = await ground.answer(part3Id, 'Ria');
  await ground.onAnswer({ act: 'edit', organisation: ground.organisation, id: edited.id, bodyHtml: 'See sheet 5.' });
  await ground.onAnswer({ act: 'finish', organisation: ground.organisation, id: edited.id });
  await ground.settle('rfi-replies');
  await ground.settle('rfi-replies');
  const replies = ground.replies(rfiId);
  expect(replies.map(({ body }) => body).sort()).toEqual([old.bodyHtml, 'See sheet 4.', again.bodyHtml].sort());
  expect(ground.toldAnswer(again.id).receipt?.externalId).toBe(replies.at(-1)?.id);
  const subject = `record:answer:${edited.id} person:${ground.memberId('Ria')}`;
  expect(await ground.items()).toMatchObject([{ reason: 'answer-changed', subject }]);
});

test('an answer of the same words that was mailed once is taken for one of two, and the other is sent', async () => {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi();
  answerByEmail(ground.world, { id: rfiId, by: ground.ids.Ria, body: 'Use 12 mm.' });
  await ground.answer(part3Id, 'Ria');
  await ground.answer(part3Id, 'Ria');
  await ground.settle('rfi-replies');
  await ground.settle('rfi-replies');
  expect(ground.replies(rfiId)).toHaveLength(2);
});

test.each(['required-replied', 'any-assignee', 'never'] as const)(
  'both assignees answer at once: one reply each, under each one’s name, and the ball is passed once (%s)',
  async (rule) => {
    const ground = await newGround();
    ground.world.switches.set('ballMovesOnReply', rule);
    const { rfiId, part3Id } = await ground.rfi(['Ria', 'Sam'], ['Ria', 'Sam']);
    const ria = await ground.answer(part3Id, 'Ria');
    const sam = await ground.answer(part3Id, 'Sam');
    await ground.settle('rfi-replies');
    expect(authors(ground, rfiId).sort()).toEqual([ground.ids.Ria, ground.ids.Sam].sort());
    expect(ground.trueRfi(rfiId).ball.role).toBe('RFI Manager');
    expect([ria, sam].map(({ id }) => ground.toldAnswer(id).state)).toEqual(['returned', 'returned']);
    expect(await ground.items()).toEqual([]);
  },
);

test('both approvers of one step answer at once: each in their own slot, under their own name, and the next step has the ball', async () => {
  const ground = await newGround();
  const { submittalId, part3Id, slots } = await ground.submittal([['Ria', 'Sam'], ['Ria']]);
  const [ria = '', sam = ''] = slots;
  const given = [await ground.give(part3Id, 'Ria', ria), await ground.give(part3Id, 'Sam', sam, { responseName: 'Rejected' })];
  await ground.settle('submittal-responses');
  expect([saidIn(ground, ria), saidIn(ground, sam)]).toEqual([[[ground.ids.Ria, 'Approved']], [[ground.ids.Sam, 'Rejected']]]);
  expect(given.map(({ id }) => ground.toldReturn(id).state)).toEqual(['returned', 'returned']);
  expect(ground.world.submittals.get(submittalId)?.approvers.map(({ responseId }) => responseId !== null)).toEqual([
    true,
    true,
    false,
  ]);
  expect(await ground.items()).toEqual([]);
});

test('one architect on two projects: one authorization serves both, at once; taken back, both wait, and nobody else does', async () => {
  const tower = await newGround({ storedTeam: true });
  const depot = await newGround({
    beside: tower,
    tenantId: tower.tenantId,
    number: 'AC-102',
    part3Project: 'Parramatta Rail Depot',
    storedTeam: true,
  });
  const grounds = [tower, depot];
  const inTenant = <Result>(work: (db: Db) => Promise<Result>) => withTenant(tower.store.pool, tower.tenantId, work);
  const grantIds = new Map<string, string>();
  for (const name of ['Ria', 'Sam'] as const) {
    const grantId = await grantOf(tower.store, tower.tenantId, tower.ids[name]);
    grantIds.set(name, grantId);
    await inTenant((db) => noteAuthorized(db, tower.tenantId, emailOf(name), grantId));
  }
  for (const { link, memberId } of grounds) {
    const members = (['Ria', 'Sam'] as const).map((name) => {
      const email = emailOf(name);
      return { memberId: memberId(name), name, email, emailKey: email, returns: true };
    });
    await inTenant((db) => storeTeam(db, tower.tenantId, link.connectionId, members));
  }
  const rfis = [await tower.rfi(['Ria', 'Sam']), await depot.rfi(['Ria', 'Sam'])];
  const answerAll = (author: 'Ria' | 'Sam', bodyHtml: string) =>
    Promise.all(grounds.map((ground, index) => ground.answer(rfis[index]?.part3Id ?? '', author, { bodyHtml })));
  const settleAll = () => Promise.all(grounds.map((ground) => ground.settle('rfi-replies')));
  const authorsOf = () => rfis.map(({ rfiId }) => authors(tower, rfiId));
  await answerAll('Ria', 'Yes.');
  await settleAll();
  expect(authorsOf()).toEqual([[tower.ids.Ria], [tower.ids.Ria]]);
  await inTenant((db) => revokeGrant(db, grantIds.get('Ria') ?? ''));
  await answerAll('Ria', 'And no.');
  await answerAll('Sam', 'As Ria says.');
  await settleAll();
  expect(authorsOf()).toEqual([
    [tower.ids.Ria, tower.ids.Sam],
    [tower.ids.Ria, tower.ids.Sam],
  ]);
  for (const ground of grounds) {
    expect(await ground.items()).toMatchObject([{ reason: 'person-lacks-access', records: 1 }]);
  }
});
