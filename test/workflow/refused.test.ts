import { expect, test } from '@jest/globals';
import { Fault, type FaultDetail } from '../../shared/domain/faults.ts';
import { searchAttributeNames as names } from '../../shared/domain/messages.ts';
import { eventually } from '../support/eventually.ts';
import { type Ground, useRealGround } from './ground.ts';
import { type Begun, beginSync, detailsOf, finish, tell } from './runs.ts';
import { quietReport } from './script.ts';

const ground = useRealGround();

const said: FaultDetail = {
  status: 403,
  seen: 'Daily Log is off for everybody.',
  needed: 'Daily Log switched on',
  where: 'Project → Admin → Tool Settings',
  // as its row has it: long before this run began
  sinceMs: Date.parse('2026-01-02T03:04:00.000Z'),
};

/** A project with two streams; `manpower` is refused for as long as `state.off` says. */
async function halfRefused({ client, script }: Ground) {
  const state = { off: true, tried: 0 };
  const link = script.link;
  script.link = async () => ({ ...(link instanceof Function ? await link() : link), streams: ['manpower', 'incidents'] });
  script.instead.runStream = async ({ stream }) => {
    if (stream === 'incidents') return { ...quietReport, stream, created: 2 };
    state.tried += 1;
    if (state.off) throw new Fault('tool-disabled', said);
    return { ...quietReport, created: 7 };
  };
  script.pace.cycleBusyMs = 60_000;
  script.pace.cycleQuietMs = 60_000;
  const run = await beginSync(client);
  await eventually('the first cycle ended', () => script.countOf('closeCycle') === 1);
  return { run, state };
}

