import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { createUpkeep } from '../../activities/upkeep/tidy.ts';
import { writeCommand } from '../../shared/store/commands.ts';
import { findConnection, moveConnection } from '../../shared/store/connections/connections.ts';
import { findStep, storeOutcome } from '../../shared/store/connections/steps.ts';
import { wantRun } from '../../shared/store/desired-runs.ts';
import { findSignIn } from '../../shared/store/grants/sign-ins.ts';
import { linkProject, listProjectLinks } from '../../shared/store/projects/project-links.ts';
import { acme, type Connecting, useChecksBench } from '../support/checks-bench.ts';

const bench = useChecksBench();

interface Credential {
  readonly clientId: string;
  readonly clientSecret: string;
}

async function withCredential(): Promise<{ connecting: Connecting; credential: Credential }> {
  const connecting = await bench().connect();
  const credential = await bench().control<Credential>('/credentials', { companyId: acme, kind: 'legacy', fresh: true });
  await connecting.submitService(credential);
  await connecting.check('verifyCredentials');
  return { connecting, credential };
}

/** Live, with the credentials' step proven; support skipped the others, which care leaves alone. */
async function live(): Promise<{ connecting: Connecting; credential: Credential; generation: number }> {
  const { connecting, credential } = await withCredential();
  const { tenantId, connectionId } = connecting;
  const others = ['verifyPartner', 'verifyCompanyTemplate', 'verifyProjectTemplate', 'assignProjects', 'matchRecords', 'live'];
  for (const stepId of others) {
    await bench().checks.skipStep({ tenantId, connectionId, stepId, reason: 'not part of this test' });
  }
  const generation = await connecting.inTenant(async (db) => {
    await moveConnection(db, connectionId, 'live');
    const workflowId = `care:${tenantId}:${connectionId}`;
    return wantRun(db, tenantId, { workflowId, workflowType: 'care', subjectId: connectionId, partner: 'hammertech' });
  });
  return { connecting, credential, generation };
}

const openItems = (connecting: Connecting) =>
  connecting.inTenant((db) => db.selectFrom('attention_item').selectAll().where('resolved_at', 'is', null).execute());

test('what regressed is one item with its owner, however often it is seen, and is resolved when it holds again', async () => {
  const { connecting, credential, generation } = await live();
  const round = { tenantId: connecting.tenantId, connectionId: connecting.connectionId, generation };
  expect(await bench().checks.checkAll(round)).toMatchObject({ current: true, companyId: acme, regressed: [], standing: [] });

  await bench().control('/admin/apps/disconnect', { clientId: credential.clientId, companyId: acme });
  const regressed = [{ stepId: 'verifyCredentials', reason: 'app-not-connected' }];
  expect(await bench().checks.checkAll(round)).toMatchObject({ regressed, standing: ['app-not-connected'] });
  await bench().checks.checkAll(round);
  expect(await openItems(connecting)).toMatchObject([
    { reason: 'app-not-connected', owner: 'admin', subject: `connection:${connecting.connectionId}` },
  ]);
  const row = await connecting.inTenant((db) => findStep(db, connecting.connectionId, 'verifyCredentials'));
  expect(row?.regressedAt).not.toBeNull();

  await bench().control('/admin/apps/connect', { clientId: credential.clientId, companyId: acme });
  expect(await bench().checks.checkAll(round)).toMatchObject({ regressed: [], mended: ['verifyCredentials'] });
  expect(await openItems(connecting)).toEqual([]);
});

test('a far side that does not answer is no regression', async () => {
  const { connecting, generation } = await live();
  await bench().control('/faults', {
    match: { method: 'GET', path: `/rest/v1.0/companies/${acme}/me` },
    kind: 'status-before',
    status: 502,
  });
  const round = { tenantId: connecting.tenantId, connectionId: connecting.connectionId, generation };
  expect(await bench().checks.checkAll(round)).toMatchObject({ current: true, regressed: [] });
  expect(await connecting.inTenant((db) => findStep(db, connecting.connectionId, 'verifyCredentials'))).toMatchObject({
    state: 'done',
  });
});

test('a run of an older generation finds that it is not current, and checks nothing', async () => {
  const { connecting, generation } = await live();
  const round = { tenantId: connecting.tenantId, connectionId: connecting.connectionId, generation: generation - 1 };
  expect(await bench().checks.checkAll(round)).toMatchObject({ current: false });
});

