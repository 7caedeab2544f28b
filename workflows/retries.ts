import { type ActivityOptions, condition, isCancellation } from '@temporalio/workflow';
import type { Pace, StatedWait } from '../shared/domain/workflow-inputs.ts';
import type { Desk } from './desk.ts';
import { type Failing, failingOf } from './failure.ts';

/** One call of an activity, with its retries. */
export type Call<Input, Answer> = (input: Input) => Promise<Answer>;

/** A call's entry on the desk: its name, and how long it sleeps when parked before it is retried. */
export interface Place {
  readonly desk: Desk;
  readonly name: string;
  readonly parkMs: number;
}

/** A permanent fault, already distinguished from transient trouble. */
export class Parked extends Error {
  override readonly name = 'Parked';
  readonly failing: Failing;

  constructor(failing: Failing) {
    super(failing.says);
    this.failing = failing;
  }
}

export const isStatedWait = (answer: unknown): answer is StatedWait =>
  typeof answer === 'object' && answer !== null && 'waitUntilMs' in answer;

/**
 * Calls until a result comes. Throws only on cancellation: transient trouble moves from the fast to the slow phase, a permanent
 * fault parks until a knock or for `parkMs`, a stated wait is slept. All three are on the desk, and so in the attributes and on
 * the page, until a result comes.
 */
export async function untilItWorks<Input, Answer>(
  fast: Call<Input, Answer>,
  slow: Call<Input, Answer>,
  input: Input,
  place: Place,
): Promise<Exclude<Answer, StatedWait>> {
  for (;;) {
    try {
      const answer = await inTwoPhases(fast, slow, input, place);
      if (!isStatedWait(answer)) return answer as Exclude<Answer, StatedWait>; // the guard has just excluded it
      await waitOut(answer, place);
    } catch (error) {
      if (!(error instanceof Parked)) throw error;
      await park(error.failing, place);
    }
  }
}

/**
 * Fast phase, then the same activity in the slow one, unlimited, so that *Reset* in the UI means "retry now". Throws `Parked` for
 * a permanent fault; returns a stated wait unchanged.
 */
export async function inTwoPhases<Input, Answer>(
  fast: Call<Input, Answer>,
  slow: Call<Input, Answer>,
  input: Input,
  { desk, name }: Pick<Place, 'desk' | 'name'>,
): Promise<Answer> {
  try {
    const answer = await fast(input).catch((error: unknown) => {
      if (isCancellation(error)) throw error;
      const failing = failingOf(error);
      if (failing.permanent) throw new Parked(failing);
      desk.put(name, { kind: 'retrying', ...wordsOf(failing), sinceMs: Date.now() });
      return slow(input);
    });
    desk.lift(name);
    return answer;
  } catch (error) {
    if (isCancellation(error)) desk.lift(name);
    if (isCancellation(error) || error instanceof Parked) throw error;
    throw new Parked(failingOf(error)); // the slow phase was ended by hand
  }
}

async function waitOut(wait: StatedWait, place: Place): Promise<void> {
  place.desk.put(place.name, {
    kind: 'waiting',
    reason: 'rate-limited',
    says: wait.why,
    sinceMs: Date.now(),
    untilMs: wait.waitUntilMs,
  });
  await knockOr(place, wait.waitUntilMs - Date.now(), `waits as told: ${wait.why}`);
}

async function park(failing: Failing, place: Place): Promise<void> {
  const untilMs = Date.now() + place.parkMs;
  place.desk.put(place.name, { kind: 'parked', ...wordsOf(failing), sinceMs: failing.sinceMs ?? Date.now(), untilMs });
  await knockOr(place, place.parkMs, `parked: ${failing.reason}; tries by itself when this ends`);
}

const wordsOf = ({ reason, owner, says, needed, where }: Failing) => ({ reason, owner, says, needed, where });

async function knockOr(place: Place, ms: number, summary: string): Promise<void> {
  const before = place.desk.knocks;
  await condition(() => place.desk.knocks !== before, Math.max(ms, 1), { summary: summary.slice(0, 190) });
}

type Retry = NonNullable<ActivityOptions['retry']>;

/** Ends after some attempts, so that the workflow learns of lasting trouble. */
export const fastRetry = (pace: Pick<Pace, 'fastAttempts' | 'fastCeilingMs'>): Retry => ({
  initialInterval: Math.min(1000, pace.fastCeilingMs),
  backoffCoefficient: 2,
  maximumInterval: pace.fastCeilingMs,
  maximumAttempts: pace.fastAttempts,
});

/** Never ends; retries of a pending activity cost no history. */
export const slowRetry = (pace: Pick<Pace, 'slowMs'>): Retry => ({
  initialInterval: pace.slowMs,
  backoffCoefficient: 1,
  maximumInterval: pace.slowMs,
});

/** A watch: checks again after `watchFirstMs`, doubling up to the ceiling, without end. */
export const watchRetry = (pace: Pick<Pace, 'watchFirstMs' | 'watchCeilingMs'>): Retry => ({
  initialInterval: pace.watchFirstMs,
  backoffCoefficient: 2,
  maximumInterval: pace.watchCeilingMs,
});

/** A person waits for the answer: two attempts, then the error in a sentence. */
export const quickRetry: Retry = { initialInterval: 500, maximumInterval: 1000, maximumAttempts: 2 };

/** Used until the settings are read: the fast and slow phases of production. */
export const firstPace = { fastAttempts: 10, fastCeilingMs: 60_000, slowMs: 300_000, heartbeatMs: 15_000, parkMs: 600_000 };
