import type { SourceFact, SourcePage } from '../../shared/partners/stream.ts';
import { anyTouched, dropGroups, gatherPage, touchKnown } from '../../shared/store/gathered-facts.ts';
import { withdrawUnsent } from '../../shared/store/parked.ts';
import { takeRecords } from '../../shared/store/wanted-records.ts';
import { type Cycle, unfenced } from './attempt.ts';
import { kept } from './gather.ts';
import { payloadOf } from './payload.ts';
import type { TakePage } from './pull.ts';

/**
 * Pages of a direct stream: each source record is mapped at once, and only its hash and delivery are kept. What is blocked is kept
 * with its facts, as a group of its own, and mapped again in every cycle until its cause is mended.
 */
export async function direct(cycle: Cycle): Promise<TakePage> {
  const { dependencies, fence, run, stream } = cycle;
  const pseudonym = await dependencies.pseudonymsOf(fence.tenantId);
  let someBlocked = await unfenced(cycle, (db) => anyTouched(db, fence));
  return async (page) => {
    const newest = [...newestByRecord(page).values()];
    const mapped = await Promise.all(
      newest.map(async (fact) => ({ fact, mapped: await run.map(keyOf(fact), fact.gone ? [] : [fact.facts]) })),
    );
    const isBlocked = mapped.filter((one) => one.mapped.kind === 'blocked').map(({ fact }) => fact);
    const blocked = isBlocked.filter((fact) => !fact.gone).map((fact) => kept(fact, pseudonym));
    const takenBack = page.takenBack ?? [];
    const blockedGone = [...isBlocked.filter((fact) => fact.gone).map(keyOf), ...takenBack];
    const meantNoMore = mapped.filter((one) => one.mapped.kind !== 'record').map(({ fact }) => keyOf(fact));
    const records = mapped.flatMap((one) => (one.mapped.kind === 'record' ? [payloadOf(stream, one.mapped.record)] : []));
    return async (db) => {
      // what was blocked before is decided anew by its newest version
      if (someBlocked) await dropGroups(db, fence, [...newest.map(keyOf), ...takenBack]);
      await gatherPage(db, fence, blocked);
      await touchKnown(db, fence, blockedGone);
      await withdrawUnsent(db, fence, [...meantNoMore, ...takenBack]);
      someBlocked ||= isBlocked.length > 0 || takenBack.length > 0;
      const { unchanged } = await takeRecords(db, fence, records, cycle.automation);
      return unchanged + page.facts.length - newest.length;
    };
  };
}

/** The newest version of each record in a page, by its key: its last place. */
export const newestByRecord = (page: SourcePage): ReadonlyMap<string, SourceFact> =>
  new Map(page.facts.map((fact) => [keyOf(fact), fact]));

function keyOf(fact: SourceFact): string {
  if (fact.groupKey === null) throw new Error('a fact of a direct stream names its record');
  return fact.groupKey;
}
