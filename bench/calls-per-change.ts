import { startCallsGround } from './calls/ground.ts';
import { countCalls, type Phase } from './calls/phases.ts';
import { startBenchDatabase } from './database.ts';
import { type BenchResult, spreadOf, thisMachine } from './result.ts';

const mostRatio = 1.05;

/**
 * Calls to Procore of two companies with 17 projects and 30 days each, from the first submission on, as its ledger counts them. Theirs:
 * the least possible, by formula. Counts do not vary: one round.
 */
export async function run(): Promise<BenchResult> {
  const database = await startBenchDatabase();
  try {
    const ground = await startCallsGround(await database.create('calls'));
    try {
      return resultOf(await countCalls(ground));
    } finally {
      await ground.close();
    }
  } finally {
    await database.stop();
  }
}

function resultOf(phases: readonly Phase[]): BenchResult {
  const parts = phases.map(partOf);
  const [worst] = [...parts].sort((one, other) => other.ratio - one.ratio);
  if (!worst) throw new Error('nothing was counted');
  for (const { name, byOperation } of phases) console.error(`${name}: ${JSON.stringify(byOperation)}`);
  return { ...worst, name: 'calls-per-change', ok: parts.every(({ ok }) => ok), machine: thisMachine(), parts };
}

function partOf({ name, calls, least }: Phase) {
  const ratio = least === 0 ? 1 + calls : calls / least;
  const gate = least === 0 ? 'no call' : `<= ${mostRatio}`;
  const [ours, theirs] = [spreadOf([calls], 'calls'), spreadOf([least], 'calls')];
  return { name, ratio, gate, ok: ratio <= mostRatio, ours, theirs, rounds: 1 };
}
