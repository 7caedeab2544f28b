import { type Fault, faultIn } from '../../shared/domain/faults.ts';
import type { StatedWait, StreamReport } from '../../shared/domain/workflow-inputs.ts';
import type { Cause } from '../../shared/partners/stream.ts';
import { openItems, showCauses } from '../../shared/store/attention.ts';
import { FencedOut } from '../../shared/store/checkpoints.ts';
import { openWork } from '../../shared/store/delivery-queue.ts';
import { parkedCauses } from '../../shared/store/parked.ts';
import { noteReport } from '../../shared/store/project-links.ts';
import { type Cycle, unfenced, write } from './attempt.ts';
import { classify } from './classify.ts';
import { deliver } from './deliver.ts';
import type { SyncDependencies } from './dependencies.ts';
import { type Gathered, gather } from './gather.ts';
import { openRun, openStream, type StreamInput } from './open-stream.ts';
import { stubbornCause } from './resends.ts';
import { LongWait } from './waiting.ts';

/** One cycle of one stream, whole: pull, classify, deliver, settle, report. */
export async function runStream(dependencies: SyncDependencies, input: StreamInput): Promise<StreamReport | StatedWait> {
  const context = dependencies.surroundings();
  const opened = await openStream(dependencies, input);
  if (!opened) return nothingDone(input.stream);
  const { fence, cursor, link, stream } = opened;
  const counts = { pulled: 0, unchanged: 0, skipped: {}, created: 0, updated: 0 };
  try {
    await dependencies.crashPoint('after-fence');
    const run = await openRun(dependencies, context, opened);
    const place = { ...fence, connectionId: link.connectionId };
    const cycle: Cycle = { dependencies, context, place, fence, stream, run };
    return await runCycle(cycle, cursor, counts);
  } catch (error) {
    if (error instanceof FencedOut && error.why !== 'taken-over') return nothingDone(input.stream);
    throw error;
  }
}

async function runCycle(cycle: Cycle, cursor: unknown, counts: Gathered & { created: number; updated: number }) {
  const { context, dependencies } = cycle;
  // a source that cannot be read does not hold up what is known already
  const pulling = await attempt(() => gather(cycle, cursor, counts));
  await dependencies.crashPoint('after-pull');
  const blocked = await classify(cycle);
  const delivering = await attempt(() => deliver(cycle, counts));
  context.signal.throwIfAborted();
  await dependencies.crashPoint('before-report');
  const report = await close(cycle, counts, blocked);
  for (const failure of [delivering, pulling]) {
    if (failure === undefined) continue;
    if (failure instanceof LongWait) return failure.wait;
    const wait = longWaitOf(failure, dependencies);
    if (wait) return wait;
    throw failure;
  }
  return report;
}

/** Runs a part of the cycle; answers the fault that ended it. What is no fault of a far side is thrown on. */
async function attempt(part: () => Promise<void>): Promise<Fault | LongWait | undefined> {
  try {
    await part();
    return undefined;
  } catch (error) {
    if (error instanceof LongWait) return error;
    const fault = faultIn(error);
    if (fault) return fault;
    throw error;
  }
}

function longWaitOf(fault: Fault, { nowMs, timings }: SyncDependencies): StatedWait | undefined {
  const { waitUntilMs } = fault.detail;
  if (waitUntilMs === undefined || waitUntilMs - nowMs() <= timings.inlineWaitMs) return undefined;
  return { waitUntilMs, why: fault.message.slice(0, 300) };
}

/** Makes the attention items say what stands, and counts. */
async function close(
  cycle: Cycle,
  counts: Gathered & { readonly created: number; readonly updated: number },
  blocked: readonly (Cause & { readonly records: number })[],
): Promise<StreamReport> {
  const { fence, place, stream } = cycle;
  const { causes, stubborn, items, work } = await unfenced(cycle, async (db) => {
    const parked = (await parkedCauses(db, fence)).map(({ fault, records }) => {
      const { kind: reason, subject, seen, needed, where } = fault;
      return { reason, subject, seen, needed, where, records };
    });
    const stubborn = await stubbornCause(db, fence);
    return { causes: [...blocked, ...parked], stubborn, items: await openItems(db, place), work: await openWork(db, fence) };
  });
  const reasons: Record<string, number> = {};
  for (const { reason, records } of causes) reasons[reason] = (reasons[reason] ?? 0) + records;
  const { pulled, unchanged, created, updated, skipped } = counts;
  const report: StreamReport = {
    stream: stream.name,
    pulled,
    unchanged,
    created,
    updated,
    parked: causes.reduce((sum, cause) => sum + cause.records, 0),
    open: work.open,
    reasons,
    ...(work.nextLookMs !== undefined && { nextLookMs: cycle.dependencies.nowMs() + work.nextLookMs }),
  };
  await write(cycle, async (db) => {
    const shown = [...causes, ...stubborn];
    if (shown.length > 0 || items.length > 0) await showCauses(db, place, shown);
    await noteReport(db, fence.projectLinkId, stream.name, { ...report, skipped, atMs: cycle.dependencies.nowMs() });
  });
  return report;
}

const nothingDone = (stream: string): StreamReport => ({
  stream,
  pulled: 0,
  unchanged: 0,
  created: 0,
  updated: 0,
  parked: 0,
  open: 0,
  reasons: {},
});