const attributesOf = async ({ handle }: Begun<unknown>): Promise<unknown> => {
  const { typedSearchAttributes } = await handle.describe();
  const all = new Map<string, unknown>(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
  return [all.get(names.needsAttention), all.get(names.stuckReason), all.get(names.waitingOn)];
};

test('an answer to syncNow says which stream was refused, and why, beside what the others did', async () => {
  const { run, state } = await halfRefused(ground());
  await expect(tell(run, 'syncNow', {})).resolves.toEqual({
    accepted: true,
    says: 'incidents: 2 created, 0 updated, 0 parked; manpower: refused, tool-disabled: A tool is switched off in this project. Daily Log is off for everybody.',
  });
  state.off = false;
  await expect(tell(run, 'syncNow', {})).resolves.toMatchObject({
    says: 'manpower: 7 created, 0 updated, 0 parked; incidents: 2 created, 0 updated, 0 parked',
  });
  await finish(run, ground().script);
});

test('the page says since when a stream is refused, what mends it and where, over later cycles and in a run that continues', async () => {
  const { client, script } = ground();
  const { run } = await halfRefused(ground());
  const expectTold = async (page: string): Promise<void> => {
    expect(page).toMatch(/^# Refused: manpower \(tool-disabled\)/);
    expect(page).toContain('**stream manpower** waits for **admin** since 2026-01-02 03:04 UTC');
    for (const line of [said.seen, `Needed: ${said.needed}`, `Where: ${said.where}`]) expect(page).toContain(line);
    expect(page).not.toContain('Cure:');
    expect(page).toContain('docs/runbook/streams.md');
    expect(page).toContain('| incidents | 0 | 0 | 2 |');
  };
  await expectTold(await detailsOf(run.handle));
  await tell(run, 'syncNow', {});
  await expectTold(await detailsOf(run.handle));

  const before = (await run.handle.describe()).runId;
  script.pace.cyclesPerRun = 1;
  await tell(run, 'syncNow', {});
  const runId = await eventually('the next run began', async () => {
    const now = (await run.handle.describe()).runId;
    return now !== before && now;
  });
  const cycles = script.countOf('openCycle');
  await expectTold(
    await eventually('it has a page', async () => (await detailsOf(client.workflow.getHandle(run.workflowId, runId))) || false),
  );
  expect(await attributesOf(run)).toEqual([true, ['tool-disabled'], ['admin']]);
  expect(script.countOf('openCycle')).toBe(cycles);
  await finish(run, script);
});

test('a stream that stays refused writes its attributes once, and clears them with its first good cycle', async () => {
  const { script } = ground();
  const { run, state } = await halfRefused(ground());
  for (let cycle = 0; cycle < 3; cycle += 1) await tell(run, 'syncNow', {});
  const { events } = await run.handle.fetchHistory();
  const written = events?.flatMap(({ upsertWorkflowSearchAttributesEventAttributes: upsert }) =>
    upsert ? [Object.keys(upsert.searchAttributes?.indexedFields ?? {})] : [],
  );
  expect(written?.filter((fields) => fields.includes(names.stuckReason))).toHaveLength(1);
  state.off = false;
  await tell(run, 'syncNow', {});
  await eventually('it is clear', async () => JSON.stringify(await attributesOf(run)) === '[false,null,null]');
  expect(await detailsOf(run.handle)).toMatch(/^# In step/);
  await finish(run, script);
});

test('what wakes the loop does not make a refused stream be tried again before its time; a person does', async () => {
  const { script } = ground();
  const { run, state } = await halfRefused(ground());
  expect(state.tried).toBe(1);
  await run.handle.signal('recordsChanged');
  await eventually('the neighbour had a cycle', () => script.countOf('closeCycle') === 2);
  expect(state.tried).toBe(1);
  expect(await detailsOf(run.handle)).toMatch(/^# Refused: manpower/);
  await tell(run, 'syncNow', {});
  expect(state.tried).toBe(2);
  await tell(run, 'retryItems', { reason: 'tool-disabled' });
  await eventually('it is tried for those who asked', () => state.tried === 3);
  await finish(run, script);
});

test('a refused stream is tried again at the pace of the link, not faster', async () => {
  const { client, script } = ground();
  const tried: number[] = [];
  script.instead.runStream = async () => {
    tried.push(Date.now());
    throw new Fault('tool-disabled', said);
  };
  const run = await beginSync(client);
  await eventually('it was tried four times', () => tried.length >= 4);
  const pauses = tried.slice(1).map((at, index) => at - (tried[index] ?? 0));
  const { cycleBusyMs } = script.pace;
  for (const [index, pause] of pauses.entries()) expect(pause).toBeGreaterThan(0.9 * cycleBusyMs * 2 ** Math.min(index + 1, 2));
  await finish(run, script);
});

test('what stops the whole connection is told on the page of each loop, and is care’s alone in the attributes', async () => {
  const { client, script } = ground();
  script.stream = async () => {
    throw new Fault('app-not-connected', said);
  };
  const run = await beginSync(client);
  await eventually('the page to tell it', async () => (await detailsOf(run.handle)).includes('manpower (app-not-connected)'));
  expect(await attributesOf(run)).toEqual([undefined, undefined, undefined]);
  await finish(run, script);
});

test('who must act on a refused stream is whom the fault names, over later runs too, beside the same kind of somebody else', async () => {
  const { client, script } = ground();
  const link = script.link;
  script.link = async () => ({ ...(link instanceof Function ? await link() : link), streams: ['rfis', 'rfi-replies'] });
  script.instead.runStream = async ({ stream }) => {
    if (stream === 'rfi-replies') return { ...quietReport, stream, parked: 1, reasons: { 'grant-lapsed': 1 } };
    throw new Fault('grant-lapsed', { owner: 'contractor', seen: 'It does not stand any more.' });
  };
  script.pace.cycleBusyMs = 60_000;
  script.pace.cycleQuietMs = 60_000;
  const run = await beginSync(client);
  await eventually('the first cycle ended', () => script.countOf('closeCycle') === 1);
  const expectTold = (page: string): void => {
    expect(page).toContain('**stream rfis** waits for **contractor** since');
    expect(page).toContain('Waiting items: 1 × `grant-lapsed` (responder), 1 × `grant-lapsed` (contractor).');
  };
  expectTold(await detailsOf(run.handle));
  expect(await attributesOf(run)).toEqual([true, ['grant-lapsed'], ['contractor', 'responder']]);
  const before = (await run.handle.describe()).runId;
  script.pace.cyclesPerRun = 1;
  await tell(run, 'syncNow', {});
  const runId = await eventually('the next run began', async () => {
    const now = (await run.handle.describe()).runId;
    return now !== before && now;
  });
  expectTold(
    await eventually('it has a page', async () => (await detailsOf(client.workflow.getHandle(run.workflowId, runId))) || false),
  );
  await finish(run, script);
});
