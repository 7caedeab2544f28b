import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { FaultKind } from '../../../sandbox/kernel/faults.ts';
import type { EntryOf } from '../../../sandbox/kernel/model-daily-log.ts';
import { setPermittedProjects } from '../../../sandbox/procore/admin/apps.ts';
import { completeDay, deleteByHand, editByHand, writeByHand } from '../../../sandbox/procore/admin/daily-logs.ts';
import type { EntryFields } from '../../../sandbox/procore/daily-log/kind.ts';
import { acmeId } from '../../../sandbox/seed/seed.ts';
import { type HammertechGround, useHammertechGrounds } from '../hammertech-ground.ts';
import type { Module } from './module.ts';
import { describePlaces } from './places.ts';
import { decideItem, entriesOf, newSite, openItems, type Site, writesOf } from './site.ts';

/** The rules that hold for every module that writes a daily log, proven between both sandboxes. */
export function describeModule<Columns extends object, Fields extends EntryFields>(module: Module<Columns, Fields>): void {
  const { stream, kind } = module;
  const newGround = useHammertechGrounds();
  let ground: HammertechGround;
  let site: Site;
  beforeAll(async () => {
    ground = await newGround();
  });
  beforeEach(async () => {
    site = await newSite(ground);
    ground.sandbox.world.switches.set('completedDay', 'allow');
  });

  const sync = () => ground.settle(site.link, stream);
  const entries = () => entriesOf<EntryOf<Columns>>(site, kind.resource);
  const items = () => openItems(site, stream);
  const enter = (daysAgo = 2) => module.enter(site, site.when(daysAgo, 7, 30), site.matched.employerId);
  const complete = (date: string, completed = true) =>
    completeDay(ground.sandbox.world, { projectId: site.link.procoreProjectId, date, completed, by: site.person });

  test('a record is entered once, with all that Procore asks for; looking again writes nothing', async () => {
    const when = site.when(2, 7, 30);
    module.enter(site, when, site.matched.employerId);
    expect(await sync()).toMatchObject({ created: 1, parked: 0, open: 0 });
    const shown = module.shows(when);
    expect(entries()).toMatchObject([{ date: when.date, ...shown }]);
    for (const name of Object.keys(shown)) expect(entries()[0]).not.toHaveProperty(name, null);
    writesOf(ground);
    expect(await sync()).toMatchObject({ created: 0, updated: 0, open: 0 });
    expect(writesOf(ground)).toEqual([]);
  });

  test.each(module.corrections.map((correction) => [correction.name, correction] as const))(
    '%s at the source changes the same entry',
    async (_name, { correct, shows }) => {
      const id = enter();
      await sync();
      const [before] = entries();
      correct(site, id);
      expect(await sync()).toMatchObject({ created: 0, updated: 1, parked: 0, open: 0 });
      expect(entries()).toMatchObject([{ ...shows, id: before?.id, date: before?.date }]);
    },
  );

  const { returns } = module;
  if (returns)
    test('what was taken back while it waited, and counts again, is entered then', async () => {
      const when = site.when(2, 7, 30);
      complete(when.date);
      const id = enter();
      await sync();
      returns.withdraw(site, id);
      await sync();
      returns.restore(site, id);
      complete(when.date, false);
      expect(await sync()).toMatchObject({ created: 1, parked: 0 });
      expect(entries()).toMatchObject([{ date: when.date, ...module.shows(when) }]);
    });

  describe.each(Object.entries(module.withdrawals))('%s at the source', (_name, withdraw) => {
    test('leaves the entry for a person, as one item; they leave it, and are not asked again', async () => {
      const id = enter();
      await sync();
      const before = entries();
      withdraw(site, id);
      writesOf(ground);
      expect(await sync()).toMatchObject({ parked: 1, reasons: { 'delete-needs-approval': 1 } });
      expect(await sync()).toMatchObject({ parked: 1 });
      const [item, ...others] = await items();
      expect([item?.reason, others]).toEqual(['delete-needs-approval', []]);
      expect(await decideItem(site, item?.itemId ?? '', 'leave')).toMatchObject({ applied: true });
      expect(await sync()).toMatchObject({ parked: 0 });
      expect(await items()).toEqual([]);
      expect([entries(), writesOf(ground)]).toEqual([before, []]);
    });

    test('asks nobody any more once a person has removed the entry', async () => {
      const id = enter();
      await sync();
      withdraw(site, id);
      expect(await sync()).toMatchObject({ parked: 1 });
      deleteByHand(ground.sandbox.world, kind, { id: entries()[0]?.id ?? '', by: site.person });
      ground.roundPasses();
      expect(await sync()).toMatchObject({ parked: 0, open: 0 });
      expect([entries(), await items()]).toEqual([[], []]);
    });

    test('is still asked about while Procore hides the entry from an account without rights', async () => {
      const id = enter();
      await sync();
      withdraw(site, id);
      await sync();
      const { world } = ground.sandbox;
      const { clientId } = ground.account;
      const { procoreProjectId } = site.link;
      const all = world.projects.filter(({ companyId }) => companyId === acmeId).map((project) => project.id);
      const permit = (projectIds: readonly string[]) =>
        setPermittedProjects(world, { companyId: acmeId, clientId, permittedProjectIds: [...projectIds] });
      permit(all.filter((one) => one !== procoreProjectId));
      ground.roundPasses();
      expect(await ground.cycle(site.link, stream)).toMatchObject({ parked: 1 });
      permit(all);
      expect(await items()).toMatchObject([{ reason: 'delete-needs-approval' }]);
    });

    test('while it waits for its day: it waits no more, and is not written when the day is open again', async () => {
      const { date } = site.when(2, 7, 30);
      complete(date);
      const id = enter();
      expect(await sync()).toMatchObject({ created: 0, parked: 1 });
      withdraw(site, id);
      // nothing stands in Procore that a person could remove
      expect((await ground.foresee(site.link, stream)).records.filter(({ does }) => does === 'cannot')).toEqual([]);
      expect(await sync()).toMatchObject({ parked: 0, open: 0 });
      complete(date, false);
      await ground.activities.retryItems({ ...linkRef(site), reason: 'day-completed' });
      expect(await sync()).toMatchObject({ created: 0, parked: 0 });
      expect([entries(), await items()]).toEqual([[], []]);
    });

    test('before it was carried: nothing is written, and nobody is asked', async () => {
      const id = enter();
      withdraw(site, id);
      expect(await sync()).toMatchObject({ created: 0, parked: 0, open: 0 });
      expect([entries(), await items()]).toEqual([[], []]);
    });
  });

  test('an entry that a person changed in Procore is theirs: a correction becomes a conflict, and nothing is written', async () => {
    const id = enter();
    await sync();
    const [ours] = entries();
    editByHand(ground.sandbox.world, kind, { id: ours?.id ?? '', by: site.person }, module.edited);
    const [edited] = entries();
    expect(edited).not.toEqual(ours);
    writesOf(ground);
    module.corrections[0]?.correct(site, id);
    expect(await sync()).toMatchObject({ updated: 0, parked: 1, reasons: { conflict: 1 } });
    expect([entries(), writesOf(ground)]).toEqual([[edited], []]);
    const [item] = await items();
    await decideItem(site, item?.itemId ?? '', 'overwrite');
    expect(await sync()).toMatchObject({ updated: 1, parked: 0 });
    expect(entries()).toMatchObject([{ id: ours?.id, ...module.corrections[0]?.shows }]);
  });

  test('an entry that a person moved to another day is theirs too: retried, no second one is made', async () => {
    const id = enter();
    await sync();
    const [ours] = entries();
    editByHand(ground.sandbox.world, kind, { id: ours?.id ?? '', by: site.person }, { ...module.edited, date: '2026-01-05' });
    module.corrections[0]?.correct(site, id);
    expect(await sync()).toMatchObject({ updated: 0, parked: 1, reasons: { conflict: 1 } });
    const [item] = await items();
    await decideItem(site, item?.itemId ?? '', 'retry');
    expect(await sync()).toMatchObject({ created: 0, updated: 0, parked: 1 });
    expect(entries()).toMatchObject([{ id: ours?.id, date: '2026-01-05' }]);
  });

  test('what a person adds in a field that is not ours is no conflict, and stays', async () => {
    const id = enter();
    await sync();
    editByHand(ground.sandbox.world, kind, { id: entries()[0]?.id ?? '', by: site.person }, module.added);
    module.corrections[0]?.correct(site, id);
    expect(await sync()).toMatchObject({ updated: 1, parked: 0 });
    expect(entries()).toMatchObject([{ ...module.added, ...module.corrections[0]?.shows }]);
  });

  test('what a person enters by hand on the same day stands beside ours: nobody is asked, nothing of theirs is touched', async () => {
    const { world } = ground.sandbox;
    const { date } = site.when(2, 7, 30);
    const place = { projectId: site.link.procoreProjectId, by: site.person };
    const theirs = writeByHand(world, kind, place, { ...module.byHand, date });
    const id = enter();
    expect(await sync()).toMatchObject({ created: 1, parked: 0 });
    module.corrections[0]?.correct(site, id);
    expect(await sync()).toMatchObject({ updated: 1, parked: 0 });
    expect(entries()).toHaveLength(2);
    expect(entries()[0]).toEqual(theirs);
    expect(entries()[1]).toMatchObject(module.corrections[0]?.shows ?? {});
  });

  describe.each(['allow', '422'] as const)('where Procore’s rule for a completed day is %s', (rule) => {
    beforeEach(() => ground.sandbox.world.switches.set('completedDay', rule));

    test('a new record waits, and is entered once a person has reopened the day', async () => {
      const { date } = site.when(2, 7, 30);
      complete(date);
      enter();
      enter(3);
      expect(await sync()).toMatchObject({ created: 1, parked: 1, reasons: { 'day-completed': 1 } });
      expect(entries().map((entry) => entry.date)).not.toContain(date);
      expect(await items()).toMatchObject([{ reason: 'day-completed', subject: `day:${date}` }]);
      complete(date, false);
      await ground.activities.retryItems({ ...linkRef(site), reason: 'day-completed' });
      expect(await sync()).toMatchObject({ created: 1, parked: 0 });
      expect(await items()).toEqual([]);
      expect(entries().map((entry) => entry.date)).toContain(date);
    });

    test('a correction waits, and the entry stays as it was', async () => {
      const id = enter();
      await sync();
      const before = entries();
      complete(site.when(2, 7, 30).date);
      module.corrections[0]?.correct(site, id);
      writesOf(ground);
      expect(await sync()).toMatchObject({ updated: 0, parked: 1, reasons: { 'day-completed': 1 } });
      expect([entries(), writesOf(ground)]).toEqual([before, []]);
    });
  });

  const lost: readonly [string, FaultKind][] = [
    ['500 after Procore had stored it', { kind: 'status-after-commit', status: 500 }],
    ['a connection that was cut after Procore had stored it', { kind: 'reset-after-commit' }],
    ['a 200 that cannot be read', { kind: 'garbage-after-commit' }],
    ['502 before Procore had stored it', { kind: 'status-before', status: 502 }],
  ];
  test.each(lost)('%s: exactly one entry, for each of three records of one day', async (_name, effect) => {
    const { faults } = ground.sandbox.world;
    const path = `/rest/v1.0/projects/${site.link.procoreProjectId}/${kind.resource}`;
    faults.add({ match: { method: 'POST', path }, nth: 1, times: 2, effect });
    const daysAgo = module.placed ? [2, 2, 2] : [2, 3, 4];
    for (const ago of daysAgo) enter(ago);
    await sync();
    expect(entries()).toHaveLength(3);
    expect(await items()).toEqual([]);
  });

  test('a change whose answer was lost stands there once', async () => {
    const id = enter();
    await sync();
    const [before] = entries();
    const path = `/rest/v1.0/projects/${site.link.procoreProjectId}/${kind.resource}/*`;
    ground.sandbox.world.faults.add({
      match: { method: 'PATCH', path },
      effect: { kind: 'status-after-commit', status: 500 },
    });
    module.corrections[0]?.correct(site, id);
    await sync();
    expect(entries()).toMatchObject([{ id: before?.id, ...module.corrections[0]?.shows }]);
    expect(await items()).toEqual([]);
  });

  test('nothing before the start date; an earlier one brings in what lies between', async () => {
    for (const ago of [2, 3, 5]) enter(ago);
    const startAt = (date: string | null) =>
      ground.store.admin.query('UPDATE project_link SET start_date = $2 WHERE project_link_id = $1', [
        site.link.projectLinkId,
        date,
      ]);
    await startAt(site.when(3, 0, 0).date);
    expect(await sync()).toMatchObject({ created: 2 });
    expect(entries().map(({ date }) => date)).toEqual([site.when(3, 0, 0).date, site.when(2, 0, 0).date]);
    await startAt(null);
    expect(await sync()).toMatchObject({ created: 1, updated: 0 });
    // what stands there stays when the date moves on
    await startAt(site.when(1, 0, 0).date);
    expect(await sync()).toMatchObject({ created: 0, updated: 0, parked: 0 });
    expect(entries()).toHaveLength(3);
  });

  if (module.placed) describePlaces(module, module.placed, () => site);
}

const linkRef = ({ ground: { tenantId }, link: { projectLinkId } }: Site) => ({ tenantId, projectLinkId });
