import { expect, test } from '@jest/globals';
import { closeRfiByHand, reopenRfiByHand } from '../../../sandbox/procore/admin/rfis.ts';
import { answerByHand, reviseSubmittal } from '../../../sandbox/procore/admin/submittals.ts';
import { type AnsweringGround, useAnsweringGrounds } from './answering-ground.ts';

const newGround = useAnsweringGrounds();

const previewOf = (ground: AnsweringGround, id: string) => ground.toldAnswer(id).preview;
const previewOfReturn = (ground: AnsweringGround, id: string) => ground.toldReturn(id).preview;
const codesOf = (preview: ReturnType<typeof previewOf>) => preview?.blockers.map(({ code }) => code);

/** An RFI that Part3 knows, and a draft of Ria's. */
async function drafted(ground: AnsweringGround, given: { official?: boolean } = {}) {
  const rfi = await ground.rfi();
  await ground.cycle('rfis');
  const { id } = await ground.answer(rfi.part3Id, 'Ria', { finished: false, ...given });
  return { ...rfi, id };
}

/** Both sides as far as RFIs go: what is new of them, then what is foreseen. */
async function round(ground: AnsweringGround): Promise<void> {
  await ground.cycle('rfis');
  await ground.cycle('rfi-replies');
}

test('the author of a draft sees what sending it would do, and Procore is not asked for it', async () => {
  const ground = await newGround();
  const { id } = await drafted(ground, { official: true });
  const before = ground.toldAnswer(id).modified;
  const from = ground.world.ledger.last;
  await ground.cycle('rfi-replies');
  expect(ground.world.ledger.after(from, { side: 'procore' })).toEqual([]);
  expect(previewOf(ground, id)).toMatchObject({
    version: 1,
    itemOpen: true,
    ballInCourt: [expect.stringContaining('Ria')],
    authorHoldsBall: true,
    official: true,
    mails: [expect.stringContaining('Gus')],
    blockers: [],
  });
  expect(ground.toldAnswer(id)).toMatchObject({ state: 'draft', modified: before });
});

test('of an item that was never read nothing is made up: what is not known is told as that', async () => {
  const ground = await newGround();
  const { part3Id } = await ground.rfi();
  const { id } = await ground.answer(part3Id, 'Ria', { finished: false });
  await ground.cycle('rfi-replies');
  expect(previewOf(ground, id)).toMatchObject({
    itemOpen: null,
    authorHoldsBall: null,
    ballInCourt: [],
    mails: null,
    blockers: [],
  });
  await ground.settings({ rfis: { sendEmails: false } });
  await ground.cycle('rfi-replies');
  expect(previewOf(ground, id)).toMatchObject({ itemOpen: null, mails: 'nobody' });
});

test('what is foreseen alike is not pushed again; one in review is kept up too', async () => {
  const ground = await newGround();
  const { organisation } = ground;
  const { id } = await drafted(ground);
  const pushes = () => ground.world.ledger.after(0, { operation: 'part3.RfiAnswers.preview' }).length;
  for (const _ of [1, 2, 3]) await round(ground);
  expect(pushes()).toBe(1);
  await ground.onAnswer({ act: 'review', organisation, id });
  await ground.settings({ rfis: { sendEmails: false } });
  await round(ground);
  expect(previewOf(ground, id)).toMatchObject({ mails: 'nobody' });
  expect(pushes()).toBe(2);
});

test('the item that closes, and opens again, is foreseen as soon as it is read', async () => {
  const ground = await newGround();
  const { id, rfiId } = await drafted(ground);
  await ground.cycle('rfi-replies');
  closeRfiByHand(ground.world, { id: rfiId });
  await round(ground);
  expect(previewOf(ground, id)).toMatchObject({ itemOpen: false, blockers: [{ code: 'record-closed' }] });
  reopenRfiByHand(ground.world, { id: rfiId });
  await round(ground);
  expect(previewOf(ground, id)).toMatchObject({ itemOpen: true, blockers: [] });
});

test('an author who has not authorized, whose authorization lapsed, or who does not hold a ball that is asked for, is told', async () => {
  const ground = await newGround();
  const rfi = await ground.rfi(['Sam']);
  await ground.cycle('rfis');
  const { id } = await ground.answer(rfi.part3Id, 'Ria', { finished: false });
  ground.member('Ria', { grantId: null, grantState: null });
  await round(ground);
  expect(previewOf(ground, id)).toMatchObject({ authorHoldsBall: false });
  expect(codesOf(previewOf(ground, id))).toEqual(['person-lacks-access']);
  ground.member('Ria', { grantId: ground.ids.Ria, grantState: 'lapsed' });
  await round(ground);
  expect(codesOf(previewOf(ground, id))).toEqual(['grant-lapsed']);
  ground.member('Ria', { grantState: 'live' });
  await ground.settings({ rfis: { requireBall: true } });
  await round(ground);
  expect(codesOf(previewOf(ground, id))).toEqual(['not-in-court']);
});

