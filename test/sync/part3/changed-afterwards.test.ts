import { expect, test } from '@jest/globals';
import { readStatus } from '../../../api/status.ts';
import { findConnection } from '../../../shared/store/connections/connections.ts';
import { storeTeam } from '../../../shared/store/people/team.ts';
import { withTenant } from '../../../shared/store/tenancy.ts';
import { plans } from '../../../workflows/plans/index.ts';
import { type AnsweringGround, useAnsweringGrounds } from './answering-ground.ts';

const newGround = useAnsweringGrounds();

/** Who is waited for on the project, as the status says it. */
async function waitsOn({ store, tenantId, link: { connectionId }, memberId }: AnsweringGround) {
  const members = (['Ria', 'Sam'] as const).map((name) => {
    const email = `${name.toLowerCase()}@north-studio.example`;
    return { memberId: memberId(name), name, email, emailKey: email, returns: true };
  });
  const status = await withTenant(store.pool, tenantId, async (db) => {
    await storeTeam(db, tenantId, connectionId, members);
    const connection = await findConnection(db, connectionId);
    if (!connection) throw new Error('the connection is there');
    return readStatus(db, connection, { after: undefined, limit: 100 }, plans.part3.steps);
  });
  const waits = status.projects.flatMap((project) => project.waits);
  return waits.flatMap(({ side, owner, who, what, about }) => (about.kind === 'item' ? [{ side, owner, who, what }] : []));
}

async function edited(ground: AnsweringGround, id: string, bodyHtml: string): Promise<void> {
  const { organisation } = ground;
  await ground.onAnswer({ act: 'edit', organisation, id, bodyHtml });
  await ground.onAnswer({ act: 'finish', organisation, id });
  await ground.settle('rfi-replies');
}

/** Ria's answer to an RFI, which she changed after it had been sent. */
async function changedAfterSending() {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi();
  const answer = await ground.answer(part3Id, 'Ria');
  await ground.settle('rfi-replies');
  await edited(ground, answer.id, 'Use 13 mm.');
  return { ground, rfiId, part3Id, answer };
}

test('an answer that its author changed after it had been sent waits for them, by name, until they restore it', async () => {
  const { ground, rfiId, answer } = await changedAfterSending();
  expect(ground.toldAnswer(answer.id)).toMatchObject({
    state: 'blocked',
    block: {
      code: 'answer-changed',
      text: expect.stringMatching(/restores what was sent, or .* says what is new in another answer in Part3/),
    },
  });
  expect(await waitsOn(ground)).toMatchObject([
    { side: 'partner', owner: 'responder', who: 'Ria', what: expect.stringContaining('its author restores what was sent') },
  ]);
  await edited(ground, answer.id, answer.bodyHtml);
  expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'returned', receipt: { version: 3 } });
  expect(await waitsOn(ground)).toEqual([]);
  expect(ground.replies(rfiId)).toHaveLength(1);
});

test('taken back, it waits for nobody, and what is new goes out as another answer', async () => {
  const { ground, rfiId, part3Id, answer } = await changedAfterSending();
  await ground.onAnswer({ act: 'recall', organisation: ground.organisation, id: answer.id });
  await ground.answer(part3Id, 'Ria', { bodyHtml: 'Use 13 mm.' });
  await ground.settle('rfi-replies');
  expect(await waitsOn(ground)).toEqual([]);
  expect(ground.replies(rfiId).map(({ body }) => body)).toEqual([answer.bodyHtml, 'Use 13 mm.']);
});

test('a response that was changed after it had been given waits for its author, whose lapse is not mistaken for the reason', async () => {
  const ground = await newGround();
  const { organisation } = ground;
  const { part3Id, slots } = await ground.submittal([['Sam'], ['Ria']]);
  const given = await ground.give(part3Id, 'Sam', slots[0] ?? '');
  await ground.settle('submittal-responses');
  ground.member('Sam', { grantState: 'lapsed' });
  await ground.onReturn({ act: 'edit', organisation, id: given.id, comment: 'As shown on sheet 4.' });
  await ground.onReturn({ act: 'finish', organisation, id: given.id, despiteOpenSteps: false });
  await ground.settle('submittal-responses');
  expect(ground.toldReturn(given.id)).toMatchObject({ state: 'blocked', block: { code: 'answer-changed' } });
  expect(await waitsOn(ground)).toMatchObject([
    { owner: 'responder', who: 'Sam', what: expect.stringMatching(/restores what was sent, .* return of the next revision/) },
  ]);
});

test('each of an author’s changed answers is an item of its own: to leave one leaves the other', async () => {
  const ground = await newGround();
  const { part3Id } = await ground.rfi();
  const first = await ground.answer(part3Id, 'Ria');
  const second = await ground.answer(part3Id, 'Ria', { bodyHtml: 'See sheet 4.' });
  await ground.settle('rfi-replies');
  await edited(ground, first.id, 'Use 13 mm.');
  await edited(ground, second.id, 'See sheet 5.');
  expect(await ground.items()).toMatchObject([{ reason: 'answer-changed' }, { reason: 'answer-changed' }]);
  await ground.decide('leave');
  await ground.settle('rfi-replies');
  expect(await waitsOn(ground)).toMatchObject([{ owner: 'responder', who: 'Ria' }]);
});
