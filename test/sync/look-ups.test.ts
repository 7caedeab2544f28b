import { expect, test } from '@jest/globals';
import { editManpowerByHand } from '../../sandbox/procore/admin/daily-logs.ts';
import { daysAgo, type EngineGround, useEngineGrounds } from './engine-ground.ts';

const newGround = useEngineGrounds();
const yesterday = daysAgo(1);

async function oneCrew(): Promise<EngineGround & { readonly stay: string }> {
  const ground = await newGround();
  await ground.match('e1', ground.small.vendor.id);
  const stay = ground.source.add({ worker: 'w1', employer: 'e1', day: yesterday, hours: 8 });
  return { ...ground, stay };
}

const lost = { kind: 'reset-before' } as const;

test('an unknown outcome that shows another value of ours is for a person, and nothing more is sent', async () => {
  const ground = await oneCrew();
  ground.spoil('POST', lost);
  await ground.cycle();
  ground.ownEntry({ numWorkers: 4, numHours: '2.0' });
  await ground.timePasses();
  expect(await ground.cycle()).toMatchObject({ parked: 1, open: 0, reasons: { 'outcome-unknown': 1 } });
  expect(ground.entries()).toHaveLength(1);
});

test('an unknown outcome with several candidates is for a person', async () => {
  const ground = await oneCrew();
  ground.spoil('POST', lost);
  await ground.cycle();
  ground.ownEntry();
  ground.ownEntry();
  await ground.timePasses();
  expect(await ground.cycle()).toMatchObject({ parked: 1, reasons: { 'outcome-unknown': 1 } });
  expect(ground.entries()).toHaveLength(2);
});

test('what surfaces between the second look and the resend is adopted instead of doubled', async () => {
  const ground = await oneCrew();
  ground.spoil('POST', lost);
  await ground.cycle();
  await ground.timePasses();
  await ground.cycle();
  await ground.timePasses();
  await ground.cycle(async (point) => {
    if (point === 'after-look-up') ground.ownEntry();
  });
  expect(ground.entries()).toHaveLength(1);
  expect((await ground.deliveries()).map(({ state }) => state)).toEqual(['done']);
});

test('a resend is checked again a quarter of an hour later: alone it stands, a second entry is shown to a person', async () => {
  for (const surfaced of [false, true]) {
    const ground = await oneCrew();
    ground.spoil('POST', lost);
    await ground.cycle();
    for (let looks = 0; looks < 2; looks += 1) {
      await ground.timePasses();
      await ground.cycle();
    }
    expect(ground.entries()).toHaveLength(1);
    if (surfaced) ground.ownEntry();
    await ground.timePasses();
    const report = await ground.cycle();
    expect(report.reasons).toEqual(surfaced ? { 'outcome-unknown': 1 } : {});
    ground.calls();
    await ground.cycle();
    expect(ground.calls()).toHaveLength(0);
  }
});

test('an update of unknown outcome that a person changed meanwhile is a conflict', async () => {
  const ground = await oneCrew();
  await ground.cycle();
  ground.source.change(ground.stay, { endUtc: `${yesterday}T01:00:00.000Z` });
  ground.spoil('PATCH', { kind: 'reset-before' });
  await ground.cycle();
  const [entry] = ground.entries();
  editManpowerByHand(ground.small.world, { id: entry?.id ?? '', by: ground.small.people.cleo.id, numWorkers: 12 });
  await ground.timePasses();
  expect(await ground.cycle()).toMatchObject({ parked: 1, reasons: { conflict: 1 } });
  expect(ground.entries()).toMatchObject([{ numWorkers: 12 }]);
});

test('a look-up that fails leaves the outcome unknown and asks again', async () => {
  const ground = await oneCrew();
  ground.spoil('POST', { kind: 'status-after-commit', status: 500 });
  await ground.cycle();
  await ground.timePasses();
  ground.spoil('GET', { kind: 'status-before', status: 502 });
  await expect(ground.cycle()).rejects.toMatchObject({ kind: 'vendor-unavailable' });
  expect((await ground.deliveries()).map(({ state }) => state)).toEqual(['unknown']);
  await ground.settle();
  expect(ground.entries()).toHaveLength(1);
});

test('a Procore that keeps one decimal of hours is understood, and later corrections are written', async () => {
  const ground = await oneCrew();
  ground.small.world.switches.set('hoursDecimals', 1);
  ground.source.change(ground.stay, { endUtc: `${yesterday}T01:20:00.000Z` });
  expect(await ground.cycle()).toMatchObject({ created: 1, parked: 0 });
  expect(ground.entries()).toMatchObject([{ numHours: '3.3' }]);
  ground.source.change(ground.stay, { endUtc: `${yesterday}T02:40:00.000Z` });
  expect(await ground.cycle()).toMatchObject({ updated: 1, parked: 0 });
  expect(ground.entries()).toMatchObject([{ numHours: '4.7' }]);
});

test('an answer that shows another value is read again; when that agrees, it counts', async () => {
  const ground = await oneCrew();
  ground.meddler.numHours = '1.0';
  expect(await ground.cycle()).toMatchObject({ created: 1, parked: 0 });
});

test('what Procore keeps otherwise than it was meant is parked; the entry is known as ours and never made again', async () => {
  const ground = await oneCrew();
  const { world } = ground.small;
  ground.meddler.numHours = '1.0';
  const report = await ground.cycle((point) => {
    if (point !== 'after-send-before-settle') return;
    const [entry] = ground.entries();
    editManpowerByHand(world, { id: entry?.id ?? '', by: ground.small.people.cleo.id, numHours: '1.0' });
  });
  expect(report).toMatchObject({ created: 0, parked: 1, reasons: { 'validation-rejected': 1 } });
  await ground.settle();
  expect(ground.entries()).toHaveLength(1);
});
