import { canonicalHash } from '../../shared/domain/canonical-hash.ts';
import type { SourcePage } from '../../shared/partners/stream.ts';
import { moveCursor } from '../../shared/store/checkpoints.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { type Cycle, write } from './attempt.ts';

export interface Pulled {
  /** Source facts read. */
  pulled: number;
  /** Of these, equal to what was kept. */
  unchanged: number;
  /** Source records left out, by reason. */
  readonly skipped: Record<string, number>;
}

/** Prepares a page outside of any unit of work; what it answers makes the page durable and counts what was unchanged. */
export type TakePage = (page: SourcePage) => Promise<(db: Db) => Promise<number>>;

/**
 * Takes in what changed at the source, page by page; each page, what it led to and the checkpoint become durable together, while the
 * next page is on its way. Counts go into `into`, so that they stand even when a later page fails.
 */
export async function pull(cycle: Cycle, cursor: unknown, takePage: TakePage, into: Pulled): Promise<void> {
  const { dependencies, context, fence, run } = cycle;
  let stored = canonicalHash(cursor ?? null);
  for await (const page of ahead(run.pull(cursor))) {
    context.signal.throwIfAborted();
    const next = canonicalHash(page.cursor ?? null);
    if (page.facts.length > 0 || (page.takenBack ?? []).length > 0 || next !== stored) {
      const store = await takePage(page);
      const unchanged = await write(cycle, async (db) => {
        const count = await store(db);
        if (next !== stored) await moveCursor(db, fence, page.cursor);
        return count;
      });
      stored = next;
      into.pulled += page.facts.length;
      into.unchanged += unchanged;
    }
    for (const [reason, count] of Object.entries(page.skipped ?? {})) into.skipped[reason] = (into.skipped[reason] ?? 0) + count;
    context.heartbeat({ pulled: into.pulled });
    await dependencies.crashPoint('after-page');
  }
}

/** The same items; the next one is asked for while this one is worked on. */
async function* ahead<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  const ask = () => {
    const asked = iterator.next();
    asked.catch(() => undefined); // thrown where it is awaited, which may be later
    return asked;
  };
  let coming = ask();
  try {
    for (;;) {
      const { done, value } = await coming;
      if (done) return;
      coming = ask();
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}
