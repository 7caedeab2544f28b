import { expect, test } from '@jest/globals';
import {
  addApprover,
  answerByHand,
  replaceApprover,
  reviseSubmittal,
  setSubmittalState,
} from '../../../sandbox/procore/admin/submittals.ts';
import { type AnsweringGround, useAnsweringGrounds } from './answering-ground.ts';

const newGround = useAnsweringGrounds();
const stream = 'submittal-responses';

/** What was said in a slot, as `actor: response`. */
const saidIn = (ground: AnsweringGround, slot = '') => ground.said(slot).map(({ actor, row }) => [actor, row.name]);

test('a finished return is the response in its author’s slot, under their name, with their comment and files; Part3 has the receipt', async () => {
  const ground = await newGround();
  const { part3Id, slots } = await ground.submittal([['Ria'], ['Sam']]);
  const files = [{ name: 'marked.pdf', contentType: 'application/pdf', sizeBytes: 3000 }];
  const given = await ground.give(part3Id, 'Ria', slots[0] ?? '', { files });
  expect(await ground.cycle(stream)).toMatchObject({ created: 1, open: 0 });
  const [said, ...more] = ground.said(slots[0] ?? '');
  expect(more).toEqual([]);
  expect(said).toMatchObject({ actor: ground.ids.Ria, row: { name: 'Approved', comment: 'As shown.' } });
  expect(said?.row.attachments.map(({ filename }) => filename)).toEqual(['marked.pdf']);
  expect(ground.toldReturn(given.id)).toMatchObject({ state: 'returned', receipt: { version: 1, externalId: slots[0] } });
  expect(ground.toldReturn(given.id).receipt?.ballInCourt).toEqual([expect.stringContaining('Sam')]);
  await ground.settle(stream);
  expect(saidIn(ground, slots[0])).toHaveLength(1);
});

test('a required review step that is not done holds the return, whatever Part3 calls it', async () => {
  const ground = await newGround();
  const { organisation } = ground;
  const { part3Id, slots } = await ground.submittal([['Ria']]);
  const steps = [{ kind: 'reviewer' as const, required: true, member: 'Sam' }];
  const given = await ground.give(part3Id, 'Ria', slots[0] ?? '', { steps, finished: false });
  await ground.onReturn({ act: 'review', organisation, id: given.id });
  await ground.onReturn({ act: 'finish', organisation, id: given.id, despiteOpenSteps: true });
  expect(ground.toldReturn(given.id).state).toBe('ready');
  await ground.settle(stream);
  expect(saidIn(ground, slots[0])).toEqual([]);
  await ground.onReturn({ act: 'edit', organisation, id: given.id });
  await ground.onReturn({ act: 'review', organisation, id: given.id });
  await ground.onReturn({ act: 'do-step', organisation, id: given.id, index: 0 });
  await ground.onReturn({ act: 'finish', organisation, id: given.id, despiteOpenSteps: false });
  await ground.settle(stream);
  expect(saidIn(ground, slots[0])).toEqual([[ground.ids.Ria, 'Approved']]);
});

test('a submitter’s step is over once it was submitted: whoever approves after it answers', async () => {
  const ground = await newGround();
  const { submittals } = ground.world;
  const { submittalId, part3Id, slots } = await ground.submittal([['Sam'], ['Ria']]);
  const made = submittals.get(submittalId);
  if (!made) throw new Error('the submittal was made');
  const [first, ...others] = made.approvers;
  if (!first) throw new Error('it has a workflow');
  submittals.put({ ...made, approvers: [{ ...first, type: 'Submitter' }, ...others] });
  await ground.give(part3Id, 'Ria', slots[1] ?? '');
  await ground.cycle(stream);
  expect(saidIn(ground, slots[1])).toEqual([]);
  answerByHand(ground.world, { approverId: first.id, response: 'Submitted' });
  await ground.settle(stream);
  expect(saidIn(ground, slots[1])).toEqual([[ground.ids.Ria, 'Approved']]);
  expect(await ground.items()).toEqual([]);
});

test('a step that has every required answer is over: who need not answer holds up nobody', async () => {
  const ground = await newGround();
  const { submittalId, part3Id, slots } = await ground.submittal([['Sam'], ['Ria']]);
  addApprover(ground.world, { id: submittalId, personId: ground.ids.gus, step: 1, required: false });
  await ground.give(part3Id, 'Ria', slots[1] ?? '');
  await ground.cycle(stream);
  expect(await ground.items()).toMatchObject([{ reason: 'not-in-court' }]);
  answerByHand(ground.world, { approverId: slots[0] ?? '', by: ground.ids.Sam, response: 'Approved' });
  await ground.settle(stream);
  expect(saidIn(ground, slots[1])).toEqual([[ground.ids.Ria, 'Approved']]);
  expect(await ground.items()).toEqual([]);
});

