import type { SourceFact } from '../../shared/partners/stream.ts';
import { type GatheredFact, gatherPage, personMark } from '../../shared/store/gathered-facts.ts';
import type { Cycle } from './attempt.ts';
import type { TakePage } from './pull.ts';

/** Pages of a gathering stream: the facts and the groups they touch are kept; ids are pseudonyms by then. */
export async function gathering({ dependencies, fence }: Cycle): Promise<TakePage> {
  const pseudonym = await dependencies.pseudonymsOf(fence.tenantId);
  return async (page) => {
    const facts = page.facts.map((fact) => kept(fact, pseudonym));
    return async (db) => facts.length - (await gatherPage(db, fence, facts));
  };
}

export function kept(fact: SourceFact, pseudonym: (value: string) => string): GatheredFact {
  const people = Object.entries(fact.people ?? {}).map(([name, id]) => [name, personMark + pseudonym(id)] as const);
  return {
    sourceKey: pseudonym(fact.sourceId),
    groupKey: fact.groupKey,
    facts: { ...fact.facts, ...Object.fromEntries(people) },
    modifiedAt: fact.modifiedAt,
  };
}
