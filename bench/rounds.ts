import { type Spread, spreadOf } from './result.ts';

export interface Contest {
  /** Calls of one round. */
  readonly times: number;
  readonly run: () => Promise<unknown> | unknown;
}

/**
 * Microseconds per call of both sides, round by round in turns, each side first every other time; the first round is dropped.
 * `speedRatio`: above 1 where ours is faster; the median of the rounds.
 */
export async function interleave(rounds: number, ours: Contest, theirs: Contest) {
  const taken = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    const turns = [
      ['ours', ours],
      ['theirs', theirs],
    ] as const;
    for (const [side, contest] of round % 2 === 0 ? turns : turns.toReversed()) {
      const microseconds = await timePerCall(contest.times, contest.run);
      if (round > 0) taken[side].push(microseconds);
    }
  }
  const unit = 'µs per call';
  // of each round its own ratio: what else the machine does hits both sides of a round alike
  const ratios = taken.theirs.map((microseconds, round) => microseconds / (taken.ours[round] ?? Number.NaN));
  return {
    measured: { ours: spreadOf(taken.ours, unit), theirs: spreadOf(taken.theirs, unit), rounds },
    speedRatio: spreadOf(ratios, 'times as fast').median,
  };
}

/** What took seconds, of microseconds. */
export const inSeconds = ({ median, least, most }: Spread): Spread => ({
  median: median / 1e6,
  least: least / 1e6,
  most: most / 1e6,
  unit: 's',
});

async function timePerCall(times: number, run: () => Promise<unknown> | unknown): Promise<number> {
  const start = process.hrtime.bigint();
  for (let turn = 0; turn < times; turn += 1) await run();
  return Number(process.hrtime.bigint() - start) / 1000 / times;
}