test('an edit is a version of its own, and its preview is made anew; what is finished gets none', async () => {
  const ground = await newGround();
  const { organisation } = ground;
  const { id } = await drafted(ground);
  await ground.cycle('rfi-replies');
  await ground.onAnswer({ act: 'edit', organisation, id, official: true });
  expect(previewOf(ground, id)).toBeNull();
  await ground.cycle('rfi-replies');
  expect(previewOf(ground, id)).toMatchObject({ version: 2, official: true });
  await ground.settings({ rfis: { official: 'never' } });
  await ground.cycle('rfi-replies');
  expect(previewOf(ground, id)).toMatchObject({ official: false });
  await ground.onAnswer({ act: 'finish', organisation, id });
  await ground.settings({ rfis: { sendEmails: false } });
  await ground.settle('rfi-replies');
  expect(ground.toldAnswer(id)).toMatchObject({ state: 'returned', preview: { mails: [expect.anything()] } });
});

test('a return foresees what its place in the workflow and its response would keep it for', async () => {
  const ground = await newGround();
  const open = await ground.submittal([['Ria'], ['Ria']]);
  const answered = await ground.submittal([['Ria'], ['Sam']]);
  const revised = await ground.submittal([['Ria']]);
  const give = (of: typeof open, slot: number, responseName = 'Approved') =>
    ground.give(of.part3Id, 'Ria', of.slots[slot] ?? '', { finished: false, responseName });
  const free = await give(open, 0);
  const unmapped = await give(open, 0, 'Fine by us');
  const foreign = await ground.give(open.part3Id, 'Sam', open.slots[0] ?? '', { finished: false });
  const late = await give(answered, 0);
  const old = await give(revised, 0);
  answerByHand(ground.world, { approverId: answered.slots[0] ?? '', by: ground.ids.gus, response: 'Rejected' });
  reviseSubmittal(ground.world, { id: revised.submittalId });
  await ground.cycle('submittals');
  const from = ground.world.ledger.last;
  await ground.cycle('submittal-responses');
  expect(ground.world.ledger.after(from, { side: 'procore' })).toEqual([]);
  expect(previewOfReturn(ground, free.id)).toMatchObject({
    itemOpen: true,
    authorHoldsBall: true,
    official: null,
    mails: [expect.stringContaining('Gus')],
    blockers: [],
  });
  const seen = [unmapped, foreign, late, old].map(({ id }) => codesOf(previewOfReturn(ground, id)));
  expect(seen).toEqual([['unmapped-response'], ['not-in-court'], ['conflict'], ['record-closed']]);
});

test.each([{ kind: 'status-before', status: 503 } as const, { kind: 'reset-before' } as const])(
  'a preview that cannot be pushed (%o) holds up nothing, and is pushed later',
  async (effect) => {
    const ground = await newGround();
    const { id, part3Id, rfiId } = await drafted(ground);
    const ready = await ground.answer(part3Id, 'Ria', { bodyHtml: 'Use 14 mm.' });
    ground.spoil('PUT', `/api/v1/RfiAnswers/${id}/preview`, effect);
    expect(await ground.cycle('rfi-replies')).toMatchObject({ created: 1 });
    expect(ground.replies(rfiId)).toHaveLength(1);
    expect(ground.toldAnswer(ready.id)).toMatchObject({ state: 'returned' });
    expect(previewOf(ground, id)).toBeNull();
    await ground.cycle('rfi-replies');
    expect(previewOf(ground, id)).toMatchObject({ version: 1 });
  },
);

test('what was foreseen decides nothing: the truth is read before anything is sent', async () => {
  const ground = await newGround();
  const { organisation } = ground;
  const { id, rfiId } = await drafted(ground);
  await ground.cycle('rfi-replies');
  expect(previewOf(ground, id)).toMatchObject({ itemOpen: true });
  closeRfiByHand(ground.world, { id: rfiId });
  ground.world.switches.set('replyWhenClosed', 'allow');
  await ground.onAnswer({ act: 'finish', organisation, id });
  await ground.settle('rfi-replies');
  expect(ground.replies(rfiId)).toEqual([]);
  expect(ground.toldAnswer(id)).toMatchObject({ state: 'blocked', block: { code: 'record-closed' } });
});
