import { expect, test } from '@jest/globals';
import { createSyncActivities } from '../../activities/sync/index.ts';
import type { FarSideRecord, ProjectStream, StreamRun } from '../../shared/partners/stream.ts';
import { useEngineGrounds } from './engine-ground.ts';

const newGround = useEngineGrounds();

test('a newer version that belongs to another day still knows what its former one may have left, and makes nothing beside it', async () => {
  const ground = await newGround();
  const farSide: FarSideRecord[] = [];
  let day = 'mon';
  const run: StreamRun = {
    async *pull() {
      const fact = { sourceId: 'one', groupKey: 'one', facts: { day }, modifiedAt: null };
      yield { facts: [fact], takenBack: [], cursor: { day } };
    },
    async map(naturalKey, [facts]) {
      const fields = { day: String(facts?.['day']) };
      return { kind: 'record', record: { naturalKey, searchKey: fields.day, fields, address: {}, empty: false } };
    },
    lookUp: async (keys) => farSide.filter(({ searchKey }) => keys.includes(searchKey)),
    async create({ fields, searchKey }) {
      // of two sendings both happened, and no answer came
      for (const id of ['1', '2']) farSide.push({ id, searchKey, fields, ours: true });
      throw new Error('the answer was lost');
    },
    update: () => Promise.reject(new Error('nothing is to be changed')),
    heldUp: async () => undefined,
    agrees: (seen, meant) => seen['day'] === meant['day'],
    isMisplaced: () => false,
  };
  const { tenantId, link, dependencies } = ground;
  const given = { name: 'manpower', module: 'manpower', mappingVersion: 1, needs: [] } as const;
  const kind = { scope: 'project', shape: 'direct', direction: 'partner-to-procore' } as const;
  const stream: ProjectStream = { ...given, ...kind, open: async () => run };
  const activities = createSyncActivities({ ...dependencies, streamsOf: () => [stream] });
  const cycle = () => activities.runStream({ tenantId, projectLinkId: link.projectLinkId, generation: 1, stream: 'manpower' });
  expect(await cycle()).toMatchObject({ open: 1 });
  await ground.timePasses();
  expect(await cycle()).toMatchObject({ open: 0, reasons: { 'outcome-unknown': 1 } });
  day = 'tue';
  expect(await cycle()).toMatchObject({ created: 0, open: 0, reasons: { 'outcome-unknown': 1 } });
  expect(farSide.map(({ searchKey }) => searchKey)).toEqual(['mon', 'mon']);
});
