import { expect, test } from '@jest/globals';
import { storeSettings } from '../../../shared/store/connections/connections.ts';
import { withTenant } from '../../../shared/store/tenancy.ts';
import { type HammertechGround, useHammertechGrounds } from '../hammertech-ground.ts';
import { entriesOf, newSite, writesOf } from './site.ts';
import { signIn } from './source.ts';

const newGround = useHammertechGrounds();
const byDefault = ['manpower', 'vendors'];

const switchTo = ({ store, tenantId, connectionId }: HammertechGround, modules: readonly string[]) =>
  withTenant(store.pool, tenantId, (db) => storeSettings(db, connectionId, { modules, settings: {} }));

/** A visit that is over, seen by a loop of which nobody knows yet that the module is off. */
async function visited(ground: HammertechGround) {
  const site = await newSite(ground);
  const visit = (daysAgo: number) => {
    const [startUtc, endUtc] = [site.instant(site.when(daysAgo, 9, 0)), site.instant(site.when(daysAgo, 10, 15))];
    return signIn(site, { startUtc, endUtc, employerId: null, isVisitor: true });
  };
  const streams = async (): Promise<readonly string[]> => {
    const { tenantId } = ground;
    const { projectLinkId, generation } = site.link;
    return (await ground.activities.openCycle({ tenantId, projectLinkId, generation })).streams;
  };
  return { site, visit, streams, entries: () => entriesOf(site, 'visitor_logs') };
}

test('a module that is off is not run, reads nothing and writes nothing, even in a cycle that began before', async () => {
  const ground = await newGround();
  await switchTo(ground, byDefault);
  const { site, visit, streams, entries } = await visited(ground);
  visit(2);
  expect(await streams()).toEqual(['manpower']);
  ground.calls('hammertech');
  writesOf(ground);
  for (const stream of ['visitors', 'incidents', 'observations', 'notes'])
    expect(await ground.cycle(site.link, stream)).toMatchObject({ pulled: 0, created: 0 });
  expect([entries(), ground.calls('hammertech'), ground.calls('procore')]).toEqual([[], [], []]);
});

test('switched on it starts with the window, or the start date; switched off it stops and leaves what is there', async () => {
  const ground = await newGround();
  await switchTo(ground, byDefault);
  const { site, visit, streams, entries } = await visited(ground);
  for (const daysAgo of [2, 4, 6]) visit(daysAgo);
  await ground.store.admin.query('UPDATE project_link SET start_date = $2 WHERE project_link_id = $1', [
    site.link.projectLinkId,
    site.when(4, 0, 0).date,
  ]);
  await switchTo(ground, [...byDefault, 'visitors']);
  expect(await streams()).toEqual(['manpower', 'visitors']);
  expect(await ground.settle(site.link, 'visitors')).toMatchObject({ created: 2 });
  const written = entries();
  expect(written.map(({ date }) => date)).toEqual([site.when(4, 0, 0).date, site.when(2, 0, 0).date]);

  await switchTo(ground, byDefault);
  visit(3);
  expect(await ground.cycle(site.link, 'visitors')).toMatchObject({ created: 0 });
  expect(entries()).toEqual(written);

  await switchTo(ground, [...byDefault, 'visitors']);
  expect(await ground.settle(site.link, 'visitors')).toMatchObject({ created: 1, updated: 0, parked: 0 });
  expect(entries()).toHaveLength(3);
});
