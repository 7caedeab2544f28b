import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { workflowIds } from '../../shared/domain/ids.ts';
import { hammertech } from '../../workflows/plans/hammertech.ts';
import { eventually } from '../support/eventually.ts';
import { eventsOf, type Ground, useRealGround } from './ground.ts';
import { beginOnboarding, beginSync, detailsOf, finish, refusalOf, tell } from './runs.ts';
import { met, onlyWhenTold, waitingOn } from './script.ts';

const ground = useRealGround();
const commandId = randomUUID();

async function waitingRun({ client, script }: Ground) {
  for (const { id } of hammertech.steps) script.outcomes.set(id, waitingOn('admin'));
  const run = await beginOnboarding(client);
  await eventually('the first step waits', () => script.countOf('watchStep') >= 1);
  return run;
}

test('only steps that support may decide can be skipped; the others are refused with a sentence that names the field', async () => {
  const { client, script } = ground();
  script.outcomes.set('matchRecords', waitingOn('admin'));
  script.outcomes.set('verifyPartner', waitingOn('admin'));
  const run = await beginOnboarding(client);
  await eventually('the step waits', () => script.countOf('watchStep', 'verifyPartner') >= 1);
  for (const { id } of hammertech.steps.filter(({ supportMay }) => !supportMay)) {
    const says = await refusalOf(tell(run, 'skipStep', { stepId: id, reason: 'please' }));
    expect(says).toMatch(new RegExp(`^skipStep: stepId: "${id}" cannot be skipped; only its owner`));
  }
  expect(script.countOf('skipStep')).toBe(0);
  await expect(tell(run, 'skipStep', { stepId: 'verifyPartner', reason: 'checked by phone' })).resolves.toEqual({
    stepId: 'verifyPartner',
    state: 'skipped',
    outcome: waitingOn('admin'),
  });
  script.outcomes.set('matchRecords', met);
  await expect(run.handle.result()).resolves.toEqual({ ended: 'live' });
});

test('input is taken only where support may decide; ownership, credentials, choices and the confirmation take none', async () => {
  const run = await waitingRun(ground());
  for (const { id } of hammertech.steps.filter(({ supportMay }) => !supportMay)) {
    const says = await refusalOf(tell(run, 'provideInput', { stepId: id, commandId }));
    expect(says).toMatch(new RegExp(`^provideInput: stepId: "${id}" takes no input; only its owner`));
  }
  expect(ground().script.countOf('applyInput')).toBe(0);
  await run.handle.terminate();
});

test('a decision whose row does not hold is refused with the row’s own sentence', async () => {
  const { client, script } = ground();
  script.outcomes.set('verifyPartner', waitingOn('admin'));
  script.instead.applyInput = async () => ({ applied: false, says: 'there is no such decision of yours' });
  const run = await beginOnboarding(client);
  await eventually('the step waits', () => script.countOf('watchStep', 'verifyPartner') >= 1);
  const says = await refusalOf(tell(run, 'provideInput', { stepId: 'verifyPartner', commandId }));
  expect(says).toBe('provideInput: commandId: there is no such decision of yours');
  await run.handle.terminate();
});

test('a step that is not yet up, or does not exist, is refused by name', async () => {
  const run = await waitingRun(ground());
  expect(await refusalOf(tell(run, 'retryStep', { stepId: 'live' }))).toBe('retryStep: stepId: "live" comes after confirm');
  expect(await refusalOf(tell(run, 'retryStep', { stepId: 'nonsense' }))).toContain('there is no step "nonsense"');
  await run.handle.terminate();
});

test.each([
  ['no argument at all', []],
  ['a field missing', [{}]],
  ['a wrong type', [{ stepId: 7 }]],
  ['a field too many', [{ stepId: 'verifyPartner', secret: 'x' }]],
  ['a list', [['verifyPartner']]],
])('%s is refused, names its field and leaves no trace', async (_name, args) => {
  const run = await waitingRun(ground());
  const before = await eventsOf(run.handle);
  expect(await refusalOf(run.handle.executeUpdate('retryStep', { args: args as [unknown] }))).toMatch(
    /^retryStep: (?:message|stepId): /,
  );
  expect((await eventsOf(run.handle)).types.get('41')).toBe(before.types.get('41'));
  await run.handle.terminate();
});

