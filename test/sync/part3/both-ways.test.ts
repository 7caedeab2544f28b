import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Act, histories } from './both-ways/acts.ts';
import { answerDifferences, undecidable } from './both-ways/answers-reckoned.ts';
import { itemDifferences } from './both-ways/items-reckoned.ts';
import { begun, play, quiet } from './both-ways/play.ts';
import { useItemsGrounds } from './items-ground.ts';

const newGround = useItemsGrounds();

/**
 * For a long hunt: `HUNT_MINUTES=20 npm test -- test/sync/part3/both-ways.test.ts`. What it finds it prints with seed and path; `HUNT_SEED` and
 * `HUNT_PATH` play that again.
 */
const { HUNT_MINUTES, HUNT_SEED, HUNT_PATH } = process.env;
const huntMs = HUNT_MINUTES === undefined ? undefined : Number(HUNT_MINUTES) * 60_000;
const suiteMs = 40_000;
const seed = HUNT_SEED === undefined ? Date.now() % 2 ** 31 : Number(HUNT_SEED);

async function bothSidesAgree(history: readonly Act[]): Promise<void> {
  const ground = await newGround();
  await begun(ground);
  for (const act of history) await play(ground, act);
  await quiet(ground);
  expect([...itemDifferences(ground), ...answerDifferences(ground)]).toEqual([]);
  const toBeTold = undecidable(ground);
  const unsure = (await ground.items()).filter(({ reason, subject }) => reason === 'outcome-unknown' && !toBeTold.has(subject));
  expect(unsure).toEqual([]);
}

test(
  'whatever people do on both sides, and whatever becomes of workers and calls meanwhile: once it is quiet, both sides say the same',
  async () => {
    console.log(`seed ${seed}`);
    const endMs = performance.now() + (huntMs ?? suiteMs);
    let played = 0;
    await fc.assert(
      fc.asyncProperty(histories({ minLength: 10, maxLength: 40 }), async (history) => {
        if (performance.now() > endMs) return;
        await bothSidesAgree(history);
        played += 1;
      }),
      {
        seed,
        ...(HUNT_PATH === undefined ? {} : { path: HUNT_PATH }),
        numRuns: huntMs === undefined ? 12 : 5000,
        endOnFailure: huntMs === undefined,
        includeErrorInReport: true,
      },
    );
    console.log(`${played} histories`);
    expect(played).toBeGreaterThan(0);
  },
  (huntMs ?? suiteMs) * 2 + 60_000,
);
