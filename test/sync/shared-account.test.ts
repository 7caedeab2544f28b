import { expect, test } from '@jest/globals';
import { unlinkProject } from '../../shared/store/projects/project-links.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { daysAgo, type EngineGround, sharedAccount, useEngineGrounds } from './engine-ground.ts';

const newGround = useEngineGrounds(sharedAccount);

/** Two tenants that connected one Procore project with our one service account; each has a crew there on one day. */
async function twoTenants(): Promise<readonly [EngineGround, EngineGround]> {
  const first = await newGround();
  const second = await first.neighbour();
  for (const [ground, day] of [
    [first, 1],
    [second, 2],
  ] as const) {
    await ground.match('e1', first.small.vendor.id);
    ground.source.add({ worker: 'w1', employer: 'e1', day: daysAgo(day), hours: 8 });
  }
  return [first, second];
}

const unlink = ({ store, tenantId, link }: EngineGround): Promise<void> =>
  withTenant(store.pool, tenantId, (db) => unlinkProject(db, link.projectLinkId));

test('the second tenant is refused in words, writes nothing, and goes on by itself once the first has unlinked the project', async () => {
  const [first, second] = await twoTenants();
  expect(await first.cycle()).toMatchObject({ created: 1 });
  second.calls();
  for (let cycles = 0; cycles < 3; cycles += 1) {
    await expect(second.cycle()).rejects.toMatchObject({
      kind: 'account-shared',
      message: expect.stringContaining(
        'Another customer’s connection writes this project’s log through the same service account already.',
      ),
    });
  }
  expect(second.calls()).toEqual([]);
  expect(await second.deliveries()).toEqual([]);
  expect(first.entries()).toMatchObject([{ date: daysAgo(1) }]);

  await unlink(first);
  expect(await second.cycle()).toMatchObject({ created: 1, parked: 0, open: 0 });
  expect(first.entries()).toMatchObject([{ date: daysAgo(2) }, { date: daysAgo(1) }]);
  // and the first one is done with it, also where a cycle of it comes late
  expect(await first.cycle()).toMatchObject({ created: 0, open: 0 });
});

test('what the first tenant wrote is not written again by the second, which has the same day', async () => {
  const [first, second] = await twoTenants();
  await first.cycle();
  second.source.add({ worker: 'w9', employer: 'e1', day: daysAgo(1), hours: 8 });
  await unlink(first);
  expect(await second.cycle()).toMatchObject({ created: 2, parked: 0 });
  expect(first.entries()).toHaveLength(2);
});

test('of two first cycles at the same moment one writes', async () => {
  const [first, second] = await twoTenants();
  const ends = await Promise.allSettled([first.cycle(), second.cycle()]);
  expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(first.entries()).toHaveLength(1);
});
