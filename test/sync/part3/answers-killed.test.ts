import { expect, test } from '@jest/globals';
import { crashPoints, tellingCrashPoints } from '../../../activities/sync/crash-points.ts';
import { killedAt, survives } from '../killed.ts';
import { useAnsweringGrounds } from './answering-ground.ts';

const newGround = useAnsweringGrounds();

/** Points that a stream of answers passes: nothing is compared in it, and no group is touched. */
const notPassed: ReadonlySet<string> = new Set(['after-compare', 'after-noted-before-queued', 'after-classify']);
const points = [...crashPoints, ...tellingCrashPoints].filter((point) => !notPassed.has(point));

test.each(points)(
  'a worker killed at %s leaves exactly one reply and one response, by the right person, and Part3 is told',
  async (point) => {
    const ground = await newGround();
    const rfi = await ground.rfi();
    const submittal = await ground.submittal([['Sam']]);
    const [slot = ''] = submittal.slots;
    // beforehand an outcome that nobody knows, so that look-ups are passed as well; what is answered at once passes none
    if (point !== 'after-settle') {
      ground.spoil('POST', `/rest/v1.0/projects/${ground.project.id}/rfis/*`, { kind: 'reset-after-commit' });
      ground.spoil('PATCH', '/rest/v1.0/submittal_approvers/*', { kind: 'reset-after-commit' });
    }
    const answer = await ground.answer(rfi.part3Id, 'Ria');
    const given = await ground.give(submittal.part3Id, 'Sam', slot);
    for (const stream of ['rfi-replies', 'submittal-responses'] as const) {
      const kill = killedAt(point, 1);
      for (let cycles = 0; cycles < 6 && !kill.struck(); cycles += 1) {
        await survives(ground.cycle(stream, kill));
        if (!kill.struck()) await ground.timePasses();
      }
      expect(kill.struck()).toBe(true);
      await ground.settle(stream);
    }
    const [reply, ...more] = ground.replies(rfi.rfiId);
    expect(more).toEqual([]);
    expect(reply).toMatchObject({ authorId: ground.ids.Ria });
    expect(ground.said(slot).map(({ actor }) => actor)).toEqual([ground.ids.Sam]);
    expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'returned', receipt: { externalId: reply?.id } });
    expect(ground.toldReturn(given.id)).toMatchObject({ state: 'returned', receipt: { externalId: slot } });
    expect(ground.trueRfi(rfi.rfiId).ball.role).toBe('RFI Manager');
    expect(await ground.items()).toEqual([]);
  },
);

test.each(['reset-before', 'reset-after-commit'] as const)(
  'a receipt that met %s is told until it went through',
  async (kind) => {
    const ground = await newGround();
    const { rfiId, part3Id } = await ground.rfi();
    const answer = await ground.answer(part3Id, 'Ria');
    ground.spoil('PUT', '/api/v1/RfiAnswers/*', { kind });
    await expect(ground.cycle('rfi-replies')).rejects.toMatchObject({ kind: 'network' });
    await ground.cycle('rfi-replies');
    expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'returned' });
    expect(ground.replies(rfiId)).toHaveLength(1);
  },
);

test('an answer whose reply Procore took without answering properly is looked up as its author and adopted', async () => {
  const ground = await newGround();
  ground.world.switches.set('rfiBodies', 'sanitised');
  const { rfiId, part3Id } = await ground.rfi();
  ground.spoil('POST', `/rest/v1.0/projects/${ground.project.id}/rfis/*`, { kind: 'garbage-after-commit' });
  await ground.answer(part3Id, 'Ria', { bodyHtml: '<div>Use <b>12</b> mm.</div>' });
  expect(await ground.cycle('rfi-replies')).toMatchObject({ open: 1 });
  await ground.settle('rfi-replies');
  expect(ground.replies(rfiId)).toHaveLength(1);
  expect(await ground.items()).toEqual([]);
});
