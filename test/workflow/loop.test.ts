import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { Fault } from '../../shared/domain/faults.ts';
import { partnerNames } from '../../shared/domain/partners.ts';
import { sendUpdate } from '../../shared/temporal/updates.ts';
import { eventually } from '../support/eventually.ts';
import { useRealGround } from './ground.ts';
import { beginCare, beginSync, detailsOf, finish, refusalOf, tell } from './runs.ts';
import { onlyWhenTold, quietReport } from './script.ts';

const ground = useRealGround();

test('a busy project comes back soon, a quiet one later and later', async () => {
  const { client, script } = ground();
  // long: what passes until a pause is written down is nothing beside it
  const [cycleBusyMs, cycleQuietMs] = [600_000, 4_000_000];
  Object.assign(script.pace, { cycleBusyMs, cycleQuietMs });
  const pauses: number[] = [];
  script.stream = async () => (pauses.length < 2 ? { ...quietReport, pulled: 3, created: 3 } : quietReport);
  script.instead.closeCycle = async ({ nextCycleMs }) => {
    pauses.push(nextCycleMs - Date.now());
  };
  const run = await beginSync(client);
  await eventually('the first cycle', () => pauses.length === 1);
  while (pauses.length < 6) await tell(run, 'syncNow', {});
  const [first = 0, second = 0, third = 0, fourth = 0] = pauses;
  for (const busy of [first, second]) expect(busy).toBeLessThan(cycleBusyMs * 1.11);
  expect(third).toBeGreaterThan(cycleBusyMs * 1.2);
  expect(fourth).toBeGreaterThan(third);
  expect(Math.max(...pauses)).toBeLessThan(cycleQuietMs * 1.11);
  await finish(run, script);
});

test('a loop whose generation is older than the row ends before it touches anything', async () => {
  const { client, script } = ground();
  script.link = async () => ({
    current: false,
    pace: script.pace,
    companyId: '1',
    procoreProjectId: '2',
    streams: [],
    paused: false,
  });
  const { handle } = await beginSync(client, 3);
  await expect(handle.result()).resolves.toEqual({ ended: 'not-current' });
  expect(script.asked).toEqual([{ name: 'openCycle', input: expect.objectContaining({ generation: 3 }) }]);
});

test('a burst of signals becomes one cycle', async () => {
  const { client, script } = ground();
  Object.assign(script.pace, onlyWhenTold);
  const { handle } = await beginSync(client);
  await eventually('the first cycle ran', () => script.countOf('closeCycle') === 1);
  await Promise.all(Array.from({ length: 20 }, () => handle.signal('recordsChanged')));
  await eventually('the burst was answered', () => script.countOf('closeCycle') === 2);
  await tell({ handle }, 'pause', { reason: 'to look at what is left' });
  expect(script.countOf('openCycle')).toBe(2);
  await finish({ handle }, script);
});

test('syncNow answers what its cycle did', async () => {
  const { client, script } = ground();
  const run = await beginSync(client);
  await eventually('the first cycle ran', () => script.countOf('closeCycle') === 1);
  script.stream = { ...quietReport, created: 4, parked: 1, reasons: { 'unmatched-company': 1 } };
  await expect(tell(run, 'syncNow', {})).resolves.toEqual({ accepted: true, says: 'manpower: 4 created, 0 updated, 1 parked' });
  expect(await detailsOf(run.handle)).toContain('1 × `unmatched-company` (admin)');
  script.stream = { ...quietReport, reconciled: 'compared 246 entries by their sums: all agree' };
  await expect(tell(run, 'syncNow', {})).resolves.toEqual({
    accepted: true,
    says: 'manpower: 0 created, 0 updated, 0 parked, compared 246 entries by their sums: all agree',
  });
  await finish(run, script);
});

