import { expect, test } from '@jest/globals';
import { advanceBallByHand, closeRfiByHand, editRfiByHand, recycleRfiByHand } from '../../../sandbox/procore/admin/rfis.ts';
import {
  answerByHand,
  binSubmittal,
  replaceApprover,
  reviseSubmittal,
  setSubmittalState,
  withdrawResponse,
} from '../../../sandbox/procore/admin/submittals.ts';
import { takeOffProject } from '../../../sandbox/procore/admin/users.ts';
import { type AnsweringGround, useAnsweringGrounds } from './answering-ground.ts';

/**
 * Procore refuses much of this by itself, so that nothing is there afterwards proves little: here the ledger must show no attempt to write,
 * not even the upload of a file.
 */
const newGround = useAnsweringGrounds();
const files = [{ name: 'detail.pdf', contentType: 'application/pdf', sizeBytes: 3000 }];

/** Requests that would change something in Procore, since the last asking, whatever became of them. */
const writes = (ground: AnsweringGround): readonly string[] => ground.calls().filter((call) => !call.startsWith('GET '));

interface Asked {
  readonly rfiId: string;
}

const ofReplies = {
  'the RFI is closed': ['record-closed', ({ world }: AnsweringGround, { rfiId }: Asked) => closeRfiByHand(world, { id: rfiId })],
  'the RFI lies in the recycle bin': [
    'record-closed',
    ({ world }: AnsweringGround, { rfiId }: Asked) => {
      world.switches.set('recycledRfiShown', true);
      recycleRfiByHand(world, { id: rfiId });
    },
  ],
  'the ball must be with its author, and is with the manager': [
    'not-in-court',
    async (ground: AnsweringGround, { rfiId }: Asked) => {
      await ground.settings({ rfis: { requireBall: true } });
      advanceBallByHand(ground.world, { id: rfiId });
    },
  ],
  'the RFI is private, and its author is not named on it any more': [
    'person-lacks-access',
    ({ world, ids }: AnsweringGround, { rfiId }: Asked) =>
      editRfiByHand(world, { id: rfiId }, { private: true, assigneeIds: [ids.Sam] }),
  ],
  'its author was taken off the project in Procore': [
    'person-lacks-access',
    ({ world, project, ids }: AnsweringGround) => takeOffProject(world, { projectId: project.id, personId: ids.Ria }),
  ],
  'its author has left the project in Part3': [
    'person-lacks-access',
    (ground: AnsweringGround) => ground.onMember('Ria', 'leave'),
  ],
  'its author has not authorized': [
    'person-lacks-access',
    (ground: AnsweringGround) => ground.member('Ria', { grantId: null, grantState: null }),
  ],
} as const;

test.each(Object.entries(ofReplies))(
  'where %s no reply is even tried, nor one of its files uploaded',
  async (_, [reason, act]) => {
    const ground = await newGround();
    const { rfiId, part3Id } = await ground.rfi();
    const answer = await ground.answer(part3Id, 'Ria', { files });
    await act(ground, { rfiId });
    ground.calls();
    await ground.settle('rfi-replies');
    await ground.settle('rfi-replies');
    expect(writes(ground)).toEqual([]);
    expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'blocked', block: { code: reason } });
  },
);

interface Submitted {
  readonly submittalId: string;
  readonly slot: string;
}

const ofResponses = {
  'the slot is somebody else’s by now': [
    'not-in-court',
    ({ world, ids }: AnsweringGround, { slot }: Submitted) => replaceApprover(world, { approverId: slot, personId: ids.Sam }),
  ],
  'an admin answered for its author': [
    'conflict',
    ({ world, ids }: AnsweringGround, { slot }: Submitted) =>
      answerByHand(world, { approverId: slot, by: ids.gus, response: 'Rejected' }),
  ],
  'its author has asked somebody for a review of it, and waits for that': [
    'not-in-court',
    ({ world, ids }: AnsweringGround, { slot }: Submitted) =>
      answerByHand(world, { approverId: slot, response: 'Forwarded for Review', forwardTo: ids.gus }),
  ],
  'the submittal is closed': [
    'record-closed',
    ({ world }: AnsweringGround, { submittalId }: Submitted) => setSubmittalState(world, { id: submittalId, state: 'Closed' }),
  ],
  'a later revision has taken its place': [
    'record-closed',
    ({ world }: AnsweringGround, { submittalId }: Submitted) => reviseSubmittal(world, { id: submittalId }),
  ],
  'the submittal lies in the recycle bin': [
    'person-lacks-access',
    ({ world }: AnsweringGround, { submittalId }: Submitted) => binSubmittal(world, { id: submittalId }),
  ],
  'its response was taken off the list': [
    'unmapped-response',
    ({ world, project }: AnsweringGround) => withdrawResponse(world, { projectId: project.id, name: 'Approved' }),
  ],
  'its author was taken off the project in Procore': ofReplies['its author was taken off the project in Procore'],
  'its author has left the project in Part3': ofReplies['its author has left the project in Part3'],
  'its author has not authorized': ofReplies['its author has not authorized'],
} as const;

test.each(Object.entries(ofResponses))(
  'where %s no response is even tried, nor one of its files uploaded',
  async (_, [reason, act]) => {
    const ground = await newGround();
    const { submittalId, part3Id, slots } = await ground.submittal([['Ria'], ['Sam']]);
    const [slot = ''] = slots;
    const given = await ground.give(part3Id, 'Ria', slot, { files });
    await act(ground, { submittalId, slot });
    ground.calls();
    await ground.settle('submittal-responses');
    await ground.settle('submittal-responses');
    expect(writes(ground)).toEqual([]);
    expect(ground.toldReturn(given.id)).toMatchObject({ state: 'blocked', block: { code: reason } });
  },
);

test.each([
  ['of a later step', [['Sam'], ['Ria']], 1],
  ['of their own in a later step', [['Ria'], ['Ria']], 1],
] as const)('in a slot %s, which is not awaited yet, no response is even tried', async (_, steps, at) => {
  const ground = await newGround();
  const { part3Id, slots } = await ground.submittal(steps);
  const given = await ground.give(part3Id, 'Ria', slots[at] ?? '', { files });
  ground.calls();
  await ground.settle('submittal-responses');
  await ground.settle('submittal-responses');
  expect(writes(ground)).toEqual([]);
  expect(ground.toldReturn(given.id)).toMatchObject({ state: 'blocked', block: { code: 'not-in-court' } });
});
