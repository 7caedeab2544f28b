import { expect, test } from '@jest/globals';
import { addContact } from '../../sandbox/kernel/directory.ts';
import type { FaultKind } from '../../sandbox/kernel/faults.ts';
import { byHand } from '../../sandbox/procore/actor.ts';
import { setManpowerContacts } from '../../sandbox/procore/acts/projects.ts';
import { deleteManpowerByHand, editManpowerByHand } from '../../sandbox/procore/admin/daily-logs.ts';
import { daysAgo, type EngineGround, useEngineGrounds } from './engine-ground.ts';
import { killedAt, survives } from './killed.ts';

const newGround = useEngineGrounds();
const yesterday = daysAgo(1);

type Setting = 'vendors' | 'contacts';

interface Crews extends EngineGround {
  /** Whose id and whose card's id both stand for somebody else, too. */
  readonly collider: string;
  /** The vendor that our entry is put under at first. */
  readonly bystander: string;
}

/**
 * A vendor known to us by a name that has passed to a bystander since; its own id is that bystander's card, and its card the id of a
 * third. The bystander's crew is as large and works as long on that day, so that only vendor and author tell the two entries apart.
 */
async function crews(setting: Setting): Promise<Crews> {
  const ground = await newGround();
  const { world, project, people } = ground.small;
  setManpowerContacts(world, byHand(people.cleo.id), project, setting);
  ground.vendor('Third & Sons', true, { id: '880000000000000002' });
  const collider = ground.vendor('Bystander', true, { id: '880000000000000001', contactId: '880000000000000002' });
  await ground.match('e1', collider);
  rename(world, collider, 'Collider');
  const bystander = ground.vendor('Bystander', true, { contactId: '880000000000000001' });
  await ground.match('e2', bystander);
  await ground.match('e3', ground.small.vendor.id);
  ground.source.add({ id: 's1', worker: 'w1', employer: 'e1', day: yesterday, hours: 8 });
  ground.source.add({ id: 's2', worker: 'w2', employer: 'e2', day: yesterday, hours: 8 });
  ground.source.add({ id: 's3', worker: 'w3', employer: 'e3', day: yesterday, hours: 8 });
  return { ...ground, collider, bystander };
}

function rename(world: EngineGround['small']['world'], vendorId: string, name: string): void {
  const vendor = world.vendors.get(vendorId);
  if (vendor) world.vendors.put({ ...vendor, name });
}

/** One entry each under its own vendor, made by one POST each; Procore was asked to change entries, never to add another one. */
function oneEach(ground: Crews, made: number): void {
  const entries = ground.entries();
  expect(entries.map(({ vendorId }) => vendorId).sort()).toEqual(
    [ground.collider, ground.bystander, ground.small.vendor.id].sort(),
  );
  expect(entries.map(({ numWorkers, numHours }) => [numWorkers, numHours])).toEqual(Array(3).fill([1, '8.0']));
  const { ledger } = ground.small.world;
  const committed = ledger.after(0, { side: 'procore' }, 10_000).filter((entry) => entry.committed?.resource === 'manpower_logs');
  expect(committed.filter((entry) => entry.committed?.action === 'create')).toHaveLength(made);
}

const settings: readonly Setting[] = ['vendors', 'contacts'];

test.each(settings)(
  '%s: an id that means somebody else here costs a correction of that entry, never a second one',
  async (setting) => {
    const ground = await crews(setting);
    expect(await ground.cycle()).toMatchObject({ created: 3, updated: 0, parked: 0, open: 0 });
    oneEach(ground, 3);
    expect(ground.calls().filter(({ method }) => method === 'PATCH')).toHaveLength(1);
  },
);

type Loss = readonly ['POST' | 'PATCH', FaultKind];
const lost500 = { kind: 'status-after-commit', status: 500 } as const;

