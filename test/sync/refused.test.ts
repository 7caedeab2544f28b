import { expect, test } from '@jest/globals';
import type { CrashHook } from '../../activities/sync/crash-points.ts';
import { setClientSecret } from '../../sandbox/login/credentials.ts';
import { connectApp, disconnectApp } from '../../sandbox/procore/admin/apps.ts';
import { deleteManpowerByHand } from '../../sandbox/procore/admin/daily-logs.ts';
import { switchProjectTool } from '../../sandbox/procore/admin/projects.ts';
import { editTemplate } from '../../sandbox/procore/admin/templates.ts';
import { editUser, putOnProject, takeOffProject } from '../../sandbox/procore/admin/users.ts';
import { Fault, faultIn } from '../../shared/domain/faults.ts';
import { showConnectionCauses } from '../../shared/store/attention.ts';
import { unlinkProject } from '../../shared/store/projects/project-links.ts';
import { projectLinkView, type StreamView } from '../../shared/store/projects/project-links-view.ts';
import { ownStream } from '../../shared/store/projects/stream-owners.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { daysAgo, type EngineGround, useEngineGrounds } from './engine-ground.ts';

const newGround = useEngineGrounds();

/** A day of one crew that waits to be written. */
async function oneCrew(): Promise<EngineGround & { readonly stay: string }> {
  const ground = await newGround();
  await ground.match('e1', ground.small.vendor.id);
  const stay = ground.source.add({ worker: 'w1', employer: 'e1', day: daysAgo(1), hours: 8 });
  return { ...ground, stay };
}

async function streamOf(ground: EngineGround): Promise<StreamView | undefined> {
  const view = await withTenant(ground.store.pool, ground.tenantId, (db) => projectLinkView(db, ground.link.projectLinkId));
  return view?.streams.find(({ name }) => name === 'manpower');
}

/** The fault with which a cycle ends. */
async function refusedCycle(ground: EngineGround, crashPoint?: CrashHook): Promise<Fault> {
  const error: unknown = await ground.cycle(crashPoint).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const fault = faultIn(error);
  if (!fault) throw new Error(`the cycle was not refused: ${String(error)}`);
  return fault;
}

const lastWords = (ground: EngineGround): readonly string[] =>
  ground.calls().map(({ path }) => path.split('?')[0]?.split('/').at(-1) ?? '');

interface Cause {
  readonly name: string;
  readonly make: (ground: EngineGround) => unknown;
  readonly mend: (ground: EngineGround) => unknown;
  /** Calls by which it is found out, by the last word of each path: those refused, then the fewest probes. */
  readonly asks?: readonly string[];
  readonly says: { reason: string; owner: string; seen?: string; needed?: string; where: unknown };
}

const onProject = ({ small, account }: EngineGround) => ({ projectId: small.project.id, personId: account.personId });
const inCompany = ({ small, account }: EngineGround) => ({ companyId: small.company.id, clientId: account.clientId });
const dailyLog = ({ small }: EngineGround, active: boolean) =>
  switchProjectTool(small.world, { projectId: small.project.id, tool: 'daily_log', active });
function templateOf({ templateId }: EngineGround['account']): string {
  if (templateId === undefined) throw new Error('this account has no template');
  return templateId;
}
/** Somebody who is Admin of a project's Directory is Admin of all its tools. */
function level({ small, account }: EngineGround, to: 'None' | 'Read Only' | 'Admin'): void {
  const templateId = templateOf(account);
  editTemplate(small.world, { templateId, tool: 'directory', level: 'Read Only' });
  editTemplate(small.world, { templateId, tool: 'daily_log', level: to });
}
const setZone = ({ store, link }: EngineGround, zone: string | null) =>
  store.admin.query('UPDATE project_link SET time_zone = $1, procore_time_zone = $2 WHERE project_link_id = $3', [
    zone,
    zone === null ? 'Atlantis' : 'Sydney',
    link.projectLinkId,
  ]);
const secret = ({ small, account }: EngineGround, text: string) => {
  setClientSecret(small.world, account.clientId, text);
  for (const token of small.world.tokens.filter(({ clientId }) => clientId === account.clientId))
    small.world.tokens.put({ ...token, accessRevoked: true });
};
const templateWhere = 'Company Tools → Permissions → project template → Daily Log';

