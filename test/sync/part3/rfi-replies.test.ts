import { expect, test } from '@jest/globals';
import {
  advanceBallByHand,
  answerByEmail,
  answerByHand,
  closeRfiByHand,
  reopenRfiByHand,
} from '../../../sandbox/procore/admin/rfis.ts';
import { meanwhileAt } from '../meanwhile.ts';
import { useAnsweringGrounds } from './answering-ground.ts';

const newGround = useAnsweringGrounds();
const stream = 'rfi-replies';

test('a finished answer becomes one reply under its author’s own name, the ball is passed on, and Part3 has the receipt', async () => {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi();
  const answer = await ground.answer(part3Id, 'Ria');
  const from = ground.world.ledger.last;
  expect(await ground.cycle(stream)).toMatchObject({ created: 1, open: 0 });
  const [reply, ...more] = ground.replies(rfiId);
  expect(more).toEqual([]);
  expect(reply).toMatchObject({ authorId: ground.ids.Ria, body: '<p>Use 12&nbsp;mm.</p>', official: false });
  expect(ground.trueRfi(rfiId)).toMatchObject({ state: 'open', ball: { role: 'RFI Manager', holderIds: [ground.ids.gus] } });
  const writes = ground.world.ledger.after(from, { side: 'procore' }).filter(({ method }) => method !== 'GET');
  expect(writes.map(({ method, userId }) => [method, userId])).toEqual([
    ['POST', ground.ids.Ria],
    ['PATCH', ground.ids.Ria],
  ]);
  expect(ground.toldAnswer(answer.id)).toMatchObject({
    state: 'returned',
    receipt: { version: 1, externalId: reply?.id, ballInCourt: ['RFI Manager'] },
  });
  expect(await ground.cycle(stream)).toMatchObject({ created: 0, open: 0 });
  expect(ground.replies(rfiId)).toHaveLength(1);
});

test('drafts and answers in review are not sent; a recalled one never is; an edited one goes out in its newest version', async () => {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi();
  const { organisation } = ground;
  const draft = await ground.answer(part3Id, 'Ria', { finished: false });
  await ground.cycle(stream);
  await ground.onAnswer({ act: 'review', organisation, id: draft.id });
  await ground.cycle(stream);
  expect(ground.replies(rfiId)).toEqual([]);
  ground.member('Sam', { grantId: null, grantState: null });
  const held = await ground.answer(part3Id, 'Sam', { bodyHtml: 'Never mind.' });
  await ground.cycle(stream);
  await ground.onAnswer({ act: 'recall', organisation, id: held.id });
  ground.member('Sam', { grantId: ground.ids.Sam, grantState: 'live' });
  await ground.onAnswer({ act: 'finish', organisation, id: draft.id });
  await ground.onAnswer({ act: 'edit', organisation, id: draft.id, bodyHtml: 'Use 14 mm.' });
  await ground.onAnswer({ act: 'finish', organisation, id: draft.id });
  await ground.settle(stream);
  expect(ground.replies(rfiId).map(({ body }) => body)).toEqual(['Use 14 mm.']);
  expect(ground.toldAnswer(draft.id)).toMatchObject({ state: 'returned', receipt: { version: 2 } });
  expect(await ground.items()).toEqual([]);
});

test('who has not authorized is told so, one item for all of theirs; others go on; it goes out by itself once they have', async () => {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi(['Ria', 'Sam']);
  ground.member('Ria', { grantId: null, grantState: null });
  const waiting = await ground.answer(part3Id, 'Ria');
  await ground.answer(part3Id, 'Ria', { bodyHtml: 'And 10 mm at the edge.' });
  await ground.answer(part3Id, 'Sam', { bodyHtml: 'As Ria says.' });
  await ground.cycle(stream);
  expect(ground.replies(rfiId).map(({ authorId }) => authorId)).toEqual([ground.ids.Sam]);
  const [item, ...more] = await ground.items();
  expect(more).toEqual([]);
  expect(item).toMatchObject({ reason: 'person-lacks-access', records: 2 });
  expect(item?.seen).toContain('Ria of North Studio has not authorized Procore yet');
  expect(ground.toldAnswer(waiting.id)).toMatchObject({ state: 'blocked', block: { code: 'person-lacks-access', version: 1 } });
  ground.member('Ria', { grantId: ground.ids.Ria, grantState: 'live' });
  await ground.settle(stream);
  expect(ground.replies(rfiId).map(({ authorId }) => authorId)).toEqual([ground.ids.Sam, ground.ids.Ria, ground.ids.Ria]);
  expect(await ground.items()).toEqual([]);
  expect(ground.toldAnswer(waiting.id)).toMatchObject({ state: 'returned', block: null });
});

