import { beforeEach, expect, test } from '@jest/globals';
import { type StandingCause, showCauses } from '../../shared/store/attention.ts';
import { noteReport } from '../../shared/store/projects/project-links.ts';
import { takeFence } from '../../shared/store/records/checkpoints.ts';
import { noteCompared } from '../../shared/store/records/reconciles.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { useTestApi } from '../support/api.ts';
import { newWorld, type World } from '../support/api-world.ts';

const apiOf = useTestApi();
let world: World;

beforeEach(async () => {
  world = await newWorld(apiOf());
});

const off: StandingCause = {
  reason: 'tool-disabled',
  subject: 'stream:manpower',
  seen: 'Daily Log is off for everybody.',
  needed: 'Daily Log switched on',
  where: 'Project → Admin → Tool Settings',
  records: 3,
};

const show = (...causes: StandingCause[]) =>
  withTenant(apiOf().store.pool, world.tenantId, (db) => showCauses(db, { ...world, stream: 'manpower' }, causes));

async function streams(): Promise<unknown> {
  const { body } = await apiOf().call('get', `/v1/project-links/${world.projectLinkId}`, { key: world.key });
  const listed = await apiOf().call('get', '/v1/project-links', { key: world.key });
  const { streams: own } = body as { streams: unknown };
  expect(listed.body).toMatchObject({ items: [{ projectLinkId: world.projectLinkId, streams: own }] });
  return own;
}

test('a link shows each stream with the counts of its newest cycle, and that single records wait is no refusal of it', async () => {
  expect(await streams()).toEqual([]);
  const counts = { pulled: 9, unchanged: 4, created: 3, updated: 2, open: 1, parked: 1, held: 2 };
  await withTenant(apiOf().store.pool, world.tenantId, (db) =>
    noteReport(db, world.projectLinkId, {
      ...counts,
      stream: 'manpower',
      reasons: { 'vendor-not-on-project': 1 },
      skipped: { 'before-the-window': 2 },
      atMs: Date.parse('2026-11-12T08:15:00.000Z'),
    }),
  );
  expect(await streams()).toEqual([
    { name: 'manpower', lastCycleAt: '2026-11-12T08:15:00.000Z', counts, refused: null, reconciled: null },
  ]);
});

test('a stream that is refused as a whole says why, who acts, what is needed, where and since when, until that is mended', async () => {
  await show(off);
  const { seen, needed, where } = off;
  const told = { reason: 'tool-disabled', owner: 'admin', seen, needed, where, since: expect.stringMatching(/^\d{4}-.*Z$/) };
  expect(await streams()).toEqual([{ name: 'manpower', lastCycleAt: null, counts: null, refused: told, reconciled: null }]);
  const open = await apiOf().call('get', `/v1/attention-items?state=open&projectLinkId=${world.projectLinkId}`, {
    key: world.key,
  });
  expect(open.body).toMatchObject({
    items: [{ reason: 'tool-disabled', subject: 'stream:manpower', records: 3, stream: 'manpower' }],
  });
  await show({ ...off, reason: 'project-not-permitted' });
  expect(await streams()).toMatchObject([{ refused: { reason: 'project-not-permitted' } }]);
  await show();
  expect(await streams()).toEqual([]);
});

test('a stream shows what its newest comparison of both sides found, and when', async () => {
  const { tenantId, projectLinkId } = world;
  const began = new Date('2026-11-12T08:15:00.000Z');
  const counts = { by: 'rows', compared: 246, told: 1, healed: 1, unclaimed: 3, says: 'compared 246 entries' } as const;
  await withTenant(apiOf().store.pool, tenantId, async (db) => {
    await takeFence(db, { tenantId, projectLinkId, generation: 1, stream: 'manpower' });
    const found = { ...counts, changed: 1, gone: 1, difference: { workers: -1 } };
    await noteCompared(db, { projectLinkId, stream: 'manpower' }, began, found);
  });
  const reconciled = { ...counts, at: began.toISOString(), differing: 2 };
  expect(await streams()).toEqual([{ name: 'manpower', lastCycleAt: null, counts: null, refused: null, reconciled }]);
});

test('a refusal of one customer shows on no link of another', async () => {
  await show(off);
  const other = await newWorld(apiOf());
  const { body } = await apiOf().call('get', `/v1/project-links/${other.projectLinkId}`, { key: other.key });
  expect(body).toMatchObject({ streams: [] });
});
