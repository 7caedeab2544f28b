import { expect, test } from '@jest/globals';
import { temporalSurroundings } from '../../activities/surroundings.ts';
import type { Lane } from '../../shared/domain/lanes.ts';
import { eventually } from '../support/eventually.ts';
import { useRealGround } from './ground.ts';
import { beginCare, beginOnboarding, beginSync, finish, tell } from './runs.ts';
import { met, quietReport, waitingOn } from './script.ts';

const ground = useRealGround();
const laneHere = (): Lane => temporalSurroundings().lane;

test('a cycle of the timer polls; one that a webhook or a person asked for is ahead of it', async () => {
  const { client, script } = ground();
  const seen: Lane[] = [];
  script.pace.cycleBusyMs = 60_000;
  script.pace.cycleQuietMs = 60_000;
  script.instead.runStream = async () => {
    seen.push(laneHere());
    return quietReport;
  };
  const run = await beginSync(client);
  await eventually('the first cycle ran', () => script.countOf('closeCycle') === 1);
  await tell(run, 'syncNow', {});
  await run.handle.signal('recordsChanged');
  await eventually('the webhook was followed', () => script.countOf('closeCycle') === 3);
  expect(seen).toEqual(['polling', 'answers', 'webhooks']);
  await finish(run, script);
});

test('a check that a person asked for is ahead of those that onboarding makes by itself', async () => {
  const { client, script } = ground();
  const seen: [string, Lane][] = [];
  script.outcomes.set('verifyPartner', waitingOn('admin'));
  script.instead.checkStep = async ({ stepId }) => {
    if (stepId === 'verifyPartner') seen.push(['check', laneHere()]);
    return stepId === 'verifyPartner' && seen.length < 2 ? waitingOn('admin') : met;
  };
  script.instead.watchStep = async () => {
    seen.push(['watch', laneHere()]);
    return waitingOn('admin', 'something else');
  };
  const run = await beginOnboarding(client);
  await eventually('the step is watched', () => seen.some(([what]) => what === 'watch'));
  await tell(run, 'retryStep', { stepId: 'verifyPartner' });
  await run.handle.result();
  const lanesOf = (what: string) => seen.filter(([one]) => one === what).map(([, lane]) => lane);
  expect(lanesOf('check')).toEqual(['onboarding', 'answers']);
  expect(new Set(lanesOf('watch'))).toEqual(new Set(['onboarding']));
});

test('a round of care polls, unless somebody asked', async () => {
  const { client, script } = ground();
  script.pace.careRoundMs = 60_000;
  const seen: Lane[] = [];
  script.instead.checkAll = async () => {
    seen.push(laneHere());
    return { current: true, pace: script.pace, regressed: [], mended: [], standing: [], looked: [] };
  };
  const run = await beginCare(client);
  await eventually('the first round was made', () => seen.length === 1);
  await tell(run, 'retryStep', { stepId: 'verifyCredentials' });
  expect(seen).toEqual(['polling', 'answers']);
  delete script.instead.checkAll;
  await finish(run, script);
});
