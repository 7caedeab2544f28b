import { expect, test } from '@jest/globals';
import { byHand } from '../../sandbox/procore/actor.ts';
import { setManpowerContacts } from '../../sandbox/procore/acts/projects.ts';
import {
  completeDay,
  deleteManpowerByHand,
  editManpowerByHand,
  writeManpowerByHand,
} from '../../sandbox/procore/admin/daily-logs.ts';
import { daysAgo, type EngineGround, useEngineGrounds } from './engine-ground.ts';

const newGround = useEngineGrounds();
const yesterday = daysAgo(1);

async function oneCrew(): Promise<EngineGround & { readonly stay: string; readonly cleo: string }> {
  const ground = await newGround();
  await ground.match('e1', ground.small.vendor.id);
  const stay = ground.source.add({ worker: 'w1', employer: 'e1', day: yesterday, hours: 8 });
  return { ...ground, stay, cleo: ground.small.people.cleo.id };
}

const later = (ground: EngineGround & { stay: string }): void =>
  ground.source.change(ground.stay, { endUtc: `${yesterday}T02:00:00.000Z` });

const byPerson = (ground: EngineGround & { cleo: string }, numWorkers: number) =>
  writeManpowerByHand(ground.small.world, {
    projectId: ground.small.project.id,
    by: ground.cleo,
    date: yesterday,
    contactId: ground.small.vendor.id,
    numWorkers,
    numHours: '8.0',
    notes: 'by hand',
  });

test('an entry that a person made by hand is left alone, and no second one is put beside it', async () => {
  const ground = await oneCrew();
  byPerson(ground, 3);
  expect(await ground.cycle()).toMatchObject({ created: 0, parked: 1, reasons: { conflict: 1 } });
  expect(ground.entries()).toMatchObject([{ numWorkers: 3, notes: 'by hand' }]);
  // a later version of ours does not make a second item
  later(ground);
  await ground.cycle();
  expect(await ground.items()).toHaveLength(1);
  expect(ground.entries()).toHaveLength(1);
});

test('left alone by decision, it does not come back with the next change', async () => {
  const ground = await oneCrew();
  byPerson(ground, 3);
  await ground.cycle();
  expect(await ground.decide('leave')).toMatchObject({ applied: true });
  later(ground);
  expect(await ground.cycle()).toMatchObject({ parked: 0, open: 0 });
  expect(await ground.items()).toHaveLength(0);
  expect(ground.entries()).toMatchObject([{ numWorkers: 3 }]);
});

test('only when asked, ours replaces it: the same entry, its notes untouched', async () => {
  const ground = await oneCrew();
  const made = byPerson(ground, 3);
  await ground.cycle();
  expect(await ground.decide('overwrite')).toMatchObject({ applied: true });
  expect(await ground.cycle()).toMatchObject({ updated: 1, parked: 0 });
  expect(ground.entries()).toMatchObject([{ id: made.id, numWorkers: 1, numHours: '8.0', notes: 'by hand' }]);
});

test('an entry of ours that a person changed is never overwritten; notes may change freely', async () => {
  const ground = await oneCrew();
  await ground.cycle();
  const [entry] = ground.entries();
  editManpowerByHand(ground.small.world, { id: entry?.id ?? '', by: ground.cleo, notes: 'rain' });
  later(ground);
  expect(await ground.cycle()).toMatchObject({ updated: 1 });
  editManpowerByHand(ground.small.world, { id: entry?.id ?? '', by: ground.cleo, numWorkers: 9 });
  ground.source.change(ground.stay, { endUtc: `${yesterday}T01:00:00.000Z` });
  expect(await ground.cycle()).toMatchObject({ updated: 0, parked: 1, reasons: { conflict: 1 } });
  expect(ground.entries()).toMatchObject([{ numWorkers: 9, notes: 'rain' }]);
});

test('an entry of ours that a person deleted is not made again', async () => {
  const ground = await oneCrew();
  await ground.cycle();
  deleteManpowerByHand(ground.small.world, { id: ground.entries()[0]?.id ?? '', by: ground.cleo });
  later(ground);
  expect(await ground.cycle()).toMatchObject({ created: 0, parked: 1, reasons: { conflict: 1 } });
  expect(ground.entries()).toHaveLength(0);
});

test('a completed day is one item and never reopened; its neighbours are written; retried once a person reopened it', async () => {
  const ground = await oneCrew();
  const second = ground.vendor('Brickworks');
  await ground.match('e2', second);
  ground.source.add({ worker: 'w2', employer: 'e2', day: yesterday, hours: 4 });
  ground.source.add({ worker: 'w2', employer: 'e2', day: daysAgo(2), hours: 4 });
  const { world, project } = ground.small;
  completeDay(world, { projectId: project.id, date: yesterday, by: ground.cleo });
  expect(await ground.cycle()).toMatchObject({ created: 1, parked: 2, reasons: { 'day-completed': 2 } });
  expect(await ground.items()).toMatchObject([{ reason: 'day-completed', subject: `day:${yesterday}`, records: 2 }]);
  expect(world.dayHeaders.get(`${project.id}:${yesterday}`)?.completed).toBe(true);
  completeDay(world, { projectId: project.id, date: yesterday, completed: false, by: ground.cleo });
  expect(await ground.decide('retry')).toMatchObject({ applied: true });
  expect(await ground.cycle()).toMatchObject({ created: 2, parked: 0 });
});

test('a day completed in the middle of a cycle parks the record as that', async () => {
  const ground = await oneCrew();
  const { world, project } = ground.small;
  world.switches.set('completedDay', '422');
  const report = await ground.cycle((point) => {
    if (point === 'before-send') completeDay(world, { projectId: project.id, date: yesterday, by: ground.cleo });
  });
  expect(report).toMatchObject({ created: 0, parked: 1, reasons: { 'day-completed': 1 } });
});

test('an employer without a vendor is one item for all its days, and is picked up by itself once it is matched', async () => {
  const ground = await oneCrew();
  await ground.match('e9', null, 'Nobody Ltd');
  for (const day of [1, 2, 3]) ground.source.add({ worker: 'w9', employer: 'e9', day: daysAgo(day), hours: 5 });
  expect(await ground.cycle()).toMatchObject({ created: 1, parked: 3, reasons: { 'unmatched-company': 3 } });
  expect(await ground.items()).toMatchObject([{ reason: 'unmatched-company', subject: 'employer:e9', records: 3 }]);
  ground.calls();
  await ground.cycle();
  expect(ground.calls()).toHaveLength(0);
  await ground.match('e9', ground.vendor('Nobody Pty'));
  expect(await ground.cycle()).toMatchObject({ created: 3, parked: 0 });
  expect(await ground.items()).toHaveLength(0);
});

test('a vendor outside the project’s directory is one item, and nothing is written for it', async () => {
  const ground = await oneCrew();
  await ground.match('e8', ground.vendor('Far Away', false));
  for (const day of [1, 2]) ground.source.add({ worker: 'w8', employer: 'e8', day: daysAgo(day), hours: 5 });
  expect(await ground.cycle()).toMatchObject({ created: 1, parked: 2, reasons: { 'vendor-not-on-project': 2 } });
  expect(await ground.items()).toMatchObject([{ records: 2 }]);
});

test('a project that takes contact cards instead of vendor ids gets the entry of the right company, once', async () => {
  const ground = await oneCrew();
  const { world, project, vendor } = ground.small;
  setManpowerContacts(world, byHand(ground.cleo), project, 'contacts');
  expect(await ground.cycle()).toMatchObject({ created: 1 });
  expect(ground.entries()).toMatchObject([{ vendorId: vendor.id }]);
});
