import { ApplicationFailure } from '@temporalio/common';
import { Fault } from '../../shared/domain/faults.ts';

/** Everything an activity may throw at a workflow: what parks, what passes, what nobody foresaw. */
export const throwing = [
  ['a parking fault', () => new Fault('permission-too-low')],
  ['a passing fault', () => new Fault('vendor-unavailable')],
  ['a failure of no known type', () => ApplicationFailure.nonRetryable('boom')],
  ['a plain bug', () => new TypeError('boom')],
] as const;
