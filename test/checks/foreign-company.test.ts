import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { createActivities } from '../../activities/index.ts';
import { installApp } from '../../sandbox/kernel/apps.ts';
import { writeCommand } from '../../shared/store/commands.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { listMatches } from '../../shared/store/connections/matches.ts';
import { findStep } from '../../shared/store/connections/steps.ts';
import { findDryRun } from '../../shared/store/projects/dry-runs.ts';
import { linkProject, listProjectLinks } from '../../shared/store/projects/project-links.ts';
import { plans } from '../../workflows/plans/index.ts';
import { acme, type Connecting, useChecksBench } from '../support/checks-bench.ts';

const bench = useChecksBench();

interface Asked {
  readonly operationId: string | null;
  readonly path: string;
  readonly companyId: string | null;
  readonly projectId: string | null;
}

/** Ids of everything that is Acme's: the company, its projects, its vendors. */
function idsOfAcme(): {
  readonly projects: readonly string[];
  readonly vendors: readonly string[];
  readonly all: ReadonlySet<string>;
} {
  const { world } = bench().sandbox;
  const projects = world.projects.filter(({ companyId }) => companyId === acme).map(({ id }) => id);
  const vendors = world.vendors.filter(({ companyId }) => companyId === acme).map(({ id }) => id);
  expect([projects.length, vendors.length].every((count) => count > 10)).toBe(true);
  return { projects, vendors, all: new Set([acme, ...projects, ...vendors]) };
}

/** Calls to Procore since a mark that were for Acme: by their company header, or by what their address is of. */
async function callsForAcme(after: number): Promise<readonly Asked[]> {
  const { all } = idsOfAcme();
  const asked = await bench().control<Asked[]>(`/ledger?after=${after}&side=procore&limit=100000`);
  expect(asked.length).toBeGreaterThan(0);
  return asked.filter(
    ({ companyId, projectId, path }) =>
      all.has(companyId ?? '') || all.has(projectId ?? '') || path.split('/').some((part) => all.has(part)),
  );
}

const mark = async (): Promise<number> => (await bench().calls(0)).at(-1)?.seq ?? 0;

const borealis = (): string => bench().sandbox.world.companies.find(({ name }) => name.startsWith('Borealis'))?.id ?? '';

const credential = (request: object) => bench().control<{ clientId: string; clientSecret: string }>('/credentials', request);

async function decide({ tenantId, connectionId, inTenant }: Connecting, kind: string, input: unknown): Promise<void> {
  await inTenant((db) => writeCommand(db, { tenantId, connectionId, commandId: randomUUID(), kind, input, actorId: 'attack' }));
}

async function loginOfBorealis(): Promise<{ region: string; tenant: string; email: string; password: string }> {
  type Login = Awaited<ReturnType<typeof loginOfBorealis>>;
  const login = (await bench().control<Login[]>('/hammertech/logins')).find(({ tenant }) => tenant === 'borealis-safety');
  if (login === undefined) throw new Error('the sandbox has no login of borealis-safety');
  const { region, tenant, email, password } = login;
  return { region, tenant, email, password };
}

/** Looks at a step, also where what it needs was taken back, and then nothing is looked at; faults of ours would be thrown. */
async function attempt({ tenantId, connectionId }: Connecting, stepId: string): Promise<void> {
  await bench().checks.checkStep({ tenantId, connectionId, stepId });
}

/** Every check of the plan, in its order, then a round of care. */
async function tryEverything(connecting: Connecting): Promise<void> {
  for (const { id } of plans.hammertech.steps) await attempt(connecting, id);
  await bench().checks.checkAll({ tenantId: connecting.tenantId, connectionId: connecting.connectionId, generation: 1 });
}