test('a message that was not sealed by us is inert: Update refused, signal without effect', async () => {
  const { plain, client, script } = ground();
  const run = await waitingRun(ground());
  const outside = plain.workflow.getHandle(run.workflowId);
  const checks = script.countOf('checkStep');
  await expect(outside.executeUpdate('retryStep', { args: [{ stepId: 'awaitCredentials' }] })).rejects.toThrow();
  await outside.signal('recordsChanged', { stepId: 'awaitCredentials' });
  await outside.signal('somethingElse', 'anything');
  expect(script.countOf('checkStep')).toBe(checks);
  await expect(tell(run, 'retryStep', { stepId: 'awaitCredentials' })).resolves.toMatchObject({ state: 'waiting' });
  await run.handle.terminate();

  Object.assign(script.pace, onlyWhenTold);
  const loop = await beginSync(client);
  const untouched = await eventually('the first cycle to be over', async () => {
    const page = await detailsOf(loop.handle);
    return page.includes('; next at ') && page;
  });
  await plain.workflow.getHandle(loop.workflowId).signal('recordsChanged', { from: 'outside' });
  expect(await detailsOf(loop.handle)).toBe(untouched);
  await expect(tell(loop, 'pause', { reason: 'a test' })).resolves.toMatchObject({ accepted: true });
  expect(script.countOf('openCycle')).toBe(1);
  await finish(loop, script);
});

test('a run started with a payload that was not sealed by us ends at once and touches nothing', async () => {
  const { plain, script, client } = ground();
  const [tenantId, connectionId] = [randomUUID(), randomUUID()];
  const starts = [
    ['onboarding', workflowIds.onboarding(tenantId, connectionId), { tenantId, connectionId, partner: 'hammertech' }],
    ['care', workflowIds.care(tenantId, connectionId), { tenantId, connectionId, partner: 'hammertech', generation: 1 }],
    [
      'projectSync',
      workflowIds.projectSync(tenantId, connectionId),
      { tenantId, projectLinkId: connectionId, partner: 'hammertech', generation: 1 },
    ],
  ] as const;
  for (const [type, workflowId, input] of starts) {
    await plain.workflow.start(type, { workflowId, taskQueue: 'workflows', args: [input] });
    await expect(client.workflow.getHandle(workflowId).result()).resolves.toEqual({ ended: 'refused' });
  }
  expect(script.asked).toEqual([]);
});

test('a run whose id is not the canonical one of its input ends at once', async () => {
  const { client, script } = ground();
  const input = { tenantId: randomUUID(), connectionId: randomUUID(), partner: 'hammertech' };
  const workflowId = workflowIds.onboarding(randomUUID(), input.connectionId);
  const handle = await client.workflow.start('onboarding', { workflowId, taskQueue: 'workflows', args: [input] });
  await expect(handle.result()).resolves.toEqual({ ended: 'refused' });
  expect(script.asked).toEqual([]);
});

test('stop ends an onboarding only where a row of a signed-in person says so', async () => {
  const { client, script } = ground();
  script.outcomes.set('awaitCredentials', waitingOn('admin'));
  script.instead.applyStop = async () => ({ applied: false, says: 'nobody decided that' });
  const run = await beginOnboarding(client);
  await expect(tell(run, 'stop', { commandId })).resolves.toEqual({ accepted: false, says: 'nobody decided that' });
  delete script.instead.applyStop;
  await expect(tell(run, 'stop', { commandId })).resolves.toMatchObject({ accepted: true });
  await expect(run.handle.result()).resolves.toEqual({ ended: 'stopped' });
  expect(script.asked.at(-1)).toMatchObject({ name: 'endOnboarding', input: { ended: 'stopped' } });
});

test('submitted credentials are looked at in every step that is under way', async () => {
  const { client, script } = ground();
  script.outcomes.set('awaitCredentials', waitingOn('admin'));
  Object.assign(script.pace, onlyWhenTold);
  const run = await beginOnboarding(client);
  await eventually('the step is watched', () => script.countOf('watchStep', 'awaitCredentials') >= 1);
  script.outcomes.set('awaitCredentials', met);
  await expect(tell(run, 'submitCredentials', { credentialId: randomUUID() })).resolves.toMatchObject({
    accepted: true,
    says: 'awaitCredentials: done',
  });
  await expect(run.handle.result()).resolves.toEqual({ ended: 'live' });
});

test('a dry run of one stream is answered in words, beside the cycles, and a stated wait as not now', async () => {
  const { client, script } = ground();
  const run = await beginSync(client);
  await expect(tell(run, 'dryRun', { stream: 'manpower' })).resolves.toEqual({
    accepted: true,
    says: 'manpower: would create 1',
  });
  script.instead.dryRunStream = async () => ({
    waitUntilMs: Date.parse('2026-11-28T09:00:00.000Z'),
    why: 'Procore asks to wait',
  });
  await expect(tell(run, 'dryRun', { stream: 'manpower' })).resolves.toEqual({
    accepted: false,
    says: 'not before 2026-11-28T09:00:00.000Z: Procore asks to wait',
  });
  expect(await refusalOf(tell(run, 'dryRun', { stream: '' }))).toMatch(/^dryRun: stream: /);
  await finish(run, script);
});
