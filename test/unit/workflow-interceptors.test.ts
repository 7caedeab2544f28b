import { expect, test } from '@jest/globals';
import { interceptors } from '../../worker/interceptors/workflow.ts';

const [outbound] = interceptors().outbound ?? [];
const secret = [{ clientSecret: 'tiny' }];
const never = (): never => {
  throw new Error('it left');
};

test('a workflow hands no secret to an activity, nor to its next run', () => {
  expect(() => outbound?.scheduleActivity?.(scheduling, never)).toThrow('input of checkStep: it carries a secret');
  expect(() => outbound?.continueAsNew?.({ ...continuing, args: secret }, never)).toThrow(
    'state for the next run: it carries a secret',
  );
  expect(() => outbound?.continueAsNew?.({ ...continuing, args: [{ due: 1 }] }, never)).toThrow('it left');
});

const scheduling = { activityType: 'checkStep', args: secret, options: {}, headers: {}, seq: 1 };
const continuing = { headers: {}, options: { workflowType: 'care' } };
