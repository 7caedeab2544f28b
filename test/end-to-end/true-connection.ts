import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { eventually } from '../support/eventually.ts';
import { type Link, type LiveAcme, tenant } from './live-acme.ts';

/** What a live connection sees to by itself, as Procore and its people change. */
export function describeTrueConnection(of: () => LiveAcme): void {
  describe('a connection stays true', () => {
    test('asked for, both sides are compared: an entry that was deleted in Procore is told in the answer, and made anew by decision', async () => {
      const live = of();
      const [one] = await live.links();
      if (!one) throw new Error('a project is linked');
      const [first = '', ...others] = await ownEntries(live, one);
      expect(await live.syncNow(one, { reconcile: true })).toMatch(/manpower: .*compared \d+ entries .*: all agree/);
      await live.stack.control('POST', '/admin/daily-logs/delete-manpower', { id: first, by: 'ada' });
      expect(await live.syncNow(one, { reconcile: true })).toMatch(/1 differs \(1 deleted or moved there\): 1 told as items/);
      expect(await ownEntries(live, one)).toEqual(others);

      const told = (await live.items('open', one)).find(({ seen }) => seen.includes('was deleted'));
      await live.api.post(`/v1/attention-items/${told?.attentionItemId}/resolve`, { resolution: 'retry' });
      await eventually('it to be made anew', async () => (await ownEntries(live, one)).length === others.length + 1, 60_000);
      expect(await ownEntries(live, one)).not.toContain(first);
      expect(await live.syncNow(one, { reconcile: true })).toMatch(/compared \d+ entries row by row: all agree/);
    }, 150_000);

    test('a project made in Procore is linked by the first round of care that begins after it, and its first worker is written, without anybody acting', async () => {
      const live = of();
      const zone = { name: 'Quay 9', number: 'AC-901' };
      const site = z.object({ id: z.string() }).parse(
        await live.stack.control('POST', '/hammertech/projects', {
          act: 'create',
          tenant,
          record: { ...zone, timeZone: 'Australia/Sydney' },
        }),
      );
      await live.signIn(site.id);
      const { id: projectId } = z
        .object({ id: z.string() })
        .parse(
          await live.stack.control('POST', '/admin/projects/create', { companyId: live.acme.id, ...zone, timeZone: 'Sydney' }),
        );
      await live.stack.control('POST', '/admin/projects/add-vendor', { projectId, vendorId: live.crew.vendorId });
      const madeMs = Date.now();
      const own = await eventually(
        'the project to be linked',
        async () => (await live.links()).find(({ procore }) => procore.projectId === projectId),
        60_000,
      );
      expect(own.atPartner.projectId).toBe(site.id);
      expect(await roundsBetween(live, madeMs, Date.parse(own.createdAt))).toBe(0);
      await written(live, own, 1);
    }, 150_000);

    test('a project without the sync user, and with it again: it alone waits, its neighbour goes on, and what happened meanwhile arrives once', async () => {
      const live = of();
      const [one, neighbour] = await live.links();
      if (!one || !neighbour) throw new Error('two projects are linked');
      const { projectId } = one.procore;
      const expected = await oneMoreOn(live, one).then(async (workers) => {
        await writtenAtOnce(live, one, workers);
        return workers;
      });
      await live.stack.control('POST', '/admin/users/take-off-project', { projectId, personId: live.account.personId });
      await live.signIn(one.atPartner.projectId);
      await eventually(
        'the refusal to be told',
        async () => {
          await live.syncNow(one);
          return (await live.items('open')).some(({ reason }) => reason === 'project-not-permitted');
        },
        60_000,
      );
      await writtenAtOnce(live, neighbour, await oneMoreOn(live, neighbour));
      expect(await live.workersOn(projectId)).toBe(expected);

      await live.stack.control('POST', '/admin/users/put-on-project', { projectId, personId: live.account.personId });
      await written(live, one, expected + 1);
      await eventually(
        'no item to be left of it',
        async () => (await live.items('open')).every(({ reason }) => reason !== 'project-not-permitted'),
        60_000,
      );
      expect((await live.links()).find(({ projectLinkId }) => projectLinkId === one.projectLinkId)).toEqual(one);
    }, 240_000);

    test('a template that falls for all projects is one item, of care; once it is raised, every project catches up, each worker once', async () => {
      const live = of();
      const template = live.acme.templates.find(({ name }) => name === 'HammerTech Sync Project Permissions');
      const setLevel = (level: string) =>
        live.stack.control('POST', '/admin/templates/edit', { templateId: template?.id, tool: 'daily_log', level });
      const some = (await live.links()).slice(0, 3);
      for (const one of some) await oneMoreOn(live, one).then((workers) => writtenAtOnce(live, one, workers));
      await setLevel('Read Only');
      const expected: [Link, number][] = [];
      for (const one of some) expected.push([one, await oneMoreOn(live, one)]);
      const ofTemplate = async () => (await live.items('open')).filter(({ reason }) => reason === 'permission-too-low');
      await eventually(
        'every one to be refused, and care to tell it',
        async () => {
          for (const one of some) await live.syncNow(one);
          const own = await Promise.all(some.map((one) => live.items('open', one)));
          const refused = own.every((items) => items.some(({ subject }) => subject === 'stream:manpower'));
          return refused && (await ofTemplate()).some(({ subject }) => subject === 'step:verifyProjectTemplate');
        },
        60_000,
      );
      expect(await ofTemplate()).toMatchObject([{ reason: 'permission-too-low', subject: 'step:verifyProjectTemplate' }]);
      await eventually('care’s own page to tell it', async () =>
        (await live.watch.run(await care(live)).page()).includes('verifyProjectTemplate'),
      );

      await setLevel('Admin');
      for (const [one, workers] of expected) await written(live, one, workers);
      await eventually('no item to be left of it', async () => (await ofTemplate()).length === 0, 60_000);
      await eventually(
        'care to be clear',
        async () => !(await live.watch.run(await care(live)).page()).includes('verifyProjectTemplate |'),
        60_000,
      );
    }, 300_000);
  });
}

