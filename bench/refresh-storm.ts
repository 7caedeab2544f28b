import { startBenchDatabase } from './database.ts';
import { type GrantGround, openGrantGround } from './grants/ground.ts';
import type { Play } from './grants/process.ts';
import { type BenchResult, spreadOf, thisMachine } from './result.ts';

/** The first is dropped. */
const rounds = 5;
const users = 200;
const person = 'ria@north-studio.example';

interface Round {
  readonly refreshes: number;
  readonly failures: number;
  readonly ms: number;
}

/**
 * Two hundred users of one expired grant at once, half in each of two processes, each with one call. Ours: one refresh that the others wait
 * for. Theirs: whoever is refused with 401 refreshes with the stored token.
 */
export async function run(): Promise<BenchResult> {
  const database = await startBenchDatabase();
  const ground = await openGrantGround(await database.create('grants'), 'production');
  try {
    const ours: Round[] = [];
    const theirs: Round[] = [];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await playRound(ground, 'ours'));
      theirs.push(await playRound(ground, 'refresh on 401'));
    }
    return resultOf(ours.slice(1), theirs.slice(1));
  } finally {
    await ground.close();
    await database.stop();
  }
}

async function playRound(ground: GrantGround, side: Play['side']): Promise<Round> {
  const ref = await ground.signIn(person);
  await ground.passTwoHours();
  ground.tokenRequests();
  const startMs = performance.now();
  const { failed } = await ground.use(ref, users, side);
  return { refreshes: ground.tokenRequests().length, failures: failed.length, ms: performance.now() - startMs };
}

function resultOf(ours: readonly Round[], theirs: readonly Round[]): BenchResult {
  const part = (name: string, gate: string, of: (round: Round) => number, unit: string, isGood: (value: number) => boolean) => {
    const [one, other] = [spreadOf(ours.map(of), unit), spreadOf(theirs.map(of), unit)];
    return {
      name,
      gate,
      ratio: one.median / other.median,
      ok: ours.map(of).every(isGood),
      ours: one,
      theirs: other,
      rounds: ours.length,
    };
  };
  const parts = [
    part(
      'refreshes',
      'exactly 1',
      ({ refreshes }) => refreshes,
      'requests',
      (count) => count === 1,
    ),
    part(
      'failures',
      '0',
      ({ failures }) => failures,
      'calls',
      (count) => count === 0,
    ),
    part(
      'until all are answered',
      'reported',
      ({ ms }) => ms,
      'ms',
      () => true,
    ),
  ] as const;
  const [first] = parts;
  return { ...first, name: 'refresh-storm', ok: parts.every(({ ok }) => ok), machine: thisMachine(), parts };
}