test('a tenant that is bound to its own company names another one’s everywhere: not one call is made for that one', async () => {
  const connecting = await bench().connect();
  await connecting.submitLogin(await loginOfBorealis());
  await connecting.submitService(await credential({ companyId: borealis(), kind: 'legacy' }), borealis());
  await connecting.check('verifyCredentials');
  const cleo = await connecting.signIn('cleo');
  await connecting.check('proveOwnership');
  await cleo.confirm();
  expect((await connecting.check('proveOwnership')).state).toBe('met');

  const before = await mark();
  const { projects, vendors } = idsOfAcme();
  await connecting.submitService(await credential({ companyId: borealis(), kind: 'legacy' }), acme);
  await decide(connecting, 'choose-projects', { existing: 'chosen', chosen: projects, future: true });
  for (const stepId of ['verifyCredentials', 'assignProjects', 'matchRecords']) await attempt(connecting, stepId);
  expect(await connecting.check('assignProjects')).toMatchObject({
    state: 'waiting',
    seen: expect.stringContaining('does not hold'),
  });

  // with projects of its own it goes on, and pairs everything with Acme's by hand
  await decide(connecting, 'choose-projects', { existing: 'all', chosen: projects, future: true });
  for (const stepId of ['assignProjects', 'verifyPartner', 'matchRecords']) await attempt(connecting, stepId);
  const matches = await connecting.inTenant((db) => listMatches(db, connecting.connectionId));
  expect(new Set(matches.map(({ kind }) => kind))).toEqual(new Set(['project', 'company']));
  for (const [at, { kind, partnerId }] of matches.entries()) {
    const theirs = kind === 'project' ? projects : vendors;
    if (at % 2 === 1) await decide(connecting, 'decide-match', { kind, partnerId, procoreId: theirs[at % theirs.length] });
  }
  for (const stepId of ['matchRecords', 'dryRun']) await connecting.check(stepId);
  const dryRun = await connecting.inTenant((db) => findDryRun(db, connecting.connectionId));
  await decide(connecting, 'confirm', { dryRunAt: dryRun?.at });
  for (const stepId of ['confirm', 'live']) await connecting.check(stepId);
  await tryEverything(connecting);

  const connection = await connecting.inTenant((db) => findConnection(db, connecting.connectionId));
  expect(connection).toMatchObject({ boundCompanyId: borealis(), claimedCompanyId: borealis(), stage: 'live' });
  const links = await connecting.inTenant((db) => listProjectLinks(db, connecting.connectionId));
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter(({ procoreProjectId }) => projects.includes(procoreProjectId))).toEqual([]);
  for (const { projectLinkId, generation } of links.filter(({ scope }) => scope === 'project')) {
    const report = await createActivities(bench().deps).runStream({
      tenantId: connecting.tenantId,
      projectLinkId,
      generation,
      stream: 'manpower',
    });
    expect(report).toMatchObject({ stream: 'manpower' });
  }
  expect(await callsForAcme(before)).toEqual([]);
});

test('an account that works in another company too proves nothing there: only who it is itself is asked', async () => {
  const connecting = await bench().connect();
  await connecting.submitLogin(await loginOfBorealis());
  const account = await credential({ companyId: borealis(), kind: 'dmsa' });
  const { world } = bench().sandbox;
  installApp(world, { appId: world.apps.find(({ clientId }) => clientId === account.clientId)?.id ?? '', companyId: acme });
  const before = await mark();
  await connecting.submitService(account, acme);
  expect((await connecting.check('verifyCredentials')).state).toBe('met');
  await connecting.signIn('cleo');
  const { projects } = idsOfAcme();
  await decide(connecting, 'choose-projects', { existing: 'chosen', chosen: projects, future: true });
  await decide(connecting, 'confirm', { dryRunAt: new Date().toISOString() });
  await tryEverything(connecting);

  // a row that nothing of ours would write: as if somebody had come so far
  const { tenantId, connectionId, inTenant } = connecting;
  const { projectLinkId, generation } = await inTenant((db) =>
    linkProject(db, {
      tenantId,
      connectionId,
      procoreProjectId: projects[0] ?? '',
      procoreProjectName: 'theirs',
      partnerProjectId: 'ours',
      partnerProjectName: 'ours',
      procoreTimeZone: 'Sydney',
      timeZone: 'Australia/Sydney',
      basis: 'person',
    }),
  );
  await inTenant((db) => db.updateTable('connection').set({ stage: 'live' }).execute());
  await createActivities(bench().deps).runStream({ tenantId, projectLinkId, generation, stream: 'manpower' });
  await tryEverything(connecting);

  const connection = await inTenant((db) => findConnection(db, connectionId));
  expect(connection).toMatchObject({ boundCompanyId: null, claimedCompanyId: acme });
  for (const stepId of ['proveOwnership', 'verifyCompanyTemplate', 'assignProjects', 'matchRecords', 'live'])
    expect((await inTenant((db) => findStep(db, connectionId, stepId)))?.state).not.toBe('done');
  expect(operationsOf(await callsForAcme(before))).toEqual([
    'RestV10CompaniesCompanyIdMeGet',
    'RestV10CompaniesGet',
    'RestV10MeGet',
    'RestV10SettingsPermissionsGet',
  ]);

  // the same steps, once an admin of Acme itself has confirmed, do read what is there
  await inTenant((db) => db.updateTable('connection').set({ stage: 'onboarding' }).execute());
  const ada = await connecting.signIn('ada');
  await connecting.check('proveOwnership');
  await ada.confirm();
  expect((await connecting.check('proveOwnership')).state).toBe('met');
  await tryEverything(connecting);
  expect(operationsOf(await callsForAcme(before))).toEqual(expect.arrayContaining(['RestV11ProjectsGet']));
});

const operationsOf = (asked: readonly Asked[]): readonly (string | null)[] =>
  [...new Set(asked.map(({ operationId }) => operationId))].sort();
