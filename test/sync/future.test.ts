import { expect, test } from '@jest/globals';
import { daysAgo, useEngineGrounds } from './engine-ground.ts';

const newGround = useEngineGrounds();

test('a record that claims to be modified in the future hides none of the later changes', async () => {
  const ground = await newGround();
  const { source, small } = ground;
  await ground.match('e1', small.vendor.id);
  const ahead = { modified: '2131-01-01T00:00:00.000Z' };
  source.add({ worker: 'w1', employer: 'e1', day: daysAgo(1), hours: 8, changes: ahead });
  expect(await ground.cycle()).toMatchObject({ created: 1 });
  source.add({ worker: 'w2', employer: 'e1', day: daysAgo(1), hours: 8, changes: { modified: new Date().toISOString() } });
  expect(await ground.cycle()).toMatchObject({ updated: 1 });
  expect(ground.entries()).toMatchObject([{ numWorkers: 2 }]);
});
