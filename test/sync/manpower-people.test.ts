import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { personIdOf } from '../../sandbox/control/fields.ts';
import type { AccessLevel } from '../../sandbox/kernel/levels.ts';
import { completeDay, decideByHand, editManpowerByHand, writeManpowerByHand } from '../../sandbox/procore/admin/daily-logs.ts';
import { manpower } from '../../sandbox/procore/daily-log/manpower.ts';
import { type HammertechGround, useHammertechGrounds } from './hammertech-ground.ts';
import { newSite, type Site } from './manpower-site.ts';

const newGround = useHammertechGrounds();
let ground: HammertechGround;
beforeAll(async () => {
  ground = await newGround();
});
afterEach(async () => {
  await ground.settings({});
  const { switches } = ground.sandbox.world;
  switches.set('pendingEntries', 'approved');
  switches.set('completedDay', 'allow');
});

interface Crew extends Site {
  readonly vendorId: string;
  readonly day1: string;
  readonly stay: string;
  /** Somebody corrects the stay: it ends at that hour. */
  readonly until: (to: string) => void;
  readonly projectId: string;
}

/** A site where one worker of one crew stayed eight hours yesterday; nothing was sent yet. */
async function oneStay(): Promise<Crew> {
  const site = await newSite(ground);
  const { employerId, vendorId } = await site.firm('Kestrel Concrete Pty Ltd');
  const day1 = site.day(1);
  const stay = site.signIn({ employer: employerId, day: day1, from: '07:00', to: '15:00' });
  const until = (to: string): void => site.correct(stay, { day: day1, to });
  return { ...site, vendorId, day1, stay, until, projectId: site.link.procoreProjectId };
}

const person = (name: string): string => personIdOf(ground.sandbox.world, name);

const byHand = ({ projectId, day1, vendorId }: Crew, by = 'ada') =>
  writeManpowerByHand(ground.sandbox.world, {
    projectId,
    by: person(by),
    date: day1,
    contactId: vendorId,
    numWorkers: 3,
    numHours: '7.5',
    notes: 'counted at the gate',
  });

const reasons = async (site: Site) => (await site.items()).map(({ reason }) => reason);

test('an entry of ours that a person changed is theirs: a correction is not written, a person decides which stands', async () => {
  const crew = await oneStay();
  await crew.sync();
  const id = crew.entries()[0]?.id ?? '';
  editManpowerByHand(ground.sandbox.world, { id, by: person('ada'), numWorkers: 9, notes: 'nine by my count' });
  crew.until('16:00');
  await crew.sync();
  expect(crew.entries()).toMatchObject([{ id, workers: 9, hours: '8.0' }]);
  expect(await crew.items()).toMatchObject([{ reason: 'conflict', records: 1, seen: expect.stringContaining('workers 9') }]);

  expect(await crew.decide('add-to-project')).toMatchObject({ applied: false });
  expect(await crew.decide('leave')).toMatchObject({ applied: true });
  await crew.sync();
  expect(crew.entries()).toMatchObject([{ id, workers: 9, hours: '8.0' }]);
  expect(await crew.items()).toEqual([]);
});

test('where a person chooses ours, our values stand in the same entry, and its notes are theirs', async () => {
  const crew = await oneStay();
  await crew.sync();
  const id = crew.entries()[0]?.id ?? '';
  editManpowerByHand(ground.sandbox.world, { id, by: person('ada'), numWorkers: 9, notes: 'nine by my count' });
  crew.until('16:00');
  await crew.sync();
  expect(await crew.decide('overwrite')).toMatchObject({ applied: true });
  await crew.sync();
  expect(crew.entries()).toMatchObject([{ id, workers: 1, hours: '9.0', notes: 'nine by my count' }]);
  expect(await crew.items()).toEqual([]);
});

test('an entry made by hand for the same company and day is left alone, with none of ours beside it, and shown as a choice', async () => {
  const crew = await oneStay();
  const made = byHand(crew);
  await crew.sync();
  crew.until('16:00');
  await crew.sync();
  expect(crew.entries()).toMatchObject([{ id: made.id, workers: 3, hours: '7.5', notes: 'counted at the gate' }]);
  expect(crew.entries()[0]?.history).toHaveLength(1);
  expect(await crew.items()).toMatchObject([{ reason: 'conflict', records: 1 }]);
});

