import { beforeAll, expect, test } from '@jest/globals';
import { firstSync } from '../../bench/first-sync.ts';
import { quietRuntime } from '../../bench/temporal.ts';
import { createTestDatabase, required } from '../support/database.ts';

beforeAll(quietRuntime);

test('a first sync of thirty days and over 5,000 sign-ins costs at most 500 history events, and both sides agree', async () => {
  const { records, entries, cost } = await firstSync({
    database: await createTestDatabase(),
    temporalAddress: required('GROUNDWORK_TEMPORAL_ADDRESS'),
    workflowBundle: required('GROUNDWORK_WORKFLOW_BUNDLE'),
    rateProfile: 'generous',
  });
  expect(records).toBeGreaterThanOrEqual(5000);
  expect(entries).toBeGreaterThan(0);
  expect(cost.events).toBeLessThanOrEqual(500);
}, 120_000);
