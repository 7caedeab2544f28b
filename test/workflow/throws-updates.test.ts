import { expect, test } from '@jest/globals';
import { Fault } from '../../shared/domain/faults.ts';
import { eventually } from '../support/eventually.ts';
import { useRealGround } from './ground.ts';
import { beginOnboarding, beginSync, detailsOf, finish, refusalOf, tell } from './runs.ts';
import { met, onlyWhenTold, stuckWith, waitingOn } from './script.ts';
import { throwing } from './throwing.ts';

const ground = useRealGround();
const ids = { itemId: 'a3c1f1b2-6d3f-4b0a-9c55-0d9a1d1c0001', commandId: 'a3c1f1b2-6d3f-4b0a-9c55-0d9a1d1c0002' };

test.each(throwing)('%s thrown to an Update of an onboarding fails that Update alone', async (_name, error) => {
  const { client, script } = ground();
  script.outcomes.set('verifyPartner', waitingOn('admin'));
  Object.assign(script.pace, onlyWhenTold);
  const run = await beginOnboarding(client);
  await eventually('the step waits', () => script.countOf('watchStep', 'verifyPartner') >= 1);
  const always = async (): Promise<never> => {
    throw error();
  };
  Object.assign(script.instead, { checkStep: always, applyInput: always, skipStep: always, applyStop: always });
  const stepId = 'verifyPartner';
  await expect(tell(run, 'retryStep', { stepId })).rejects.toThrow();
  await expect(tell(run, 'provideInput', { stepId, commandId: ids.commandId })).rejects.toThrow();
  await expect(tell(run, 'skipStep', { stepId, reason: 'checked by phone' })).rejects.toThrow();
  await expect(tell(run, 'stop', { commandId: ids.commandId })).rejects.toThrow();
  for (const name of ['checkStep', 'applyInput', 'skipStep', 'applyStop'] as const) delete script.instead[name];
  script.outcomes.set('verifyPartner', met);
  await tell(run, 'retryStep', { stepId });
  await expect(run.handle.result()).resolves.toEqual({ ended: 'live' });
});

test.each(throwing)('%s thrown to an Update of a project loop fails that Update alone', async (_name, error) => {
  const { client, script } = ground();
  const run = await beginSync(client);
  await eventually('a cycle ran', () => script.countOf('closeCycle') >= 1);
  const always = async (): Promise<never> => {
    throw error();
  };
  Object.assign(script.instead, { setPaused: always, retryItems: always, resolveItem: always });
  await expect(tell(run, 'pause', { reason: 'a test' })).rejects.toThrow();
  await expect(tell(run, 'resume', {})).rejects.toThrow();
  await expect(tell(run, 'retryItems', { reason: 'unmatched-company' })).rejects.toThrow();
  await expect(tell(run, 'resolveItem', ids)).rejects.toThrow();
  for (const name of ['setPaused', 'retryItems', 'resolveItem'] as const) delete script.instead[name];
  await expect(tell(run, 'syncNow', {})).resolves.toMatchObject({ accepted: true });
  await finish(run, script);
});

test('a check that throws for good parks its step with the reason, and retryStep takes it up again', async () => {
  const { client, script } = ground();
  script.outcomes.set('verifyCredentials', () => {
    throw new Fault('credential-rejected', { seen: 'The token endpoint said no.' });
  });
  const run = await beginOnboarding(client);
  const page = await eventually('the page says so', async () => {
    const text = await detailsOf(run.handle);
    return text.includes('credential-rejected') && text;
  });
  expect(page).toContain('The token endpoint said no.');
  expect(await refusalOf(tell(run, 'retryStep', { stepId: 'verifyCredentials' }))).toContain('Procore does not accept');
  script.outcomes.set('verifyCredentials', stuckWith('credential-rejected'));
  await expect(tell(run, 'retryStep', { stepId: 'verifyCredentials' })).resolves.toMatchObject({ state: 'stuck' });
  script.outcomes.set('verifyCredentials', met);
  await expect(run.handle.result()).resolves.toEqual({ ended: 'live' });
});
