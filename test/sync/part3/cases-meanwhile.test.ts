import { expect, test } from '@jest/globals';
import {
  advanceBallByHand,
  answerForAnother,
  closeRfiByHand,
  editRfiByHand,
  recycleRfiByHand,
  reopenRfiByHand,
  retrieveRfiByHand,
} from '../../../sandbox/procore/admin/rfis.ts';
import {
  answerByHand,
  offerResponse,
  replaceApprover,
  setSubmittalState,
  withdrawResponse,
} from '../../../sandbox/procore/admin/submittals.ts';
import { meanwhileAt } from '../meanwhile.ts';
import { type AnsweringGround, useAnsweringGrounds } from './answering-ground.ts';

const newGround = useAnsweringGrounds();
const files = [{ name: 'detail.pdf', contentType: 'application/pdf', sizeBytes: 3000 }];
const bodies = (ground: AnsweringGround, rfiId: string) => ground.replies(rfiId).map(({ body }) => body);
const saidIn = (ground: AnsweringGround, slot = '') => ground.said(slot).map(({ actor, row }) => [actor, row.name]);

test.each([
  ['while it is queued', 'before-claim', []],
  ['while it is claimed', 'after-claim', []],
  ['between its upload and its reply', 'after-claim', files],
  ['at the last moment', 'before-send', files],
] as const)('an answer that is edited %s goes out in its newest words alone', async (_, point, given) => {
  const ground = await newGround();
  const { organisation } = ground;
  const rfi = await ground.rfi();
  const submittal = await ground.submittal([['Ria']]);
  const [slot = ''] = submittal.slots;
  const answer = await ground.answer(rfi.part3Id, 'Ria', { files: [...given] });
  const returned = await ground.give(submittal.part3Id, 'Ria', slot, { files: [...given] });
  const editAnswer = () => ground.onAnswer({ act: 'edit', organisation, id: answer.id, bodyHtml: 'Use 14 mm.' });
  const editReturn = () => ground.onReturn({ act: 'edit', organisation, id: returned.id, responseName: 'Rejected' });
  await ground.cycle('rfi-replies', meanwhileAt(point, editAnswer));
  await ground.cycle('submittal-responses', meanwhileAt(point, editReturn));
  expect([bodies(ground, rfi.rfiId), saidIn(ground, slot)]).toEqual([[], []]);
  await ground.onAnswer({ act: 'finish', organisation, id: answer.id });
  await ground.onReturn({ act: 'finish', organisation, id: returned.id, despiteOpenSteps: false });
  await ground.settle('rfi-replies');
  await ground.settle('submittal-responses');
  expect([bodies(ground, rfi.rfiId), saidIn(ground, slot)]).toEqual([['Use 14 mm.'], [[ground.ids.Ria, 'Rejected']]]);
  expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'returned', receipt: { version: 2 } });
  expect(ground.toldReturn(returned.id)).toMatchObject({ state: 'returned', receipt: { version: 2 } });
  expect(await ground.items()).toEqual([]);
});

test.each(['before-claim', 'after-claim', 'before-send'] as const)(
  'where a file is replaced by another of the same name and finished at once (%s), the newest file goes out, and no receipt speaks of the former',
  async (point) => {
    const ground = await newGround();
    const { organisation } = ground;
    const rfi = await ground.rfi();
    const submittal = await ground.submittal([['Ria']]);
    const [slot = ''] = submittal.slots;
    const answer = await ground.answer(rfi.part3Id, 'Ria', { files });
    const returned = await ground.give(submittal.part3Id, 'Ria', slot, { files });
    const newest = files.map((file) => ({ ...file, sizeBytes: 4000 }));
    await ground.cycle(
      'rfi-replies',
      meanwhileAt(point, async () => {
        await ground.onAnswer({ act: 'edit', organisation, id: answer.id, files: newest });
        await ground.onAnswer({ act: 'finish', organisation, id: answer.id });
      }),
    );
    await ground.cycle(
      'submittal-responses',
      meanwhileAt(point, async () => {
        await ground.onReturn({ act: 'edit', organisation, id: returned.id, files: newest });
        await ground.onReturn({ act: 'finish', organisation, id: returned.id, despiteOpenSteps: false });
      }),
    );
    await ground.settle('rfi-replies');
    await ground.settle('submittal-responses');
    const sizes = (attachments: readonly { readonly size: number }[] = []) => attachments.map(({ size }) => size);
    expect(ground.replies(rfi.rfiId).map(({ attachments }) => sizes(attachments))).toEqual([[4000]]);
    const slots = ground.world.submittals.get(submittal.submittalId)?.approvers ?? [];
    expect(slots.map(({ attachments }) => sizes(attachments))).toEqual([[4000]]);
    expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'returned', receipt: { version: 2 } });
    expect(ground.toldReturn(returned.id)).toMatchObject({ state: 'returned', receipt: { version: 2 } });
    expect(await ground.items()).toEqual([]);
  },
);

