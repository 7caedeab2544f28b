import { expect, test } from '@jest/globals';
import { type AnsweringGround, useAnsweringGrounds } from './answering-ground.ts';

const newGround = useAnsweringGrounds();

/** Who changed an RFI to closed, by the ledger. */
const closersOf = (ground: AnsweringGround, rfiId: string): readonly string[] =>
  ground.world.ledger
    .records('rfis')
    .filter(({ id }) => id === rfiId)
    .flatMap(({ history }) => history.filter(({ row }) => Object(row).state === 'closed').map(({ actor }) => actor));

test('a receipt tells where the ball is, whether the answer is official, and where the item is in Procore', async () => {
  const ground = await newGround();
  const { id: projectId } = ground.project;
  const rfi = await ground.rfi();
  const submittal = await ground.submittal([['Ria'], ['Sam']]);
  const answer = await ground.answer(rfi.part3Id, 'Ria');
  const given = await ground.give(submittal.part3Id, 'Ria', submittal.slots[0] ?? '');
  await ground.settle('rfi-replies');
  await ground.settle('submittal-responses');
  expect(ground.toldAnswer(answer.id).receipt).toMatchObject({
    ballInCourt: ['RFI Manager'],
    official: false,
    link: `https://procore.example/${projectId}/project/rfi/show/${rfi.rfiId}`,
  });
  expect(ground.toldReturn(given.id).receipt).toMatchObject({
    ballInCourt: [expect.stringContaining('Sam')],
    official: null,
    link: `https://procore.example/${projectId}/project/submittal_logs/${submittal.submittalId}`,
  });
});

test('where Procore told the page of an item, the receipt names that one', async () => {
  const ground = await newGround();
  const rfi = await ground.rfi();
  await ground.cycle('rfis');
  const answer = await ground.answer(rfi.part3Id, 'Ria');
  await ground.settle('rfi-replies');
  const { api } = ground.sandbox.urls;
  expect(ground.toldAnswer(answer.id).receipt?.link).toBe(`${api}/webclients/projects/${ground.project.id}/rfis/${rfi.rfiId}`);
});

test.each(['refuse-403', 'dropped'] as const)(
  'where Procore does not let the author mark an answer official (%s) it goes out without the mark, and the receipt says so',
  async (rule) => {
    const ground = await newGround();
    ground.world.switches.set('officialByStandard', rule);
    const { rfiId, part3Id } = await ground.rfi();
    const answer = await ground.answer(part3Id, 'Ria', { official: true });
    await ground.settle('rfi-replies');
    expect(ground.replies(rfiId)).toMatchObject([{ official: false }]);
    expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'returned', receipt: { official: false } });
  },
);

test('where the author may, it is official, and the receipt says so', async () => {
  const ground = await newGround();
  ground.promote('Ria');
  const { rfiId, part3Id } = await ground.rfi();
  const answer = await ground.answer(part3Id, 'Ria', { official: true });
  await ground.settle('rfi-replies');
  expect(ground.replies(rfiId)).toMatchObject([{ official: true, authorId: ground.ids.Ria }]);
  expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'returned', receipt: { official: true } });
});

test('an official answer closes its RFI where the setting says so and its author may; an ordinary one never does', async () => {
  const ground = await newGround();
  ground.promote('Ria');
  await ground.settings({ rfis: { close: 'when-allowed' } });
  const official = await ground.rfi();
  const ordinary = await ground.rfi();
  await ground.answer(official.part3Id, 'Ria', { official: true });
  await ground.answer(ordinary.part3Id, 'Ria');
  await ground.settle('rfi-replies');
  expect(ground.trueRfi(official.rfiId).state).toBe('closed');
  expect(closersOf(ground, official.rfiId)).toEqual([ground.ids.Ria]);
  expect(ground.trueRfi(ordinary.rfiId).state).toBe('open');
});

test('an RFI whose author may not close it is left open, and the answer is returned all the same', async () => {
  const ground = await newGround();
  ground.world.switches.set('officialByStandard', 'allow');
  await ground.settings({ rfis: { close: 'when-allowed' } });
  const { rfiId, part3Id } = await ground.rfi();
  const answer = await ground.answer(part3Id, 'Ria', { official: true });
  await ground.settle('rfi-replies');
  expect(ground.replies(rfiId)).toMatchObject([{ official: true }]);
  expect(ground.trueRfi(rfiId).state).toBe('open');
  expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'returned', receipt: { official: true } });
});

test('an official answer that could not be made so closes nothing, though its author may', async () => {
  const ground = await newGround();
  ground.promote('Ria');
  await ground.settings({ rfis: { close: 'when-allowed', official: 'never' } });
  const { rfiId, part3Id } = await ground.rfi();
  await ground.answer(part3Id, 'Ria', { official: true });
  await ground.settle('rfi-replies');
  expect(ground.replies(rfiId)).toMatchObject([{ official: false }]);
  expect(ground.trueRfi(rfiId).state).toBe('open');
});

test.each([{}, { rfis: { close: 'leave' } }])(
  'left to the manager, as it is unless a setting says otherwise (%j), an RFI is never closed, whoever answers it officially',
  async (settings) => {
    const ground = await newGround();
    ground.promote('Ria');
    await ground.settings(settings);
    const { rfiId, part3Id } = await ground.rfi();
    await ground.answer(part3Id, 'Ria', { official: true });
    await ground.settle('rfi-replies');
    await ground.settle('rfi-replies');
    expect(ground.replies(rfiId)).toMatchObject([{ official: true }]);
    expect(ground.trueRfi(rfiId).state).toBe('open');
    expect(closersOf(ground, rfiId)).toEqual([]);
  },
);
