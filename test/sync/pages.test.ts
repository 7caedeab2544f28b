import { expect, test } from '@jest/globals';
import { createSyncActivities } from '../../activities/sync/index.ts';
import type { ProjectStream, SourceFact, SourcePage, StreamRun } from '../../shared/partners/stream.ts';
import { setAutomation } from '../../shared/store/projects/link-settings.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { type EngineGround, useEngineGrounds } from './engine-ground.ts';

const newGround = useEngineGrounds();

const perPage = 100;

const never = async (): Promise<never> => {
  throw new Error('all is held before it would be sent');
};
const noFarSide: Omit<StreamRun, 'pull' | 'map'> = {
  lookUp: never,
  create: never,
  update: never,
  heldUp: never,
  agrees: () => true,
  isMisplaced: () => false,
};

/** A direct stream whose pages are all there at once, so that they come faster than they are stored. */
const streamOf = (pages: readonly SourcePage[]): ProjectStream => ({
  name: 'manpower',
  scope: 'project',
  shape: 'direct',
  direction: 'partner-to-procore',
  module: 'manpower',
  mappingVersion: 1,
  needs: [],
  open: async () => ({
    async *pull() {
      yield* pages;
    },
    async map(naturalKey, [facts]) {
      if (!facts) return { kind: 'nothing', naturalKey, why: 'it is gone' };
      const fields = { value: Number(facts['value']) };
      return { kind: 'record', record: { naturalKey, searchKey: naturalKey, fields, address: {}, empty: false } };
    },
    ...noFarSide,
  }),
});

const fact = (key: string, value: number): SourceFact => ({
  sourceId: key,
  groupKey: key,
  facts: { value },
  modifiedAt: '2026-11-01T08:00:00Z',
});

const pageOf = (number: number, more: readonly SourceFact[] = [], takenBack: readonly string[] = []): SourcePage => {
  const facts = Array.from({ length: perPage }, (_, index) => fact(`r${number}-${index}`, 1));
  return { facts: [...facts, ...more], takenBack, cursor: { number } };
};

async function pulled(ground: EngineGround, pages: readonly SourcePage[]) {
  const { store, tenantId, link, dependencies } = ground;
  const { projectLinkId } = link;
  const held = { create: false, update: false };
  await withTenant(store.pool, tenantId, (db) => setAutomation(db, projectLinkId, 'manpower', held));
  const activities = createSyncActivities({ ...dependencies, streamsOf: () => [streamOf(pages)] });
  const report = await activities.runStream({ tenantId, projectLinkId, generation: 1, stream: 'manpower' });
  const { rows } = await store.admin.query<{ key: string; value: number }>(
    `SELECT natural_key AS key, (payload -> 'fields' -> 'value')::int AS value FROM delivery
     WHERE tenant_id = $1 AND state = 'queued'`,
    [tenantId],
  );
  return { report, queued: new Map(rows.map(({ key, value }) => [key, value])), count: rows.length };
}

const count = 15;

test('pages that come at once are all taken in, however many records they have together', async () => {
  const pages = Array.from({ length: count }, (_, number) => pageOf(number));
  const { report, queued } = await pulled(await newGround(), pages);
  expect(report).toMatchObject({ pulled: count * perPage, unchanged: 0 });
  expect(queued.size).toBe(count * perPage);
});

test('a record on several pages stands as the last one says, also where that took it back', async () => {
  const extra = new Map<number, { more?: readonly SourceFact[]; takenBack?: readonly string[] }>([
    [3, { more: [fact('changed', 1), fact('back', 1), fact('came', 1)] }],
    [6, { more: [fact('changed', 2)], takenBack: ['back', 'came'] }],
    [9, { more: [fact('changed', 3), fact('came', 4)] }],
  ]);
  const pages = Array.from({ length: count }, (_, number) => {
    const { more, takenBack } = extra.get(number) ?? {};
    return pageOf(number, more, takenBack);
  });
  const ground = await newGround();
  const { queued, count: rows } = await pulled(ground, pages);
  expect([queued.get('changed'), queued.get('back'), queued.get('came')]).toEqual([3, undefined, 4]);
  expect(rows).toBe(count * perPage + 2);
  const again = await pulled(ground, pages);
  expect(again.report).toMatchObject({ created: 0, updated: 0 });
  expect(again.queued).toEqual(queued);
});
