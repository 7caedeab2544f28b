import type { DeliveryPayload } from '../../shared/domain/deliveries.ts';
import type { SourceFact, SourcePage } from '../../shared/partners/stream.ts';
import { anyTouched, dropGroups, type GatheredFact, gatherPage, touchKnown } from '../../shared/store/records/gathered-facts.ts';
import { withdrawUnsent } from '../../shared/store/records/parked.ts';
import { tellAgain } from '../../shared/store/records/telling.ts';
import { takeRecords } from '../../shared/store/records/wanted-records.ts';
import { type Cycle, unfenced } from './attempt.ts';
import { kept } from './gather.ts';
import { payloadOf } from './payload.ts';
import type { Intake } from './pull.ts';

/** What a page says of a record. */
interface Said {
  readonly key: string;
  /** What it should look like on the far side. */
  readonly payload?: DeliveryPayload;
  /** Why it cannot be sent until the cause is fixed. `gone`: the source took it back meanwhile, and that cannot be sent either. */
  readonly blocked?: GatheredFact | 'gone';
  readonly awaitsReport?: boolean;
}

interface PageSays {
  readonly facts: number;
  readonly newest: readonly Said[];
  readonly takenBack: readonly string[];
}

/**
 * Pages of a direct stream: each source record is mapped at once, and only its hash and delivery are stored. What is blocked is
 * stored with its facts, as a group of its own, and mapped again in every cycle until its cause is fixed.
 */
export async function direct(cycle: Cycle): Promise<Intake<PageSays>> {
  const { dependencies, fence, run, stream } = cycle;
  const pseudonym = await dependencies.pseudonymsOf(fence.tenantId);
  let someBlocked = await unfenced(cycle, (db) => anyTouched(db, fence));
  const said = async (fact: SourceFact): Promise<Said> => {
    const key = keyOf(fact);
    const mapped = await run.map(key, fact.gone ? [] : [fact.facts]);
    if (mapped.kind === 'record') {
      return { key, payload: payloadOf(stream, mapped.record), awaitsReport: fact.awaitsReport === true };
    }
    return mapped.kind === 'blocked' ? { key, blocked: fact.gone ? 'gone' : kept(fact, pseudonym) } : { key };
  };
  return {
    async prepare(page) {
      const newest = await Promise.all([...newestByRecord(page).values()].map(said));
      return { facts: page.facts.length, newest, takenBack: page.takenBack ?? [] };
    },
    async store(db, pages) {
      const { newest, takenBack } = latestOf(pages);
      const unsent = newest.filter(({ payload }) => payload === undefined);
      const records = newest.flatMap(({ payload }) => payload ?? []);
      const isBlocked = unsent.some(({ blocked }) => blocked !== undefined);
      const gone = unsent.filter(({ blocked }) => blocked === 'gone').map(({ key }) => key);
      const facts = unsent.flatMap(({ blocked }) => (blocked === undefined || blocked === 'gone' ? [] : [blocked]));
      // the newest version of a blocked record decides about it again
      if (someBlocked) await dropGroups(db, fence, [...newest.map(({ key }) => key), ...takenBack]);
      await gatherPage(db, fence, facts);
      await touchKnown(db, fence, [...gone, ...takenBack]);
      await withdrawUnsent(db, fence, [...unsent.map(({ key }) => key), ...takenBack]);
      someBlocked ||= isBlocked || takenBack.length > 0;
      const { unchanged } = await takeRecords(db, fence, records, cycle.automation, { isReported: run.report !== undefined });
      await tellAgain(
        db,
        fence,
        newest.flatMap(({ key, awaitsReport }) => (awaitsReport === true ? key : [])),
      );
      return unchanged + pages.reduce((sum, page) => sum + page.facts, 0) - newest.length;
    },
  };
}

/** What several pages say last of each record: its newest version, or that it was taken back. */
function latestOf(pages: readonly PageSays[]): Pick<PageSays, 'newest' | 'takenBack'> {
  const latest = new Map<string, Said>();
  const takenBack = new Set<string>();
  for (const page of pages) {
    for (const one of page.newest) {
      latest.set(one.key, one);
      takenBack.delete(one.key);
    }
    for (const key of page.takenBack) {
      latest.delete(key);
      takenBack.add(key);
    }
  }
  return { newest: [...latest.values()], takenBack: [...takenBack] };
}

/** The newest version of each record in a page, by its key: the last one in the page. */
export const newestByRecord = (page: SourcePage): ReadonlyMap<string, SourceFact> =>
  new Map(page.facts.map((fact) => [keyOf(fact), fact]));

function keyOf(fact: SourceFact): string {
  if (fact.groupKey === null) throw new Error('a fact of a direct stream names its record');
  return fact.groupKey;
}