test('an authorization that lapsed is one call to sign in again, for whatever number of answers; others go on; signed in, all goes out by itself', async () => {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi(['Ria', 'Sam']);
  ground.member('Ria', { grantState: 'lapsed' });
  const first = await ground.answer(part3Id, 'Ria');
  const second = await ground.answer(part3Id, 'Ria', { bodyHtml: 'And 10 mm at the edge.' });
  await ground.answer(part3Id, 'Sam', { bodyHtml: 'As Ria says.' });
  await ground.settle(stream);
  expect(ground.replies(rfiId).map(({ authorId }) => authorId)).toEqual([ground.ids.Sam]);
  const [item, ...more] = await ground.items();
  expect(more).toEqual([]);
  expect(item).toMatchObject({ reason: 'grant-lapsed', subject: `person:${ground.memberId('Ria')}`, records: 2 });
  for (const { id } of [first, second])
    expect(ground.toldAnswer(id)).toMatchObject({
      state: 'blocked',
      block: { code: 'grant-lapsed', text: expect.stringContaining('signs in to Procore again') },
    });
  // while it stands, no call is made in her name
  ground.calls();
  await ground.cycle(stream);
  expect(ground.calls().filter((call) => call.includes('/rfis'))).toEqual([]);
  ground.member('Ria', { grantState: 'live' });
  await ground.settle(stream);
  expect(ground.replies(rfiId).map(({ authorId }) => authorId)).toEqual([ground.ids.Sam, ground.ids.Ria, ground.ids.Ria]);
  expect(await ground.items()).toEqual([]);
  expect([first, second].map(({ id }) => ground.toldAnswer(id).state)).toEqual(['returned', 'returned']);
});

test('nothing goes out for somebody who has left', async () => {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi();
  await ground.answer(part3Id, 'Ria');
  ground.member('Ria', { leftAt: new Date() });
  await ground.settle(stream);
  expect(ground.replies(rfiId)).toEqual([]);
  expect(await ground.items()).toMatchObject([{ reason: 'person-lacks-access' }]);
});

test('an answer to a closed RFI waits, and goes out once it is open again', async () => {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi();
  ground.world.switches.set('replyWhenClosed', 'allow');
  const answer = await ground.answer(part3Id, 'Ria');
  closeRfiByHand(ground.world, { id: rfiId });
  await ground.cycle(stream);
  expect(ground.replies(rfiId)).toEqual([]);
  expect(await ground.items()).toMatchObject([{ reason: 'record-closed' }]);
  expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'blocked', block: { code: 'record-closed' } });
  reopenRfiByHand(ground.world, { id: rfiId });
  await ground.settle(stream);
  expect(ground.replies(rfiId)).toHaveLength(1);
  expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'returned' });
});

test('whether the author must hold the ball is a setting', async () => {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi(['Sam'], [], { distributionIds: [ground.ids.Ria] });
  await ground.settings({ rfis: { requireBall: true } });
  await ground.answer(part3Id, 'Ria');
  await ground.cycle(stream);
  expect(ground.replies(rfiId)).toEqual([]);
  expect(await ground.items()).toMatchObject([{ reason: 'not-in-court' }]);
  await ground.settings({ rfis: { requireBall: false } });
  await ground.settle(stream);
  expect(ground.replies(rfiId)).toMatchObject([{ authorId: ground.ids.Ria }]);
  // it was never with her, so it is not hers to pass on
  expect(ground.trueRfi(rfiId).ball.role).toBe('Assignees');
});

test.each([
  ['it was the last word', 0, 'RFI Manager'],
  ['the manager has asked back since', 1, 'Assignees'],
] as const)('a reply that left the ball with its author passes it on only as the last word: %s', async (_, asked, role) => {
  const ground = await newGround();
  ground.world.switches.set('ballMovesOnReply', 'never');
  const { rfiId, part3Id } = await ground.rfi();
  await ground.answer(part3Id, 'Ria');
  const askBack = () => asked > 0 && answerByHand(ground.world, { id: rfiId, by: ground.ids.gus, body: 'Which sheet?' });
  await ground.cycle(stream, meanwhileAt('after-settle', askBack));
  await ground.settle(stream);
  expect(ground.replies(rfiId)).toHaveLength(1 + asked);
  expect(ground.trueRfi(rfiId).ball.role).toBe(role);
});

test('the ball is not passed over somebody whose answer is required, nor where the setting says so', async () => {
  const ground = await newGround();
  const both = await ground.rfi(['Ria', 'Sam'], ['Ria', 'Sam']);
  await ground.answer(both.part3Id, 'Ria');
  await ground.cycle(stream);
  expect(ground.trueRfi(both.rfiId).ball.role).toBe('Assignees');
  await ground.answer(both.part3Id, 'Sam');
  await ground.cycle(stream);
  expect(ground.trueRfi(both.rfiId).ball.role).toBe('RFI Manager');
  await ground.settings({ rfis: { advanceBall: false } });
  const alone = await ground.rfi();
  await ground.answer(alone.part3Id, 'Ria');
  await ground.cycle(stream);
  expect(ground.replies(alone.rfiId)).toHaveLength(1);
  expect(ground.trueRfi(alone.rfiId).ball.role).toBe('Assignees');
});

