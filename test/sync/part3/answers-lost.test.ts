import { expect, test } from '@jest/globals';
import { answerByEmail } from '../../../sandbox/procore/admin/rfis.ts';
import { type AnsweringGround, useAnsweringGrounds } from './answering-ground.ts';

const newGround = useAnsweringGrounds();
const stream = 'rfi-replies';

/** An answer of Ria's is lost before it arrives, and she replies by hand in Procore before anybody has looked. */
async function lostThenByHand(byHand: string) {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi();
  ground.spoil('POST', `/rest/v1.0/projects/${ground.project.id}/rfis/*`, { kind: 'reset-before' });
  const answer = await ground.answer(part3Id, 'Ria', { bodyHtml: '<p>Use 12&nbsp;mm.</p>' });
  expect(await ground.cycle(stream)).toMatchObject({ open: 1 });
  expect(ground.replies(rfiId)).toEqual([]);
  const reply = answerByEmail(ground.world, { id: rfiId, by: ground.ids.Ria, body: byHand });
  await ground.settle(stream);
  return { ground, rfiId, part3Id, answer, reply };
}

/** By the ledger: what Ria said there, in the order in which it came. */
const said = (ground: AnsweringGround, rfiId: string) =>
  ground.replies(rfiId).map(({ body }) => body.replaceAll('&nbsp;', ' ').replaceAll(/<[^>]*>/g, ''));

async function quietFor(ground: AnsweringGround, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await ground.timePasses();
    await ground.cycle(stream);
  }
}

test('an answer that was lost, and that its author then gave by hand in the same words, is that one', async () => {
  const { ground, rfiId, answer, reply } = await lostThenByHand('Use 12 mm.');
  await quietFor(ground, 2);
  expect(said(ground, rfiId)).toEqual(['Use 12 mm.']);
  expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'returned', receipt: { externalId: reply.id } });
  expect(await ground.items()).toEqual([]);
});

test('in other words it is a problem that a person can decide by what it says, and nothing is sent until then', async () => {
  const { ground, rfiId, answer } = await lostThenByHand('Use 14 mm, see sheet 4.');
  await quietFor(ground, 3);
  expect(said(ground, rfiId)).toEqual(['Use 14 mm, see sheet 4.']);
  expect(await ground.items()).toMatchObject([{ reason: 'outcome-unknown', records: 1 }]);
  const { seen, needed, where } = await ground.problem();
  expect(seen).toBe(
    'Answer of Ria of North Studio to an RFI, “Use 12 mm.”: it is not known whether it arrived, and something else of its author stands there since (“Use 14 mm, see sheet 4.”)',
  );
  expect(needed).toBe(
    'A person’s choice, who has looked there: “leave” if what stands there is it, and nothing is sent; “retry” if it is not, and it is sent beside that',
  );
  expect(where).toBe('Procore → the project → RFIs → the RFI → Responses');
  expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'blocked', block: { code: 'outcome-unknown' } });
});

test('“it is there”: nothing is sent, now or later, and the item ends', async () => {
  const { ground, rfiId } = await lostThenByHand('Use 14 mm, see sheet 4.');
  expect(await ground.decide('leave')).toMatchObject({ applied: true });
  await quietFor(ground, 4);
  expect(said(ground, rfiId)).toEqual(['Use 14 mm, see sheet 4.']);
  expect(await ground.items()).toEqual([]);
});

test.each([undefined, 'reset-before', 'reset-after-commit'] as const)(
  '“send it” sends it once beside what stands there, also where the sending meets %s',
  async (kind) => {
    const { ground, rfiId, answer } = await lostThenByHand('Use 14 mm, see sheet 4.');
    if (kind) ground.spoil('POST', `/rest/v1.0/projects/${ground.project.id}/rfis/*`, { kind });
    expect(await ground.decide('retry')).toMatchObject({ applied: true });
    await ground.settle(stream);
    await quietFor(ground, 4);
    expect(said(ground, rfiId)).toEqual(['Use 14 mm, see sheet 4.', 'Use 12 mm.']);
    const [, sent] = ground.replies(rfiId);
    expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'returned', receipt: { externalId: sent?.id } });
    expect(await ground.items()).toEqual([]);
  },
);

test('what she says there by hand after the decision is asked about anew where the sending is lost again', async () => {
  const { ground, rfiId } = await lostThenByHand('Use 14 mm, see sheet 4.');
  ground.spoil('POST', `/rest/v1.0/projects/${ground.project.id}/rfis/*`, { kind: 'reset-before' });
  await ground.decide('retry');
  await ground.cycle(stream);
  answerByEmail(ground.world, { id: rfiId, by: ground.ids.Ria, body: 'Use 16 mm.' });
  await ground.settle(stream);
  expect(said(ground, rfiId)).toEqual(['Use 14 mm, see sheet 4.', 'Use 16 mm.']);
  expect((await ground.problem()).seen).toContain('Use 16 mm.');
});

test.each(['reset-after-commit', 'reset-before'] as const)(
  'an answer whose file is replaced by another of the same name before anybody knows whether it arrived (%s): Part3 never has a receipt for bytes that are not there',
  async (kind) => {
    const ground = await newGround();
    const { rfiId, part3Id } = await ground.rfi();
    const { organisation } = ground;
    const file = { name: 'detail.pdf', contentType: 'application/pdf', sizeBytes: 3000 };
    ground.spoil('POST', `/rest/v1.0/projects/${ground.project.id}/rfis/*`, { kind });
    const answer = await ground.answer(part3Id, 'Ria', { files: [file] });
    expect(await ground.cycle(stream)).toMatchObject({ open: 1 });
    await ground.onAnswer({ act: 'edit', organisation, id: answer.id, files: [{ ...file, sizeBytes: 4000 }] });
    await ground.onAnswer({ act: 'finish', organisation, id: answer.id });
    await ground.settle(stream);
    await quietFor(ground, 3);
    const sizes = ground.replies(rfiId).map(({ attachments }) => attachments.map(({ size }) => size));
    const told = ground.toldAnswer(answer.id);
    if (kind === 'reset-after-commit') {
      expect(sizes).toEqual([[3000]]);
      expect(told).toMatchObject({ state: 'blocked', block: { version: 2, code: 'answer-changed' } });
    } else {
      expect(sizes).toEqual([[4000]]);
      expect(told).toMatchObject({ state: 'returned', receipt: { version: 2 } });
    }
  },
);
