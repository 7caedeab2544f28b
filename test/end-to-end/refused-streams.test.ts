import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type JsonClient, jsonClient } from '../../scripts/tour/http.ts';
import { type Truth, truthFrom } from '../../scripts/tour/truth.ts';
import { type Account, type CompanySeen, companyCalled, guideAccount } from '../support/customer.ts';
import { eventually } from '../support/eventually.ts';
import { startStack, type TestStack } from '../support/stack.ts';
import { type Watch, watchEngines } from '../support/watched-run.ts';

const tenant = 'acme-safety';
const projectNumber = 'AC-101';

let stack: TestStack;
let watch: Watch;
let api: JsonClient;
let truth: Truth;
let acme: CompanySeen;
let account: Account;
let site: Site;

/** One linked project, and a day of one employer there that is in Procore already. */
interface Site {
  readonly projectLinkId: string;
  readonly workflowId: string;
  readonly procoreProjectId: string;
  /** A sign-in of one more worker on that day. */
  readonly oneMore: object;
}

beforeAll(async () => {
  stack = await startStack();
  watch = await watchEngines(stack);
  expect((await stack.tour()).code).toBe(0);
  const { api: origin, tenants, procore } = stack.run();
  api = jsonClient(origin, tenants[tenant]?.apiKey ?? '');
  truth = truthFrom(jsonClient(procore.control, procore.controlToken));
  acme = await companyCalled(stack, 'Acme');
  account = await guideAccount(stack, acme.id);
  site = await siteOf();
}, 300_000);

afterAll(async () => {
  await watch.close();
  await stack.stop();
}, 60_000);

const refused = z.object({
  reason: z.string(),
  owner: z.string(),
  seen: z.string(),
  needed: z.string(),
  where: z.string(),
  since: z.string(),
});
const link = z.object({
  projectLinkId: z.string(),
  workflowId: z.string(),
  procore: z.object({ projectId: z.string() }),
  atPartner: z.object({ projectId: z.string() }),
  streams: z.array(z.object({ name: z.string(), refused: refused.nullable() })),
});
const items = z.object({
  items: z.array(z.object({ reason: z.string(), subject: z.string(), resolution: z.string().nullable() })),
});
const change = z.object({ answer: z.object({ says: z.string() }).nullable() });

async function siteOf(): Promise<Site> {
  const { projects, employers, signIns } = await truth.hammertech(tenant);
  const project = projects.find(({ number }) => number === projectNumber);
  const links = z.object({ items: z.array(link) }).parse(await api.get('/v1/project-links?limit=200')).items;
  const own = links.find(({ atPartner }) => atPartner.projectId === project?.id);
  if (own === undefined) throw new Error(`${projectNumber} is not linked`);
  const registered = new Set((await truth.vendors(acme.id)).flatMap(({ register }) => register ?? []));
  const matched = new Set(employers.flatMap(({ id, abn }) => (abn && registered.has(abn.replaceAll(' ', '')) ? [id] : [])));
  const stay = signIns.find(
    (one) => one.projectId === project?.id && matched.has(one.employerId ?? '') && one.endKind === 'manual' && !one.deleted,
  );
  if (stay === undefined) throw new Error('the seed has no sign-in of a matched employer there');
  const { projectId, employerId, startUtc, endUtc } = stay;
  return {
    projectLinkId: own.projectLinkId,
    workflowId: own.workflowId,
    procoreProjectId: own.procore.projectId,
    oneMore: { act: 'create', tenant, signIn: { projectId, employerId, startUtc, endUtc } },
  };
}

/** All workers of the project, as Procore has them. */
const workersThere = async (): Promise<number> =>
  (await truth.manpower(acme.id))
    .filter((entry) => entry.projectId === site.procoreProjectId)
    .reduce((sum, entry) => sum + (entry.numWorkers ?? 0), 0);

/** What the loop answers to a person who asks for a cycle now. */
const syncNow = async (): Promise<string> => {
  const answer = change.parse(await api.post(`/v1/project-links/${site.projectLinkId}/sync-now`, {}));
  return answer.answer?.says ?? '';
};

const refusal = async () =>
  link.parse(await api.get(`/v1/project-links/${site.projectLinkId}`)).streams.find(({ name }) => name === 'manpower')?.refused;

