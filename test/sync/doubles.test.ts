import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { createManpower } from '../../sandbox/procore/acts/manpower.ts';
import { deleteManpowerByHand, writeManpowerByHand } from '../../sandbox/procore/admin/daily-logs.ts';
import { writeCommand } from '../../shared/store/commands.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { daysAgo, type SyncGround, useSyncGrounds } from './ground.ts';

const newGround = useSyncGrounds();
const yesterday = daysAgo(1);
const lost = { match: { method: 'POST' }, effect: { kind: 'reset-before' } } as const;

async function oneCrew(): Promise<SyncGround> {
  const ground = await newGround();
  await ground.match('e1', ground.small.vendor.id);
  ground.source.add({ worker: 'w1', employer: 'e1', day: yesterday, hours: 8 });
  return ground;
}

async function decide(ground: SyncGround, itemId: string, resolution: string) {
  const { tenantId, connectionId, link } = ground;
  const commandId = randomUUID();
  const { projectLinkId } = link;
  const input = { itemId, resolution };
  await withTenant(ground.store.pool, tenantId, (db) =>
    writeCommand(db, { tenantId, commandId, connectionId, projectLinkId, kind: 'resolveItem', input, actorId: 'ada' }),
  );
  return ground.activities().resolveItem({ tenantId, projectLinkId, itemId, commandId });
}

/** Loses the first sending and lets both looks pass; the record is sent anew in the last cycle. */
async function resent(ground: SyncGround): Promise<void> {
  ground.small.world.faults.add(lost);
  await ground.cycle();
  for (let looks = 0; looks < 2; looks += 1) {
    await ground.timePasses();
    await ground.cycle();
  }
}

async function ownEntry(ground: SyncGround) {
  const { world, project, vendor } = ground.small;
  const { rows } = await ground.store.admin.query('SELECT sync_user_id FROM connection WHERE connection_id = $1', [
    ground.connectionId,
  ]);
  const actor = { personId: String(rows[0]?.sync_user_id), clientId: 'ours', seq: null };
  return createManpower(world, actor, project, { date: yesterday, contactId: vendor.id, numWorkers: 1, numHours: '8.0' });
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
  for (const item of items) answers.push(await decide(ground, item.attention_item_id, 'overwrite'));
  expect(answers).toMatchObject([{ applied: true }, { applied: false, says: expect.stringContaining('Another record') }]);
});

test('asking again to send what stands there twice does not hide the second entry; with it gone the item ends', async () => {
  const ground = await oneCrew();
  await resent(ground);
  const second = await ownEntry(ground);
  await ground.timePasses();
  await ground.cycle();
  const [item] = await ground.items();
  expect(item).toMatchObject({ reason: 'outcome-unknown' });
  await decide(ground, item?.attention_item_id ?? '', 'retry');
  expect(await ground.cycle()).toMatchObject({ parked: 1, reasons: { 'outcome-unknown': 1 } });
  const [again] = await ground.items();
  deleteManpowerByHand(ground.small.world, { id: second.id, by: ground.small.people.cleo.id });
  await decide(ground, again?.attention_item_id ?? '', 'retry');
  expect(await ground.cycle()).toMatchObject({ parked: 0, open: 0 });
});

test('a resend whose own answer was lost is checked again as well', async () => {
  const ground = await oneCrew();
  ground.small.world.faults.add(lost);
  await ground.cycle();
  await ground.timePasses();
  await ground.cycle();
  await ground.timePasses();
  ground.small.world.faults.add({ match: { method: 'POST' }, effect: { kind: 'reset-after-commit' } });
  await ground.cycle();
  await ground.timePasses();
  expect(await ground.cycle()).toMatchObject({ created: 1, open: 0 });
  await ownEntry(ground);
  await ground.timePasses();
  expect(await ground.cycle()).toMatchObject({ reasons: { 'outcome-unknown': 1 } });
});
