import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { onBehalfOf } from '../../shared/security/on-behalf-of.ts';
import { secretOf } from '../../shared/security/secret.ts';
import { connectTemporal } from '../../shared/temporal/connection.ts';
import { required } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { useRealGround } from './ground.ts';
import { testCodecKeys } from './namespace.ts';
import { beginOnboarding, detailsOf, refusalOf, tell } from './runs.ts';
import { met, onlyWhenTold, waitingOn } from './script.ts';

const ground = useRealGround();
const stepId = 'verifyPartner';
const webToken = `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${Buffer.from('{"sub":"1234567"}').toString('base64url')}.c2ln`;

/** What customers call their projects; some look more like a token than many a token does. */
const projectNames = [
  'Level04_Phase2B_Harbour_Tower_Extension_2026',
  '2026-SYD-HarbourTower-Stage2B-FacadeWorks-L04',
  'P10423_Southern-Cross_Bldg7a_Fitout_Level12_Rev2',
  'Basic Infrastructure-Works/2026',
  'Bearer Infrastructure-Works/2026',
];

async function waitingRun(seen?: string) {
  const { client, script } = ground();
  script.outcomes.set(stepId, waitingOn('admin', seen));
  const run = await beginOnboarding(client);
  await eventually('the step waits', () => script.countOf('watchStep', stepId) >= 1);
  return run;
}

test.each(projectNames)('a project called %s stops no onboarding, whether a step is met or waits', async (name) => {
  const { script } = ground();
  Object.assign(script.pace, onlyWhenTold);
  const run = await waitingRun(`Missing: ${name}.`);
  expect(await detailsOf(run.handle)).toContain(`Missing: ${name}.`);
  script.outcomes.set(stepId, { state: 'met', evidence: { projects: 1, examples: name }, warnings: [name] });
  await expect(tell(run, 'retryStep', { stepId })).resolves.toMatchObject({ state: 'done' });
  await expect(run.handle.result()).resolves.toEqual({ ended: 'live' });
});

test('a secret of the customer in what a check says is blotted out, in plain and in base64, and the onboarding goes on', async () => {
  const secret = randomBytes(12).toString('base64');
  const header = Buffer.from(`client:${secret}`).toString('base64');
  const { script } = ground();
  const run = await waitingRun();
  onBehalfOf(run.input.tenantId, () => secretOf(secret));
  script.outcomes.set(stepId, waitingOn('admin', `Procore said ${secret} to ${header}.`));
  await tell(run, 'retryStep', { stepId });
  expect(await detailsOf(run.handle)).toMatch(
    /Seen: Procore said \[secret\] to [A-Za-z0-9+/]{0,14}\[secret\][A-Za-z0-9+/=]{0,4}\./,
  );
  script.outcomes.set(stepId, met);
  await expect(run.handle.result()).resolves.toEqual({ ended: 'live' });
});

test('an answer with a field that is called like a secret parks its step, and its content goes nowhere', async () => {
  const { client, script } = ground();
  script.instead.openOnboarding = async () => Object.assign({ ...opened() }, { clientSecret: 'tiny' });
  const run = await beginOnboarding(client);
  const page = await eventually('it is parked', async () => {
    const text = await detailsOf(run.handle);
    return text.includes('payload-refused') && text;
  });
  expect(page).not.toContain('tiny');
  await run.handle.terminate();
});

const opened = () => ({ pace: ground().script.pace, stage: 'onboarding', companyId: null, steps: [] });

test('an Update that carries a credential is refused by name and leaves no trace', async () => {
  const run = await waitingRun();
  const says = await refusalOf(tell(run, 'skipStep', { stepId, reason: `it is ${webToken}` }));
  expect(says).toBe('Update skipStep: it carries a secret, and secrets never cross Temporal');
  const { events } = await run.handle.fetchHistory();
  expect(events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes)).toEqual([]);
  expect(ground().script.countOf('skipStep')).toBe(0);
  await run.handle.terminate();
});

test('our own client sends neither a start, an Update nor a signal that carries a secret of the customer', async () => {
  const secret = randomBytes(12).toString('base64');
  const connectionOptions = { address: required('GROUNDWORK_TEMPORAL_ADDRESS') };
  const ours = connectTemporal({ connectionOptions, namespace: ground().namespace, keys: testCodecKeys, caller: 'test' });
  const run = await waitingRun();
  const handle = ours.workflow.getHandle(run.workflowId);
  const carries = /carries a secret/;
  const reason = `because of ${secret}`;
  const start = { workflowId: `never:${run.workflowId}`, taskQueue: 'nobody', args: [{ reason }] };
  await onBehalfOf(run.input.tenantId, async () => {
    secretOf(secret);
    await expect(handle.executeUpdate('skipStep', { args: [{ stepId, reason }] })).rejects.toThrow(carries);
    await expect(handle.signal('recordsChanged', { reason })).rejects.toThrow(carries);
    await expect(ours.workflow.start('never', start)).rejects.toThrow(carries);
  });
  await expect(ours.workflow.getHandle(start.workflowId).describe()).rejects.toThrow(/not found/);
  await run.handle.terminate();
  await ours.connection.close();
});
