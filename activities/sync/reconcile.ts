import { newestTurn, phaseOf } from '../../shared/domain/turns.ts';
import { openWork } from '../../shared/store/records/delivery-queue.ts';
import { type ReconcileStanding, reconcileStanding } from '../../shared/store/records/reconciles.ts';
import { type Cycle, unfenced } from './attempt.ts';
import { compareSides } from './compare-sides.ts';
import type { Counts } from './report.ts';

/**
 * Compares what was written with the far side if it is due or somebody requested it, and nothing is under way. What it found, or
 * why it waits, is stored in `counts` in a sentence. A request stays open until it is fulfilled.
 */
export async function reconcile(cycle: Cycle, counts: Counts): Promise<void> {
  const { fence, run, dependencies } = cycle;
  const { reconciling } = run;
  if (!reconciling) return;
  const standing = await unfenced(cycle, (db) => reconcileStanding(db, fence));
  if (!standing) return;
  const isWished = standing.askedAt !== null && standing.askedAt > standing.comparedAt;
  if (!isWished && !isDue(standing, fence.projectLinkId, dependencies.timings.reconcileMs)) {
    // fulfilled by a cycle that had begun before it was requested
    if (standing.isAwaited && standing.last) counts.reconciled = standing.last.says;
    return;
  }
  const { open } = await unfenced(cycle, (db) => openWork(db, fence));
  if (open === 0) counts.reconciled = await compareSides(cycle, reconciling, standing, counts);
  else if (isWished) counts.reconciled = `not compared yet: writes that are not settled come first (${open})`;
}

/** Each project has its own time of the day. */
function isDue({ now, comparedAt }: ReconcileStanding, projectLinkId: string, everyMs: number | null): boolean {
  return everyMs !== null && comparedAt.getTime() < newestTurn(phaseOf(projectLinkId), { nowMs: now.getTime(), everyMs });
}
