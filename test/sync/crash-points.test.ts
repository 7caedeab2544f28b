import { expect, test } from '@jest/globals';
import { crashPoints } from '../../activities/sync/crash-points.ts';
import { daysAgo, type EngineGround, useEngineGrounds } from './engine-ground.ts';
import { killedAt, survives } from './killed.ts';
import { wishToCompare } from './wishes.ts';

const newGround = useEngineGrounds();

async function crews(): Promise<EngineGround> {
  const ground = await newGround();
  const second = ground.vendor('Brickworks');
  await ground.match('e1', ground.small.vendor.id);
  await ground.match('e2', second);
  for (const day of [1, 2, 3]) {
    ground.source.add({ id: `a${day}`, worker: 'w1', employer: 'e1', day: daysAgo(day), hours: day });
    ground.source.add({ id: `b${day}`, worker: 'w2', employer: 'e2', day: daysAgo(day), hours: day + 3 });
  }
  await wishToCompare(ground);
  return ground;
}

test.each(crashPoints.flatMap((point) => [1, 2].map((nth) => [point, nth] as const)))(
  'a worker killed at %s, passed %i times, loses nothing and doubles nothing',
  async (point, nth) => {
    const ground = await crews();
    // an unknown outcome beforehand, so that look-ups are passed as well
    ground.spoil('POST', { kind: 'reset-after-commit' });
    ground.small.world.faults.add({ match: { method: 'POST' }, nth: 2, effect: { kind: 'reset-before' } });
    const kill = killedAt(point, nth);
    for (let cycles = 0; cycles < 6 && !kill.struck(); cycles += 1) {
      await survives(ground.cycle(kill));
      if (!kill.struck()) await ground.timePasses();
    }
    // small as it is, this sync passes some points once only
    expect(kill.struck() || nth > 1).toBe(true);
    await ground.timePasses();
    await ground.settle();
    expect(ground.hours()).toEqual(['1.0', '2.0', '3.0', '4.0', '5.0', '6.0']);
    // the same through corrections
    for (const day of [1, 2, 3]) ground.source.change(`a${day}`, { endUtc: null });
    await survives(ground.cycle(killedAt(point, nth)));
    await ground.timePasses();
    await ground.settle();
    expect(ground.hours()).toEqual(['0.0', '0.0', '0.0', '4.0', '5.0', '6.0']);
    expect(await ground.items()).toHaveLength(0);
  },
);

test('a worker killed between claim and outcome leaves a delivery in sending; the next attempt finds it unknown and says so', async () => {
  const ground = await crews();
  await survives(ground.cycle(killedAt('after-send-before-settle', 1)));
  const sending = (await ground.deliveries()).filter(({ state }) => state === 'sending');
  expect(sending.length).toBeGreaterThan(0);
  // while its lease lasts nobody touches it
  expect(await ground.cycle()).toMatchObject({ open: sending.length });
  expect((await ground.deliveries()).filter(({ state }) => state === 'sending')).toHaveLength(sending.length);
  await ground.timePasses();
  await ground.settle();
  const trails = (await ground.deliveries()).flatMap(({ trail }) => trail.map(({ why }) => why));
  expect(trails).toContainEqual(expect.stringContaining('expired lease'));
  expect(trails).toContainEqual(expect.stringContaining('looked up: it stands there'));
  expect(ground.hours()).toHaveLength(6);
});

test('a page that was taken in twice writes nothing the second time', async () => {
  const ground = await crews();
  await survives(ground.cycle(killedAt('after-page', 1)));
  expect(await ground.cycle()).toMatchObject({ pulled: 6, unchanged: 6, created: 6 });
});
