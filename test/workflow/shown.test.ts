import { expect, test } from '@jest/globals';
import { Fault } from '../../shared/domain/faults.ts';
import { searchAttributeNames as names } from '../../shared/domain/messages.ts';
import { eventually } from '../support/eventually.ts';
import { eventsOf, useRealGround } from './ground.ts';
import { type Begun, beginCare, beginOnboarding, beginSync, detailsOf, finish, tell } from './runs.ts';
import { met, quietReport, stuckWith, waitingOn } from './script.ts';

const ground = useRealGround();

async function attributesOf(run: Pick<Begun<unknown>, 'handle'>): Promise<Record<string, unknown>> {
  const { typedSearchAttributes } = await run.handle.describe();
  return Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
}

test('trouble that lasts beyond the fast phase is found by attribute and page, and both are clear once it is over', async () => {
  const { client, script } = ground();
  let down = true;
  script.stream = async () => {
    if (down) throw new Fault('vendor-unavailable', { seen: 'Procore answers 503.' });
    return { ...quietReport, created: 1 };
  };
  const run = await beginSync(client);
  await eventually('it is found', async () => {
    const seen = await attributesOf(run);
    return seen[names.needsAttention] === true && JSON.stringify(seen[names.stuckReason]) === '["vendor-unavailable"]';
  });
  const page = await detailsOf(run.handle);
  expect(page).toContain('Procore answers 503.');
  expect(page).toContain('it is retried by itself');
  expect(script.countOf('runStream')).toBeGreaterThanOrEqual(script.pace.fastAttempts);
  down = false;
  await eventually('it is clear', async () => {
    const seen = await attributesOf(run);
    return seen[names.needsAttention] === false && seen[names.stuckReason] === undefined;
  });
  expect(await attributesOf(run)).toMatchObject({
    [names.tenant]: run.input.tenantId,
    [names.partner]: 'hammertech',
    [names.company]: '8089',
    [names.project]: '9007199254740993',
    [names.stage]: 'syncing',
  });
  await finish(run, script);
});

test('care is found by its company', async () => {
  const { client, script } = ground();
  const run = await beginCare(client);
  await eventually('a round to be over', async () => (await attributesOf(run))[names.company] === '8089');
  await finish(run, script);
});

test('the page tells a stranger what is awaited, from whom, since when, where it is mended and what to press', async () => {
  const { client, script } = ground();
  script.outcomes.set('verifyPartner', waitingOn('admin', 'no HammerTech login was submitted'));
  script.outcomes.set('verifyCompanyTemplate', stuckWith('permission-too-low'));
  const run = await beginOnboarding(client);
  const page = await eventually('both are shown', async () => {
    const text = await detailsOf(run.handle);
    return text.includes('permission-too-low') && text.includes('no HammerTech login') && text;
  });
  expect(page).toMatch(/^# Waits for admin: /);
  expect(page).toMatch(
    /\*\*HammerTech accepts the login\*\* waits for \*\*admin\*\* \(the customer’s own admin[^)]*\) since \d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC/,
  );
  expect(page).toContain('Needed: Daily Log: Admin');
  expect(page).toContain('Where: Company Tools → Permissions');
  expect(page).toContain('**Pending Activities → Reset**');
  expect(page).toContain('`{"stepId":"verifyPartner"}`');
  expect(page).toContain('**skipStep** with a reason, only for `verifyPartner`.');
  await eventually('it is found', async () => {
    const seen = await attributesOf(run);
    return (
      JSON.stringify([seen[names.waitingOn], seen[names.stuckReason], seen[names.needsAttention]]) ===
      '[["admin"],["permission-too-low"],true]'
    );
  });
  for (const id of ['verifyPartner', 'verifyCompanyTemplate']) script.outcomes.set(id, met);
  await run.handle.result();
  const after = await attributesOf(run);
  expect(after).toMatchObject({ [names.needsAttention]: false, [names.stage]: 'live' });
  expect([after[names.stuckReason], after[names.waitingOn]]).toEqual([undefined, undefined]);
  expect(await detailsOf(run.handle)).toMatch(/^# Ended: live/);
});

test('a waiting step has one pending activity whose card says why it waits', async () => {
  const { client, script, namespace } = ground();
  script.outcomes.set('awaitCredentials', waitingOn('admin'));
  script.pace.watchFirstMs = 50;
  const run = await beginOnboarding(client);
  const pending = await eventually('it was tried again', async () => {
    const { raw } = await run.handle.describe();
    const all = raw.pendingActivities ?? [];
    return (all[0]?.attempt ?? 0) >= 3 && all;
  });
  expect(pending).toHaveLength(1);
  expect(pending[0]?.activityType?.name).toBe('watchStep');
  expect(pending[0]?.lastFailure?.applicationFailureInfo?.type).toBe('not-yet');
  await client.workflowService.resetActivity({
    namespace,
    execution: { workflowId: run.workflowId },
    type: 'watchStep',
    identity: 'a test',
  });
  script.outcomes.set('awaitCredentials', met);
  await expect(run.handle.result()).resolves.toEqual({ ended: 'live' });
});

test('an unchanged waiting step writes attributes once and no more', async () => {
  const { client, script } = ground();
  script.outcomes.set('awaitCredentials', waitingOn('admin'));
  const run = await beginOnboarding(client);
  await eventually('it waits', () => script.countOf('watchStep') >= 2);
  for (let press = 0; press < 3; press += 1) await tell(run, 'retryStep', { stepId: 'awaitCredentials' });
  const { events } = await run.handle.fetchHistory();
  expect(events?.filter((event) => event.upsertWorkflowSearchAttributesEventAttributes)).toHaveLength(1);
  await run.handle.terminate();
});

test('failures of activities reach the workflow sealed: no text of theirs is readable in the history', async () => {
  const { client, script } = ground();
  script.outcomes.set('verifyCredentials', () => {
    throw new Fault('credential-rejected', { seen: 'Marker-that-must-not-be-read' });
  });
  const run = await beginOnboarding(client);
  await eventually('it failed', async () => (await eventsOf(run.handle)).types.has('13'));
  const { events } = await run.handle.fetchHistory();
  const raw = JSON.stringify(events, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  );
  expect(raw).not.toContain('Marker-that-must-not-be-read');
  const failed = events?.find((event) => event.activityTaskFailedEventAttributes)?.activityTaskFailedEventAttributes?.failure;
  expect(failed?.message).toBe('credential-rejected (sealed)');
  expect(failed?.applicationFailureInfo?.type).toBe('credential-rejected');
  await run.handle.terminate();
});

test('care tells of a step that went back who must act as the round says, not as the kind of its fault alone would', async () => {
  const { client, script } = ground();
  const lapsed = { stepId: 'verifyTools', reason: 'grant-lapsed' };
  const round = { current: true, pace: script.pace, mended: [], standing: ['grant-lapsed'] };
  script.round = async () => ({ ...round, regressed: [{ ...lapsed, owner: 'contractor' as const }] });
  const run = await beginCare(client);
  await eventually('it is shown', async () =>
    (await detailsOf(run.handle)).includes('| verifyTools | grant-lapsed | contractor |'),
  );
  expect((await attributesOf(run))[names.waitingOn]).toEqual(['contractor']);
  // as rounds answered before they told it
  script.round = async () => ({ ...round, regressed: [lapsed] });
  await tell(run, 'retryStep', { stepId: 'verifyCredentials' });
  expect(await detailsOf(run.handle)).toContain('| verifyTools | grant-lapsed | responder |');
  await finish(run, script);
});
