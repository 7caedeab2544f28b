import { type Fault, faultIn } from '../../shared/domain/faults.ts';
import type { StatedWait, StreamReport } from '../../shared/domain/workflow-inputs.ts';
import { beginAnew, FencedOut } from '../../shared/store/records/checkpoints.ts';
import { touchAll } from '../../shared/store/records/gathered-facts.ts';
import { type Attempt, type Cycle, write } from './attempt.ts';
import { classify } from './classify.ts';
import { deliver } from './deliver.ts';
import type { SyncDependencies } from './dependencies.ts';
import { gathering } from './gather.ts';
import { attemptAt, type OpenedStream, openCycle, openStream, type StreamInput } from './open-stream.ts';
import { pull } from './pull.ts';
import { reconcile } from './reconcile.ts';
import { diagnosed, isLasting, refusedOpening } from './refusals.ts';
import { type Counts, closeCycle, nothingDone } from './report.ts';
import { direct } from './take-in.ts';
import { tell } from './tell.ts';

/**
 * One whole cycle of one stream: pull, classify, deliver, settle, report. Throws the `Fault` that cut it short; for a lasting
 * one, there is already an attention item, and the fault carries the item's time.
 */
export async function runStream(dependencies: SyncDependencies, input: StreamInput): Promise<StreamReport | StatedWait> {
  const opened = await openStream(dependencies, input);
  if (!opened) return nothingDone(input.stream);
  try {
    await dependencies.crashPoint('after-fence');
    const cycle = await openedCycle(attemptAt(dependencies, dependencies.surroundings(), opened), opened);
    try {
      return await runCycle(cycle, await cursorUnder(cycle, opened));
    } finally {
      await cycle.run.close?.();
    }
  } catch (error) {
    if (error instanceof FencedOut && error.why !== 'taken-over') return nothingDone(input.stream);
    throw error;
  }
}

async function openedCycle(attempt: Attempt, opened: OpenedStream): Promise<Cycle> {
  try {
    return await openCycle(attempt, opened);
  } catch (error) {
    throw await refusedOpening(attempt, error);
  }
}

/** The cursor to continue from. If the settings changed, every known group is mapped again and the window is read again. */
async function cursorUnder(cycle: Cycle, { cursor, settingsHash, settingsHashBefore }: OpenedStream): Promise<unknown> {
  if (settingsHash === settingsHashBefore) return cursor;
  const kept = cycle.run.keptAnew?.(cursor) ?? null;
  await write(cycle, async (db) => {
    if (settingsHashBefore !== null) await touchAll(db, cycle.fence);
    await beginAnew(db, cycle.fence, settingsHash, kept);
  });
  return kept;
}

async function runCycle(cycle: Cycle, cursor: unknown): Promise<StreamReport | StatedWait> {
  const { context, dependencies } = cycle;
  const counts: Counts = { pulled: 0, unchanged: 0, skipped: {}, created: 0, updated: 0 };
  // a source that cannot be read does not block what is known already
  const pulling = await endOf(async () => {
    if (cycle.stream.shape === 'gathering') await pull(cycle, cursor, await gathering(cycle), counts);
    else await pull(cycle, cursor, await direct(cycle), counts);
  });
  await dependencies.crashPoint('after-pull');
  const blocked = await classify(cycle);
  const delivering = await endOf(() => deliver(cycle, counts));
  // results of records are reported even if others could not be sent
  const telling = await endOf(() => tell(cycle));
  const isCutShort = pulling !== undefined || delivering !== undefined;
  const comparing = isCutShort ? undefined : await endOf(() => reconcile(cycle, counts));
  context.signal.throwIfAborted();
  const faults: Fault[] = [];
  for (const fault of [delivering, pulling, telling, comparing]) if (fault) faults.push(await diagnosed(cycle, fault));
  const lasting = faults.filter(isLasting);
  if (lasting.length > 0) await cycle.refused?.(lasting);
  await dependencies.crashPoint('before-report');
  const { report, refusal } = await closeCycle(cycle, counts, blocked, faults);
  const [wait] = faults.flatMap((fault) => statedWaitOf(fault, dependencies.nowMs()));
  if (wait) return wait;
  // lasting faults first: trying again soon would only ask the refusing side again
  const [end] = refusal ? [refusal] : faults;
  if (end) throw end;
  return report;
}

/** Runs a part of the cycle; returns the fault that cut it short. An error that is not a far side's fault is thrown. */
async function endOf(part: () => Promise<void>): Promise<Fault | undefined> {
  try {
    await part();
    return undefined;
  } catch (error) {
    const fault = faultIn(error);
    if (fault) return fault;
    throw error;
  }
}

/** The far side's stated wait, if it is not over after what was waited inside the cycle. */
const statedWaitOf = ({ detail: { waitUntilMs }, message }: Fault, nowMs: number): readonly StatedWait[] =>
  waitUntilMs !== undefined && waitUntilMs > nowMs ? [{ waitUntilMs, why: message.slice(0, 300) }] : [];
