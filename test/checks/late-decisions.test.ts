import { expect, test } from '@jest/globals';
import { createChecks } from '../../activities/checks/index.ts';
import type { Check } from '../../shared/partners/contract.ts';
import type { Stream } from '../../shared/partners/stream.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { listMatches } from '../../shared/store/connections/matches.ts';
import { listSteps } from '../../shared/store/connections/steps.ts';
import { findDryRun } from '../../shared/store/projects/dry-runs.ts';
import { listProjectLinks } from '../../shared/store/projects/project-links.ts';
import { type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { holdConnection } from '../support/held-connection.ts';
import { borealis, confirmNewest, decide, met, untilDryRun } from '../support/onboarded.ts';

const bench = useChecksBench();
const everything = { existing: 'all', chosen: [], future: true };
const resting = ['assignProjects', 'matchRecords', 'dryRun', 'confirm', 'live'];

const apply = ({ tenantId, connectionId }: Connecting, stepId: string) =>
  bench().checks.applyDecisions({ tenantId, connectionId, stepId });

const choose = async (connecting: Connecting, input: unknown) => {
  await decide(connecting, 'choose-projects', input);
  return apply(connecting, 'assignProjects');
};

async function statesOf(connecting: Connecting): Promise<Readonly<Record<string, string>>> {
  const rows = await connecting.inTenant((db) => listSteps(db, connecting.connectionId));
  return Object.fromEntries(rows.map(({ stepId, state }) => [stepId, state]));
}

const dryRunOf = (connecting: Connecting) => connecting.inTenant((db) => findDryRun(db, connecting.connectionId));

/** Confirmed: only going live is left. Answers the Procore ids that the dry run names. */
async function confirmed(): Promise<{ connecting: Connecting; projects: readonly string[] }> {
  const connecting = await untilDryRun(bench(), borealis);
  const projects = ((await dryRunOf(connecting))?.projects ?? []).map(({ procoreProjectId }) => procoreProjectId);
  await confirmNewest(connecting);
  return { connecting, projects };
}

test('a choice changed after the go takes back what rests on it; only a new dry run of the chosen projects can be confirmed', async () => {
  const { connecting, projects } = await confirmed();
  const former = await dryRunOf(connecting);
  const [one] = projects;

  expect(await choose(connecting, { existing: 'chosen', chosen: [one], future: false })).toEqual({
    applied: 1,
    says: 'applied; 4 steps are looked at again',
  });
  const states = await statesOf(connecting);
  expect(resting.map((stepId) => states[stepId])).toEqual(['pending', 'pending', 'pending', 'pending', 'pending']);
  expect([states['verifyProjectTemplate'], states['verifyPartner']]).toEqual(['done', 'done']);
  expect(await dryRunOf(connecting)).toBeUndefined();

  const ref = { tenantId: connecting.tenantId, connectionId: connecting.connectionId };
  for (const stepId of ['dryRun', 'confirm', 'live'])
    expect(await bench().checks.checkStep({ ...ref, stepId })).toEqual({ reopened: true });

  await met(connecting, ['assignProjects', 'matchRecords', 'dryRun']);
  expect((await dryRunOf(connecting))?.projects.map(({ procoreProjectId }) => procoreProjectId)).toEqual([one]);
  await decide(connecting, 'confirm', { dryRunAt: former?.at });
  expect((await connecting.check('confirm')).state).toBe('waiting');
  await confirmNewest(connecting);
  expect(await connecting.check('live')).toMatchObject({ state: 'met', evidence: { projects: 1 } });
  const links = await connecting.inTenant((db) => listProjectLinks(db, connecting.connectionId));
  expect(links.map(({ procoreProjectId }) => procoreProjectId)).toEqual([one]);
});

test('the same choice again, and one that is older than what is applied, change nothing', async () => {
  const { connecting, projects } = await confirmed();
  expect(await choose(connecting, everything)).toEqual({ applied: 1, says: 'it was chosen so before; nothing changes' });

  const older = await decide(connecting, 'choose-projects', { existing: 'chosen', chosen: [projects[0]], future: false });
  const newer = await decide(connecting, 'choose-projects', everything);
  const ref = { tenantId: connecting.tenantId, connectionId: connecting.connectionId, stepId: 'assignProjects' };
  await bench().checks.applyInput({ ...ref, commandId: newer });
  expect(await bench().checks.applyInput({ ...ref, commandId: older })).toEqual({
    applied: false,
    says: 'a newer choice took its place',
  });
  expect((await statesOf(connecting))['confirm']).toBe('done');
  expect((await connecting.inTenant((db) => findConnection(db, connecting.connectionId)))?.projectChoice).toMatchObject(
    everything,
  );
});

test('two who apply the same choice at once take the steps back once', async () => {
  const { connecting, projects } = await confirmed();
  await decide(connecting, 'choose-projects', { existing: 'chosen', chosen: projects.slice(0, 2), future: false });
  const answers = await Promise.all([apply(connecting, 'assignProjects'), apply(connecting, 'assignProjects')]);
  const rows = await connecting.inTenant((db) => listSteps(db, connecting.connectionId));
  // once when it was first chosen, once now
  expect(rows.find(({ stepId }) => stepId === 'dryRun')?.generation).toBe(3);
  expect(answers.filter(({ says }) => says.startsWith('applied; 4'))).toHaveLength(1);
});

test('a decided pair that comes after the matching repeats the matching and the dry run', async () => {
  const { connecting } = await confirmed();
  const before = await dryRunOf(connecting);
  const matches = await connecting.inTenant((db) => listMatches(db, connecting.connectionId));
  const left = matches.find(({ kind, state }) => kind === 'project' && state === 'matched');
  const pair = { kind: 'project', partnerId: left?.partnerId, procoreId: null };

  await decide(connecting, 'decide-match', pair);
  expect(await apply(connecting, 'matchRecords')).toMatchObject({ says: 'applied; 3 steps are looked at again' });
  const states = await statesOf(connecting);
  expect(resting.map((stepId) => states[stepId])).toEqual(['done', 'pending', 'pending', 'pending', 'pending']);
  await met(connecting, ['matchRecords', 'dryRun']);
  expect((await dryRunOf(connecting))?.projects).toHaveLength((before?.projects.length ?? 0) - 1);
  expect((await connecting.check('confirm')).state).toBe('waiting');

  await decide(connecting, 'decide-match', pair);
  expect(await apply(connecting, 'matchRecords')).toMatchObject({ says: 'it was paired so before; nothing changes' });
});

test('what support skipped on the former choice is looked at again on the new one', async () => {
  const connecting = await untilDryRun(bench(), borealis);
  const { tenantId, connectionId } = connecting;
  const [project] = (await dryRunOf(connecting))?.projects ?? [];
  await connecting.inTenant((db) => db.updateTable('step').set({ state: 'stuck' }).where('step_id', '=', 'dryRun').execute());
  await bench().checks.skipStep({ tenantId, connectionId, stepId: 'dryRun', reason: 'read on the phone' });
  expect((await statesOf(connecting))['dryRun']).toBe('skipped');
  await choose(connecting, { existing: 'chosen', chosen: [project?.procoreProjectId], future: false });
  expect((await statesOf(connecting))['dryRun']).toBe('pending');
});

/** The activities with one check that goes on only when it is let. */
function gated(stepId: string): { checks: ReturnType<typeof createChecks>; reached: Promise<void>; let: () => void } {
  const { deps } = bench();
  const { hammertech } = deps.partners;
  let open: () => void = () => undefined;
  let arrive: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const own = hammertech.checks[stepId];
  const slow: Check = async (context) => {
    const result = await own?.(context);
    arrive();
    await gate;
    if (!result) throw new Error(`there is no check ${stepId}`);
    return result;
  };
  // the dry run is no check of the partner's: its streams are held up instead
  const streams = hammertech.streams.map((stream): Stream => {
    if (stepId !== 'dryRun' || stream.scope !== 'project') return stream;
    const slowly: typeof stream.open = async (context) => {
      const run = await stream.open(context);
      arrive();
      await gate;
      return run;
    };
    return { ...stream, open: slowly };
  });
  const partners = { ...deps.partners, hammertech: { ...hammertech, streams, checks: { ...hammertech.checks, [stepId]: slow } } };
  return { checks: createChecks({ ...deps, partners }), reached, let: open };
}

test.each(['matchRecords', 'dryRun'])(
  'a choice that comes while %s is being checked makes that check count for nothing',
  async (stepId) => {
    const { connecting, projects } = await confirmed();
    const { tenantId, connectionId } = connecting;
    const slow = gated(stepId);
    const checking = slow.checks.checkStep({ tenantId, connectionId, stepId }).catch((error: unknown) => error);
    await slow.reached;
    await choose(connecting, { existing: 'chosen', chosen: [projects[0]], future: false });
    slow.let();
    expect(await checking).toMatchObject({ type: 'not-yet', message: expect.stringMatching(/(replaced|changed) meanwhile/) });
    expect((await statesOf(connecting))[stepId]).toBe('pending');
    expect(await dryRunOf(connecting)).toBeUndefined();
  },
);

test.each(['confirm', 'live'])(
  'a choice that comes while %s is about to be stored comes first, and nothing is stored of it',
  async (stepId) => {
    const connecting = stepId === 'live' ? (await confirmed()).connecting : await untilDryRun(bench(), borealis);
    const { tenantId, connectionId } = connecting;
    const dryRun = await dryRunOf(connecting);
    if (stepId === 'confirm') {
      await decide(connecting, 'confirm', { dryRunAt: dryRun?.at });
      await apply(connecting, 'confirm');
    }
    const held = await holdConnection(bench().store, connectionId);
    const choosing = choose(connecting, { existing: 'chosen', chosen: [dryRun?.projects[0]?.procoreProjectId], future: false });
    await held.waiting(1);
    const checking = bench()
      .checks.checkStep({ tenantId, connectionId, stepId })
      .catch((error: unknown) => error);
    await held.waiting(2);
    await held.release();
    await choosing;
    expect(await checking).toMatchObject({ type: 'not-yet', message: expect.stringContaining('replaced meanwhile') });
    expect((await statesOf(connecting))[stepId]).toBe('pending');
    expect((await connecting.inTenant((db) => findConnection(db, connectionId)))?.stage).toBe('onboarding');
    expect(await connecting.inTenant((db) => listProjectLinks(db, connectionId))).toEqual([]);
  },
);

test('a choice that comes just after going live was made durable is care’s, and takes nothing back', async () => {
  const { connecting, projects } = await confirmed();
  const { tenantId, connectionId } = connecting;
  const held = await holdConnection(bench().store, connectionId);
  const going = bench().checks.checkStep({ tenantId, connectionId, stepId: 'live' });
  await held.waiting(1);
  const choosing = choose(connecting, { existing: 'chosen', chosen: projects.slice(1), future: false });
  await held.waiting(2);
  await held.release();
  expect(await choosing).toMatchObject({ says: 'applied; 3 steps are looked at again' });
  // its result rested on the former choice: it is looked at again, and then holds
  await going.catch(() => undefined);
  expect((await statesOf(connecting))['confirm']).toBe('done');
  await bench().checks.checkAll({ tenantId, connectionId, generation: 1 });
  const links = await connecting.inTenant((db) => listProjectLinks(db, connectionId));
  const left = links.filter(({ state }) => state === 'unlinked').map(({ procoreProjectId }) => procoreProjectId);
  expect(left).toEqual([projects[0]]);
});
