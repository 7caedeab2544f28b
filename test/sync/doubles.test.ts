import { expect, test } from '@jest/globals';
import { deleteManpowerByHand, writeManpowerByHand } from '../../sandbox/procore/admin/daily-logs.ts';
import { daysAgo, type EngineGround, useEngineGrounds } from './engine-ground.ts';

const newGround = useEngineGrounds();
const yesterday = daysAgo(1);
const lost = { kind: 'reset-before' } as const;

async function oneCrew(): Promise<EngineGround> {
  const ground = await newGround();
  await ground.match('e1', ground.small.vendor.id);
  ground.source.add({ worker: 'w1', employer: 'e1', day: yesterday, hours: 8 });
  return ground;
}

/** Loses the first sending and lets both looks pass; the record is sent anew in the last cycle. */
async function resent(ground: EngineGround): Promise<void> {
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
  const [one, other] = items.map(({ attention_item_id }) => attention_item_id);
  const misdirected = await ground.decide('overwrite', one, other);
  expect(misdirected).toEqual({ applied: false, says: 'There is no such decision.' });
  const answers = [];
  for (const item of items) answers.push(await ground.decide('overwrite', item.attention_item_id));
  expect(answers).toMatchObject([{ applied: true }, { applied: false, says: expect.stringContaining('Another record') }]);
});

/** A first sending that surfaced after its record had been sent anew: two entries of ours for one record. */
async function doubled(): Promise<{ ground: EngineGround; adopted: string; second: string; itemId: string }> {
  const ground = await oneCrew();
  await resent(ground);
  const [entry] = ground.entries();
  const second = ground.ownEntry();
  await ground.timePasses();
  expect(await ground.cycle()).toMatchObject({ parked: 1, reasons: { 'outcome-unknown': 1 } });
  const [item] = await ground.items();
  return { ground, adopted: entry?.id ?? '', second: second.id, itemId: item?.attention_item_id ?? '' };
}

const byHand = ({ small }: EngineGround) => ({
  remove: (id: string) => deleteManpowerByHand(small.world, { id, by: small.people.cleo.id }),
});

const oneMore = (ground: EngineGround, worker: string): void =>
  void ground.source.add({ worker, employer: 'e1', day: yesterday, hours: 8 });

test('a second entry stays an item through newer versions, which change the adopted entry only', async () => {
  const { ground, adopted, second, itemId } = await doubled();
  for (const [worker, workers] of [
    ['w2', 2],
    ['w3', 3],
  ] as const) {
    oneMore(ground, worker);
    expect(await ground.cycle()).toMatchObject({ updated: 1, parked: 1 });
    expect(await ground.items()).toMatchObject([{ attention_item_id: itemId, reason: 'outcome-unknown', records: 1 }]);
    await ground.timePasses();
    expect(await ground.cycle()).toMatchObject({ updated: 0, parked: 1 });
    expect(ground.entries()).toMatchObject([
      { id: adopted, numWorkers: workers },
      { id: second, numWorkers: 1 },
    ]);
  }
  expect(await ground.items()).toMatchObject([{ attention_item_id: itemId }]);
});

test('with the second entry gone the item ends by itself, also after newer versions', async () => {
  for (const newer of [false, true]) {
    const { ground, adopted, second } = await doubled();
    if (newer) oneMore(ground, 'w2');
    await ground.cycle();
    byHand(ground).remove(second);
    await ground.timePasses();
    expect(await ground.cycle()).toMatchObject({ parked: 0, open: 0 });
    expect(await ground.items()).toHaveLength(0);
    oneMore(ground, 'w3');
    expect(await ground.cycle()).toMatchObject({ updated: 1, parked: 0 });
    expect(ground.entries()).toMatchObject([{ id: adopted, numWorkers: newer ? 3 : 2 }]);
  }
});

test('asked to try again, both sides are looked at and nothing is sent: the second entry stays an item until it is gone', async () => {
  const { ground, second } = await doubled();
  const { tenantId, link } = ground;
  const asked = { tenantId, projectLinkId: link.projectLinkId, reason: 'outcome-unknown' };
  for (const ask of [() => ground.decide('retry'), () => ground.activities().retryItems(asked)]) {
    await ask();
    ground.calls();
    expect(await ground.cycle()).toMatchObject({ parked: 1, reasons: { 'outcome-unknown': 1 } });
    expect(ground.calls().map(({ method }) => method)).toEqual(['GET']);
    expect(await ground.items()).toHaveLength(1);
  }
  byHand(ground).remove(second);
  await ground.decide('retry');
  expect(await ground.cycle()).toMatchObject({ parked: 0, open: 0 });
});

test('a second entry that a person leaves stays left, whatever comes after', async () => {
  const { ground, adopted, second } = await doubled();
  expect(await ground.decide('leave')).toMatchObject({ applied: true });
  await ground.timePasses();
  expect(await ground.cycle()).toMatchObject({ parked: 0 });
  oneMore(ground, 'w2');
  expect(await ground.cycle()).toMatchObject({ updated: 1, parked: 0 });
  await ground.timePasses();
  expect(await ground.cycle()).toMatchObject({ parked: 0, open: 0 });
  expect(ground.entries().map(({ id }) => id)).toEqual([adopted, second]);
});

test('where the adopted one of two equal entries was removed, the other one is the record', async () => {
  const { ground, adopted, second } = await doubled();
  byHand(ground).remove(adopted);
  await ground.timePasses();
  expect(await ground.cycle()).toMatchObject({ parked: 0, open: 0 });
  oneMore(ground, 'w2');
  expect(await ground.cycle()).toMatchObject({ updated: 1, created: 0, parked: 0 });
  expect(ground.entries()).toMatchObject([{ id: second, numWorkers: 2 }]);
});

test('where the adopted entry was removed after it had taken newer values, the item stays, and nothing is made again', async () => {
  const { ground, adopted, second } = await doubled();
  oneMore(ground, 'w2');
  await ground.cycle();
  byHand(ground).remove(adopted);
  await ground.timePasses();
  expect(await ground.cycle()).toMatchObject({ parked: 1 });
  oneMore(ground, 'w3');
  expect(await ground.cycle()).toMatchObject({ created: 0, updated: 0, reasons: { 'outcome-unknown': 1, conflict: 1 } });
  expect(ground.entries()).toMatchObject([{ id: second, numWorkers: 1 }]);
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

test('a sending that was given up and surfaces after a newer version took its place is shown, not hidden', async () => {
  const ground = await oneCrew();
  ground.spoil('POST', lost);
  await ground.cycle();
  await ground.timePasses();
  await ground.cycle();
  await ground.timePasses();
  oneMore(ground, 'w2');
  expect(await ground.cycle()).toMatchObject({ created: 1 });
  const surfaced = ground.ownEntry();
  await ground.timePasses();
  expect(await ground.cycle()).toMatchObject({ parked: 1, reasons: { 'outcome-unknown': 1 } });
  byHand(ground).remove(surfaced.id);
  await ground.timePasses();
  expect(await ground.cycle()).toMatchObject({ parked: 0, open: 0 });
  expect(ground.entries()).toMatchObject([{ numWorkers: 2 }]);
});
