import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type JsonClient, jsonClient } from '../../scripts/tour/http.ts';
import { type Truth, truthFrom } from '../../scripts/tour/truth.ts';
import { type Account, type CompanySeen, companyCalled, guideAccount } from '../support/customer.ts';
import { eventually } from '../support/eventually.ts';
import { startStack, type TestStack } from '../support/stack.ts';
import { type Watch, watchEngines } from '../support/watched-run.ts';

const tenant = 'acme-safety';

let stack: TestStack;
let watch: Watch;
let api: JsonClient;
let truth: Truth;
let acme: CompanySeen;
let account: Account;
let care: string;
let crew: { readonly employerId: string; readonly vendorId: string; readonly startUtc: string; readonly endUtc: string | null };

beforeAll(async () => {
  stack = await startStack();
  watch = await watchEngines(stack);
  expect((await stack.tour()).code).toBe(0);
  const { api: origin, tenants, procore } = stack.run();
  api = jsonClient(origin, tenants[tenant]?.apiKey ?? '');
  truth = truthFrom(jsonClient(procore.control, procore.controlToken));
  acme = await companyCalled(stack, 'Acme');
  account = await guideAccount(stack, acme.id);
  const [first] = await links();
  care = `care:${tenants[tenant]?.id}:${first?.connectionId}`;
  crew = await anyCrew();
}, 300_000);

afterAll(async () => {
  await watch.close();
  await stack.stop();
}, 60_000);

const link = z.object({
  projectLinkId: z.string(),
  connectionId: z.string(),
  scope: z.string(),
  workflowId: z.string(),
  createdAt: z.string(),
  procore: z.object({ projectId: z.string() }),
  atPartner: z.object({ projectId: z.string() }),
});
type Link = z.infer<typeof link>;

const links = async (): Promise<readonly Link[]> =>
  z
    .object({ items: z.array(link) })
    .parse(await api.get('/v1/project-links?limit=200'))
    .items.filter(({ scope }) => scope === 'project');

const openItems = async () =>
  z
    .object({ items: z.array(z.object({ reason: z.string(), subject: z.string() })) })
    .parse(await api.get('/v1/attention-items?state=open&limit=200')).items;

/** An employer with a vendor of the same register, and a stay of its people yesterday. */
async function anyCrew(): Promise<typeof crew> {
  const { employers, signIns } = await truth.hammertech(tenant);
  const vendors = (await truth.vendors(acme.id)).filter(({ register }) => register !== null);
  for (const { employerId, endKind, deleted, startUtc, endUtc } of [...signIns].reverse()) {
    const abn = employers.find(({ id }) => id === employerId)?.abn?.replaceAll(' ', '');
    const vendor = vendors.find(({ register }) => register === abn);
    if (vendor && employerId !== null && endKind === 'manual' && !deleted)
      return { employerId, vendorId: vendor.id, startUtc, endUtc };
  }
  throw new Error('the seed has no stay of a matched employer');
}

const signInAt = ({ employerId, startUtc, endUtc }: typeof crew, projectId: string) =>
  stack.control('POST', '/hammertech/sign-ins', {
    act: 'create',
    tenant,
    signIn: { projectId, employerId, startUtc, endUtc },
  });

/** Workers in entries of ours on a project, as they truly stand in Procore. */
const workersOn = async (projectId: string): Promise<number> =>
  (await truth.manpower(acme.id))
    .filter((entry) => entry.projectId === projectId)
    .reduce((sum, { numWorkers }) => sum + (numWorkers ?? 0), 0);

/** One more worker of the crew comes to a project; answers how many are to stand in Procore then. */
async function oneMoreOn({ procore, atPartner }: Link): Promise<number> {
  await stack.control('POST', '/admin/projects/add-vendor', { projectId: procore.projectId, vendorId: crew.vendorId });
  const before = await workersOn(procore.projectId);
  await signInAt(crew, atPartner.projectId);
  return before + 1;
}

const syncNow = (one: Link) => api.post(`/v1/project-links/${one.projectLinkId}/sync-now`, {});

const written = (one: Link, workers: number) =>
  eventually('the worker to be written', async () => (await workersOn(one.procore.projectId)) === workers, 60_000);

/** The same, asked for: where the timer is not what is looked at. */
async function writtenAtOnce(one: Link, workers: number): Promise<void> {
  await syncNow(one);
  await written(one, workers);
}