test('a person’s wish to stop disconnects: links are unlinked, nothing is wanted any more', async () => {
  const { connecting, generation } = await live();
  const { tenantId, connectionId } = connecting;
  await connecting.inTenant(async (db) => {
    const names = { procoreProjectName: 'A', partnerProjectName: 'A', procoreTimeZone: null, timeZone: null, basis: 'name' };
    const link = await linkProject(db, { tenantId, connectionId, procoreProjectId: '1', partnerProjectId: 'p', ...names });
    const workflowId = `sync:${tenantId}:${link.projectLinkId}`;
    await wantRun(db, tenantId, {
      workflowId,
      workflowType: 'projectSync',
      subjectId: link.projectLinkId,
      partner: 'hammertech',
    });
    await writeCommand(db, { tenantId, connectionId, commandId: randomUUID(), kind: 'stop', input: {}, actorId: 'test' });
  });
  expect(await bench().checks.checkAll({ tenantId, connectionId, generation })).toMatchObject({ current: false });
  expect((await connecting.inTenant((db) => findConnection(db, connectionId)))?.stage).toBe('disconnected');
  expect(await connecting.inTenant((db) => listProjectLinks(db, connectionId))).toMatchObject([{ state: 'unlinked' }]);
  const wanted = await connecting.inTenant((db) =>
    db
      .selectFrom('desired_run')
      .select('workflow_id')
      .where('wanted', '=', true)
      .where('workflow_type', '<>', 'onboarding')
      .execute(),
  );
  expect(wanted).toEqual([]);
});

test('upkeep starts what is wanted and does not live, and stops what lives and is not wanted', async () => {
  const connecting = await bench().connect();
  const { runs, deps } = bench();
  const { tenantId, connectionId } = connecting;
  const orphan = `sync:${tenantId}:${randomUUID()}`;
  const stranger = `sync:${randomUUID()}:${randomUUID()}`;
  runs.living = [orphan, stranger, 'upkeep', 'somebody-else'];
  await createUpkeep(deps).tidy({});
  expect(runs.started).toContain(`onboarding:${tenantId}:${connectionId}`);
  expect(runs.stopped).toEqual([orphan]);

  runs.living = [`onboarding:${tenantId}:${connectionId}`];
  const before = runs.started.filter((workflowId) => workflowId.includes(connectionId)).length;
  await createUpkeep(deps).tidy({});
  expect(runs.started.filter((workflowId) => workflowId.includes(connectionId))).toHaveLength(before);
});

test('upkeep delivers a decision that nobody applied', async () => {
  const connecting = await bench().connect();
  const { tenantId, connectionId } = connecting;
  await connecting.inTenant(async (db) => {
    const input = { existing: 'all', chosen: [], future: false };
    await writeCommand(db, { tenantId, connectionId, commandId: randomUUID(), kind: 'choose-projects', input, actorId: 'test' });
    await db
      .updateTable('command')
      .set({ created_at: new Date(Date.now() - 3_600_000) })
      .execute();
  });
  await createUpkeep(bench().deps).tidy({});
  expect(bench().runs.told.filter(({ workflowId }) => workflowId.includes(connectionId))).toEqual([
    { workflowId: `onboarding:${tenantId}:${connectionId}`, name: 'retryStep', message: { stepId: 'assignProjects' } },
  ]);
});

async function oldCommand(connecting: Connecting, kind: string, input: unknown, projectLinkId?: string): Promise<string> {
  const { tenantId, connectionId } = connecting;
  const commandId = randomUUID();
  await connecting.inTenant(async (db) => {
    await writeCommand(db, { tenantId, connectionId, commandId, kind, input, projectLinkId, actorId: 'test' });
    await db
      .updateTable('command')
      .set({ created_at: new Date(Date.now() - 3_600_000) })
      .execute();
  });
  return commandId;
}

async function linked(connecting: Connecting): Promise<string> {
  const { tenantId, connectionId } = connecting;
  const names = { procoreProjectName: 'A', partnerProjectName: 'A', procoreTimeZone: null, timeZone: null, basis: 'name' };
  const pair = { procoreProjectId: '1', partnerProjectId: 'p' };
  return (await connecting.inTenant((db) => linkProject(db, { tenantId, connectionId, ...pair, ...names }))).projectLinkId;
}

test('an older pause is not delivered after a newer resume', async () => {
  const connecting = await bench().connect();
  const projectLinkId = await linked(connecting);
  await oldCommand(connecting, 'pause', { reason: 'holidays' }, projectLinkId);
  await oldCommand(connecting, 'resume', {}, projectLinkId);
  await createUpkeep(bench().deps).tidy({});
  const told = bench().runs.told.filter(({ workflowId }) => workflowId.includes(projectLinkId));
  expect(told.map(({ name }) => name)).toEqual(['resume']);
});

test('trouble with one tenant does not hold up the others, and every delivery is a sign of life', async () => {
  const [one, other] = [await bench().connect(), await bench().connect()];
  for (const connecting of [one, other])
    for (const kind of ['choose-projects', 'decide-match']) await oldCommand(connecting, kind, {});
  const { runs, deps } = bench();
  let beats = 0;
  const countBeat = (): void => {
    beats += 1;
  };
  const surroundings = () => ({ ...deps.surroundings(), heartbeat: countBeat });
  const firstBeats: number[] = [];
  runs.deliver = async (workflowId) => {
    firstBeats.push(beats);
    if (workflowId.includes(one.tenantId)) throw new Error('a bug of one tenant’s rows');
    return 'answered';
  };
  await createUpkeep({ ...deps, surroundings }).tidy({});
  runs.deliver = async () => 'answered';
  expect(runs.told.filter(({ workflowId }) => workflowId.includes(other.connectionId))).toHaveLength(2);
  expect(new Set(firstBeats).size).toBe(firstBeats.length);
});