test('by setting, an entry made by hand is kept up from then on: the same entry, its notes untouched', async () => {
  await ground.settings({ manpower: { handMade: 'adopt' } });
  const crew = await oneStay();
  const made = byHand(crew);
  await crew.sync();
  expect(crew.entries()).toMatchObject([{ id: made.id, workers: 1, hours: '8.0', notes: 'counted at the gate' }]);
  crew.until('16:00');
  await crew.sync();
  expect(crew.entries()).toMatchObject([{ id: made.id, workers: 1, hours: '9.0', notes: 'counted at the gate' }]);
  expect(crew.entries()[0]?.author).toBe(person('ada'));
  expect(await crew.items()).toEqual([]);
});

test.each(['allow', '422'] as const)(
  'a completed day is neither written to nor reopened, though Procore would say %s; its neighbour is written',
  async (rule) => {
    const { world } = ground.sandbox;
    world.switches.set('completedDay', rule);
    const crew = await oneStay();
    await crew.sync();
    const { projectId, day1: date } = crew;
    completeDay(world, { projectId, date });
    const late = await crew.firm('Latecomer Paving Pty Ltd');
    for (const day of [date, crew.day(2)]) crew.signIn({ employer: late.employerId, day, from: '08:00', to: '12:00' });
    crew.until('16:00');
    await crew.sync();
    expect(crew.entries()).toMatchObject([
      { date: crew.day(2), vendorId: late.vendorId, hours: '4.0' },
      { date, vendorId: crew.vendorId, hours: '8.0' },
    ]);
    expect(await crew.items()).toMatchObject([{ reason: 'day-completed', subject: `day:${date}`, records: 2 }]);
    const header = world.dayHeaders.get(`${projectId}:${date}`);
    expect(header).toMatchObject({ completed: true, completedBy: person('ada') });

    // still completed when it is looked at again
    await crew.timePasses();
    await crew.sync();
    expect(await reasons(crew)).toEqual(['day-completed']);

    completeDay(world, { projectId, date, completed: false });
    await crew.timePasses();
    await crew.sync();
    expect(crew.entries().map(({ hours }) => hours)).toEqual(['4.0', '9.0', '4.0']);
    expect(await crew.items()).toEqual([]);
  },
);

/** The level of the account on Daily Log, by the app's manifest. */
function dailyLogLevel(level: AccessLevel): void {
  const { world } = ground.sandbox;
  const app = world.apps.find(({ clientId }) => clientId === ground.account.clientId);
  if (!app) throw new Error('the account’s app is not there');
  world.apps.put({ ...app, manifest: { ...app.manifest, project: { ...app.manifest.project, daily_log: level } } });
}

test('an entry of ours that waits for approval is corrected in its place, never made twice; approving is a person’s', async () => {
  const { world } = ground.sandbox;
  world.switches.set('pendingEntries', 'pending-below-admin');
  dailyLogLevel('Standard');
  const crew = await oneStay();
  await crew.sync();
  const [entry] = crew.entries();
  expect(entry).toMatchObject({ status: 'pending', workers: 1, hours: '8.0' });
  crew.until('16:00');
  await crew.sync();
  expect(crew.entries()).toMatchObject([{ id: entry?.id, status: 'pending', hours: '9.0' }]);

  decideByHand(world, manpower, { id: entry?.id ?? '', by: person('ada') }, 'approved');
  crew.until('17:00');
  await crew.sync();
  expect(crew.entries()).toMatchObject([{ id: entry?.id, status: 'approved', hours: '10.0' }]);

  decideByHand(world, manpower, { id: entry?.id ?? '', by: person('ada') }, 'rejected');
  crew.until('17:30');
  await crew.sync();
  expect(crew.entries()).toMatchObject([{ id: entry?.id, status: 'pending', hours: '10.5' }]);
  expect(await crew.items()).toEqual([]);
  dailyLogLevel('Admin');
});

test('somebody else’s entry that still waits for approval counts as one: none of ours is put beside it', async () => {
  ground.sandbox.world.switches.set('pendingEntries', 'pending-below-admin');
  const crew = await oneStay();
  const made = byHand(crew, 'eve');
  expect(made.status).toBe('pending');
  await crew.sync();
  expect(crew.entries()).toMatchObject([{ id: made.id, status: 'pending', workers: 3 }]);
  expect(await reasons(crew)).toEqual(['conflict']);
});
