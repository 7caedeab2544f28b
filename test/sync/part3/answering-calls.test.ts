import { expect, test } from '@jest/globals';
import { type AnsweringGround, useAnsweringGrounds } from './answering-ground.ts';

const newGround = useAnsweringGrounds();
const three = [1, 2, 3];

/** Calls to Procore of one cycle, as their methods and kinds. */
async function callsOf(ground: AnsweringGround, stream: 'rfi-replies' | 'submittal-responses'): Promise<Record<string, number>> {
  const { ledger } = ground.world;
  const before = ledger.last;
  await ground.cycle(stream);
  const counts: Record<string, number> = {};
  for (const { method, path } of ledger.after(before, { side: 'procore' })) {
    const kind = `${method} ${path.replace(/^.*\/projects\/\d+/, '').replaceAll(/\d+/g, '#')}`;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

test('several answers of a cycle cost what each alone costs: shown, sent, shown again, and the ball passed on', async () => {
  const ground = await newGround();
  for (const nth of three) await ground.answer((await ground.rfi()).part3Id, 'Ria', { bodyHtml: `<p>Answer ${nth}</p>` });
  expect(await callsOf(ground, 'rfi-replies')).toEqual({
    'GET /rfis/#': 6,
    'POST /rfis/#/replies': 3,
    'PATCH /rfis/#/advance_ball_in_court': 3,
  });
});

test('whether another assignee must answer first is asked only where one has not', async () => {
  const ground = await newGround();
  const { part3Id } = await ground.rfi(['Ria', 'Sam']);
  await ground.answer(part3Id, 'Ria');
  expect(await callsOf(ground, 'rfi-replies')).toMatchObject({ 'GET /rfis': 1 });
  const other = await ground.rfi(['Ria']);
  await ground.answer(other.part3Id, 'Ria');
  expect(await callsOf(ground, 'rfi-replies')).not.toHaveProperty('GET /rfis');
});

test('several returns of one author ask once what the project offers', async () => {
  const ground = await newGround();
  for (const _nth of three) {
    const { part3Id, slots } = await ground.submittal([['Sam']]);
    await ground.give(part3Id, 'Sam', slots[0] ?? '');
  }
  expect(await callsOf(ground, 'submittal-responses')).toEqual({
    'GET /submittals/#': 6,
    'GET /submittal_responses': 1,
    'PATCH /rest/v#.#/submittal_approvers/#': 3,
  });
});