/** Another customer, who shares the service account and linked the same project. */
let stranger: EngineGround | undefined;
async function ownedByStranger(ground: EngineGround): Promise<void> {
  stranger = await ground.neighbour();
  const { tenantId } = stranger;
  const { procore, small, account } = ground;
  const stream = { environment: procore.api, procoreProjectId: small.project.id, stream: 'manpower', author: account.personId };
  await withTenant(ground.store.pool, tenantId, (db) => ownStream(db, stream));
}
async function strangerUnlinks({ store }: EngineGround): Promise<void> {
  if (!stranger) throw new Error('nobody owns the stream');
  const { tenantId, link } = stranger;
  await withTenant(store.pool, tenantId, (db) => unlinkProject(db, link.projectLinkId));
}

const causes: readonly Cause[] = [
  {
    name: 'the Daily Log is switched off in the project',
    asks: ['manpower_logs', 'permissions', 'tools'],
    make: (ground) => dailyLog(ground, false),
    mend: (ground) => dailyLog(ground, true),
    says: {
      reason: 'tool-disabled',
      owner: 'admin',
      seen: 'A tool is switched off in this project. Daily Log is off for everybody.',
      needed: 'Daily Log switched on',
      where: 'Project → Admin → Tool Settings',
    },
  },
  {
    name: 'the sync user was taken off the project',
    asks: ['manpower_logs', 'permissions', 'projects'],
    make: (ground) => takeOffProject(ground.small.world, onProject(ground)),
    mend: (ground) => putOnProject(ground.small.world, { ...onProject(ground), templateId: templateOf(ground.account) }),
    says: {
      reason: 'project-not-permitted',
      owner: 'admin',
      needed: 'the sync user on this project',
      where: expect.stringContaining('→ Projects → Add'),
    },
  },
  {
    name: 'the app is disconnected from the company',
    asks: ['manpower_logs'],
    make: (ground) => disconnectApp(ground.small.world, inCompany(ground)),
    mend: (ground) => connectApp(ground.small.world, inCompany(ground)),
    says: { reason: 'app-not-connected', owner: 'admin', where: expect.stringContaining('App Management') },
  },
  {
    name: 'the company is hidden from the sync user',
    asks: ['manpower_logs', 'permissions', 'projects', 'me'],
    make: (ground) => editUser(ground.small.world, { ...inCompany(ground), personId: ground.account.personId, active: false }),
    mend: (ground) => editUser(ground.small.world, { ...inCompany(ground), personId: ground.account.personId, active: true }),
    says: { reason: 'company-not-visible', owner: 'admin', where: expect.stringContaining('Directory → the sync user') },
  },
  {
    name: 'there is no level on the Daily Log',
    asks: ['manpower_logs', 'permissions', 'tools'],
    make: (ground) => level(ground, 'None'),
    mend: (ground) => level(ground, 'Admin'),
    says: {
      reason: 'permission-too-low',
      owner: 'admin',
      seen: 'A permission level is lower than what is needed. Daily Log is at None.',
      needed: 'Daily Log at Admin',
      where: templateWhere,
    },
  },
  {
    name: 'the level on the Daily Log suffices to read and not to write',
    make: (ground) => level(ground, 'Read Only'),
    mend: (ground) => level(ground, 'Admin'),
    says: {
      reason: 'permission-too-low',
      owner: 'admin',
      seen: 'A permission level is lower than what is needed. Daily Log is at Read Only.',
      needed: 'Daily Log at Admin',
      where: templateWhere,
    },
  },
  {
    name: 'the credential is refused',
    make: (ground) => secret(ground, 'another-secret-of-procore'),
    mend: (ground) => secret(ground, ground.account.clientSecret),
    says: { reason: 'credential-rejected', owner: 'admin', where: expect.stringContaining('submit it here') },
  },
  {
    name: 'the partner refuses the login',
    make: ({ source }) => {
      source.state.fails = new Fault('partner-credential-rejected', { status: 401 });
    },
    mend: ({ source }) => {
      source.state.fails = undefined;
    },
    says: { reason: 'partner-credential-rejected', owner: 'admin', where: expect.stringContaining('a login that works') },
  },
  {
    name: 'the time zone of the project is not known',
    make: (ground) => setZone(ground, null),
    mend: (ground) => setZone(ground, 'Australia/Sydney'),
    says: {
      reason: 'time-zone-unknown',
      owner: 'admin',
      seen: 'The time zone of Pier 4 in Procore is “Atlantis”, which is not known.',
      where: 'Procore: Pier 4 → Admin → General → Timezone',
    },
  },
  {
    name: 'another customer writes the stream through the same account',
    make: ownedByStranger,
    mend: strangerUnlinks,
    says: {
      reason: 'account-shared',
      owner: 'admin',
      seen: 'Another customer’s connection writes this project’s log through the same service account already.',
      where: expect.stringContaining('Service Accounts'),
    },
  },
];

