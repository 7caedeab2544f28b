import { expect, test } from '@jest/globals';
import type { Committed } from '../../sandbox/kernel/ledger.ts';
import { pushHeld, setAutomation } from '../../shared/store/projects/link-settings.ts';
import type { ProjectLink } from '../../shared/store/projects/project-links.ts';
import { deliveriesPage } from '../../shared/store/records/deliveries-view.ts';
import type { Automation } from '../../shared/store/records/wanted-records.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { acmeMatches, writeDiaries } from './acme.ts';
import { committedSince, expectAsForeseen } from './foreseen.ts';
import { type HammertechGround, useHammertechGrounds } from './hammertech-ground.ts';

const newGround = useHammertechGrounds();

const inTenant =
  ({ store, tenantId }: HammertechGround) =>
  (work: Parameters<typeof withTenant>[2]) =>
    withTenant(store.pool, tenantId, work);

const automate = (ground: HammertechGround, { projectLinkId }: ProjectLink, stream: string, automation: Automation) =>
  inTenant(ground)((db) => setAutomation(db, projectLinkId, stream, automation));

const heldOf = async ({ store, tenantId }: HammertechGround, { projectLinkId }: ProjectLink, stream: string) => {
  const page = { projectLinkId, state: 'queued', release: 'held', limit: 1000, below: undefined };
  const all = await withTenant(store.pool, tenantId, (db) => deliveriesPage(db, page));
  return all.filter((one) => one.stream === stream);
};

const push = async (ground: HammertechGround, link: ProjectLink, deliveryIds: readonly string[] | 'all') =>
  withTenant(ground.store.pool, ground.tenantId, (db) => pushHeld(db, link.projectLinkId, deliveryIds));

const during = async (ground: HammertechGround, work: () => Promise<unknown>): Promise<readonly Committed[]> => {
  const mark = ground.sandbox.world.ledger.last;
  await work();
  return committedSince(ground.sandbox.world, mark);
};

test.each(['manpower', 'visitors', 'incidents', 'observations', 'notes', 'vendors'])(
  '%s: without automation of creates they wait with what would be sent, and go out one by one or as a list, as was foreseen',
  async (stream) => {
    const ground = await newGround();
    const project = await ground.link('AC-102');
    await ground.match(acmeMatches(ground, project));
    writeDiaries(ground, project);
    const link = stream === 'vendors' ? ground.companyLink : project;
    await automate(ground, link, stream, { create: false, update: true });
    const foreseen = await ground.foresee(link, stream);
    const wouldMake = foreseen.of('create');
    expect(wouldMake.length).toBeGreaterThan(0);
    expect(wouldMake.every(({ held }) => held)).toBe(true);
    expect(await during(ground, () => ground.settle(link, stream))).toEqual([]);
    const held = await heldOf(ground, link, stream);
    const shown = held.map(({ wouldSend }) => JSON.stringify(wouldSend?.fields));
    for (const { fields } of wouldMake) expect(shown).toContain(JSON.stringify(fields));
    const chosen = held.find(({ wouldSend }) => JSON.stringify(wouldSend?.fields) === JSON.stringify(wouldMake[0]?.fields));
    expect(await push(ground, link, [chosen?.deliveryId ?? ''])).toBe(1);
    expect(await during(ground, () => ground.settle(link, stream))).toMatchObject([{ action: 'create' }]);
    const mark = ground.sandbox.world.ledger.last;
    const rest = await ground.foresee(link, stream);
    const left = (await heldOf(ground, link, stream)).map(({ deliveryId }) => deliveryId);
    expect(await push(ground, link, left)).toBe(left.length);
    await ground.settle(link, stream);
    const pushed = { ...rest, records: rest.records.map((record) => ({ ...record, held: false })) };
    await expectAsForeseen(ground.store, ground.sandbox.world, mark, pushed, link);
    expect(await heldOf(ground, link, stream)).toEqual([]);
  },
);

test('what waits is overtaken by its newer version, and what vanished at the source waits no more; it comes back with its record', async () => {
  const ground = await newGround();
  const link = await ground.link('AC-102');
  const { hammertech } = ground.sandbox;
  await automate(ground, link, 'visitors', { create: false, update: false });
  await ground.settle(link, 'visitors');
  const [first] = await heldOf(ground, link, 'visitors');
  if (!first) throw new Error('no visit is held');
  const visits = hammertech.signIns.filter(
    ({ record }) => record.projectId === link.partnerProjectId && record.isVisitor && record.endUtc !== null && !record.deleted,
  );
  const [visit] = visits;
  if (!visit) throw new Error('the seed has no visit');
  let ticks = ground.sandbox.world.clock.nowMs();
  const change = (changes: Partial<typeof visit.record>) => {
    ticks += 1000;
    hammertech.signIns.put({ ...visit, record: { ...visit.record, ...changes, modified: new Date(ticks).toISOString() } });
  };
  const waiting = async () => {
    await ground.settle(link, 'visitors');
    return (await heldOf(ground, link, 'visitors')).length;
  };
  const all = await waiting();
  change({ endUtc: new Date(Date.parse(visit.record.endUtc ?? '') + 3_600_000).toISOString() });
  expect(await waiting()).toBe(all);
  change({ deleted: true });
  expect(await waiting()).toBe(all - 1);
  change({ deleted: false });
  expect(await waiting()).toBe(all);
  await push(ground, link, 'all');
  expect(await during(ground, () => ground.settle(link, 'visitors'))).toHaveLength(all);
});

test('updates wait on their own: creates go out, and a pushed update changes the entry once', async () => {
  const ground = await newGround();
  const link = await ground.link('AC-102');
  const { hammertech } = ground.sandbox;
  await automate(ground, link, 'incidents', { create: true, update: false });
  await ground.settle(link, 'incidents');
  const incident = hammertech.incidents.filter(({ record }) => record.projectId === link.partnerProjectId && !record.deleted)[0];
  if (!incident) throw new Error('the seed has no incident');
  const modified = new Date(ground.sandbox.world.clock.nowMs()).toISOString();
  hammertech.incidents.put({ ...incident, record: { ...incident.record, status: 'closed', severity: 'high', modified } });
  expect((await ground.foresee(link, 'incidents')).of('update')).toMatchObject([{ held: true }]);
  expect(await during(ground, () => ground.settle(link, 'incidents'))).toEqual([]);
  expect(await push(ground, link, 'all')).toBe(1);
  expect(await during(ground, () => ground.settle(link, 'incidents'))).toMatchObject([{ action: 'update' }]);
});
