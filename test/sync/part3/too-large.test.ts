import { expect, test } from '@jest/globals';
import { useAnsweringGrounds } from './answering-ground.ts';

const newGround = useAnsweringGrounds();
/** More than one answer of Part3's may have. */
const endless = 'x'.repeat(17 * 1024 * 1024);

test('an answer that is too large to be read is left aside and named, the others go out, and so does it once it is shorter', async () => {
  const ground = await newGround();
  const { organisation } = ground;
  const { rfiId, part3Id } = await ground.rfi();
  await ground.answer(part3Id, 'Ria', { bodyHtml: 'Before.' });
  const large = await ground.answer(part3Id, 'Ria', { bodyHtml: endless });
  await ground.answer(part3Id, 'Ria', { bodyHtml: 'After.' });
  const bodies = () =>
    ground
      .replies(rfiId)
      .map(({ body }) => body)
      .sort();
  for (let cycles = 0; cycles < 2; cycles += 1) {
    await ground.settle('rfi-replies');
    expect(bodies()).toEqual(['After.', 'Before.']);
    const [item, ...more] = await ground.items();
    expect(more).toEqual([]);
    expect(item).toMatchObject({ reason: 'source-incomplete', subject: `record:answer:${large.id}`, records: 1 });
    expect(item?.seen).toBe('Answer of Ria of North Studio to an RFI: it is larger than 16 MiB, and cannot be read');
  }
  await ground.onAnswer({ act: 'edit', organisation, id: large.id, bodyHtml: 'Short.' });
  await ground.onAnswer({ act: 'finish', organisation, id: large.id });
  await ground.settle('rfi-replies');
  expect(bodies()).toEqual(['After.', 'Before.', 'Short.']);
  expect(ground.toldAnswer(large.id)).toMatchObject({ state: 'returned' });
  expect(await ground.items()).toEqual([]);
});

test('so is a return, and one that is recalled is no problem any more', async () => {
  const ground = await newGround();
  const { organisation } = ground;
  const [one, other] = [await ground.submittal([['Ria']]), await ground.submittal([['Sam']])];
  const large = await ground.give(one.part3Id, 'Ria', one.slots[0] ?? '', { comment: endless });
  await ground.give(other.part3Id, 'Sam', other.slots[0] ?? '');
  await ground.settle('submittal-responses');
  expect(ground.said(one.slots[0] ?? '')).toEqual([]);
  expect(ground.said(other.slots[0] ?? '')).toHaveLength(1);
  expect(await ground.items()).toMatchObject([{ reason: 'source-incomplete', subject: `record:answer:${large.id}` }]);
  await ground.onReturn({ act: 'recall', organisation, id: large.id });
  await ground.settle('submittal-responses');
  expect(await ground.items()).toEqual([]);
});

test('of an answer that grew too large before it went out nothing is sent, and one that grew after it holds up no receipt', async () => {
  const ground = await newGround();
  const { organisation } = ground;
  const { rfiId, part3Id } = await ground.rfi(['Ria', 'Sam']);
  ground.member('Ria', { grantId: null, grantState: null });
  const waiting = await ground.answer(part3Id, 'Ria', { bodyHtml: 'Former words.' });
  const sent = await ground.answer(part3Id, 'Sam', { bodyHtml: 'Sent.' });
  const beside = await ground.answer(part3Id, 'Sam', { bodyHtml: 'Beside.' });
  ground.spoil('PUT', '/api/v1/RfiAnswers/*', { kind: 'reset-before' });
  await expect(ground.cycle('rfi-replies')).rejects.toMatchObject({ kind: 'network' });
  for (const { id } of [waiting, sent]) {
    await ground.onAnswer({ act: 'edit', organisation, id, bodyHtml: endless });
    await ground.onAnswer({ act: 'finish', organisation, id });
  }
  ground.member('Ria', { grantId: ground.ids.Ria, grantState: 'live' });
  await ground.settle('rfi-replies');
  expect(
    ground
      .replies(rfiId)
      .map(({ body }) => body)
      .sort(),
  ).toEqual(['Beside.', 'Sent.']);
  expect(ground.toldAnswer(beside.id)).toMatchObject({ state: 'returned' });
  expect((await ground.items()).map(({ reason }) => reason)).toEqual(['source-incomplete', 'source-incomplete']);
});
