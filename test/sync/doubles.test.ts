import { expect, test } from '@jest/globals';
import { deleteManpowerByHand, writeManpowerByHand } from '../../sandbox/procore/admin/daily-logs.ts';
import { daysAgo, type SyncGround, useSyncGrounds } from './ground.ts';

const newGround = useSyncGrounds();
const yesterday = daysAgo(1);
const lost = { kind: 'reset-before' } as const;

async function oneCrew(): Promise<SyncGround> {
  const ground = await newGround();
  await ground.match('e1', ground.small.vendor.id);
  ground.source.add({ worker: 'w1', employer: 'e1', day: yesterday, hours: 8 });
  return ground;
}

/** Loses the first sending and lets both looks pass; the record is sent anew in the last cycle. */
async function resent(ground: SyncGround): Promise<void> {
  ground.spoil('POST', lost);
  await ground.cycle();
  for (let looks = 0; looks < 2; looks += 1) {
    await ground.timePasses();
    await ground.cycle();
  }
}

test('two records held up by one entry made by hand: the first may overwrite it, the second is refused in words', async () => {
  const ground = await oneCrew();
  await ground.match('e2', ground.small.vendor.id);
  ground.source.add({ worker: 'w2', employer: 'e2', day: yesterday, hours: 4 });
  const { project, people, vendor, world } = ground.small;
  const given = { projectId: project.id, by: people.cleo.id, date: yesterday, contactId: vendor.id };
  writeManpowerByHand(world, { ...given, numWorkers: 3, numHours: '8.0', notes: 'by hand' });
  await ground.cycle();
  const items = await ground.items();
  expect(items).toHaveLength(2);
  const answers = [];
  for (const item of items) answers.push(await ground.decide('overwrite', item.attention_item_id));
  expect(answers).toMatchObject([{ applied: true }, { applied: false, says: expect.stringContaining('Another record') }]);
});

test('asking again to send what stands there twice does not hide the second entry; with it gone the item ends', async () => {
  const ground = await oneCrew();
  await resent(ground);
  const second = ground.ownEntry();
  await ground.timePasses();
  await ground.cycle();
  expect(await ground.items()).toMatchObject([{ reason: 'outcome-unknown' }]);
  await ground.decide('retry');
  expect(await ground.cycle()).toMatchObject({ parked: 1, reasons: { 'outcome-unknown': 1 } });
  deleteManpowerByHand(ground.small.world, { id: second.id, by: ground.small.people.cleo.id });
  await ground.decide('retry');
  expect(await ground.cycle()).toMatchObject({ parked: 0, open: 0 });
});

test('a resend whose own answer was lost is checked again as well', async () => {
  const ground = await oneCrew();
  ground.spoil('POST', lost);
  await ground.cycle();
  await ground.timePasses();
  await ground.cycle();
  await ground.timePasses();
  ground.spoil('POST', { kind: 'reset-after-commit' });
  await ground.cycle();
  await ground.timePasses();
  expect(await ground.cycle()).toMatchObject({ created: 1, open: 0 });
  ground.ownEntry();
  await ground.timePasses();
  expect(await ground.cycle()).toMatchObject({ reasons: { 'outcome-unknown': 1 } });
});
