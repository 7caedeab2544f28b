import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { createSyncActivities, syncDependenciesOf } from '../../activities/sync/index.ts';
import type { StreamReport } from '../../shared/domain/workflow-inputs.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { currentCredential, shownCredentials } from '../../shared/store/connections/credentials.ts';
import { findStep } from '../../shared/store/connections/steps.ts';
import { listProjectLinks } from '../../shared/store/projects/project-links.ts';
import { type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { holdConnection } from '../support/held-connection.ts';
import { borealis, untilLive } from '../support/onboarded.ts';

const bench = useChecksBench();

interface Account {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly personId: string;
}

/** A service account of its own with all that the guide's account may do. */
async function account(): Promise<Account> {
  const { world } = bench().sandbox;
  const { companyId } = borealis;
  const guide = world.apps.find((app) => app.kind === 'legacy' && app.companyId === companyId)?.servicePersonId;
  const made = await bench().control<Account>('/credentials', { companyId, kind: 'legacy', fresh: true, name: randomUUID() });
  const user = world.companyUsers.get(`${companyId}:${guide}`);
  if (!user) throw new Error('the guide’s account is in the company');
  world.companyUsers.put({ ...user, personId: made.personId });
  for (const member of world.memberships.filter(({ personId }) => personId === guide))
    world.memberships.put({ ...member, personId: made.personId });
  return made;
}

async function live(): Promise<{ connecting: Connecting; former: Account }> {
  const former = await account();
  return { connecting: await untilLive(bench(), { ...borealis, credential: former }), former };
}

const careRound = ({ tenantId, connectionId }: Connecting) => bench().checks.checkAll({ tenantId, connectionId, generation: 1 });

const submit = (connecting: Connecting, { clientId, clientSecret }: Pick<Account, 'clientId' | 'clientSecret'>) =>
  connecting.submitService({ clientId, clientSecret }, borealis.companyId);

const inForce = async (connecting: Connecting) =>
  (await connecting.inTenant((db) => currentCredential(db, connecting.connectionId, 'procore-service')))?.shown['clientId'];

const openItems = (connecting: Connecting) =>
  connecting.inTenant((db) => db.selectFrom('attention_item').selectAll().where('resolved_at', 'is', null).execute());

const statesOf = async (connecting: Connecting): Promise<readonly string[]> => {
  const shown = await connecting.inTenant((db) => shownCredentials(db, connecting.connectionId));
  return shown.filter(({ purpose }) => purpose === 'procore-service').map(({ state }) => state);
};

/** The far side no longer takes what the account has, nor any token that it gave for it. */
async function revoke({ clientId }: Account): Promise<void> {
  const { world } = bench().sandbox;
  await bench().control('/admin/apps/change-secret', { clientId });
  for (const token of world.tokens.filter((each) => each.clientId === clientId))
    world.tokens.put({ ...token, accessRevoked: true });
}

/** The stream of the connection's first project, and what it wrote in Procore. */
async function projectOf(connecting: Connecting) {
  const [link] = await connecting.inTenant((db) => listProjectLinks(db, connecting.connectionId));
  if (!link) throw new Error('a live connection has a link');
  const { world, hammertech } = bench().sandbox;
  const { runStream } = createSyncActivities(syncDependenciesOf(bench().deps));
  const cycle = async (): Promise<StreamReport> => {
    const { tenantId } = connecting;
    const { projectLinkId, generation } = link;
    const report = await runStream({ tenantId, projectLinkId, generation, stream: 'manpower' });
    if ('waitUntilMs' in report) throw new Error(`told to wait: ${report.why}`);
    return report;
  };
  /** Everybody of one of its days signs in once more, so that its entry changes. */
  const busier = (place: number): void => {
    const own = hammertech.signIns.filter(({ record }) => record.projectId === link.partnerProjectId && !record.isVisitor);
    const sample = own.at(place)?.record;
    if (!sample) throw new Error('the project has sign-ins');
    const record = {
      ...sample,
      id: randomUUID(),
      workerId: randomUUID(),
      modified: new Date().toISOString().replace(/\.\d+/, ''),
    };
    hammertech.signIns.put({ tenant: borealis.login.tenant, record });
  };
  const entries = () => world.manpowerLogs.filter(({ projectId }) => projectId === link.procoreProjectId);
  // what another test's account wrote would be somebody else's here
  for (const entry of entries()) world.manpowerLogs.delete(entry.id);
  return { cycle, busier, entries };
}

test('a new credential that is refused stays visible with its reason, and syncing goes on as before', async () => {
  const { connecting, former } = await live();
  const project = await projectOf(connecting);
  await project.cycle();
  const wrong = await account();
  await submit(connecting, { ...wrong, clientSecret: 'not-the-secret-of-anyone' });
  expect(await inForce(connecting)).toBe(former.clientId);

  const round = await careRound(connecting);
  expect(round).toMatchObject({
    regressed: [],
    proposals: [{ state: 'refused', says: expect.stringContaining('stays in force') }],
  });
  await careRound(connecting);
  expect(await openItems(connecting)).toMatchObject([
    {
      reason: 'credential-rejected',
      owner: 'admin',
      subject: 'credential:procore-service',
      project_link_id: null,
      seen: expect.stringMatching(/Procore credential submitted on .* \(ends in …yone\) was not taken/),
    },
  ]);
  const step = await connecting.inTenant((db) => findStep(db, connecting.connectionId, 'verifyCredentials'));
  expect(step).toMatchObject({ state: 'done', regressedAt: null });
  expect([await inForce(connecting), await statesOf(connecting)]).toEqual([former.clientId, ['in-force', 'refused']]);

  project.busier(0);
  expect(await project.cycle()).toMatchObject({ parked: 0, open: 0, reasons: {} });
  expect(new Set(project.entries().map(({ createdBy }) => createdBy))).toEqual(new Set([former.personId]));

  // put right in Procore, it is taken without anybody submitting it again
  await bench().control('/admin/apps/change-secret', { clientId: wrong.clientId, clientSecret: 'not-the-secret-of-anyone' });
  expect(await careRound(connecting)).toMatchObject({ proposals: [{ state: 'in-force' }] });
  expect([await inForce(connecting), await openItems(connecting)]).toEqual([wrong.clientId, []]);
});

test('a proven one takes the former’s place together with its identity: what either wrote is ours, and nothing is written twice', async () => {
  const { connecting, former } = await live();
  const project = await projectOf(connecting);
  await project.cycle();
  const written = project.entries().length;
  expect(written).toBeGreaterThan(0);
  const next = await account();
  await submit(connecting, next);
  expect(await careRound(connecting)).toMatchObject({ regressed: [], proposals: [{ state: 'in-force' }] });
  expect(await inForce(connecting)).toBe(next.clientId);
  expect(await connecting.inTenant((db) => findConnection(db, connecting.connectionId))).toMatchObject({
    syncUserId: next.personId,
    syncUserIds: [former.personId, next.personId],
  });

  project.busier(0);
  expect(await project.cycle()).toMatchObject({ updated: 1, created: 0, parked: 0 });
  expect(project.entries()).toHaveLength(written);

  project.busier(-1);
  expect(await project.cycle()).toMatchObject({ created: 0, parked: 0 });
  expect(project.entries()).toHaveLength(written);
});

test('where the former is revoked the new one is tried at once, and serves', async () => {
  const { connecting, former } = await live();
  await revoke(former);
  expect((await careRound(connecting)).regressed.map(({ reason }) => reason)).toContain('credential-rejected');
  const next = await account();
  await submit(connecting, next);
  expect(await careRound(connecting)).toMatchObject({ regressed: [], proposals: [{ state: 'in-force' }] });
  expect(await openItems(connecting)).toEqual([]);
  expect(await (await projectOf(connecting)).cycle()).toMatchObject({ parked: 0 });
});

test('a refused credential is one item of the connection, however many steps and rounds meet it', async () => {
  const { connecting, former } = await live();
  await revoke(former);
  const round = await careRound(connecting);
  expect(round.regressed.length).toBeGreaterThan(2);
  await careRound(connecting);
  const items = await openItems(connecting);
  expect(items).toMatchObject([
    { reason: 'credential-rejected', subject: `connection:${connecting.connectionId}`, project_link_id: null, stream: null },
  ]);
});

test('of two submitted in a row the newest is proven, whatever the one before was', async () => {
  const { connecting } = await live();
  const [first, second] = [await account(), await account()];
  await submit(connecting, first);
  await submit(connecting, second);
  expect((await careRound(connecting)).proposals).toHaveLength(1);
  expect([await inForce(connecting), await statesOf(connecting)]).toEqual([second.clientId, ['in-force']]);
});

test('one that is replaced while it is being proven does not take the place: the newer one is proven for itself', async () => {
  const { connecting, former } = await live();
  const [first, second] = [await account(), await account()];
  await submit(connecting, first);
  const held = await holdConnection(bench().store, connecting.connectionId);
  const replacing = submit(connecting, second);
  await held.waiting(1);
  const round = careRound(connecting);
  await held.waiting(2);
  await held.release();
  await replacing;
  expect(await round).toMatchObject({ proposals: [{ state: 'proposed' }], againMs: bench().deps.timings.slowMs });
  expect(await inForce(connecting)).toBe(former.clientId);
  expect(await careRound(connecting)).toMatchObject({ proposals: [{ state: 'in-force' }] });
  expect(await inForce(connecting)).toBe(second.clientId);
});

test('a worker that dies between the proof and the switch leaves the former in force, and the next look switches', async () => {
  const { connecting, former } = await live();
  const next = await account();
  await submit(connecting, next);
  const held = await holdConnection(bench().store, connecting.connectionId);
  const round = careRound(connecting).catch((error: unknown) => error);
  await held.waiting(1);
  await held.killWaiting();
  expect(await round).toBeInstanceOf(Error);
  await held.release();
  expect([await inForce(connecting), await statesOf(connecting)]).toEqual([former.clientId, ['in-force', 'proposed']]);
  expect(await connecting.inTenant((db) => findConnection(db, connecting.connectionId))).toMatchObject({
    syncUserIds: [former.personId],
  });
  await careRound(connecting);
  expect(await inForce(connecting)).toBe(next.clientId);
});

test('one that cannot be looked at now keeps the former in force and is looked at again soon', async () => {
  const { connecting, former } = await live();
  await submit(connecting, await account());
  await bench().control('/faults', { match: { method: 'POST', path: '/oauth/token' }, kind: 'status-before', status: 502 });
  expect(await careRound(connecting)).toMatchObject({
    regressed: [],
    proposals: [{ state: 'proposed', says: expect.stringContaining('not answering') }],
    againMs: bench().deps.timings.slowMs,
  });
  expect(await inForce(connecting)).toBe(former.clientId);
});

test('a partner login on a live connection is proven first, too', async () => {
  const { connecting } = await live();
  const emailOf = async () =>
    (await connecting.inTenant((db) => currentCredential(db, connecting.connectionId, 'partner-login')))?.shown['region'];
  await connecting.submitLogin({ ...borealis.login, region: 'us' });
  expect(await careRound(connecting)).toMatchObject({ regressed: [], proposals: [{ state: 'refused' }] });
  expect(await emailOf()).toBe('eu');
  expect(await openItems(connecting)).toMatchObject([
    {
      reason: 'partner-credential-rejected',
      seen: expect.stringMatching(/^The HammerTech login submitted on \S+ was not taken/),
    },
  ]);
  await connecting.submitLogin(borealis.login);
  expect(await careRound(connecting)).toMatchObject({ proposals: [{ state: 'in-force' }] });
  expect(await openItems(connecting)).toEqual([]);
});
