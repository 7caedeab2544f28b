import { startBenchDatabase } from './database.ts';
import { pullGround } from './pull-ground.ts';
import { recordsInAll, startRecordSource } from './record-source.ts';
import { type BenchResult, spreadOf, thisMachine } from './result.ts';

const rounds = 5;
const gate = 0.5;

/**
 * The same 20,000 records again, nothing changed. Ours: the second run. Theirs: our own first run. A row of a record written, or a
 * call to the far side, fails the benchmark: both far-side functions of the stream throw.
 */
export async function run(): Promise<BenchResult> {
  const [database, source] = await Promise.all([startBenchDatabase(), startRecordSource()]);
  const ground = await pullGround(await database.create('unchanged'), source.origin);
  const taken = { first: [] as number[], second: [] as number[] };
  let rowsWritten = 0;
  try {
    for (let round = 0; round <= rounds; round += 1) {
      const cycle = await ground.freshLink();
      const first = await timed(cycle);
      await ground.rowsWritten();
      const second = await timed(cycle);
      rowsWritten += await ground.rowsWritten();
      if (round === 0) continue;
      taken.first.push(first);
      taken.second.push(second);
    }
  } finally {
    await Promise.all([ground.close(), source.close()]);
    await database.stop();
  }
  const ratio = spreadOf(
    taken.second.map((microseconds, round) => microseconds / (taken.first[round] ?? Number.NaN)),
    '',
  ).median;
  return {
    name: 'sync-unchanged',
    ratio,
    gate: `<= ${gate}, rows written 0 (were ${rowsWritten})`,
    ok: ratio <= gate && rowsWritten === 0,
    ours: spreadOf(taken.second, 'µs per record'),
    theirs: spreadOf(taken.first, 'µs per record'),
    rounds,
    machine: thisMachine(),
  };
}

async function timed(work: () => Promise<{ readonly pulled: number }>): Promise<number> {
  const start = process.hrtime.bigint();
  const { pulled } = await work();
  if (pulled !== recordsInAll) throw new Error(`${pulled} records were read instead of ${recordsInAll}`);
  return Number(process.hrtime.bigint() - start) / 1000 / recordsInAll;
}
