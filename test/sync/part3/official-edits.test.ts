import { expect, test } from '@jest/globals';
import { advanceBallByHand } from '../../../sandbox/procore/admin/rfis.ts';
import { type AnsweringGround, useAnsweringGrounds } from './answering-ground.ts';

const newGround = useAnsweringGrounds();
const stream = 'rfi-replies';

/** The answer is edited in its mark alone, and finished again. */
async function marked(ground: AnsweringGround, id: string, official: boolean): Promise<void> {
  const { organisation } = ground;
  await ground.onAnswer({ act: 'edit', organisation, id, official });
  await ground.onAnswer({ act: 'finish', organisation, id });
  await ground.settle(stream);
}

test('an edit after the return that changes the mark alone marks the reply, as its author, both ways', async () => {
  const ground = await newGround();
  ground.promote('Ria');
  const { rfiId, part3Id } = await ground.rfi();
  const { id } = await ground.answer(part3Id, 'Ria');
  await ground.settle(stream);
  await marked(ground, id, true);
  expect(ground.replies(rfiId)).toMatchObject([{ official: true }]);
  expect(ground.toldAnswer(id)).toMatchObject({ state: 'returned', receipt: { version: 2, official: true } });
  await marked(ground, id, false);
  expect(ground.replies(rfiId)).toMatchObject([{ official: false }]);
  expect(ground.toldAnswer(id)).toMatchObject({ state: 'returned', receipt: { version: 3, official: false } });
  const [reply] = ground.world.ledger.records('rfi-replies').filter(({ current }) => Object(current).rfiId === rfiId);
  expect(reply?.history.map(({ actor }) => actor)).toEqual([ground.ids.Ria, ground.ids.Ria, ground.ids.Ria]);
});

test.each(['refuse-403', 'dropped'] as const)(
  'where the author may not mark it (%s), the edit is held with the reason, and is carried by itself once they may',
  async (rule) => {
    const ground = await newGround();
    ground.world.switches.set('officialByStandard', rule);
    const { rfiId, part3Id } = await ground.rfi();
    const { id } = await ground.answer(part3Id, 'Ria');
    await ground.settle(stream);
    await marked(ground, id, true);
    expect(ground.replies(rfiId)).toMatchObject([{ official: false }]);
    expect(ground.toldAnswer(id)).toMatchObject({ state: 'blocked', block: { version: 2, code: 'person-lacks-access' } });
    expect(ground.toldAnswer(id).block?.text).toContain('may not choose the official answer');
    await ground.settle(stream);
    expect(ground.toldAnswer(id)).toMatchObject({ state: 'blocked', block: { version: 2 } });
    ground.promote('Ria');
    await ground.settle(stream);
    expect(ground.replies(rfiId)).toMatchObject([{ official: true }]);
    expect(ground.toldAnswer(id)).toMatchObject({ state: 'returned', block: null, receipt: { version: 2, official: true } });
  },
);

test('a mark that is held is asked for again after a while alone; finished anew by its author, at once', async () => {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi();
  const { id } = await ground.answer(part3Id, 'Ria');
  await ground.settle(stream);
  await marked(ground, id, true);
  const from = ground.world.ledger.last;
  await ground.cycle(stream);
  expect(ground.world.ledger.after(from, { side: 'procore' })).toEqual([]);
  ground.promote('Ria');
  const { organisation } = ground;
  await ground.onAnswer({ act: 'edit', organisation, id, official: true });
  await ground.onAnswer({ act: 'finish', organisation, id });
  await ground.cycle(stream);
  expect(ground.replies(rfiId)).toMatchObject([{ official: true }]);
  expect(ground.toldAnswer(id)).toMatchObject({ state: 'returned', receipt: { version: 3 } });
});

test('an edit of the mark passes no ball that was given back to its author since', async () => {
  const ground = await newGround();
  ground.promote('Ria');
  const { rfiId, part3Id } = await ground.rfi();
  const { id } = await ground.answer(part3Id, 'Ria');
  await ground.settle(stream);
  advanceBallByHand(ground.world, { id: rfiId });
  expect(ground.trueRfi(rfiId).ball.role).toBe('Assignees');
  await marked(ground, id, true);
  expect(ground.replies(rfiId)).toMatchObject([{ official: true }]);
  expect(ground.trueRfi(rfiId).ball.role).toBe('Assignees');
});

test('an authorization that has lapsed meanwhile holds the mark with a call to sign in again, and it is carried once they have', async () => {
  const ground = await newGround();
  ground.promote('Ria');
  const { rfiId, part3Id } = await ground.rfi();
  const { id } = await ground.answer(part3Id, 'Ria');
  await ground.settle(stream);
  ground.member('Ria', { grantState: 'lapsed' });
  await marked(ground, id, true);
  expect(ground.replies(rfiId)).toMatchObject([{ official: false }]);
  expect(ground.toldAnswer(id)).toMatchObject({ state: 'blocked', block: { code: 'grant-lapsed' } });
  ground.member('Ria', { grantState: 'live' });
  await ground.settle(stream);
  expect(ground.replies(rfiId)).toMatchObject([{ official: true }]);
  expect(ground.toldAnswer(id)).toMatchObject({ state: 'returned', receipt: { version: 2, official: true } });
});

test('where the setting says never, no edit marks a reply, and the receipt says so', async () => {
  const ground = await newGround();
  ground.promote('Ria');
  await ground.settings({ rfis: { official: 'never' } });
  const { rfiId, part3Id } = await ground.rfi();
  const { id } = await ground.answer(part3Id, 'Ria');
  await ground.settle(stream);
  await marked(ground, id, true);
  expect(ground.replies(rfiId)).toMatchObject([{ official: false }]);
  expect(ground.toldAnswer(id)).toMatchObject({ state: 'returned', receipt: { version: 2, official: false } });
});

test('a mark whose answer was lost is set once more, and once is enough', async () => {
  const ground = await newGround();
  ground.promote('Ria');
  const { rfiId, part3Id } = await ground.rfi();
  const { id } = await ground.answer(part3Id, 'Ria');
  await ground.settle(stream);
  const { organisation } = ground;
  await ground.onAnswer({ act: 'edit', organisation, id, official: true });
  await ground.onAnswer({ act: 'finish', organisation, id });
  ground.spoil('PATCH', `/rest/v1.0/projects/${ground.project.id}/rfis/*`, { kind: 'reset-after-commit' });
  await expect(ground.cycle(stream)).rejects.toMatchObject({ kind: 'network' });
  await ground.settle(stream);
  expect(ground.replies(rfiId)).toMatchObject([{ official: true }]);
  expect(ground.toldAnswer(id)).toMatchObject({ state: 'returned', receipt: { version: 2, official: true } });
});
