import { expect, jest, test } from '@jest/globals';
import type { CrashPoint } from '../../activities/sync/crash-points.ts';
import { noteActivity } from '../../shared/store/projects/project-links.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { eventually } from '../support/eventually.ts';
import { daysAgo, type EngineGround, useEngineGrounds } from './engine-ground.ts';

const newGround = useEngineGrounds();

async function crews(): Promise<EngineGround> {
  const ground = await newGround();
  await ground.match('e1', ground.small.vendor.id);
  for (let day = 1; day <= 6; day += 1) ground.source.add({ worker: 'w1', employer: 'e1', day: daysAgo(day), hours: day });
  return ground;
}

/** Holds an attempt at a point until it is let go. */
function gateAt(point: CrashPoint) {
  let arrived: () => void = () => undefined;
  let open: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const hook = async (at: CrashPoint): Promise<void> => {
    if (at !== point) return;
    arrived();
    await opened;
  };
  return { hook, reached, open };
}

test.each<CrashPoint>(['after-fence', 'after-page', 'after-classify', 'before-claim', 'before-report'])(
  'an attempt that stands still at %s while another runs may write no more, and nothing is doubled',
  async (point) => {
    const ground = await crews();
    const gate = gateAt(point);
    const older = ground.cycle(gate.hook).then(
      () => 'wrote',
      (error: Error) => error.name,
    );
    await gate.reached;
    await ground.cycle();
    gate.open();
    expect(await older).toBe('FencedOut');
    await ground.settle();
    expect(ground.entries()).toHaveLength(6);
    expect((await ground.deliveries()).map(({ state }) => state)).toEqual(Array(6).fill('done'));
  },
);

test('an attempt that lost its fence while its call was under way still stores the outcome of that call', async () => {
  const ground = await crews();
  const gate = gateAt('after-send-before-settle');
  const older = ground.cycle(gate.hook).catch((error: Error) => error.name);
  await gate.reached;
  const report = await ground.cycle();
  expect(report.open).toBeGreaterThan(0);
  gate.open();
  expect(await older).toBe('FencedOut');
  expect(await ground.cycle()).toMatchObject({ open: 0 });
  expect(ground.entries()).toHaveLength(6);
  const trails = (await ground.deliveries()).flatMap(({ trail }) => trail.map(({ state }) => state));
  expect(trails).not.toContain('unknown');
});

test('an answer that comes after its worker was believed lost still counts, and one after the look-up changes nothing', async () => {
  for (const lookedUp of [false, true]) {
    const ground = await crews();
    const gate = gateAt('after-send-before-settle');
    const older = ground.cycle(gate.hook).catch((error: Error) => error.name);
    const states = async () => (await ground.deliveries()).map(({ state }) => state);
    await eventually('four calls under way', async () => (await states()).filter((state) => state === 'sending').length === 4);
    await ground.timePasses();
    const cutShort = (point: CrashPoint): void => {
      if (point === 'before-look-up' && !lookedUp) throw new Error('cut short');
    };
    await ground.cycle(cutShort).catch(() => undefined);
    expect((await states()).includes('unknown')).toBe(!lookedUp);
    gate.open();
    expect(await older).toBe('FencedOut');
    expect(await states()).not.toContain('unknown');
    await ground.settle();
    expect(ground.entries()).toHaveLength(6);
  }
});

test('a claim that grew old before its call is given back, not sent', async () => {
  const ground = await crews();
  const activities = ground.activities(async (at) => {
    if (at === 'after-claim' && aged > 0) {
      aged -= 1;
      clock += 60_000;
    }
  });
  let aged = 1;
  let clock = 0;
  const real = performance.now.bind(performance);
  performance.now = () => real() + clock;
  try {
    const { tenantId, link } = ground;
    await activities.runStream({ tenantId, projectLinkId: link.projectLinkId, generation: 1, stream: 'manpower' });
  } finally {
    performance.now = real;
  }
  const trails = (await ground.deliveries()).flatMap(({ trail }) => trail.map(({ why }) => why));
  expect(trails).toContainEqual(expect.stringContaining('too old'));
  await ground.settle();
  expect(ground.entries()).toHaveLength(6);
});

test('a link that is paused or ended in the middle of a cycle sends nothing more', async () => {
  for (const state of ['paused', 'unlinked']) {
    const ground = await crews();
    const gate = gateAt('after-classify');
    const cycle = ground.cycle(gate.hook);
    await gate.reached;
    await ground.store.admin.query('UPDATE project_link SET state = $1 WHERE project_link_id = $2', [
      state,
      ground.link.projectLinkId,
    ]);
    gate.open();
    expect(await cycle).toMatchObject({ created: 0, open: 0 });
    expect(ground.entries()).toHaveLength(0);
  }
});

test('a claim that grows too old after its last look sends nothing; the records go out under later ones', async () => {
  const ground = await crews();
  ground.calls();
  const now = performance.now.bind(performance);
  let aheadMs = 0;
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => now() + aheadMs);
  try {
    await ground
      .cycle((at) => {
        if (at === 'before-send') aheadMs += 3_600_000;
      })
      .catch(() => undefined);
  } finally {
    clock.mockRestore();
  }
  expect(ground.calls().filter(({ method }) => method !== 'GET')).toEqual([]);
  expect((await ground.deliveries()).map(({ state }) => state)).toEqual(Array(6).fill('queued'));
  await ground.settle();
  expect(ground.entries()).toHaveLength(6);
  expect((await ground.deliveries()).map(({ state }) => state)).toEqual(Array(6).fill('done'));
});

test('an attempt under way while its project is made inactive sends nothing more; active again, the rest goes out', async () => {
  const ground = await crews();
  const gate = gateAt('before-claim');
  const attempt = ground.cycle(gate.hook);
  await gate.reached;
  const projectIds = [ground.link.procoreProjectId];
  const note = (seen: Parameters<typeof noteActivity>[2]) =>
    withTenant(ground.store.pool, ground.tenantId, (db) => noteActivity(db, ground.connectionId, seen));
  await note({ active: [], inactive: projectIds });
  gate.open();
  expect(await attempt).toMatchObject({ created: 0, updated: 0 });
  ground.calls();
  const epochOf = 'SELECT epoch FROM checkpoint WHERE project_link_id = $1';
  const epoch = async () => (await ground.store.admin.query(epochOf, [ground.link.projectLinkId])).rows;
  const before = await epoch();
  expect(await ground.cycle()).toMatchObject({ pulled: 0, created: 0 });
  expect([ground.entries(), ground.calls(), await epoch()]).toEqual([[], [], before]);
  await note({ active: projectIds, inactive: [] });
  await ground.settle();
  expect(ground.entries()).toHaveLength(6);
});
