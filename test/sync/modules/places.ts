import { describe, expect, test } from '@jest/globals';
import type { EntryOf } from '../../../sandbox/kernel/model-daily-log.ts';
import { completeDay } from '../../../sandbox/procore/admin/daily-logs.ts';
import { addVendorToProject } from '../../../sandbox/procore/admin/projects.ts';
import type { EntryFields } from '../../../sandbox/procore/daily-log/kind.ts';
import type { Module } from './module.ts';
import { decideItem, entriesOf, newSite, openItems, pair, type Site, vendorElsewhere } from './site.ts';
import { enterEmployer } from './source.ts';

/** Days, times and companies of the modules whose records have them. */
export function describePlaces<Columns extends object, Fields extends EntryFields>(
  { stream, kind, enter, shows }: Module<Columns, Fields>,
  { move, employ }: NonNullable<Module<Columns, Fields>['placed']>,
  at: () => Site,
): void {
  type Entry = EntryOf<Columns & { vendorId: string | null }>;
  const entries = (site: Site) => entriesOf<Entry>(site, kind.resource);
  const sync = (site: Site) => site.ground.settle(site.link, stream);

  test.each(['Sydney', 'Pacific Time (US & Canada)'] as const)(
    'either side of midnight in %s falls on its own day, by the clock on site',
    async (zone) => {
      const site = await newSite(at().ground, zone);
      const [last, first] = [site.when(3, 23, 59), site.when(2, 0, 0)];
      for (const when of [first, last]) enter(site, when, null);
      await sync(site);
      expect(entries(site)).toMatchObject([
        { date: last.date, ...shows(last) },
        { date: first.date, ...shows(first) },
      ]);
      expect(last.date < first.date).toBe(true);
    },
  );

  describe('a time that is corrected into another day', () => {
    test('moves the same entry there', async () => {
      const site = at();
      const id = enter(site, site.when(4, 23, 50), null);
      await sync(site);
      const [before] = entries(site);
      const moved = site.when(3, 0, 20);
      move(site, id, moved);
      expect(await sync(site)).toMatchObject({ created: 0, updated: 1, parked: 0 });
      expect(entries(site)).toMatchObject([{ id: before?.id, date: moved.date, ...shows(moved) }]);
    });

    test('waits while the day it stands on is completed', async () => {
      const site = at();
      const id = enter(site, site.when(4, 23, 50), null);
      await sync(site);
      const before = entries(site);
      completeDay(site.ground.sandbox.world, {
        projectId: site.link.procoreProjectId,
        date: site.when(4, 0, 0).date,
        by: site.person,
      });
      move(site, id, site.when(3, 0, 20));
      expect(await sync(site)).toMatchObject({ updated: 0, parked: 1, reasons: { 'day-completed': 1 } });
      expect(entries(site)).toEqual(before);
    });
  });

  test('without a counterpart of its company it stands without one, and gets it once it is matched', async () => {
    const site = at();
    const { vendorId } = site.matched;
    const employerId = enterEmployer(site);
    enter(site, site.when(2, 9, 0), employerId);
    expect(await sync(site)).toMatchObject({ created: 1, parked: 0 });
    const [before] = entries(site);
    expect(before?.vendorId).toBeNull();
    await pair(site.ground, employerId, vendorId);
    expect(await sync(site)).toMatchObject({ created: 0, updated: 1 });
    expect(entries(site)).toMatchObject([{ id: before?.id, vendorId }]);
  });

  test('a company that was the wrong one is taken off the same entry', async () => {
    const site = at();
    const { employerId, vendorId } = site.matched;
    const id = enter(site, site.when(2, 9, 0), employerId);
    await sync(site);
    expect(entries(site)).toMatchObject([{ vendorId }]);
    employ(site, id, null);
    expect(await sync(site)).toMatchObject({ updated: 1, parked: 0 });
    expect(entries(site)).toMatchObject([{ vendorId: null }]);
  });

  test('a company that is not on the project is one item for all its records, and they go out once it was added', async () => {
    const site = at();
    const { ground, link, matched } = site;
    const vendorId = vendorElsewhere(ground, link);
    const employerId = enterEmployer(site);
    await pair(ground, employerId, vendorId);
    for (const hour of [9, 10]) enter(site, site.when(2, hour, 0), employerId);
    enter(site, site.when(2, 11, 0), matched.employerId);
    expect(await sync(site)).toMatchObject({ created: 1, parked: 2, reasons: { 'vendor-not-on-project': 2 } });
    expect(await openItems(site, stream)).toMatchObject([{ reason: 'vendor-not-on-project', subject: `vendor:${vendorId}` }]);
    addVendorToProject(ground.sandbox.world, { projectId: link.procoreProjectId, vendorId, by: site.person });
    const { tenantId } = ground;
    const { projectLinkId } = link;
    await ground.activities.retryItems({ tenantId, projectLinkId, reason: 'vendor-not-on-project' });
    expect(await sync(site)).toMatchObject({ created: 2, parked: 0 });
    expect(entries(site)).toHaveLength(3);
  });

  test('“add it” puts the company on the project and sends its records; without the right to, the item says so', async () => {
    const site = at();
    const { ground, link } = site;
    const { world } = ground.sandbox;
    const vendorId = vendorElsewhere(ground, link);
    const employerId = enterEmployer(site);
    await pair(ground, employerId, vendorId);
    for (const hour of [9, 10]) enter(site, site.when(2, hour, 0), employerId);
    await sync(site);
    const addIt = async () => decideItem(site, (await openItems(site, stream))[0]?.itemId ?? '', 'add-to-project');
    expect(await addIt()).toMatchObject({ applied: true });
    expect(await sync(site)).toMatchObject({ created: 0, parked: 2 });
    expect(await openItems(site, stream)).toMatchObject([{ seen: expect.stringContaining('may not') }]);

    const app = world.apps.find(({ clientId }) => clientId === ground.account.clientId);
    if (!app) throw new Error('the account’s app is not there');
    world.apps.put({ ...app, manifest: { ...app.manifest, project: { ...app.manifest.project, directory: 'Admin' } } });
    await addIt();
    expect(await sync(site)).toMatchObject({ created: 2, parked: 0 });
    world.apps.put(app);
    expect(world.projectVendors.get(`${link.procoreProjectId}:${vendorId}`)).toBeDefined();
    expect(await openItems(site, stream)).toEqual([]);
  });
}
