import type { SourceFact } from '../../shared/partners/stream.ts';
import { type GatheredFact, gatherPage, personMark } from '../../shared/store/records/gathered-facts.ts';
import type { Cycle } from './attempt.ts';
import type { Intake } from './pull.ts';

/** Takes in pages of a gathering stream: keeps the facts and the groups they touch; ids are already pseudonyms here. */
export async function gathering({ dependencies, fence }: Cycle): Promise<Intake<readonly GatheredFact[]>> {
  const pseudonym = await dependencies.pseudonymsOf(fence.tenantId);
  return {
    prepare: async (page) => page.facts.map((fact) => kept(fact, pseudonym)),
    async store(db, pages) {
      const facts = pages.flat();
      return facts.length - (await gatherPage(db, fence, facts));
    },
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
