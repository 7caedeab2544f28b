import { afterEach, describe, expect, test } from '@jest/globals';
import type { Outcome } from '../../shared/domain/steps.ts';
import { acme, type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { borealis, decide, met, untilLive } from '../support/onboarded.ts';

const bench = useChecksBench();
const { companyId, login } = borealis;

interface Credential {
  readonly clientId: string;
  readonly clientSecret: string;
}

const guideCredential = () => bench().control<Credential>('/credentials', { companyId, kind: 'legacy' });

function world() {
  const { world: places } = bench().sandbox;
  const [project] = places.projects.filter((one) => one.companyId === companyId);
  const account = places.apps.find((app) => app.kind === 'legacy' && app.companyId === companyId);
  const template = places.templates.find(
    (one) => one.companyId === companyId && one.name === 'HammerTech Sync Project Permissions',
  );
  if (!project || !account || !template) throw new Error('the seed has a project, an account and a template for Borealis');
  return { project, account, template };
}

/** Procore's new secret is in force at once: tokens of the former end with it. */
async function changeSecret(clientSecret: string): Promise<void> {
  const { clientId } = await guideCredential();
  const { tokens } = bench().sandbox.world;
  await bench().control('/admin/apps/change-secret', { clientId, clientSecret });
  for (const token of tokens.filter((one) => one.clientId === clientId)) tokens.put({ ...token, accessRevoked: true });
}

const setApp = async (verb: 'connect' | 'disconnect') =>
  bench().control(`/admin/apps/${verb}`, { clientId: (await guideCredential()).clientId, companyId });
const setLevel = (level: string) =>
  bench().control('/admin/templates/edit', { templateId: world().template.id, tool: 'daily_log', level });
const switchDailyLog = (projectId: string, active: boolean) =>
  bench().control('/admin/tools/switch', { projectId, tool: 'daily_log', active });
const onProject = () => ({ projectId: world().project.id, personId: world().account.servicePersonId });
const setCleo = (level: string) => bench().control('/admin/users/set-directory-level', { companyId, personId: 'cleo', level });
const setLogin = (active: boolean) => bench().control('/hammertech/logins', { tenant: login.tenant, email: login.email, active });

/** The onboarding as far as it comes before the step under test. */
async function running(until: 'submitted' | 'signed-in' | 'bound', company = companyId): Promise<Connecting> {
  const connecting = await bench().connect();
  await connecting.submitService(await guideCredential(), company);
  await connecting.submitLogin(login);
  if (until === 'submitted') return connecting;
  await met(connecting, ['verifyCredentials']);
  const cleo = await connecting.signIn('cleo');
  if (until === 'signed-in') return connecting;
  await connecting.check('proveOwnership');
  await cleo.confirm();
  await met(connecting, ['proveOwnership']);
  await decide(connecting, 'choose-projects', { existing: 'all', chosen: [], future: true });
  return connecting;
}

interface Cause {
  readonly cause: string;
  readonly reason: string;
  readonly stepId: string;
  readonly until: 'submitted' | 'signed-in' | 'bound';
  /** The company id that was typed in, where it is not the account's own. */
  readonly typed?: string;
  readonly make: () => Promise<unknown>;
  readonly mend: (connecting: Connecting) => Promise<unknown>;
  readonly where: string;
  /** What Procore is asked before the cause is told, by the last word of each path. */
  readonly asks: readonly string[];
  /** Where a person has a last word of their own, the step asks for it once it is mended. */
  readonly healed?: Outcome['state'];
}

const nothing = async (): Promise<void> => undefined;
const rightSecret = async (): Promise<string> => secretBefore ?? (await guideCredential()).clientSecret;
let secretBefore: string | undefined;

const causes: readonly Cause[] = [
  {
    cause: 'wrong secret',
    reason: 'credential-rejected',
    stepId: 'verifyCredentials',
    until: 'submitted',
    make: async () => {
      secretBefore = (await guideCredential()).clientSecret;
      await changeSecret('another-secret-of-procore-8');
    },
    mend: async () => changeSecret(await rightSecret()),
    where: 'Company Tools → Admin → Service Accounts',
    asks: [],
  },
  {
    cause: 'company id of another company',
    reason: 'company-not-visible',
    stepId: 'verifyCredentials',
    until: 'submitted',
    typed: acme,
    make: nothing,
    mend: async (connecting) => connecting.submitService(await guideCredential(), companyId),
    where: 'the number in the address of any company page',
    asks: ['me'],
  },
  {
    cause: 'signed-in person who is no admin',
    reason: 'not-company-admin',
    stepId: 'proveOwnership',
    until: 'signed-in',
    make: () => setCleo('Read Only'),
    mend: () => setCleo('Admin'),
    where: 'Company Tools → Directory',
    asks: ['me', 'permissions', 'companies'],
    healed: 'waiting',
  },
  {
    cause: 'Daily Log only Standard',
    reason: 'permission-too-low',
    stepId: 'verifyProjectTemplate',
    until: 'bound',
    make: () => setLevel('Standard'),
    mend: () => setLevel('Admin'),
    where: 'HammerTech Sync Project Permissions → Daily Log',
    asks: ['projects', 'permissions', 'permissions', 'permissions', 'me', 'permission_templates'],
  },
  {
    cause: 'a tool disabled in the one project that the sync user is on',
    reason: 'tool-disabled',
    stepId: 'verifyProjectTemplate',
    until: 'bound',
    make: async () => {
      await onOneProjectOnly();
      await switchDailyLog(world().project.id, false);
    },
    mend: () => switchDailyLog(world().project.id, true),
    where: 'Project → Admin → Tool Settings',
    asks: ['projects', 'permissions', 'tools'],
  },
  {
    cause: 'sync user missing in one project',
    reason: 'project-not-permitted',
    stepId: 'assignProjects',
    until: 'bound',
    make: () => bench().control('/admin/users/take-off-project', onProject()),
    mend: () => bench().control('/admin/users/put-on-project', onProject()),
    where: 'Projects → Add, with HammerTech Sync Project Permissions',
    asks: ['projects', 'projects'],
  },
  {
    cause: 'app disconnected',
    reason: 'app-not-connected',
    stepId: 'verifyCredentials',
    until: 'submitted',
    make: () => setApp('disconnect'),
    mend: () => setApp('connect'),
    where: 'App Management',
    asks: ['me'],
  },
  {
    cause: 'HammerTech login refused',
    reason: 'partner-credential-rejected',
    stepId: 'verifyPartner',
    until: 'submitted',
    make: () => setLogin(false),
    mend: () => setLogin(true),
    where: 'HammerTech',
    asks: [],
  },
];

async function onOneProjectOnly(): Promise<void> {
  const { project, account } = world();
  for (const other of bench().sandbox.world.projects.filter((one) => one.companyId === companyId && one.id !== project.id)) {
    await bench().control('/admin/users/take-off-project', { projectId: other.id, personId: account.servicePersonId });
  }
}

/** Whatever a test broke off in the middle of. */
afterEach(async () => {
  await changeSecret(await rightSecret());
  secretBefore = undefined;
  await Promise.all([setCleo('Admin'), setLevel('Admin'), setApp('connect'), setLogin(true)]);
  const { account } = world();
  for (const { id: projectId } of bench().sandbox.world.projects.filter((one) => one.companyId === companyId)) {
    await switchDailyLog(projectId, true);
    await bench().control('/admin/users/put-on-project', { projectId, personId: account.servicePersonId });
  }
});

const askedSince = async (mark: number): Promise<readonly string[]> =>
  (await bench().calls(mark)).map(({ path }) => path.split('?')[0]?.split('/').at(-1) ?? '');
const commandRows = (connecting: Connecting) =>
  connecting.inTenant((db) => db.selectFrom('command').select('command_id').execute());
const openItems = (connecting: Connecting) =>
  connecting.inTenant((db) =>
    db
      .selectFrom('attention_item')
      .select(['reason', 'owner', 'subject', 'needed', 'where_to as where'])
      .where('resolved_at', 'is', null)
      .execute(),
  );

test('each of the eight causes has a reason of its own', () => {
  expect(new Set(causes.map(({ reason }) => reason)).size).toBe(8);
});

describe('done to a running onboarding', () => {
  test.each(causes)('$cause: diagnosed as $reason with who must act and where, and heals by itself', async (row) => {
    const connecting = await running(row.until, row.typed);
    await row.make();
    const mark = bench().sandbox.world.ledger.last;
    bench().forgetReads();
    const outcome = await connecting.check(row.stepId);
    expect(outcome).toMatchObject({
      state: 'stuck',
      reason: row.reason,
      on: 'admin',
      seen: expect.stringMatching(/\S/),
      needed: expect.stringMatching(/\S/),
      where: expect.stringContaining(row.where),
    });
    expect(await askedSince(mark)).toEqual(row.asks);
    const commands = await commandRows(connecting);
    await row.mend(connecting);
    expect((await connecting.check(row.stepId)).state).toBe(row.healed ?? 'met');
    expect(await commandRows(connecting)).toEqual(commands);
  });
});

/** Ownership is proven once and for all, and a bound company is never another one. */
const onLive = causes.filter(({ reason }) => reason !== 'company-not-visible' && reason !== 'not-company-admin');

describe('done to a live connection', () => {
  test.each(onLive)('$cause: care shows one item, $reason, and resolves it when it is mended', async (row) => {
    const connecting = await untilLive(bench(), borealis);
    const { tenantId, connectionId } = connecting;
    const round = () => bench().checks.checkAll({ tenantId, connectionId, generation: 1, asked: [row.stepId] });
    expect(await round()).toMatchObject({ regressed: [], standing: [] });
    await row.make();
    expect((await round()).standing).toContain(row.reason);
    const items = (await openItems(connecting)).filter(({ reason }) => reason === row.reason);
    expect(items).toMatchObject([{ owner: 'admin', where: expect.stringContaining(row.where) }]);
    const commands = await commandRows(connecting);
    await round();
    await row.mend(connecting);
    expect((await round()).standing).not.toContain(row.reason);
    expect((await openItems(connecting)).filter(({ reason }) => reason === row.reason)).toEqual([]);
    expect(await commandRows(connecting)).toEqual(commands);
  });

  test('a tool disabled in one project of three holds up nothing else: an item of its own for that project, until it is on', async () => {
    const connecting = await untilLive(bench(), borealis);
    const { tenantId, connectionId } = connecting;
    const round = () => bench().checks.checkAll({ tenantId, connectionId, generation: 1, asked: ['verifyProjectTemplate'] });
    const { project } = world();
    await switchDailyLog(project.id, false);
    expect(await round()).toMatchObject({ regressed: [], looked: [{ stepId: 'verifyProjectTemplate', state: 'done' }] });
    expect(await openItems(connecting)).toEqual([
      {
        reason: 'tool-disabled',
        owner: 'admin',
        subject: `tool:${project.id}`,
        needed: 'Daily Log is switched on.',
        where: `In Procore: ${project.name.trim()} → Admin → Tool Settings.`,
      },
    ]);
    await switchDailyLog(project.id, true);
    await round();
    expect(await openItems(connecting)).toEqual([]);
  });
});