test.each(causes)(
  '$name: one item and the link say so since it began, and both are clear by themselves once it is mended',
  async (cause) => {
    const { make, mend, says, asks } = cause;
    const ground = await oneCrew();
    await make(ground);

    ground.calls();
    const first = await refusedCycle(ground);
    if (asks) expect(lastWords(ground)).toEqual(asks);
    expect(first).toMatchObject({ kind: says.reason, detail: { sinceMs: expect.any(Number) } });
    const since = (await streamOf(ground))?.refused?.since;
    expect(first.detail.sinceMs).toBe(since?.getTime());
    expect((await refusedCycle(ground)).detail.sinceMs).toBe(first.detail.sinceMs);
    expect((await streamOf(ground))?.refused).toMatchObject({ ...says, since });
    expect(await ground.items()).toMatchObject([{ reason: says.reason, subject: 'stream:manpower' }]);
    expect(
      ground.small.world.ledger.records('manpower_logs').filter(({ current }) => current !== null).length,
    ).toBeLessThanOrEqual(1);

    await mend(ground);
    await ground.settle();
    expect(ground.entries()).toHaveLength(1);
    expect(await ground.items()).toEqual([]);
    expect(await streamOf(ground)).toMatchObject({ refused: null, report: { created: expect.any(Number), open: 0 } });
    const { rows } = await ground.store.admin.query('SELECT resolution FROM attention_item WHERE project_link_id = $1', [
      ground.link.projectLinkId,
    ]);
    expect(rows).toEqual([{ resolution: 'mended' }]);
  },
);

test('a refusal that is new asks care for one round, however often it is seen; one that the connection tells asks for none', async () => {
  const asked = async ({ store, tenantId }: EngineGround) =>
    (await store.admin.query('SELECT kind, input, actor_id FROM command WHERE tenant_id = $1', [tenantId])).rows;
  const told = (ground: EngineGround, projectId: string) =>
    withTenant(ground.store.pool, ground.tenantId, (db) =>
      showConnectionCauses(db, { ...ground, family: 'tool' }, [
        { reason: 'tool-disabled', subject: `tool:${projectId}`, seen: 's', needed: 'n', where: 'w' },
      ]),
    );
  const own = await oneCrew();
  await told(own, own.small.project.id);
  const other = await oneCrew();
  await told(other, '4711');
  for (const ground of [own, other]) {
    dailyLog(ground, false);
    await refusedCycle(ground);
    await refusedCycle(ground);
  }
  expect(await asked(own)).toEqual([]);
  expect(await asked(other)).toEqual([{ kind: 'retryStep', input: { stepId: 'verifyCredentials' }, actor_id: 'system' }]);
});

test('what passes by itself opens no item, and closes none that stands', async () => {
  const ground = await oneCrew();
  const { world } = ground.small;
  world.faults.add({ match: { method: 'GET' }, effect: { kind: 'status-before', status: 502 } });
  expect((await refusedCycle(ground)).kind).toBe('vendor-unavailable');
  expect(await ground.items()).toEqual([]);

  dailyLog(ground, false);
  await refusedCycle(ground);
  const [item] = await ground.items();
  world.faults.add({ match: { method: 'GET' }, effect: { kind: 'status-before', status: 502 } });
  expect((await refusedCycle(ground)).kind).toBe('vendor-unavailable');
  expect(await ground.items()).toEqual([item]);
});

test('records that wait for a person stay items of their own while the stream cannot be opened', async () => {
  const ground = await oneCrew();
  await ground.match('e9', null, 'Nobody Ltd');
  ground.source.add({ worker: 'w9', employer: 'e9', day: daysAgo(1), hours: 5 });
  expect(await ground.cycle()).toMatchObject({ created: 1, parked: 1 });
  await setZone(ground, null);
  await refusedCycle(ground);
  expect(await ground.items()).toMatchObject([{ reason: 'time-zone-unknown' }, { reason: 'unmatched-company', records: 1 }]);
  expect(await streamOf(ground)).toMatchObject({ report: { created: 1, parked: 1 }, refused: { reason: 'time-zone-unknown' } });
  await setZone(ground, 'Australia/Sydney');
  await ground.cycle();
  expect(await ground.items()).toMatchObject([{ reason: 'unmatched-company', records: 1 }]);
});

