import { expect, test } from '@jest/globals';
import type { CrashPoint } from '../../activities/sync/crash-points.ts';
import { Fault } from '../../shared/domain/faults.ts';
import { daysAgo, useEngineGrounds } from './engine-ground.ts';

const newGround = useEngineGrounds();

async function crewOfTwo() {
  const ground = await newGround();
  const { source, small } = ground;
  await ground.match('e1', small.vendor.id);
  const first = source.add({ worker: 'w1', employer: 'e1', day: daysAgo(2), hours: 8 });
  const second = source.add({ worker: 'w2', employer: 'e1', day: daysAgo(2), hours: 7 });
  return { ...ground, first, second };
}

test('a first sync makes one entry per day and employer, hours per worker, and a repeat makes no call and no change', async () => {
  const ground = await crewOfTwo();
  ground.source.add({ worker: 'w1', employer: 'e1', day: daysAgo(1), hours: 8.5 });
  expect(await ground.cycle()).toMatchObject({ pulled: 3, created: 2, updated: 0, parked: 0, open: 0 });
  expect(ground.entries()).toMatchObject([
    { date: daysAgo(2), vendorId: ground.small.vendor.id, numWorkers: 2, numHours: '7.5' },
    { date: daysAgo(1), numWorkers: 1, numHours: '8.5' },
  ]);
  const calls = ground.calls();
  expect(calls.filter(({ method }) => method === 'POST')).toHaveLength(2);
  expect(calls.filter(({ method }) => method === 'GET')).toHaveLength(3);
  expect(await ground.cycle()).toMatchObject({ created: 0, updated: 0, open: 0 });
  expect(ground.calls()).toHaveLength(0);
  expect(ground.entries()).toHaveLength(2);
});

test('a late correction changes the same entry, once', async () => {
  const ground = await crewOfTwo();
  await ground.cycle();
  const [entry] = ground.entries();
  ground.source.change(ground.second, { deleted: true });
  expect(await ground.cycle()).toMatchObject({ created: 0, updated: 1 });
  expect(ground.entries()).toMatchObject([{ id: entry?.id, numWorkers: 1, numHours: '8.0' }]);
});

test('when everybody is taken back, the own entry becomes zero and stays one', async () => {
  const ground = await crewOfTwo();
  await ground.cycle();
  ground.source.change(ground.first, { isVisitor: true });
  ground.source.change(ground.second, { deleted: true });
  expect(await ground.cycle()).toMatchObject({ updated: 1 });
  expect(ground.entries()).toMatchObject([{ numWorkers: 0, numHours: '0.0' }]);
});

test('a group that was taken back before it was ever sent makes no entry', async () => {
  const ground = await crewOfTwo();
  ground.spoil('POST', { kind: 'unavailable', retryAfter: 60 }, 10);
  await expect(ground.cycle()).resolves.toMatchObject({ open: 1 });
  ground.source.change(ground.first, { deleted: true });
  ground.source.change(ground.second, { deleted: true });
  ground.small.world.faults.removeAll();
  await ground.settle();
  expect(ground.entries()).toHaveLength(0);
});

test('a value that returns to what stands there is taken out of the queue, without a call', async () => {
  const ground = await crewOfTwo();
  await ground.cycle();
  ground.source.change(ground.second, { isVisitor: true });
  const cutShort = (point: CrashPoint): void => {
    if (point === 'after-classify') throw new Error('cut short');
  };
  await expect(ground.cycle(cutShort)).rejects.toThrow('cut short');
  ground.source.change(ground.second, { isVisitor: false });
  ground.calls();
  expect(await ground.cycle()).toMatchObject({ created: 0, updated: 0, open: 0 });
  expect(ground.calls()).toHaveLength(0);
  expect((await ground.deliveries()).map(({ state }) => state)).toEqual(['done', 'superseded']);
});

test('ids of people and sign-ins are kept as pseudonyms only', async () => {
  const ground = await crewOfTwo();
  await ground.cycle();
  const { rows } = await ground.store.admin.query('SELECT * FROM gathered_fact WHERE project_link_id = $1', [
    ground.link.projectLinkId,
  ]);
  expect(rows.map((row) => [row.source_key, row.facts.worker])).toEqual(
    expect.arrayContaining([
      [`p-${ground.first}`, '@p-w1'],
      [`p-${ground.second}`, '@p-w2'],
    ]),
  );
});

test('an open sign-in counts as a worker without hours, and the known hours stay the total', async () => {
  const ground = await crewOfTwo();
  ground.source.add({ worker: 'w3', employer: 'e1', day: daysAgo(2), hours: null });
  await ground.cycle();
  expect(ground.entries()).toMatchObject([{ numWorkers: 3, numHours: '5.0' }]);
});

test('a source that cannot be read does not hold up what is known already, and its fault is told', async () => {
  const ground = await crewOfTwo();
  await ground.match('e1', null);
  await ground.cycle();
  await ground.match('e1', ground.small.vendor.id);
  ground.source.state.fails = new Fault('network');
  await expect(ground.cycle()).rejects.toMatchObject({ kind: 'network' });
  expect(ground.entries()).toHaveLength(1);
});

test('a run of another generation, and one of an ended link, does nothing at all', async () => {
  const ground = await crewOfTwo();
  const { tenantId, link } = ground;
  const run = (generation: number) =>
    ground.activities().runStream({ tenantId, projectLinkId: link.projectLinkId, generation, stream: 'manpower' });
  expect(await run(2)).toMatchObject({ pulled: 0, created: 0 });
  await ground.store.admin.query(`UPDATE project_link SET state = 'unlinked' WHERE project_link_id = $1`, [link.projectLinkId]);
  expect(await run(1)).toMatchObject({ pulled: 0, created: 0 });
  expect(ground.entries()).toHaveLength(0);
});