test('one person in two slots answers in the one that the return names, and not before it is awaited', async () => {
  const ground = await newGround();
  const { part3Id, slots } = await ground.submittal([['Ria'], ['Ria']]);
  const second = await ground.give(part3Id, 'Ria', slots[1] ?? '', { comment: 'Second.' });
  await ground.cycle(stream);
  expect(slots.flatMap((slot) => saidIn(ground, slot))).toEqual([]);
  expect(await ground.items()).toMatchObject([{ reason: 'not-in-court' }]);
  expect(ground.toldReturn(second.id)).toMatchObject({ state: 'blocked', block: { code: 'not-in-court' } });
  await ground.give(part3Id, 'Ria', slots[0] ?? '', { comment: 'First.', responseName: 'Approved as Noted' });
  await ground.settle(stream);
  await ground.settle(stream);
  expect(saidIn(ground, slots[0])).toEqual([[ground.ids.Ria, 'Approved as Noted']]);
  expect(saidIn(ground, slots[1])).toEqual([[ground.ids.Ria, 'Approved']]);
  expect(await ground.items()).toEqual([]);
});

test('a slot whose person was replaced is nobody else’s to answer', async () => {
  const ground = await newGround();
  const { part3Id, slots } = await ground.submittal([['Ria']]);
  await ground.give(part3Id, 'Ria', slots[0] ?? '');
  replaceApprover(ground.world, { approverId: slots[0] ?? '', personId: ground.ids.Sam });
  await ground.settle(stream);
  expect(saidIn(ground, slots[0])).toEqual([]);
  expect(await ground.items()).toMatchObject([{ reason: 'not-in-court' }]);
});

test('another response in the slot is a conflict; the same one is taken as ours', async () => {
  const ground = await newGround();
  ground.world.switches.set('answerAgain', 'allowed');
  const other = await ground.submittal([['Ria'], ['Sam']]);
  const same = await ground.submittal([['Ria'], ['Sam']]);
  answerByHand(ground.world, { approverId: other.slots[0] ?? '', by: ground.ids.gus, response: 'Rejected' });
  answerByHand(ground.world, { approverId: same.slots[0] ?? '', by: ground.ids.gus, response: 'Approved', comment: 'As shown.' });
  const refused = await ground.give(other.part3Id, 'Ria', other.slots[0] ?? '');
  const taken = await ground.give(same.part3Id, 'Ria', same.slots[0] ?? '');
  await ground.settle(stream);
  expect(saidIn(ground, other.slots[0])).toEqual([[ground.ids.gus, 'Rejected']]);
  expect(saidIn(ground, same.slots[0])).toEqual([[ground.ids.gus, 'Approved']]);
  expect(await ground.items()).toMatchObject([{ reason: 'conflict', records: 1 }]);
  expect(ground.toldReturn(refused.id)).toMatchObject({ state: 'blocked', block: { code: 'conflict' } });
  expect(ground.toldReturn(taken.id)).toMatchObject({ state: 'returned' });
});

test('two returns for one slot: the second never replaces the first', async () => {
  const ground = await newGround();
  ground.world.switches.set('answerAgain', 'allowed');
  const { part3Id, slots } = await ground.submittal([['Ria'], ['Sam']]);
  await ground.give(part3Id, 'Ria', slots[0] ?? '');
  await ground.settle(stream);
  await ground.give(part3Id, 'Ria', slots[0] ?? '', { responseName: 'Rejected' });
  await ground.settle(stream);
  expect(saidIn(ground, slots[0])).toEqual([[ground.ids.Ria, 'Approved']]);
  expect(await ground.items()).toMatchObject([{ reason: 'conflict' }]);
});

test('a response that means nothing in Procore, or is not offered any more, waits for whoever maps it', async () => {
  const ground = await newGround();
  const { part3Id, slots } = await ground.submittal([['Ria']]);
  await ground.give(part3Id, 'Ria', slots[0] ?? '', { responseName: 'Fine by us' });
  await ground.cycle(stream);
  expect(await ground.items()).toMatchObject([{ reason: 'unmapped-response', subject: 'response:fine by us' }]);
  const approved = ground.responses.get('Approved');
  if (!approved) throw new Error('no response is called Approved');
  ground.responses.set('gone', { ...approved, responseId: '1', partnerName: 'Fine by us' });
  await ground.settle(stream);
  expect(saidIn(ground, slots[0])).toEqual([]);
  ground.responses.set('Approved', { ...approved, partnerName: 'Fine by us' });
  await ground.settle(stream);
  expect(saidIn(ground, slots[0])).toEqual([[ground.ids.Ria, 'Approved']]);
  expect(await ground.items()).toEqual([]);
});

test('a closed submittal, and one with a later revision, take no return', async () => {
  const ground = await newGround();
  const closed = await ground.submittal([['Ria']]);
  const revised = await ground.submittal([['Ria']]);
  setSubmittalState(ground.world, { id: closed.submittalId, state: 'Closed' });
  reviseSubmittal(ground.world, { id: revised.submittalId });
  const toClosed = await ground.give(closed.part3Id, 'Ria', closed.slots[0] ?? '');
  const toRevised = await ground.give(revised.part3Id, 'Ria', revised.slots[0] ?? '');
  await ground.settle(stream);
  expect([saidIn(ground, closed.slots[0]), saidIn(ground, revised.slots[0])]).toEqual([[], []]);
  expect(await ground.items()).toMatchObject([{ reason: 'record-closed' }, { reason: 'record-closed' }]);
  const needs = (text: string) => ({ state: 'blocked', block: { code: 'record-closed', text: expect.stringContaining(text) } });
  expect(ground.toldReturn(toClosed.id)).toMatchObject(needs('open again'));
  expect(ground.toldReturn(toRevised.id)).toMatchObject(needs('return of the later revision'));
});
