import { canonicalHash } from '../../shared/domain/canonical-hash.ts';
import type { SourceFact } from '../../shared/partners/stream.ts';
import { moveCursor } from '../../shared/store/checkpoints.ts';
import { type GatheredFact, gatherPage } from '../../shared/store/gathered-facts.ts';
import { type Cycle, write } from './attempt.ts';

export interface Gathered {
  /** Source facts read. */
  pulled: number;
  /** Of these, equal to what was kept. */
  unchanged: number;
  /** Source records left out, by reason. */
  readonly skipped: Record<string, number>;
}

/**
 * Takes in what changed at the source, page by page; each page, the groups it touched and the checkpoint become durable together.
 * Counts go into `into`, so that they stand even when a later page fails.
 */
export async function gather(cycle: Cycle, cursor: unknown, into: Gathered): Promise<void> {
  const { dependencies, context, fence, run } = cycle;
  const pseudonym = await dependencies.pseudonymsOf(fence.tenantId);
  let stored = canonicalHash(cursor ?? null);
  for await (const page of run.pull(cursor)) {
    context.signal.throwIfAborted();
    const next = canonicalHash(page.cursor ?? null);
    if (page.facts.length > 0 || next !== stored) {
      const facts = page.facts.map((fact) => kept(fact, pseudonym));
      const changed = await write(cycle, async (db) => {
        const count = await gatherPage(db, fence, facts);
        await moveCursor(db, fence, page.cursor);
        return count;
      });
      stored = next;
      into.pulled += facts.length;
      into.unchanged += facts.length - changed;
    }
    for (const [reason, count] of Object.entries(page.skipped ?? {})) into.skipped[reason] = (into.skipped[reason] ?? 0) + count;
    context.heartbeat({ pulled: into.pulled });
    await dependencies.crashPoint('after-page');
  }
}

function kept(fact: SourceFact, pseudonym: (value: string) => string): GatheredFact {
  const people = Object.entries(fact.people ?? {}).map(([name, id]) => [name, pseudonym(id)] as const);
  return {
    sourceKey: pseudonym(fact.sourceId),
    groupKey: fact.groupKey,
    facts: { ...fact.facts, ...Object.fromEntries(people) },
    modifiedAt: fact.modifiedAt,
  };
}