test.each(['refuse-422', 'refuse-403'] as const)(
  'an RFI that is closed between the look and the reply (%s) is told as closed, and answered once it is open again',
  async (rule) => {
    const ground = await newGround();
    ground.world.switches.set('replyWhenClosed', rule);
    const { rfiId, part3Id } = await ground.rfi();
    const answer = await ground.answer(part3Id, 'Ria');
    await ground.cycle(
      'rfi-replies',
      meanwhileAt('before-send', () => closeRfiByHand(ground.world, { id: rfiId })),
    );
    expect(bodies(ground, rfiId)).toEqual([]);
    expect(await ground.items()).toMatchObject([{ reason: 'record-closed', subject: `rfi:${rfiId}` }]);
    expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'blocked', block: { code: 'record-closed' } });
    reopenRfiByHand(ground.world, { id: rfiId });
    await ground.settle('rfi-replies');
    expect(bodies(ground, rfiId)).toHaveLength(1);
    expect(await ground.items()).toEqual([]);
  },
);

test.each([false, true])(
  'an answer to an RFI in the recycle bin waits, and goes out once it is retrieved (Procore still shows it: %s)',
  async (shown) => {
    const ground = await newGround();
    ground.world.switches.set('recycledRfiShown', shown);
    const { rfiId, part3Id } = await ground.rfi();
    const answer = await ground.answer(part3Id, 'Ria');
    recycleRfiByHand(ground.world, { id: rfiId });
    await ground.settle('rfi-replies');
    expect(bodies(ground, rfiId)).toEqual([]);
    expect(ground.toldAnswer(answer.id).state).toBe('blocked');
    retrieveRfiByHand(ground.world, { id: rfiId });
    await ground.settle('rfi-replies');
    expect(bodies(ground, rfiId)).toHaveLength(1);
    expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'returned', block: null });
    expect(await ground.items()).toEqual([]);
  },
);

test('the ball that moved on meanwhile holds an answer where the setting asks for it, and is never taken back by it', async () => {
  const ground = await newGround();
  await ground.settings({ rfis: { requireBall: true } });
  const { rfiId, part3Id } = await ground.rfi();
  const answer = await ground.answer(part3Id, 'Ria');
  advanceBallByHand(ground.world, { id: rfiId });
  await ground.cycle('rfi-replies');
  expect(bodies(ground, rfiId)).toEqual([]);
  expect(await ground.items()).toMatchObject([{ reason: 'not-in-court' }]);
  await ground.settings({ rfis: { requireBall: false } });
  await ground.settle('rfi-replies');
  expect(bodies(ground, rfiId)).toHaveLength(1);
  // with the manager already: to advance it now would give it back to Ria
  expect(ground.trueRfi(rfiId).ball).toMatchObject({ role: 'RFI Manager' });
  expect(ground.toldAnswer(answer.id)).toMatchObject({ receipt: { ballInCourt: ['RFI Manager'] } });
});

