import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { writeCommand } from '../../shared/store/commands.ts';
import { findDryRun } from '../../shared/store/projects/dry-runs.ts';
import { acme, type Connecting, useChecksBench } from '../support/checks-bench.ts';

const bench = useChecksBench();
const login = { region: 'us', tenant: 'acme-safety', email: 'sync@acme-safety.example', password: 'crane-Harbour-7741-ü' };

/** Everything proven that the matching rests on. */
async function assigned(): Promise<Connecting> {
  const connecting = await bench().connect();
  const { tenantId, connectionId } = connecting;
  await connecting.submitService(await bench().control('/credentials', { companyId: acme, kind: 'legacy' }));
  await connecting.submitLogin(login);
  await connecting.check('verifyCredentials');
  const ada = await connecting.signIn('ada');
  await connecting.check('proveOwnership');
  await ada.confirm();
  await connecting.check('proveOwnership');
  const input = { existing: 'all', chosen: [], future: true };
  await connecting.inTenant((db) =>
    writeCommand(db, { tenantId, connectionId, commandId: randomUUID(), kind: 'choose-projects', input, actorId: 'test' }),
  );
  expect((await connecting.check('assignProjects')).state).toBe('met');
  return connecting;
}

async function matched(): Promise<Connecting> {
  const connecting = await assigned();
  expect((await connecting.check('matchRecords')).state).toBe('met');
  return connecting;
}

const harbourTower = () => {
  const project = bench().sandbox.world.projects.find(({ number }) => number === 'AC-101');
  if (!project) throw new Error('the seed has no AC-101');
  return project.id;
};

const setLevel = (template: string, tool: string, level: string) => {
  const found = bench().sandbox.world.templates.find(({ companyId, name }) => companyId === acme && name === template);
  return bench().control('/admin/templates/edit', { templateId: found?.id, tool, level });
};

const probesSince = async (mark: number): Promise<readonly string[]> =>
  (await bench().calls(mark)).map(({ path }) => path.split('?')[0]?.split('/').at(-1) ?? '');

const markNow = async (): Promise<number> => (await bench().calls(0)).at(-1)?.seq ?? 0;

test('a Directory that may not be read holds up the matching with the level there is, the one needed and the screen', async () => {
  const connecting = await assigned();
  await setLevel('HammerTech Sync Company Permissions', 'directory', 'None');
  expect(await connecting.check('matchRecords')).toMatchObject({
    state: 'stuck',
    reason: 'permission-too-low',
    on: 'admin',
    seen: 'A permission level is lower than what is needed. Directory is at None.',
    needed: 'Directory at Read Only',
    where: 'Company Tools → Permissions → company template → Directory',
  });
  await setLevel('HammerTech Sync Company Permissions', 'directory', 'Standard');
  expect((await connecting.check('matchRecords')).state).toBe('met');
});

test('a sync user that was deactivated says that the company is hidden, by two probes, and heals when it is active again', async () => {
  const connecting = await matched();
  const account = bench().sandbox.world.apps.find(({ kind, companyId }) => kind === 'legacy' && companyId === acme);
  const setActive = (active: boolean) =>
    bench().control('/admin/users/edit', { companyId: acme, personId: account?.servicePersonId, active });
  await setActive(false);
  bench().forgetReads();
  const mark = await markNow();
  expect(await connecting.check('verifyProjectTemplate')).toMatchObject({
    state: 'stuck',
    reason: 'company-not-visible',
    seen: expect.stringContaining(`Company ${acme} is hidden from this credential.`),
    where: expect.stringContaining('Directory → the sync user'),
  });
  expect(await probesSince(mark)).toEqual(['projects', 'permissions', 'me']);
  await setActive(true);
  expect((await connecting.check('verifyProjectTemplate')).state).toBe('met');
});

test('a project whose Daily Log was switched off meanwhile is left out of the dry run with its reason; the others are planned', async () => {
  const connecting = await matched();
  const dailyLog = (active: boolean) =>
    bench().control('/admin/tools/switch', { projectId: harbourTower(), tool: 'daily_log', active });
  const planned = async () => {
    expect((await connecting.check('dryRun')).state).toBe('met');
    const dryRun = await connecting.inTenant((db) => findDryRun(db, connecting.connectionId));
    const own = dryRun?.projects.find(({ procoreProjectId }) => procoreProjectId === harbourTower());
    return { own, others: dryRun?.projects.filter((project) => project !== own) ?? [] };
  };
  await dailyLog(false);
  const off = await planned();
  expect(off.own).toMatchObject({ create: 0, leaveAlone: 0 });
  expect(off.own?.streams).toMatchObject([
    {
      stream: 'manpower',
      refused: { reason: 'tool-disabled', seen: expect.stringContaining('Daily Log is off for everybody.') },
    },
  ]);
  expect(off.others.every(({ create }) => create > 0)).toBe(true);
  await dailyLog(true);
  expect((await planned()).own?.create).toBeGreaterThan(0);
});

test('a Daily Log without any level holds up the dry run and names the project', async () => {
  const connecting = await matched();
  const template = 'HammerTech Sync Project Permissions';
  await setLevel(template, 'daily_log', 'None');
  expect(await connecting.check('dryRun')).toMatchObject({
    state: 'stuck',
    reason: 'permission-too-low',
    seen: expect.stringMatching(/needed\. .+: Daily Log is at None\.$/),
    needed: 'Daily Log at Admin',
    where: 'Company Tools → Permissions → project template → Daily Log',
  });
  await setLevel(template, 'daily_log', 'Admin');
  expect((await connecting.check('dryRun')).state).toBe('met');
});
