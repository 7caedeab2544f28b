import { expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { outcomeKey } from '../../shared/domain/steps.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { listMatches } from '../../shared/store/connections/matches.ts';
import { findStep, listSteps } from '../../shared/store/connections/steps.ts';
import { findDryRun } from '../../shared/store/projects/dry-runs.ts';
import { listProjectLinks } from '../../shared/store/projects/project-links.ts';
import { findAdminProjects } from '../../shared/store/projects/project-lists.ts';
import { acme, useChecksBench } from '../support/checks-bench.ts';
import { decide, hammertechLogin, untilBound, untilDryRun } from '../support/onboarded.ts';

const bench = useChecksBench();

test('a customer goes from credentials to live: links, wanted loops and the stage stand together', async () => {
  const connecting = await untilDryRun(bench());
  const steps = await connecting.inTenant((db) => listSteps(db, connecting.connectionId));
  expect(steps.find(({ stepId }) => stepId === 'assignProjects')?.outcome).toMatchObject({
    evidence: { projects: '13 of 13 projects', future: 'added by Procore' },
  });
  const matches = await connecting.inTenant((db) => listMatches(db, connecting.connectionId));
  expect(matches.filter(({ kind, state }) => kind === 'project' && state === 'matched')).toHaveLength(12);
  expect(matches.filter(({ kind, state }) => kind === 'company' && state === 'matched')).toHaveLength(13);
  expect(matches.find(({ partnerName }) => partnerName.startsWith('Phantom'))).toMatchObject({ state: 'unmatched' });

  const dryRun = await connecting.inTenant((db) => findDryRun(db, connecting.connectionId));
  expect(dryRun?.projects).toHaveLength(12);
  expect(dryRun?.projects.every(({ create, cannot }) => create > 0 && cannot === 0)).toBe(true);
  expect(await connecting.check('confirm')).toMatchObject({ state: 'waiting', on: 'admin' });
  await decide(connecting, 'confirm', { dryRunAt: dryRun?.at });
  expect((await connecting.check('confirm')).state).toBe('met');

  expect(await connecting.check('live')).toMatchObject({ state: 'met', evidence: { projects: 12, loops: 12 } });
  expect((await connecting.inTenant((db) => findConnection(db, connecting.connectionId)))?.stage).toBe('live');
  const links = await connecting.inTenant((db) => listProjectLinks(db, connecting.connectionId));
  expect(new Set(links.map(({ timeZone }) => timeZone))).toEqual(
    new Set(['Australia/Sydney', 'America/Los_Angeles', 'America/New_York', 'Europe/London']),
  );
  const { tenantId } = connecting;
  const started = bench().runs.started.filter((workflowId) => workflowId.includes(tenantId));
  expect(started.sort()).toEqual(
    [
      `care:${tenantId}:${connecting.connectionId}`,
      ...links.map(({ projectLinkId }) => `sync:${tenantId}:${projectLinkId}`),
    ].sort(),
  );
});

test('on a live connection a decided pair takes effect: what was parted is unlinked, what was paired is linked and runs', async () => {
  const connecting = await untilDryRun(bench());
  const { tenantId, connectionId } = connecting;
  const dryRun = await connecting.inTenant((db) => findDryRun(db, connectionId));
  await decide(connecting, 'confirm', { dryRunAt: dryRun?.at });
  await connecting.check('confirm');
  await connecting.check('live');
  const round = { tenantId, connectionId, generation: 1 };
  const linksNow = () => connecting.inTenant((db) => listProjectLinks(db, connectionId));
  const [link] = await linksNow();
  const sideOf = { kind: 'project', partnerId: link?.partnerProjectId };

  await decide(connecting, 'decide-match', { ...sideOf, procoreId: null });
  expect(await bench().checks.checkAll(round)).toMatchObject({ current: true, missed: [] });
  const parted = (await linksNow()).find(({ projectLinkId }) => projectLinkId === link?.projectLinkId);
  expect(parted).toMatchObject({ state: 'unlinked' });

  await decide(connecting, 'decide-match', { ...sideOf, procoreId: link?.procoreProjectId });
  bench().runs.started.length = 0;
  await bench().checks.checkAll(round);
  const paired = (await linksNow()).find(({ projectLinkId }) => projectLinkId === link?.projectLinkId);
  expect(paired).toMatchObject({ state: 'active' });
  expect(paired?.generation).toBeGreaterThan(link?.generation ?? 0);
  expect(bench().runs.started).toContain(`sync:${tenantId}:${link?.projectLinkId}`);

  await connecting.inTenant((db) => db.updateTable('project_link').set({ time_zone: null }).execute());
  await bench().checks.checkAll(round);
  expect((await linksNow()).every(({ timeZone }) => timeZone !== null)).toBe(true);
  const open = await connecting.inTenant((db) =>
    db.selectFrom('command').select('kind').where('applied_at', 'is', null).execute(),
  );
  expect(open).toEqual([]);
});

test('the proof needs four calls, one for who signed in, one page of each list, and one for each project', async () => {
  const before = (await bench().calls(0)).at(-1)?.seq ?? 0;
  const connecting = await untilBound(bench());
  for (const stepId of ['connectApp', 'verifyCompanyTemplate', 'verifyProjectTemplate']) await connecting.check(stepId);
  const paths = (await bench().calls(before)).map(({ path }) => path);
  const manifests = paths.filter((path) => path.includes('settings/permissions'));
  // company: the person's and the sync user's; one for each of the 13 active projects
  expect(manifests).toHaveLength(2 + 13);
  expect(paths.filter((path) => path.includes('/me'))).toHaveLength(2);
  expect(paths.filter((path) => /\/companies(\?|$)/.test(path))).toHaveLength(1);
  expect(paths.filter((path) => /\/v1\.1\/projects(\?|$)/.test(path))).toHaveLength(2);
});

test('projects that the sync user is not on are named and counted against the admin’s dated list', async () => {
  const connecting = await untilBound(bench());
  const { world } = bench().sandbox;
  const account = world.apps.find(({ kind, companyId }) => kind === 'legacy' && companyId === acme);
  const tower = world.projects.find(({ number }) => number === 'AC-101');
  const removal = { projectId: tower?.id, personId: account?.servicePersonId };
  const membership = world.memberships.find(
    ({ projectId, personId }) => projectId === tower?.id && personId === account?.servicePersonId,
  );
  await bench().control('/admin/users/take-off-project', removal);
  await decide(connecting, 'choose-projects', { existing: 'all', chosen: [], future: false });
  expect(await connecting.check('assignProjects')).toMatchObject({
    state: 'stuck',
    reason: 'project-not-permitted',
    on: 'admin',
    seen: expect.stringMatching(/on 12 of 13 projects\. Missing: Harbour Tower\. Compared with your list of \d+ \w+ \d{4}\./),
  });
  await bench().control('/admin/users/put-on-project', {
    ...removal,
    ...(membership?.templateId ? { templateId: membership.templateId } : {}),
  });
  expect((await connecting.check('assignProjects')).state).toBe('met');
  expect(
    (await connecting.inTenant((db) => findAdminProjects(db, connecting.connectionId)))?.projects.filter(({ active }) => active),
  ).toHaveLength(13);
});

test.each([
  { noneToolsListed: true, disabledToolsListed: false },
  { noneToolsListed: false, disabledToolsListed: false },
  { noneToolsListed: true, disabledToolsListed: true },
])('a project whose Daily Log is switched off is left out with a warning, however Procore lists tools: %j', async (switches) => {
  for (const [name, value] of Object.entries(switches)) bench().sandbox.world.switches.set(name, value);
  const connecting = await untilBound(bench());
  expect(await connecting.check('verifyProjectTemplate')).toMatchObject({
    state: 'met',
    evidence: { projects: 13, usable: 12 },
    warnings: [expect.stringContaining('Daily Log is switched off on Sunset Depot')],
  });
});

test('a partner login that HammerTech refuses is said as such, and heals when the password is set', async () => {
  const connecting = await bench().connect();
  expect(await connecting.check('verifyPartner')).toMatchObject({ state: 'waiting', on: 'admin' });
  await connecting.submitLogin({ ...hammertechLogin, password: 'wrong-password-9' });
  expect(await connecting.check('verifyPartner')).toMatchObject({
    state: 'stuck',
    reason: 'partner-credential-rejected',
    on: 'admin',
  });
  await connecting.submitLogin({ ...hammertechLogin, region: 'eu' });
  expect(await connecting.check('verifyPartner')).toMatchObject({ state: 'stuck', reason: 'partner-credential-rejected' });
  await connecting.submitLogin(hammertechLogin);
  expect(await connecting.check('verifyPartner')).toMatchObject({ state: 'met', evidence: { projects: 12 } });
});

test('a person’s pair stands against what names and numbers say, and is applied once', async () => {
  const connecting = await untilDryRun(bench());
  const matches = await connecting.inTenant((db) => listMatches(db, connecting.connectionId));
  const phantom = matches.find(({ partnerName }) => partnerName.startsWith('Phantom'));
  const vendor = bench().sandbox.world.vendors.find(({ companyId, name }) => companyId === acme && name === 'Apex Civil');
  const input = { kind: 'company', partnerId: phantom?.partnerId, procoreId: vendor?.id };
  const ref = { tenantId: connecting.tenantId, connectionId: connecting.connectionId, stepId: 'matchRecords' };
  const commandId = await decide(connecting, 'decide-match', input);
  expect(await bench().checks.applyInput({ ...ref, commandId })).toEqual({
    applied: true,
    says: 'applied; 2 steps are looked at again',
  });
  expect(await bench().checks.applyInput({ ...ref, commandId })).toEqual({ applied: true, says: 'applied before' });
  await connecting.check('matchRecords');
  const after = await connecting.inTenant((db) => listMatches(db, connecting.connectionId));
  expect(after.find(({ partnerId }) => partnerId === phantom?.partnerId)).toMatchObject({
    procoreId: vendor?.id,
    procoreName: 'Apex Civil',
    basis: 'person',
    state: 'matched',
  });
});

test('a decision of another connection, or for another step, is not applied', async () => {
  const [own, other] = [await bench().connect(), await bench().connect()];
  const commandId = await decide(other, 'choose-projects', { existing: 'none', chosen: [], future: true });
  const ref = { tenantId: own.tenantId, connectionId: own.connectionId, commandId };
  expect((await bench().checks.applyInput({ ...ref, stepId: 'assignProjects' })).applied).toBe(false);
  const ownCommand = await decide(own, 'choose-projects', { existing: 'none', chosen: [], future: true });
  expect((await bench().checks.applyInput({ ...ref, commandId: ownCommand, stepId: 'confirm' })).applied).toBe(false);
});

test('a confirmation of an older dry run does not count', async () => {
  const connecting = await untilDryRun(bench());
  await decide(connecting, 'confirm', { dryRunAt: '2020-01-01T00:00:00.000Z' });
  expect((await connecting.check('confirm')).state).toBe('waiting');
});

test('a watch returns when something else is seen, and says “not yet” with the reason first otherwise', async () => {
  const connecting = await bench().connect();
  const ref = { tenantId: connecting.tenantId, connectionId: connecting.connectionId, stepId: 'awaitCredentials' };
  const known = outcomeKey(await connecting.check('awaitCredentials')) ?? null;
  const failure = await bench()
    .checks.watchStep({ ...ref, known })
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({ type: 'not-yet', nonRetryable: false, message: expect.stringMatching(/^waiting for admin/) });
  expect(await bench().checks.watchStep({ ...ref, known: null })).toMatchObject({ state: 'waiting' });
});

test('when Procore does not answer, a watch says so and keeps what is known of the step', async () => {
  const connecting = await bench().connect();
  await connecting.submitService({ clientId: 'unknown', clientSecret: 'of nobody' });
  const outcome = await connecting.check('verifyCredentials');
  await bench().control('/faults', { match: { method: 'POST', path: '/oauth/token' }, kind: 'status-before', status: 502 });
  const ref = { tenantId: connecting.tenantId, connectionId: connecting.connectionId, stepId: 'verifyCredentials' };
  await expect(bench().checks.watchStep({ ...ref, known: outcomeKey(outcome) ?? null })).rejects.toMatchObject({
    type: 'not-yet',
    message: expect.stringContaining('not answering'),
  });
  const row = await connecting.inTenant((db) => findStep(db, connecting.connectionId, 'verifyCredentials'));
  expect(row).toMatchObject({ state: 'stuck', outcome });
});
