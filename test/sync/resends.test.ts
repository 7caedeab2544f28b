import { expect, test } from '@jest/globals';
import { pauseBeforeResend } from '../../activities/sync/resends.ts';
import { timingsOf } from '../../shared/config/pace.ts';
import { daysAgo, useEngineGrounds } from './engine-ground.ts';

const newGround = useEngineGrounds();

test('a write that always fails is sent on, ever more rarely, under one item with an owner, and its trail stays short', async () => {
  const ground = await newGround();
  await ground.match('e1', ground.small.vendor.id);
  ground.source.add({ worker: 'w1', employer: 'e1', day: daysAgo(1), hours: 8 });
  ground.spoil('POST', { kind: 'status-before', status: 500 }, 14);
  for (let round = 0; round < 7; round += 1) {
    await ground.cycle();
    await ground.timePasses();
  }
  expect(await ground.items()).toMatchObject([{ reason: 'vendor-unavailable', subject: 'resends:manpower', records: 1 }]);
  for (let round = 0; round < 24; round += 1) {
    await ground.cycle();
    await ground.timePasses();
  }
  const [delivery] = await ground.deliveries();
  expect(delivery?.attempts).toBeGreaterThan(8);
  expect(delivery?.trail.length).toBeLessThanOrEqual(24);
  expect(delivery?.trail[0]).toMatchObject({ state: 'queued', why: 'new at the source' });
  for (let round = 0; round < 16; round += 1) {
    await ground.cycle();
    await ground.timePasses();
  }
  expect(ground.entries()).toHaveLength(1);
  expect(await ground.items()).toHaveLength(0);
});

test('a record that was sent three times in vain waits before the next sending', async () => {
  const ground = await newGround();
  await ground.match('e1', ground.small.vendor.id);
  ground.source.add({ worker: 'w1', employer: 'e1', day: daysAgo(1), hours: 8 });
  ground.spoil('POST', { kind: 'status-before', status: 500 }, 14);
  const state = async () => (await ground.deliveries())[0];
  for (let round = 0; round < 12 && !((await state())?.attempts === 3 && (await state())?.state === 'queued'); round += 1) {
    await ground.cycle();
    if ((await state())?.state === 'unknown') await ground.timePasses();
  }
  await ground.cycle();
  expect(await state()).toMatchObject({ state: 'queued', attempts: 3 });
  await ground.timePasses();
  await ground.cycle();
  expect(await state()).toMatchObject({ state: 'unknown', attempts: 4 });
});

test('the pauses double up to a quarter of an hour in production, and stay short in a demo', () => {
  const pauses = (settleMs: number) => [1, 2, 3, 4, 5, 6, 60].map((sendings) => pauseBeforeResend(sendings, settleMs));
  const minute = 60_000;
  expect(pauses(timingsOf('production').settleMs)).toEqual([
    undefined,
    undefined,
    2 * minute,
    4 * minute,
    8 * minute,
    15 * minute,
    15 * minute,
  ]);
  expect(Math.max(...pauses(timingsOf('demo').settleMs).map((pause) => pause ?? 0))).toBe(30_000);
});
