import { expect, test } from '@jest/globals';
import { timingsOf } from '../../shared/config/pace.ts';
import { Fault } from '../../shared/domain/faults.ts';
import { pace } from '../../shared/domain/workflow-inputs.ts';
import { eventually } from '../support/eventually.ts';
import { useRealGround } from './ground.ts';
import { beginSync, detailsOf, finish, tell } from './runs.ts';
import { quietReport } from './script.ts';

const ground = useRealGround();
const hourMs = 3_600_000;

// what upkeep sends for the rows that a sign-in, or the end of holding back, leaves (shared/store/grants/waking.ts)
const woken = { reason: 'grant-lapsed' };

test('at production’s pace a loop that waits as told for an hour goes on at once when it is woken', async () => {
  const { client, script, now } = ground();
  Object.assign(script.pace, pace.parse(timingsOf('production')));
  const waitUntilMs = (await now()) + hourMs;
  script.stream = async () => (script.countOf('runStream') === 1 ? { waitUntilMs, why: 'not renewed yet' } : quietReport);
  const run = await beginSync(client);
  await eventually('it waits as told', async () => (await detailsOf(run.handle)).includes('Waiting as told: not renewed yet'));
  await tell(run, 'retryItems', woken);
  await eventually('it goes on', () => script.countOf('closeCycle') === 2);
  expect(await detailsOf(run.handle)).toContain('# In step');
  await finish(run, script);
});

test('at production’s pace a stream that is held back needs attention, of the operator, and goes on at once when it is woken', async () => {
  const { client, script } = ground();
  Object.assign(script.pace, pace.parse(timingsOf('production')));
  script.stream = async () => {
    if (script.countOf('runStream') === 1) throw new Fault('renewal-held-back', { seen: 'Held back.', needed: 'Nothing.' });
    return quietReport;
  };
  const run = await beginSync(client);
  await eventually('it is refused', () => script.countOf('closeCycle') === 1);
  const { searchAttributes } = await eventually('the attributes say so', async () => {
    const described = await run.handle.describe();
    return described.searchAttributes['NeedsAttention']?.[0] === true && described;
  });
  expect([searchAttributes['WaitingOn'], searchAttributes['StuckReason']]).toEqual([['operator'], ['renewal-held-back']]);
  await tell(run, 'retryItems', woken);
  await eventually('it goes on', () => script.countOf('closeCycle') === 2);
  await finish(run, script);
});
