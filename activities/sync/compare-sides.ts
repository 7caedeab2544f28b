import { type Comparison, comparisonInWords, isSameDifference, type SumsDifference } from '../../shared/domain/reconciling.ts';
import type { Reconciling, StandingRecord } from '../../shared/partners/stream.ts';
import type { Delivery } from '../../shared/store/records/deliveries.ts';
import { endedAs, noteCompared, queueAgain, type ReconcileStanding } from '../../shared/store/records/reconciles.ts';
import { knownRecords, takersOf } from '../../shared/store/records/record-links.ts';
import { type Cycle, unfenced, write } from './attempt.ts';
import { stillShows } from './decide.ts';
import { type Delivered, deliver } from './deliver.ts';

/** Differences can cancel out in sums: after this long the rows are compared even if the sums did not change. */
const wholeAfterMs = 7 * 24 * 3_600_000;
const recordsAtOnce = 500;

/**
 * A record known to exist on the far side. `newest`: the newest version that was meant, if it is done and no person decided about
 * it.
 */
interface Covered extends StandingRecord {
  readonly newest: Delivery | undefined;
}

/**
 * Compares sums; also compares row by row if the sums changed or the last row comparison is too old. What differs is queued
 * again, so that the rules of every write decide about it. Returns what was found, in a sentence.
 */
export async function compareSides(
  cycle: Cycle,
  reconciling: Reconciling,
  standing: ReconcileStanding,
  into: Delivered,
): Promise<string> {
  const covered = await coveredRecords(cycle, reconciling);
  const difference = await reconciling.difference(covered);
  const compared = { compared: covered.length, changed: 0, gone: 0, healed: 0, told: 0, difference };
  const note = async (found: Omit<Comparison, 'says'>, again: readonly string[] = []) => {
    await cycle.dependencies.crashPoint('after-compare');
    return write(cycle, async (db) => {
      const says = comparisonInWords(found, reconciling.leftOut);
      await noteCompared(db, cycle.fence, standing.now, { ...found, says });
      await cycle.dependencies.crashPoint('after-noted-before-queued');
      return { says, queued: await queueAgain(db, cycle.fence, again) };
    });
  };
  if (!isWorthReading(standing, difference)) {
    const { says } = await note({ ...compared, by: 'sums', unclaimed: standing.last?.unclaimed ?? 0 });
    return says;
  }
  const { changed, gone, unclaimed } = await differingRows(cycle, reconciling, covered);
  const found = { ...compared, by: 'rows', changed: changed.length, gone: gone.length, unclaimed } as const;
  const { says, queued } = await note(found, [...changed, ...gone]);
  if (queued.length === 0) return says;
  await deliver(cycle, into);
  const ends = await unfenced(cycle, async (db) => ({
    healed: await endedAs(db, queued, 'done'),
    told: await endedAs(db, queued, 'refused'),
  }));
  return (await note({ ...found, ...ends })).says;
}

const isWorthReading = ({ now, comparedWholeAt, last }: ReconcileStanding, difference: SumsDifference): boolean =>
  !isSameDifference(difference, last?.difference ?? {}) || now.getTime() - comparedWholeAt.getTime() >= wholeAfterMs;

async function coveredRecords(cycle: Cycle, { covers }: Reconciling): Promise<readonly Covered[]> {
  const covered: Covered[] = [];
  for (let after = ''; ; ) {
    const page = await unfenced(cycle, (db) => knownRecords(db, cycle.fence, after, recordsAtOnce));
    const last = page.at(-1);
    if (!last) return covered;
    after = last.link.naturalKey;
    for (const { link, newest } of page) {
      const { naturalKey, targetId, written, version } = link;
      if (targetId === null || written === null || !covers(written)) continue;
      const isSettled = newest?.state === 'done' && newest.version === version && Object.keys(newest.payload.fields).length > 0;
      covered.push({ naturalKey, targetId, written, newest: isSettled ? newest : undefined });
    }
    cycle.context.heartbeat({ compared: after });
  }
}

interface DifferingRows {
  /** Natural keys of records that show something we never wrote, and of those that are missing. */
  readonly changed: readonly string[];
  readonly gone: readonly string[];
  /** Records written by our account that belong to no record of ours. */
  readonly unclaimed: number;
}

/** Compares all rows, by id and owned fields. What waits for a person, or was left alone by one, is not reported again. */
async function differingRows(cycle: Cycle, { reach }: Reconciling, covered: readonly Covered[]): Promise<DifferingRows> {
  const { run, fence } = cycle;
  const rows = new Map((await run.lookUp(reach)).map((row) => [row.id, row]));
  const own = [...rows.values()].filter(({ ours }) => ours === true).map(({ id }) => id);
  const takers = await unfenced(cycle, (db) => takersOf(db, fence, own));
  const [changed, gone]: [string[], string[]] = [[], []];
  for (const { naturalKey, targetId, written, newest } of covered) {
    const row = rows.get(targetId);
    if (!newest) continue;
    if (!row) gone.push(naturalKey);
    else if (!stillShows(row.fields, written, newest.payload.fields)) changed.push(naturalKey);
  }
  return { changed, gone, unclaimed: own.filter((id) => !takers.has(id)).length };
}