const itemsOf = async (state: 'open' | 'resolved') =>
  items
    .parse(await api.get(`/v1/attention-items?state=${state}&projectLinkId=${site.projectLinkId}&limit=200`))
    .items.filter(({ subject }) => subject === 'stream:manpower');

const setLevel = (level: string) => {
  const template = acme.templates.find(({ name }) => name === 'HammerTech Sync Project Permissions');
  return stack.control('POST', '/admin/templates/edit', { templateId: template?.id, tool: 'daily_log', level });
};
const onProject = () => ({ projectId: site.procoreProjectId, personId: account.personId });
const inCompany = () => ({ companyId: acme.id, clientId: account.credential.clientId });
const switchDailyLog = (active: boolean) =>
  stack.control('POST', '/admin/tools/switch', { projectId: site.procoreProjectId, tool: 'daily_log', active });
const setUserActive = (active: boolean) =>
  stack.control('POST', '/admin/users/edit', { companyId: acme.id, personId: account.personId, active });

interface Cause {
  readonly reason: string;
  readonly make: () => Promise<unknown>;
  readonly mend: () => Promise<unknown>;
  readonly where: string;
}

const causes: readonly Cause[] = [
  {
    reason: 'tool-disabled',
    make: () => switchDailyLog(false),
    mend: () => switchDailyLog(true),
    where: 'Project → Admin → Tool Settings',
  },
  {
    reason: 'project-not-permitted',
    make: () => stack.control('POST', '/admin/users/take-off-project', onProject()),
    mend: () => stack.control('POST', '/admin/users/put-on-project', onProject()),
    where: 'Company Tools → Directory → the sync user → Projects → Add',
  },
  {
    reason: 'permission-too-low',
    make: () => setLevel('Read Only'),
    mend: () => setLevel('Admin'),
    where: 'Company Tools → Permissions → project template → Daily Log',
  },
  {
    reason: 'app-not-connected',
    make: () => stack.control('POST', '/admin/apps/disconnect', inCompany()),
    mend: () => stack.control('POST', '/admin/apps/connect', inCompany()),
    where: 'App Management',
  },
  {
    reason: 'company-not-visible',
    make: () => setUserActive(false),
    mend: () => setUserActive(true),
    where: 'Company Tools → Directory → the sync user',
  },
];

test.each(causes)(
  '$reason: the answer, the link, an item and the run’s page say so; mended in Procore, all are clear and the record is written once',
  async ({ reason, make, mend, where }) => {
    const before = await workersThere();
    await make();
    await stack.control('POST', '/hammertech/sign-ins', site.oneMore);
    const says = await eventually('the refusal to be answered', async () => {
      const text = await syncNow();
      return text.includes(`manpower: refused, ${reason}: `) && text;
    });
    expect(says).not.toContain('created');
    const seen = await refusal();
    expect(seen).toMatchObject({ reason, owner: 'admin', where: expect.stringContaining(where) });
    expect(await itemsOf('open')).toMatchObject([{ reason }]);
    const page = await eventually('the page to tell it', async () => {
      const text = await watch.run(site.workflowId).page();
      return text.startsWith(`# Refused: manpower (${reason})`) && text;
    });
    expect(page).toContain(`**stream manpower** waits for **admin** since ${seen?.since.slice(0, 16).replace('T', ' ')} UTC`);
    expect(page).toMatch(/- Cure: \S/);
    expect(await workersThere()).toBe(before);
    await syncNow();
    expect((await refusal())?.since).toBe(seen?.since);

    const mended = (await itemsOf('resolved')).length;
    await mend();
    await eventually(
      'the stream to be good again',
      async () => (await syncNow()).startsWith('manpower: ') && (await refusal()) === null,
    );
    expect(await itemsOf('open')).toEqual([]);
    expect((await itemsOf('resolved')).length).toBe(mended + 1);
    expect((await itemsOf('resolved')).every(({ resolution }) => resolution === 'mended')).toBe(true);
    await eventually('the record to be written', async () => (await workersThere()) === before + 1);
    expect(await watch.run(site.workflowId).page()).not.toContain('# Refused');
  },
  120_000,
);