test('asked again, all whose answer is required answer again before the ball is passed', async () => {
  const ground = await newGround();
  ground.world.switches.set('ballMovesOnReply', 'never');
  const { rfiId, part3Id } = await ground.rfi(['Ria', 'Sam'], ['Ria', 'Sam']);
  const roleAfter = async (name: 'Ria' | 'Sam') => {
    await ground.answer(part3Id, name);
    await ground.cycle(stream);
    return ground.trueRfi(rfiId).ball.role;
  };
  expect([await roleAfter('Ria'), await roleAfter('Sam')]).toEqual(['Assignees', 'RFI Manager']);
  for (const [first, second] of [
    ['Ria', 'Sam'],
    ['Sam', 'Ria'],
  ] as const) {
    advanceBallByHand(ground.world, { id: rfiId });
    expect([await roleAfter(first), await roleAfter(second)]).toEqual(['Assignees', 'RFI Manager']);
  }
  expect(ground.replies(rfiId)).toHaveLength(6);
});

test('who need not answer passes the ball on for nobody who must', async () => {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi(['Ria', 'Sam'], ['Ria']);
  await ground.answer(part3Id, 'Ria');
  await ground.cycle(stream);
  expect(ground.trueRfi(rfiId).ball.role).toBe('RFI Manager');
  advanceBallByHand(ground.world, { id: rfiId });
  await ground.answer(part3Id, 'Sam');
  await ground.cycle(stream);
  expect(ground.replies(rfiId)).toHaveLength(2);
  expect(ground.trueRfi(rfiId).ball.role).toBe('Assignees');
});

test('what was said before the manager asked again is no answer to that', async () => {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi(['Ria', 'Sam'], ['Ria', 'Sam']);
  for (const name of ['Sam', 'Ria', 'Ria'] as const) {
    await ground.answer(part3Id, name);
    await ground.cycle(stream);
  }
  expect(ground.trueRfi(rfiId).ball.role).toBe('RFI Manager');
  answerByHand(ground.world, { id: rfiId, by: ground.ids.gus, body: 'And at the edge?' });
  advanceBallByHand(ground.world, { id: rfiId });
  await ground.answer(part3Id, 'Sam');
  await ground.cycle(stream);
  expect(ground.trueRfi(rfiId).ball.role).toBe('Assignees');
  await ground.answer(part3Id, 'Ria');
  await ground.cycle(stream);
  expect(ground.trueRfi(rfiId).ball.role).toBe('RFI Manager');
});

test('identical answers of one author are replies each; what they wrote in Procore by e-mail already is not doubled', async () => {
  const ground = await newGround();
  ground.world.switches.set('rfiBodies', 'sanitised');
  const { rfiId, part3Id } = await ground.rfi();
  await ground.answer(part3Id, 'Ria', { bodyHtml: '<div class="x">Yes, <b>as drawn</b>.</div>' });
  await ground.answer(part3Id, 'Ria', { bodyHtml: '<div class="x">Yes, <b>as drawn</b>.</div>' });
  await ground.settle(stream);
  expect(ground.replies(rfiId)).toHaveLength(2);
  const other = await ground.rfi();
  const mailed = answerByEmail(ground.world, { id: other.rfiId, by: ground.ids.Ria, body: 'No.\n\nSee sheet 4.' });
  const answer = await ground.answer(other.part3Id, 'Ria', { bodyHtml: '<p>No.</p><p>See sheet 4.</p>' });
  await ground.settle(stream);
  expect(ground.replies(other.rfiId)).toHaveLength(1);
  expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'returned', receipt: { externalId: mailed.id } });
});

test('an earlier, different reply of the same person keeps nothing back', async () => {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi();
  answerByEmail(ground.world, { id: rfiId, by: ground.ids.Ria, body: 'I shall look into it.' });
  await ground.answer(part3Id, 'Ria');
  await ground.settle(stream);
  expect(ground.replies(rfiId)).toHaveLength(2);
});

test('an answer that is changed after it was sent waits for its author and is no second reply; one that says the same has its receipt', async () => {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi();
  const { organisation } = ground;
  const answer = await ground.answer(part3Id, 'Ria');
  await ground.settle(stream);
  await ground.onAnswer({ act: 'edit', organisation, id: answer.id, bodyHtml: '<div>Use 12 mm.</div>' });
  await ground.onAnswer({ act: 'finish', organisation, id: answer.id });
  await ground.settle(stream);
  expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'returned', receipt: { version: 2 } });
  await ground.onAnswer({ act: 'edit', organisation, id: answer.id, bodyHtml: 'Use 13 mm.' });
  await ground.onAnswer({ act: 'finish', organisation, id: answer.id });
  await ground.settle(stream);
  expect(ground.replies(rfiId)).toHaveLength(1);
  expect(await ground.items()).toMatchObject([{ reason: 'answer-changed' }]);
  expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'blocked', block: { version: 3, code: 'answer-changed' } });
});