const losses: readonly [string, readonly Loss[]][] = [
  ['a 500 after the commit of the entry', [['POST', lost500]]],
  ['a connection cut after the commit of the entry', [['POST', { kind: 'reset-after-commit' }]]],
  ['an unreadable answer to the entry', [['POST', { kind: 'garbage-after-commit' }]]],
  ['a 410 after the commit of the entry', [['POST', { kind: 'status-after-commit', status: 410 }]]],
  ['a 500 after the commit of the correction', [['PATCH', lost500]]],
  ['a 500 before the correction', [['PATCH', { kind: 'status-before', status: 500 }]]],
  [
    'both answers lost',
    [
      ['POST', lost500],
      ['PATCH', { kind: 'reset-after-commit' }],
    ],
  ],
];

const cases = settings.flatMap((setting) => losses.map(([name, faults]) => [setting, name, faults] as const));

test.each(cases)('%s: %s leaves one entry each, under its own vendor', async (setting, _name, faults) => {
  const ground = await crews(setting);
  for (const [method, effect] of faults) ground.spoil(method, effect);
  expect(await ground.settle()).toMatchObject({ parked: 0, open: 0 });
  oneEach(ground, 3);
  expect(await ground.items()).toHaveLength(0);
  expect(await ground.cycle()).toMatchObject({ created: 0, updated: 0, parked: 0 });
});

/** After each of the four calls, before and after their outcome is stored. */
const deaths = (['after-send-before-settle', 'after-settle'] as const).flatMap((point) =>
  [1, 2, 3, 4].flatMap((nth) => settings.map((setting) => [setting, nth, point] as const)),
);

test.each(deaths)('%s: a worker killed after its %i. call (%s) leaves one entry each', async (setting, nth, point) => {
  const ground = await crews(setting);
  const kill = killedAt(point, nth);
  await survives(ground.cycle(kill));
  expect(kill.struck()).toBe(true);
  await ground.timePasses();
  expect(await ground.settle()).toMatchObject({ parked: 0, open: 0 });
  oneEach(ground, 3);
  expect(await ground.items()).toHaveLength(0);
});

test('a Procore that keeps an id it does not know as no company at all: the entry is found without one and given its own', async () => {
  const ground = await newGround();
  const { world, project, people, vendor } = ground.small;
  setManpowerContacts(world, byHand(people.cleo.id), project, 'contacts');
  world.switches.set('unknownContact', 'store-null');
  await ground.match('e1', vendor.id);
  ground.source.add({ worker: 'w1', employer: 'e1', day: daysAgo(2), hours: 8 });
  await ground.settle();
  // the vendor has a new card, and the one we remember is nobody's
  const card = addContact(world, { companyId: vendor.companyId, kind: 'vendor', lastName: vendor.name, vendorId: vendor.id });
  world.contacts.delete(vendor.contactId);
  world.vendors.put({ ...vendor, contactId: card.id });
  ground.source.add({ worker: 'w1', employer: 'e1', day: yesterday, hours: 8 });
  ground.spoil('POST', lost500);
  await ground.cycle();
  expect(ground.entries()[1]).toMatchObject({ date: yesterday, vendorId: null });
  expect(await ground.settle()).toMatchObject({ parked: 0 });
  expect(ground.entries()).toHaveLength(2);
  expect(ground.entries()[1]).toMatchObject({ date: yesterday, vendorId: vendor.id });
});

test('an entry that stood under the wrong vendor before we ever wrote is nobody’s of ours: it is neither taken nor a reason to wait', async () => {
  const ground = await crews('vendors');
  const { bystander } = ground;
  // of an earlier connection with the same account: as large and as long as the collider's, and rightly the bystander's
  ground.ownEntry({ contactId: '880000000000000001' });
  expect(ground.entries()).toMatchObject([{ vendorId: bystander }]);
  expect(await ground.settle()).toMatchObject({ parked: 0 });
  oneEach(ground, 2);
});

test('a newer version of a record whose entry stands under the wrong vendor waits for it and changes that entry', async () => {
  const ground = await crews('contacts');
  ground.spoil('POST', lost500, 3);
  await ground.cycle();
  ground.source.add({ id: 's4', worker: 'w4', employer: 'e1', day: yesterday, hours: 8 });
  expect(await ground.settle()).toMatchObject({ parked: 0 });
  const mine = ground.entries().filter(({ vendorId }) => vendorId === ground.collider);
  expect(mine).toMatchObject([{ numWorkers: 2, numHours: '8.0' }]);
  expect(ground.entries()).toHaveLength(3);
});