test('a decision of the onboarding that was left over is not told to care for ever', async () => {
  const { connecting } = await live();
  await oldCommand(connecting, 'confirm', { dryRunAt: '2026-11-12T08:15:00.000Z' });
  await createUpkeep(bench().deps).tidy({});
  const open = await connecting.inTenant((db) => db.selectFrom('command').select(['applied_at', 'dropped_at']).execute());
  expect(open).toEqual([{ applied_at: null, dropped_at: expect.any(Date) }]);
  expect(bench().runs.told.filter(({ workflowId }) => workflowId.includes(connecting.connectionId))).toEqual([]);
});

test('a run that was seen just now is wanted, even when the clock of the database steps back', async () => {
  const { connecting, generation } = await live();
  const { tenantId, connectionId } = connecting;
  const workflowId = `care:${tenantId}:${connectionId}`;
  await bench().checks.checkAll({ tenantId, connectionId, generation });
  await connecting.inTenant((db) =>
    db
      .updateTable('desired_run')
      .set({ seen_at: new Date(Date.now() + 3_600_000) })
      .execute(),
  );
  bench().runs.living = [workflowId];
  await createUpkeep(bench().deps).tidy({});
  expect(bench().runs.stopped).not.toContain(workflowId);
});

test('a sign-in whose pending window has passed is revoked and wiped, and its link may be used again', async () => {
  const { connecting } = await withCredential();
  const ada = await connecting.signIn('ada');
  await connecting.check('proveOwnership');
  await connecting.inTenant((db) =>
    db
      .updateTable('sign_in')
      .set({ token_expires_at: new Date(Date.now() - 1000) })
      .execute(),
  );
  expect(await ada.confirm()).toBe(false);
  await createUpkeep(bench().deps).tidy({});
  expect(await connecting.inTenant((db) => findSignIn(db, ada.signInId))).toMatchObject({ state: 'offered', hasToken: false });
  expect(
    bench()
      .sandbox.world.tokens.filter(({ grant }) => grant === 'authorization_code')
      .at(-1),
  ).toMatchObject({ accessRevoked: true });
  expect(await connecting.check('proveOwnership')).toMatchObject({
    state: 'waiting',
    seen: expect.stringContaining('not finished'),
  });
});

test('skipping is support’s, with the reason in the audit; a done step is never taken back by onboarding', async () => {
  const { connecting } = await withCredential();
  const { tenantId, connectionId } = connecting;
  await bench().checks.skipStep({ tenantId, connectionId, stepId: 'verifyPartner', reason: 'checked by phone' });
  const audit = await connecting.inTenant((db) => db.selectFrom('audit_entry').select(['action', 'why']).execute());
  expect(audit).toContainEqual({ action: 'step.skipped', why: 'checked by phone' });
  expect(audit).toContainEqual({ action: 'credentials.verified', why: null });
  const change = await connecting.inTenant((db) =>
    storeOutcome(db, {
      connectionId,
      stepId: 'verifyCredentials',
      outcome: { state: 'stuck', reason: 'credential-rejected', on: 'admin', seen: 's', needed: 'n', where: 'w' },
      doneBy: 'system',
      by: 'onboarding',
    }),
  );
  expect(change).toBe('settled');
});

test('a reminder counts once, however often it is repeated', async () => {
  const connecting = await bench().connect();
  await connecting.check('awaitCredentials');
  const ref = { tenantId: connecting.tenantId, connectionId: connecting.connectionId, stepId: 'awaitCredentials' };
  await bench().checks.remind({ ...ref, reminder: 1 });
  await bench().checks.remind({ ...ref, reminder: 1 });
  const row = await connecting.inTenant((db) => findStep(db, connecting.connectionId, 'awaitCredentials'));
  expect(row?.remindedAt).toHaveLength(1);
  const mails = await bench().store.admin.query('SELECT mail_id FROM mail WHERE tenant_id = $1', [connecting.tenantId]);
  expect(mails.rows).toEqual([]);
});

test('an onboarding that expired or was stopped is not wanted any more', async () => {
  for (const [ended, stage] of [
    ['expired', 'expired'],
    ['stopped', 'disconnected'],
  ] as const) {
    const connecting = await bench().connect();
    const { tenantId, connectionId } = connecting;
    await bench().checks.endOnboarding({ tenantId, connectionId, ended });
    expect((await connecting.inTenant((db) => findConnection(db, connectionId)))?.stage).toBe(stage);
    const runs = await connecting.inTenant((db) => db.selectFrom('desired_run').select('wanted').execute());
    expect(runs).toEqual([{ wanted: false }]);
  }
});
