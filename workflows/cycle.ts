import type { OpenedLink } from '../activities/contract.ts';
import type { Lane } from '../shared/domain/lanes.ts';
import type { Pace, StatedWait, StreamReport } from '../shared/domain/workflow-inputs.ts';
import { phasesOf, rows, streams } from './calls.ts';
import { firstPace, inTwoPhases, isStatedWait, Parked, untilItWorks } from './retries.ts';
import { holdRefused, noteRefused, type SyncLoop } from './sync-loop.ts';

/** Shortest pause before the next cycle, whatever a stream requests. */
const leastPauseMs = 500;

/** Runs one cycle of a project. Returns false if the row does not want this run. */
export async function runCycle(loop: SyncLoop): Promise<boolean> {
  const lane = loop.due.take();
  loop.cyclesBegun += 1;
  loop.desk.mark();
  const opened = await openCycle(loop);
  if (!opened.current) return false;
  takeLink(loop, opened);
  if (opened.paused) loop.due.schedule(Date.now() + spread(opened.pace.cycleQuietMs));
  else await syncStreams(loop, opened, lane);
  loop.cyclesEnded += 1;
  loop.desk.mark();
  return true;
}

function openCycle(loop: SyncLoop): Promise<OpenedLink> {
  const pace = loop.pace ?? firstPace;
  const place = { desk: loop.desk, name: 'opening the cycle', parkMs: loop.pace?.careRoundMs ?? firstPace.parkMs };
  return untilItWorks(
    ...phasesOf(rows.openCycle, pace, 'compare with the row'),
    { ...loop.ref, generation: loop.generation },
    place,
  );
}

function takeLink(loop: SyncLoop, opened: OpenedLink): void {
  loop.pace = opened.pace;
  loop.paused = opened.paused;
  loop.companyId = opened.companyId;
  loop.projectId = opened.procoreProjectId;
}

async function syncStreams(loop: SyncLoop, { pace, streams: names }: OpenedLink, lane: Lane): Promise<void> {
  for (const stream of loop.refused.keys()) if (!names.includes(stream)) loop.refused.delete(stream);
  const { knocks } = loop.desk;
  const tried = names.filter((stream) => (loop.refused.get(stream)?.againAtMs ?? 0) <= Date.now());
  const answers = await Promise.all(tried.map((stream) => runStream(loop, pace, stream, lane)));
  loop.reports = answers.filter((answer) => answer !== undefined && !isStatedWait(answer)) as StreamReport[]; // what is left of the union
  loop.waiting = latest(answers.filter(isStatedWait));
  const atPaceMs = nextAtPace(loop, pace);
  if (loop.desk.knocks === knocks) holdRefused(loop, tried, atPaceMs);
  const nextCycleMs = soonest(loop, atPaceMs);
  loop.due.schedule(nextCycleMs);
  const shown = loop.waiting ? { waitingUntilMs: loop.waiting.waitUntilMs, why: loop.waiting.why } : {};
  const place = { desk: loop.desk, name: 'closing the cycle', parkMs: pace.careRoundMs };
  await untilItWorks(...phasesOf(rows.closeCycle, pace, 'store how it went'), { ...loop.ref, nextCycleMs, ...shown }, place);
}

/** A permanent fault of one stream is recorded and retried at the link's normal pace; it never blocks the other streams. */
async function runStream(loop: SyncLoop, pace: Pace, stream: string, lane: Lane): Promise<StreamReport | StatedWait | undefined> {
  const input = { ...loop.ref, generation: loop.generation, stream };
  try {
    const answer = await inTwoPhases(...phasesOf(streams.runStream, pace, `stream ${stream}`, lane), input, {
      desk: loop.desk,
      name: `stream ${stream}`,
    });
    if (!isStatedWait(answer)) loop.refused.delete(stream);
    return answer;
  } catch (error) {
    if (!(error instanceof Parked)) throw error;
    loop.desk.lift(`stream ${stream}`);
    noteRefused(loop, stream, error.failing);
    return undefined;
  }
}

/** Busy projects run again soon, quiet ones after growing pauses; a stated wait is kept. */
function nextAtPace(loop: SyncLoop, pace: Pace): number {
  if (loop.waiting) return loop.waiting.waitUntilMs;
  loop.quiet = loop.reports.some(isBusy) ? 0 : loop.quiet + 1;
  return Date.now() + spread(Math.min(pace.cycleQuietMs, pace.cycleBusyMs * 2 ** Math.min(loop.quiet, 20)));
}

/** A stream may request an earlier cycle, for a look-up that is due; a refused one is retried at its own time. */
function soonest(loop: SyncLoop, atPaceMs: number): number {
  if (loop.waiting) return atPaceMs;
  const looks = loop.reports.flatMap(({ nextLookMs }) => (nextLookMs === undefined ? [] : [nextLookMs]));
  const again = [...loop.refused.values()].map(({ againAtMs }) => againAtMs);
  return Math.max(Date.now() + leastPauseMs, Math.min(atPaceMs, ...looks, ...again));
}

const isBusy = (report: StreamReport): boolean =>
  report.created + report.updated + report.open > 0 || report.pulled > report.unchanged;

const latest = (waits: readonly StatedWait[]): StatedWait | undefined =>
  waits.reduce<StatedWait | undefined>(
    (found, wait) => (found && found.waitUntilMs >= wait.waitUntilMs ? found : wait),
    undefined,
  );

/** ± 10 %, so that loops started together spread out. */
const spread = (ms: number): number => Math.round(ms * (0.9 + Math.random() * 0.2));