test('two entries under the wrong vendor of which one is ours wait for a person, and no newer version makes a third', async () => {
  const ground = await newGround();
  const { world, project, people } = ground.small;
  setManpowerContacts(world, byHand(people.cleo.id), project, 'contacts');
  const collider = ground.vendor('Bystander', true, { contactId: '880000000000000002' });
  await ground.match('e1', collider);
  rename(world, collider, 'Collider');
  const bystander = ground.vendor('Bystander', true, { contactId: '880000000000000001' });
  ground.source.add({ worker: 'w1', employer: 'e1', day: yesterday, hours: 8 });
  ground.spoil('POST', lost500);
  await ground.cycle();
  expect(ground.entries()).toMatchObject([{ vendorId: bystander }]);
  ground.ownEntry({ contactId: '880000000000000001' });
  await ground.timePasses();
  expect(await ground.settle()).toMatchObject({ created: 0, reasons: { 'outcome-unknown': 1 } });
  ground.source.add({ worker: 'w2', employer: 'e1', day: yesterday, hours: 8 });
  expect(await ground.settle()).toMatchObject({ created: 0, updated: 0, reasons: { 'outcome-unknown': 1 } });
  expect(ground.entries()).toHaveLength(2);
  const [first] = ground.entries();
  deleteManpowerByHand(world, { id: first?.id ?? '', by: people.cleo.id });
  await ground.decide('retry');
  expect(await ground.settle()).toMatchObject({ parked: 0, open: 0 });
  expect(ground.entries()).toMatchObject([{ vendorId: collider, numWorkers: 2 }]);
});

test('an entry that a person gave to another company while the answer to our change was lost stays where they put it', async () => {
  const ground = await crews('vendors');
  await ground.settle();
  ground.source.add({ id: 's4', worker: 'w4', employer: 'e3', day: yesterday, hours: 8 });
  ground.spoil('PATCH', lost500);
  expect(await ground.cycle()).toMatchObject({ open: 1 });
  const [entry] = ground.entries().filter(({ numWorkers }) => numWorkers === 2);
  const { world, people } = ground.small;
  editManpowerByHand(world, { id: entry?.id ?? '', by: people.cleo.id, contactId: ground.bystander });
  expect(await ground.settle()).toMatchObject({ reasons: { conflict: 1 } });
  expect(ground.entries()).toContainEqual(expect.objectContaining({ id: entry?.id, vendorId: ground.bystander }));
});

test.each(settings)(
  '%s: a record that is matched with another vendor moves its entry there, whatever ids the project takes',
  async (setting) => {
    const ground = await crews(setting);
    await ground.settle();
    const [entry] = ground.entries().filter(({ vendorId }) => vendorId === ground.small.vendor.id);
    await ground.match('e3', ground.vendor('Newcomer'));
    ground.source.add({ id: 's4', worker: 'w4', employer: 'e3', day: yesterday, hours: 8 });
    await ground.settle();
    expect(await ground.items()).toHaveLength(0);
    const moved = ground.entries().find(({ id }) => id === entry?.id);
    expect(ground.small.world.vendors.get(moved?.vendorId ?? '')).toMatchObject({ name: 'Newcomer' });
    expect(ground.entries()).toHaveLength(3);
  },
);

test('with no other id left to try, the entry is parked as it stands, known as ours, and never made again', async () => {
  const ground = await newGround();
  // two cards of one name: neither can be told to be the vendor's own
  const collider = ground.vendor('Collider', true, { id: '880000000000000001' });
  ground.vendor('collider');
  ground.vendor('Bystander', true, { contactId: '880000000000000001' });
  await ground.match('e1', collider);
  ground.source.add({ id: 's1', worker: 'w1', employer: 'e1', day: yesterday, hours: 8 });
  expect(await ground.cycle()).toMatchObject({ created: 0, parked: 1, reasons: { 'validation-rejected': 1 } });
  await ground.decide('retry');
  expect(await ground.settle()).toMatchObject({ parked: 1 });
  expect(ground.entries()).toHaveLength(1);
});