test('an answer that an admin entered for its author: the same words are taken as theirs, other words stand beside them', async () => {
  const ground = await newGround();
  const same = await ground.rfi();
  const entered = answerForAnother(ground.world, { id: same.rfiId, of: ground.ids.Ria, body: '<div>Use 12 mm.</div>' });
  const answer = await ground.answer(same.part3Id, 'Ria');
  const other = await ground.rfi();
  answerForAnother(ground.world, { id: other.rfiId, of: ground.ids.Ria, body: 'Ria is on site.' });
  await ground.answer(other.part3Id, 'Ria');
  await ground.settle('rfi-replies');
  expect(bodies(ground, same.rfiId)).toHaveLength(1);
  expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'returned', receipt: { externalId: entered.id } });
  expect(bodies(ground, other.rfiId)).toEqual(['Ria is on site.', '<p>Use 12&nbsp;mm.</p>']);
});

test('who is taken off an RFI between the look and the reply says nothing there, and is told why', async () => {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi(['Ria', 'Sam']);
  const answer = await ground.answer(part3Id, 'Ria');
  const off = () => editRfiByHand(ground.world, { id: rfiId }, { assigneeIds: [ground.ids.Sam] });
  await ground.cycle('rfi-replies', meanwhileAt('before-send', off));
  expect(bodies(ground, rfiId)).toEqual([]);
  expect(await ground.items()).toMatchObject([{ reason: 'person-lacks-access', records: 1 }]);
  expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'blocked', block: { code: 'person-lacks-access' } });
});

const meanwhile = {
  'the submittal was closed': [
    'record-closed',
    ({ world }: AnsweringGround, { submittalId }: Submitted) => setSubmittalState(world, { id: submittalId, state: 'Closed' }),
  ],
  'the workflow user was replaced': [
    'not-in-court',
    ({ world, ids }: AnsweringGround, { slot }: Submitted) => replaceApprover(world, { approverId: slot, personId: ids.Sam }),
  ],
  'an admin answered for the author': [
    'conflict',
    ({ world, ids }: AnsweringGround, { slot }: Submitted) =>
      answerByHand(world, { approverId: slot, by: ids.gus, response: 'Rejected' }),
  ],
  'the response was taken off the list': [
    'unmapped-response',
    ({ world, project }: AnsweringGround) => withdrawResponse(world, { projectId: project.id, name: 'Approved' }),
  ],
} as const;
interface Submitted {
  readonly submittalId: string;
  readonly slot: string;
}

test.each(Object.entries(meanwhile))(
  '%s between the look and the response: nothing is overwritten, and the return is blocked in those words',
  async (_, [reason, act]) => {
    const ground = await newGround();
    const { submittalId, part3Id, slots } = await ground.submittal([['Ria'], ['Sam']]);
    const [slot = ''] = slots;
    const given = await ground.give(part3Id, 'Ria', slot);
    await ground.cycle(
      'submittal-responses',
      meanwhileAt('before-send', () => act(ground, { submittalId, slot })),
    );
    expect(saidIn(ground, slot).filter(([actor]) => actor === ground.ids.Ria)).toEqual([]);
    expect(await ground.items()).toMatchObject([{ reason, records: 1 }]);
    expect(ground.toldReturn(given.id)).toMatchObject({ state: 'blocked', block: { code: reason } });
  },
);

test('a response that is offered again lets the return go out by itself', async () => {
  const ground = await newGround();
  const { part3Id, slots } = await ground.submittal([['Ria']]);
  const [slot = ''] = slots;
  await ground.give(part3Id, 'Ria', slot);
  withdrawResponse(ground.world, { projectId: ground.project.id, name: 'Approved' });
  await ground.settle('submittal-responses');
  expect(saidIn(ground, slot)).toEqual([]);
  const { id: responseId } = offerResponse(ground.world, {
    projectId: ground.project.id,
    name: 'Approved',
    considered: 'approved',
  });
  const approved = ground.responses.get('Approved');
  if (approved) ground.responses.set('Approved', { ...approved, responseId });
  await ground.settle('submittal-responses');
  expect(saidIn(ground, slot)).toEqual([[ground.ids.Ria, 'Approved']]);
  expect(await ground.items()).toEqual([]);
});