const detail = { name: 'detail.pdf', contentType: 'application/pdf', sizeBytes: 3000 };
test.each([
  ['another file of the same name', { files: [{ ...detail, sizeBytes: 4000 }] }],
  ['another place that a link leads to', { bodyHtml: '<p>See <a href="https://files.example/b">sheet 4</a>, 1 12 mm.</p>' }],
  ['a blank that makes another number', { bodyHtml: '<p>See <a href="https://files.example/a">sheet 4</a>, 112 mm.</p>' }],
])('what is changed after it was sent is told as changed, however little Procore would show of it: %s', async (_, changed) => {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi();
  const { organisation } = ground;
  const bodyHtml = '<p>See <a href="https://files.example/a">sheet 4</a>, 1 12 mm.</p>';
  const answer = await ground.answer(part3Id, 'Ria', { bodyHtml, files: [detail] });
  await ground.settle(stream);
  await ground.onAnswer({ act: 'edit', organisation, id: answer.id, ...changed });
  await ground.onAnswer({ act: 'finish', organisation, id: answer.id });
  await ground.settle(stream);
  expect(ground.replies(rfiId)).toHaveLength(1);
  expect(await ground.items()).toMatchObject([{ reason: 'answer-changed' }]);
  expect(ground.toldAnswer(answer.id)).toMatchObject({
    state: 'blocked',
    block: { version: 2, code: 'answer-changed', text: expect.stringContaining('another answer in Part3') },
  });
});

test('a reply is official only where its author may mark it so; else it goes out without the mark, and the record says so', async () => {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi();
  await ground.answer(part3Id, 'Ria', { official: true });
  await ground.cycle(stream);
  expect(ground.replies(rfiId)).toMatchObject([{ official: false }]);
  expect(await ground.written()).toMatchObject([{ official: 'no, not allowed' }]);
  ground.world.switches.set('officialByStandard', 'allow');
  const allowed = await ground.rfi();
  await ground.answer(allowed.part3Id, 'Ria', { official: true });
  await ground.cycle(stream);
  expect(ground.replies(allowed.rfiId)).toMatchObject([{ official: true }]);
  expect(ground.trueRfi(allowed.rfiId).state).toBe('open');
  await ground.settings({ rfis: { official: 'never' } });
  const never = await ground.rfi();
  await ground.answer(never.part3Id, 'Ria', { official: true });
  await ground.cycle(stream);
  expect(ground.replies(never.rfiId)).toMatchObject([{ official: false }]);
});

test('files come first and hang on the reply; one that vanished holds the answer, and nothing of it is sent', async () => {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi();
  const files = [{ name: 'detail.pdf', contentType: 'application/pdf', sizeBytes: 9_000_000 }];
  await ground.answer(part3Id, 'Ria', { files });
  await ground.settle(stream);
  expect(ground.replies(rfiId).map(({ attachments }) => attachments.map(({ filename }) => filename))).toEqual([['detail.pdf']]);
  const lost = await ground.answer(part3Id, 'Ria', { bodyHtml: 'See sketch.', files });
  await ground.vanish(lost.fileIds[0] ?? '');
  await ground.cycle(stream);
  expect(ground.replies(rfiId)).toHaveLength(1);
  expect(await ground.items()).toMatchObject([{ reason: 'file-unavailable' }]);
});

test.each([`${'x'.repeat(59)}😀 and more`, 'Use&#0;12 mm.', 'Use\u000012 mm.', 'Use \ud83d 12 mm.', 'Use &#xd83d; 12 mm.'])(
  'an answer with letters that nothing can keep (%j) goes out, and holds up nobody',
  async (bodyHtml) => {
    const ground = await newGround();
    const { rfiId, part3Id } = await ground.rfi(['Ria', 'Sam']);
    const odd = await ground.answer(part3Id, 'Ria', { bodyHtml });
    const plain = await ground.answer(part3Id, 'Sam', { bodyHtml: 'As Ria says.' });
    await ground.settle(stream);
    expect(
      ground
        .replies(rfiId)
        .map(({ authorId }) => authorId)
        .sort(),
    ).toEqual([ground.ids.Ria, ground.ids.Sam].sort());
    expect([odd, plain].map(({ id }) => ground.toldAnswer(id).state)).toEqual(['returned', 'returned']);
    expect(await ground.items()).toEqual([]);
  },
);