/** One more worker of the crew comes to a project; answers how many are to stand in Procore then. */
async function oneMoreOn({ stack, crew, workersOn, signIn }: LiveAcme, { procore, atPartner }: Link): Promise<number> {
  await stack.control('POST', '/admin/projects/add-vendor', { projectId: procore.projectId, vendorId: crew.vendorId });
  const before = await workersOn(procore.projectId);
  await signIn(atPartner.projectId);
  return before + 1;
}

const written = ({ workersOn }: LiveAcme, one: Link, workers: number) =>
  eventually('the worker to be written', async () => (await workersOn(one.procore.projectId)) === workers, 60_000);

/** The same, asked for: where the timer is not what is looked at. */
async function writtenAtOnce(live: LiveAcme, one: Link, workers: number): Promise<void> {
  await live.syncNow(one);
  await written(live, one, workers);
}

async function care({ stack, links }: LiveAcme): Promise<string> {
  const [first] = await links();
  return `care:${stack.run().tenants[tenant]?.id}:${first?.connectionId}`;
}

/** Rounds of care that began after a moment and ended before another, by the run's own history. */
async function roundsBetween(live: LiveAcme, fromMs: number, untilMs: number): Promise<number> {
  const { events } = await live.watch.client.workflow.getHandle(await care(live)).fetchHistory();
  const at = (event: { eventTime?: { seconds?: unknown; nanos?: number | null } | null }): number =>
    Number(event.eventTime?.seconds ?? 0) * 1000 + (event.eventTime?.nanos ?? 0) / 1e6;
  const ended = new Map<string, number>();
  for (const event of events ?? []) {
    const scheduled = event.activityTaskCompletedEventAttributes?.scheduledEventId;
    if (scheduled) ended.set(String(scheduled), at(event));
  }
  return (events ?? []).filter((event) => {
    const end = ended.get(String(event.eventId));
    return event.activityTaskScheduledEventAttributes && at(event) > fromMs && end !== undefined && end < untilMs;
  }).length;
}

/** Entries of the account on a project, as they truly stand in Procore. */
async function ownEntries({ stack, account }: LiveAcme, { procore }: Link): Promise<readonly string[]> {
  const record = z.object({ id: z.string(), author: z.string(), projectId: z.string(), current: z.unknown() });
  const rows = z.array(record).parse(await stack.control('GET', '/ledger/records?resource=manpower_logs'));
  return rows
    .filter((row) => row.projectId === procore.projectId && row.author === account.personId && row.current !== null)
    .map(({ id }) => id);
}