test('a source and a far side that both refuse are two causes, each mended by itself', async () => {
  const ground = await oneCrew();
  dailyLog(ground, false);
  await refusedCycle(ground);
  ground.source.state.fails = new Fault('partner-credential-rejected', { status: 401 });
  await refusedCycle(ground);
  expect(await ground.items()).toMatchObject([{ reason: 'partner-credential-rejected' }, { reason: 'tool-disabled' }]);
  dailyLog(ground, true);
  expect((await refusedCycle(ground)).kind).toBe('partner-credential-rejected');
  expect(await ground.items()).toMatchObject([{ reason: 'partner-credential-rejected' }]);
  expect(ground.entries()).toHaveLength(1);
});

test('one cause that turns into another is dated anew', async () => {
  const ground = await oneCrew();
  dailyLog(ground, false);
  const first = await refusedCycle(ground);
  takeOffProject(ground.small.world, onProject(ground));
  const second = await refusedCycle(ground);
  expect(second.kind).toBe('project-not-permitted');
  expect(second.detail.sinceMs).toBeGreaterThan(first.detail.sinceMs ?? 0);
  expect(await ground.items()).toHaveLength(1);
});

test('a write that is refused stays surely not done, also when the probes break off', async () => {
  const ground = await oneCrew();
  ground.small.world.faults.add({
    match: { method: 'GET', path: '/rest/v1.0/settings/permissions' },
    effect: { kind: 'reset-before' },
  });
  const lowered: CrashHook = (point) => (point === 'before-send' ? level(ground, 'Read Only') : undefined);
  expect((await refusedCycle(ground, lowered)).handling).toBe('retry');
  expect((await ground.deliveries()).map(({ state, trail }) => [state, trail.map((step) => step.state)])).toEqual([
    ['queued', ['queued', 'sending', 'queued']],
  ]);
  expect(await ground.items()).toEqual([]);
  level(ground, 'Admin');
  await ground.settle();
  expect(ground.entries()).toHaveLength(1);
});

/** A correction of an entry that stands already, with something that happens right before it is sent. */
async function correctedWhile(happens: (ground: EngineGround) => unknown) {
  const ground = await oneCrew();
  await ground.cycle();
  ground.source.change(ground.stay, { endUtc: `${daysAgo(1)}T02:00:00.000Z` });
  const ended = await ground
    .cycle(async (point) => {
      if (point === 'before-send') await happens(ground);
    })
    .then(
      (report) => ({ report, fault: undefined }),
      (error: unknown) => ({ report: undefined, fault: faultIn(error) }),
    );
  return { ground, ...ended };
}

test('an entry that is deleted in the middle of a cycle is a conflict of that record alone', async () => {
  const { ground, report } = await correctedWhile(({ small, entries }) =>
    deleteManpowerByHand(small.world, { id: entries()[0]?.id ?? '', by: small.people.cleo.id }),
  );
  expect(report).toMatchObject({ updated: 0, parked: 1, open: 0, reasons: { conflict: 1 } });
  expect(await ground.items()).toMatchObject([{ reason: 'conflict', subject: expect.stringMatching(/^record:/) }]);
  expect((await streamOf(ground))?.refused).toBeNull();
});

test('a project that is closed to us in the middle of a cycle is no deleted entry: the correction waits and is written later', async () => {
  const { ground, fault } = await correctedWhile((refused) => takeOffProject(refused.small.world, onProject(refused)));
  expect(fault?.kind).toBe('project-not-permitted');
  const correction = (await ground.deliveries()).at(-1);
  expect(correction).toMatchObject({ state: 'queued', action: 'update' });
  expect(correction?.trail.map(({ state }) => state)).toEqual(['queued', 'sending', 'queued']);
  putOnProject(ground.small.world, { ...onProject(ground), templateId: templateOf(ground.account) });
  await ground.settle();
  expect(ground.entries()).toMatchObject([{ numHours: '4.0' }]);
  expect(await ground.items()).toEqual([]);
});
