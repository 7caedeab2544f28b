import { gateOf } from './calls/gate.ts';
import { startCallsGround } from './calls/ground.ts';
import { countPart3Calls } from './calls/part3.ts';
import { countCalls, type Phase } from './calls/phases.ts';
import { startBenchDatabase } from './database.ts';
import { type BenchResult, spreadOf, thisMachine } from './result.ts';

/**
 * Calls to Procore of two companies with 17 projects and 30 days each, from the first submission on, as its ledger counts them. Theirs:
 * the least possible, by formula, of the entries that had to be written, as both sides' own records tell. Counts do not vary: one round.
 */
export async function run(): Promise<BenchResult> {
  const database = await startBenchDatabase();
  try {
    const urls = await database.create('calls');
    const ground = await startCallsGround(urls);
    try {
      return resultOf([...(await countCalls(ground)), ...(await countPart3Calls(ground, urls.adminUrl))]);
    } finally {
      await ground.close();
    }
  } finally {
    await database.stop();
  }
}

function resultOf(phases: readonly Phase[]): BenchResult {
  const gated = phases.map(partOf);
  const [worst] = [...gated].sort((one, other) => other.ratio - one.ratio);
  if (!worst) throw new Error('nothing was counted');
  for (const { name, written, toWrite, byOperation } of phases) {
    console.error(`${name}: ${written} written, ${toWrite} to write; ${JSON.stringify(byOperation)}`);
  }
  const parts = [...gated, ...phases.flatMap(barePartOf)];
  return { ...worst, name: 'calls-per-change', ok: gated.every(({ ok }) => ok), machine: thisMachine(), parts };
}

const partOf = (phase: Phase) => ({ name: phase.name, ...gateOf(phase), ...counts(phase.calls, phase.least) });

/** Against the bare formulas, reported alone. */
function barePartOf({ name, calls, bare }: Phase) {
  if (bare === 0) return [];
  return [{ name: `${name}, bare formula`, ratio: calls / bare, gate: 'reported', ok: true, ...counts(calls, bare) }];
}

const counts = (calls: number, least: number) => ({
  ours: spreadOf([calls], 'calls'),
  theirs: spreadOf([least], 'calls'),
  rounds: 1,
});