test('a paused loop stands still, refuses syncNow with a sentence, and goes on at resume', async () => {
  const { client, script } = ground();
  let paused = false;
  const link = script.link;
  script.link = async () => ({ ...(link instanceof Function ? await link() : link), paused });
  script.instead.setPaused = async (input) => {
    paused = input.paused;
  };
  const run = await beginSync(client);
  await eventually('the first cycle ran', () => script.countOf('closeCycle') === 1);
  await tell(run, 'pause', { reason: 'the template is being changed' });
  const begun = script.countOf('openCycle');
  await eventually('what was under way is over', () => script.countOf('openCycle') > begun);
  const streams = script.countOf('runStream');
  await eventually('the timer came round', () => script.countOf('openCycle') > begun + 1);
  expect(script.countOf('runStream')).toBe(streams);
  expect(await refusalOf(tell(run, 'syncNow', {}))).toBe('syncNow: the loop is paused; send resume first');
  await tell(run, 'resume', {});
  await eventually('it goes on', () => script.countOf('runStream') > streams);
  await finish(run, script);
});

test('a stated wait is kept, stored for the page, and the stream is called again after it', async () => {
  const { client, script, now } = ground();
  const waitUntilMs = (await now()) + 2000;
  const at: number[] = [];
  script.stream = async () => {
    at.push(await now());
    return at.length === 1 ? { waitUntilMs, why: 'Procore’s hourly limit' } : quietReport;
  };
  const run = await beginSync(client);
  await eventually('the wait is stored', () => script.countOf('closeCycle') === 1);
  expect(script.asked.at(-1)).toMatchObject({
    name: 'closeCycle',
    input: { waitingUntilMs: waitUntilMs, why: 'Procore’s hourly limit' },
  });
  expect(await detailsOf(run.handle)).toContain('Waiting as told: Procore’s hourly limit');
  await eventually('it is called again', () => at.length === 2);
  expect(at[1]).toBeGreaterThanOrEqual(waitUntilMs);
  await finish(run, script);
});

test('a stream that asks for an early look gets it', async () => {
  const { client, script, now } = ground();
  Object.assign(script.pace, onlyWhenTold);
  const at: number[] = [];
  script.stream = async () => {
    at.push(await now());
    return at.length === 1 ? { ...quietReport, open: 1, nextLookMs: (await now()) + 1000 } : quietReport;
  };
  const { handle } = await beginSync(client);
  await eventually('the early look', () => at.length === 2);
  await finish({ handle }, script);
});

test('a permanent fault of one stream parks that stream and not its neighbour', async () => {
  const { client, script } = ground();
  const link = script.link;
  script.link = async () => ({ ...(link instanceof Function ? await link() : link), streams: ['manpower', 'incidents'] });
  script.instead.runStream = async ({ stream }) => {
    if (stream === 'incidents') throw new Fault('tool-disabled', { seen: 'Incidents is off.' });
    return { ...quietReport, created: 2 };
  };
  const run = await beginSync(client);
  await eventually('the cycle ended', () => script.countOf('closeCycle') === 1);
  const page = await eventually('the page says both', async () => {
    const text = await detailsOf(run.handle);
    return text.includes('tool-disabled') && text;
  });
  expect(page).toContain('| manpower | 0 | 0 | 2 |');
  expect(page).toContain('Incidents is off.');
  await finish(run, script);
});

test('an Update whose effect failed is not taken for done when it comes again', async () => {
  const { client, script } = ground();
  const run = await beginSync(client);
  await eventually('the first cycle ran', () => script.countOf('closeCycle') === 1);
  script.pace.cyclesPerRun = 1;
  script.instead.setPaused = async () => {
    throw new Fault('conflict', { seen: 'The row is held.' });
  };
  const commandId = randomUUID();
  const pause = { args: [{ reason: 'holidays' }], updateId: commandId } as const;
  expect(await refusalOf(run.handle.executeUpdate('pause', { ...pause, args: [...pause.args] }))).toContain('The row is held.');
  const cycles = script.countOf('closeCycle');
  await tell(run, 'syncNow', {});
  await eventually('the next run goes on', () => script.countOf('closeCycle') > cycles + 1);
  delete script.instead.setPaused;
  await expect(run.handle.executeUpdate('pause', { ...pause, args: [...pause.args] })).resolves.toMatchObject({
    says: expect.stringMatching(/^paused/),
  });
  await finish(run, script);
});