/** Rounds of care that began after a moment and ended before another, by the run's own history. */
async function roundsBetween(fromMs: number, untilMs: number): Promise<number> {
  const { events } = await watch.client.workflow.getHandle(care).fetchHistory();
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

const change = z.object({ says: z.string() });

/** What a person who asks for it is answered. */
const compared = async (one: Link): Promise<string> =>
  change.parse(await api.post(`/v1/project-links/${one.projectLinkId}/sync-now`, { reconcile: true })).says;

/** Entries of the account on a project, as they truly stand in Procore. */
async function ownEntries({ procore }: Link): Promise<readonly string[]> {
  const record = z.object({ id: z.string(), author: z.string(), projectId: z.string(), current: z.unknown() });
  const rows = z.array(record).parse(await stack.control('GET', '/ledger/records?resource=manpower_logs'));
  return rows
    .filter((row) => row.projectId === procore.projectId && row.author === account.personId && row.current !== null)
    .map(({ id }) => id);
}

test('asked for, both sides are compared: an entry that was deleted in Procore is told in the answer, and made anew by decision', async () => {
  const [one] = await links();
  if (!one) throw new Error('a project is linked');
  const [first = '', ...others] = await ownEntries(one);
  expect(await compared(one)).toMatch(/manpower: .*compared \d+ entries .*: all agree/);
  await stack.control('POST', '/admin/daily-logs/delete-manpower', { id: first, by: 'ada' });
  expect(await compared(one)).toMatch(/1 differs \(1 deleted or moved there\): 1 told as items/);
  expect(await ownEntries(one)).toEqual(others);

  const item = z.object({ items: z.array(z.object({ attentionItemId: z.string(), seen: z.string() })) });
  const open = item.parse(await api.get(`/v1/attention-items?state=open&projectLinkId=${one.projectLinkId}&limit=200`)).items;
  const told = open.find(({ seen }) => seen.includes('was deleted'));
  await api.post(`/v1/attention-items/${told?.attentionItemId}/resolve`, { resolution: 'retry' });
  await eventually('it to be made anew', async () => (await ownEntries(one)).length === others.length + 1, 60_000);
  expect(await ownEntries(one)).not.toContain(first);
  expect(await compared(one)).toMatch(/compared \d+ entries row by row: all agree/);
}, 150_000);

test('a project made in Procore is linked by the first round of care that begins after it, and its first worker is written, without anybody acting', async () => {
  const zone = { name: 'Quay 9', number: 'AC-901' };
  const site = z.object({ id: z.string() }).parse(
    await stack.control('POST', '/hammertech/projects', {
      act: 'create',
      tenant,
      record: { ...zone, timeZone: 'Australia/Sydney' },
    }),
  );
  await signInAt(crew, site.id);
  const { id: projectId } = z
    .object({ id: z.string() })
    .parse(await stack.control('POST', '/admin/projects/create', { companyId: acme.id, ...zone, timeZone: 'Sydney' }));
  await stack.control('POST', '/admin/projects/add-vendor', { projectId, vendorId: crew.vendorId });
  const madeMs = Date.now();
  const own = await eventually(
    'the project to be linked',
    async () => (await links()).find(({ procore }) => procore.projectId === projectId),
    60_000,
  );
  expect(own.atPartner.projectId).toBe(site.id);
  expect(await roundsBetween(madeMs, Date.parse(own.createdAt))).toBe(0);
  await written(own, 1);
}, 150_000);

const ofProject = (projectId: string) => ({ projectId, personId: account.personId });

test('a project without the sync user, and with it again: it alone waits, its neighbour goes on, and what happened meanwhile arrives once', async () => {
  const [one, neighbour] = await links();
  if (!one || !neighbour) throw new Error('two projects are linked');
  const { projectId } = one.procore;
  const expected = await oneMoreOn(one).then(async (workers) => {
    await writtenAtOnce(one, workers);
    return workers;
  });
  await stack.control('POST', '/admin/users/take-off-project', ofProject(projectId));
  await signInAt(crew, one.atPartner.projectId);
  await eventually(
    'the refusal to be told',
    async () => {
      await syncNow(one);
      return (await openItems()).some(({ reason }) => reason === 'project-not-permitted');
    },
    60_000,
  );
  await writtenAtOnce(neighbour, await oneMoreOn(neighbour));
  expect(await workersOn(projectId)).toBe(expected);

  await stack.control('POST', '/admin/users/put-on-project', ofProject(projectId));
  await written(one, expected + 1);
  await eventually(
    'no item to be left of it',
    async () => (await openItems()).every(({ reason }) => reason !== 'project-not-permitted'),
    60_000,
  );
  expect((await links()).find(({ projectLinkId }) => projectLinkId === one.projectLinkId)).toEqual(one);
}, 240_000);

test('a template that falls for all projects is one item, of care; once it is raised, every project catches up, each worker once', async () => {
  const template = acme.templates.find(({ name }) => name === 'HammerTech Sync Project Permissions');
  const setLevel = (level: string) =>
    stack.control('POST', '/admin/templates/edit', { templateId: template?.id, tool: 'daily_log', level });
  const some = (await links()).slice(0, 3);
  for (const one of some) await oneMoreOn(one).then((workers) => writtenAtOnce(one, workers));
  await setLevel('Read Only');
  const expected: [Link, number][] = [];
  for (const one of some) expected.push([one, await oneMoreOn(one)]);
  const ofTemplate = async () => (await openItems()).filter(({ reason }) => reason === 'permission-too-low');
  await eventually(
    'every one to be refused, and care to tell it',
    async () => {
      for (const one of some) await syncNow(one);
      const own = await Promise.all(
        some.map(({ projectLinkId }) => api.get(`/v1/attention-items?state=open&projectLinkId=${projectLinkId}&limit=200`)),
      );
      const refused = own.every((page) => JSON.stringify(page).includes('stream:manpower'));
      return refused && (await ofTemplate()).some(({ subject }) => subject === 'step:verifyProjectTemplate');
    },
    60_000,
  );
  expect(await ofTemplate()).toEqual([{ reason: 'permission-too-low', subject: 'step:verifyProjectTemplate' }]);
  await eventually('care’s own page to tell it', async () => (await watch.run(care).page()).includes('verifyProjectTemplate'));

  await setLevel('Admin');
  for (const [one, workers] of expected) await written(one, workers);
  await eventually('no item to be left of it', async () => (await ofTemplate()).length === 0, 60_000);
  await eventually('care to be clear', async () => !(await watch.run(care).page()).includes('verifyProjectTemplate |'), 60_000);
}, 300_000);
