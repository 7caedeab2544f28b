import type { Fault } from '../../shared/domain/faults.ts';
import type { Hindrance } from '../../shared/domain/responders.ts';
import type { StreamReport } from '../../shared/domain/workflow-inputs.ts';
import type { Cause } from '../../shared/partners/stream.ts';
import { openItems, type StandingCause, showCauses } from '../../shared/store/attention.ts';
import { noteReport } from '../../shared/store/projects/project-links.ts';
import { openWork } from '../../shared/store/records/delivery-queue.ts';
import { parkedCauses } from '../../shared/store/records/parked.ts';
import { type Cycle, unfenced, write } from './attempt.ts';
import type { Pulled } from './pull.ts';
import { isLasting, standingRefusals, told } from './refusals.ts';
import { stubbornCause } from './resends.ts';

export interface Counts extends Pulled {
  created: number;
  updated: number;
  /** What a comparison found, in a sentence. */
  reconciled?: string;
}

export interface Closed {
  readonly report: StreamReport;
  /** The first lasting fault among those that cut the cycle short, with the time since which its item exists. */
  readonly refusal: Fault | undefined;
}

/** Ends a cycle: updates the attention items and stores the counts. `faults`: what cut parts of it short. */
export async function closeCycle(
  cycle: Cycle,
  counts: Counts,
  blocked: readonly (Cause & { readonly records: number })[],
  faults: readonly Fault[],
): Promise<Closed> {
  const { fence, place, stream, dependencies } = cycle;
  const { causes, stubborn, items, work } = await unfenced(cycle, async (db) => {
    const parked = (await parkedCauses(db, fence)).map(({ fault, records }) => {
      const { kind: reason, owner, subject, seen, needed, where } = fault;
      // words kept with a record are of when it was parked; who is waited for may have changed since
      return { reason, owner, subject, seen, needed, where, ...asItIs(cycle.hindrances.get(subject)), records };
    });
    return {
      causes: [...blocked, ...parked],
      stubborn: await stubbornCause(db, fence),
      items: await openItems(db, place),
      work: await openWork(db, fence),
    };
  });
  const reasons: Record<string, number> = {};
  for (const { reason, records } of causes) reasons[reason] = (reasons[reason] ?? 0) + records;
  const { skipped, ...done } = counts;
  const report: StreamReport = {
    stream: stream.name,
    ...done,
    parked: causes.reduce((sum, cause) => sum + cause.records, 0),
    open: work.open,
    ...(work.held > 0 && { held: work.held }),
    reasons,
    ...nextLook(cycle, work.nextLookMs),
  };
  const refused = faults.find(isLasting);
  const refusal = await write(cycle, async (db) => {
    const shown = [...causes, ...stubborn, ...standingRefusals(cycle, faults, items, work.open)];
    if (shown.length > 0 || items.length > 0) await showCauses(db, place, shown);
    const atMs = dependencies.nowMs();
    const wrote = counts.created + counts.updated > 0 ? { wroteAtMs: atMs } : {};
    await noteReport(db, fence.projectLinkId, { ...report, skipped, atMs, ...wrote });
    return refused && (await told(db, cycle, refused, items));
  });
  return { report, refusal };
}

const asItIs = (hindrance: Hindrance | undefined): Partial<StandingCause> =>
  hindrance ? { owner: hindrance.owner, seen: hindrance.seen, needed: hindrance.needed, where: hindrance.where } : {};

/** When the stream is to be looked at again, if that is sooner than the usual pace. */
function nextLook({ dependencies, run }: Cycle, waitMs: number | undefined): { readonly nextLookMs?: number } {
  const due = waitMs === undefined ? [] : [dependencies.nowMs() + waitMs];
  const looks = run.comeBackAtMs === undefined ? due : [...due, run.comeBackAtMs];
  return looks.length === 0 ? {} : { nextLookMs: Math.min(...looks) };
}

/** The report of a cycle that had nothing to do, or no right to do it. */
export const nothingDone = (stream: string): StreamReport => ({
  stream,
  pulled: 0,
  unchanged: 0,
  created: 0,
  updated: 0,
  parked: 0,
  open: 0,
  reasons: {},
});