test('care looks at what is asked for, and refuses what its plan does not repeat', async () => {
  const { client, script } = ground();
  script.pace.careRoundMs = 60_000;
  const asked: unknown[] = [];
  script.instead.checkAll = async (input) => {
    asked.push(input.asked);
    const looked = (input.asked ?? []).map((stepId) => ({ stepId, state: 'waiting' as const }));
    return { current: true, pace: script.pace, regressed: [], mended: [], standing: [], looked };
  };
  const run = await beginCare(client);
  await eventually('the first round ran', () => asked.length === 1);
  await expect(tell(run, 'retryStep', { stepId: 'matchRecords' })).resolves.toEqual({ stepId: 'matchRecords', state: 'waiting' });
  expect(asked).toEqual([undefined, ['matchRecords']]);
  await expect(tell(run, 'submitCredentials', { credentialId: randomUUID() })).resolves.toMatchObject({ accepted: true });
  expect(asked).toHaveLength(3);
  for (const stepId of ['confirm', 'nonsense']) {
    expect(await refusalOf(tell(run, 'retryStep', { stepId }))).toContain(`"${stepId}" is not looked at any more`);
  }
  const message = { stepId: 'matchRecords', commandId: randomUUID() };
  const unheard = {
    workflowId: run.workflowId,
    name: 'provideInput',
    message,
    updateId: randomUUID(),
    deadlineMs: 5000,
  } as const;
  expect(await sendUpdate(client, unheard)).toMatchObject({ kind: 'refused' });
  delete script.instead.checkAll;
  await finish(run, script);
});

test.each(partnerNames)('the Update that care’s page shows to support is one that it takes: %s', async (partner) => {
  const { client, script } = ground();
  const run = await beginCare(client, partner);
  await eventually('the first round ran', () => script.countOf('checkAll') === 1);
  const [, shown = ''] = /retryStep\*\* with `(.+?)`/.exec(await detailsOf(run.handle)) ?? [];
  const message = z.object({ stepId: z.string() }).parse(JSON.parse(shown));
  await expect(tell(run, 'retryStep', message)).resolves.toMatchObject(message);
  await finish(run, script);
});

test('a round of care that could not be made is no proof that a step holds', async () => {
  const { client, script } = ground();
  script.pace.careRoundMs = 60_000;
  const run = await beginCare(client);
  // one that fails before any was made is tried again for longer before it is told
  await expect(tell(run, 'retryStep', { stepId: 'verifyCredentials' })).resolves.toMatchObject({ state: 'done' });
  script.instead.checkAll = async () => {
    throw new Fault('vendor-unavailable', { seen: 'Nobody answers.' });
  };
  expect(await refusalOf(tell(run, 'retryStep', { stepId: 'verifyCredentials' }))).toContain('no round could be made now');
  const missed = [{ stepId: 'verifyCredentials', reason: 'vendor-unavailable', says: 'Nobody answers.' }];
  script.instead.checkAll = async () => ({ current: true, pace: script.pace, regressed: [], mended: [], standing: [], missed });
  await eventually('a round is made again', async () =>
    (await refusalOf(tell(run, 'retryStep', { stepId: 'verifyCredentials' }))).includes('could not be looked at now'),
  );
  delete script.instead.checkAll;
  await finish(run, script);
});

test('care shows what regressed as its own state and goes on round by round', async () => {
  const { client, script } = ground();
  script.round = async () => ({
    current: true,
    pace: script.pace,
    regressed: [{ stepId: 'verifyCompanyTemplate', reason: 'permission-too-low' }],
    mended: [],
    standing: ['permission-too-low'],
  });
  const run = await beginCare(client);
  await eventually('it is shown', async () => (await detailsOf(run.handle)).includes('1 steps went back'));
  await expect(tell(run, 'retryStep', { stepId: 'verifyCompanyTemplate' })).resolves.toMatchObject({ state: 'stuck' });
  script.round = async () => ({
    current: true,
    pace: script.pace,
    regressed: [],
    mended: ['verifyCompanyTemplate'],
    standing: [],
  });
  await eventually('it is over', async () => (await detailsOf(run.handle)).includes('Care: live'));
  await finish(run, script);
});
