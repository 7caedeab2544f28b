import { expect, test } from '@jest/globals';
import type { StreamReport } from '../../../shared/domain/workflow-inputs.ts';
import { type AnsweringGround, useAnsweringGrounds } from './answering-ground.ts';

const newGround = useAnsweringGrounds();
const stream = 'submittal-responses';

const reviewer = { kind: 'reviewer' as const, required: true, member: 'Sam' };
const submitter = { kind: 'submitter' as const, required: true, member: 'Ria' };
const optional = { kind: 'reviewer' as const, required: false, member: 'Sam' };

/** A return of Ria's in review with these steps, of which the named ones are done. */
async function inReview(
  ground: AnsweringGround,
  steps: readonly (typeof reviewer | typeof submitter | typeof optional)[],
  done: readonly number[],
) {
  const { organisation } = ground;
  const { part3Id, slots } = await ground.submittal([['Ria']]);
  const { id } = await ground.give(part3Id, 'Ria', slots[0] ?? '', { steps: [...steps], finished: false });
  await ground.onReturn({ act: 'review', organisation, id });
  for (const index of done) await ground.onReturn({ act: 'do-step', organisation, id, index });
  return { id, slot: slots[0] ?? '' };
}

/** A cycle in which something happens once the worker has read what changed, before anything is sent. */
async function cycleWith(ground: AnsweringGround, meanwhile: () => Promise<unknown>): Promise<StreamReport> {
  let isDone = false;
  return ground.cycle(stream, async (point) => {
    if (point !== 'after-pull' || isDone) return;
    isDone = true;
    await meanwhile();
  });
}

const finished = (ground: AnsweringGround, id: string, despiteOpenSteps = false) =>
  ground.onReturn({ act: 'finish', organisation: ground.organisation, id, despiteOpenSteps });

test('nothing is sent while it is in review, whatever is done', async () => {
  const ground = await newGround();
  const { slot } = await inReview(ground, [reviewer, submitter], [0, 1]);
  ground.calls();
  await ground.settle(stream);
  expect(ground.said(slot)).toEqual([]);
  // nobody is asked for anything, and Procore is not even looked at
  expect(await ground.items()).toEqual([]);
  expect(ground.calls()).toEqual([]);
});

test('an optional step that is not done holds nothing; each required one does, reviewer and submitter alike', async () => {
  const ground = await newGround();
  const free = await inReview(ground, [reviewer, optional], [0]);
  const byReviewer = await inReview(ground, [reviewer, submitter], [1]);
  const bySubmitter = await inReview(ground, [reviewer, submitter], [0]);
  await finished(ground, free.id);
  await finished(ground, byReviewer.id, true);
  await finished(ground, bySubmitter.id, true);
  await ground.settle(stream);
  expect(ground.said(free.slot)).toHaveLength(1);
  expect([ground.said(byReviewer.slot), ground.said(bySubmitter.slot)]).toEqual([[], []]);
  expect(ground.toldReturn(free.id).state).toBe('returned');
});

test.each([true, false])(
  'a required step that is opened again after it was finished, and before it is sent, keeps it back (still called ready: %s)',
  async (staysReady) => {
    const ground = await newGround();
    const { organisation } = ground;
    const { id, slot } = await inReview(ground, [reviewer], [0]);
    await finished(ground, id);
    const report = await cycleWith(ground, () => ground.onReturn({ act: 'reopen-step', organisation, id, index: 0, staysReady }));
    expect(report).toMatchObject({ created: 0 });
    await ground.settle(stream);
    expect(ground.said(slot)).toEqual([]);
    if (staysReady) await ground.onReturn({ act: 'recall', organisation, id });
    if (staysReady) await ground.onReturn({ act: 'edit', organisation, id });
    if (staysReady) await ground.onReturn({ act: 'review', organisation, id });
    await ground.onReturn({ act: 'do-step', organisation, id, index: 0 });
    await finished(ground, id);
    await ground.settle(stream);
    expect(ground.said(slot)).toHaveLength(1);
    expect(await ground.items()).toEqual([]);
  },
);

test('an optional step that is opened again keeps nothing back', async () => {
  const ground = await newGround();
  const { organisation } = ground;
  const { id, slot } = await inReview(ground, [optional], [0]);
  await finished(ground, id);
  await cycleWith(ground, () => ground.onReturn({ act: 'reopen-step', organisation, id, index: 0, staysReady: true }));
  expect(ground.said(slot)).toHaveLength(1);
});

test('an edit asks for every step again, and only the version that was reviewed is sent', async () => {
  const ground = await newGround();
  const { organisation } = ground;
  const { id, slot } = await inReview(ground, [reviewer, submitter], [0, 1]);
  await finished(ground, id);
  await cycleWith(ground, () => ground.onReturn({ act: 'edit', organisation, id, comment: 'Mind the cover.' }));
  expect(ground.said(slot)).toEqual([]);
  await ground.onReturn({ act: 'review', organisation, id });
  await ground.onReturn({ act: 'do-step', organisation, id, index: 0 });
  await expect(finished(ground, id)).rejects.toThrow('a required review step is not done');
  await ground.settle(stream);
  expect(ground.said(slot)).toEqual([]);
  await ground.onReturn({ act: 'do-step', organisation, id, index: 1 });
  await finished(ground, id);
  await ground.settle(stream);
  expect(ground.said(slot).map(({ row }) => row.comment)).toEqual(['Mind the cover.']);
  expect(ground.toldReturn(id)).toMatchObject({ state: 'returned', receipt: { version: 2 } });
});
