import { expect, test } from '@jest/globals';
import { listingOf } from '../../activities/sync/listing.ts';
import type { StreamRun } from '../../shared/partners/stream.ts';

test('what is about to be overwritten is looked at again after seconds, what is to be made after a minute', async () => {
  let looks = 0;
  let nowMs = 0;
  const lookUp = async () => {
    looks += 1;
    return [];
  };
  const listing = listingOf({ lookUp } as unknown as StreamRun, ['day'], () => nowMs);
  await listing.fresh('create');
  nowMs = 59_000;
  await listing.fresh('create');
  expect(looks).toBe(1);
  await listing.fresh('overwrite');
  nowMs = 61_000;
  await listing.fresh('overwrite');
  expect(looks).toBe(2);
  nowMs = 65_000;
  await listing.fresh('overwrite');
  expect(looks).toBe(3);
});
