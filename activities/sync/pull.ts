import { canonicalHash } from '../../shared/domain/canonical-hash.ts';
import type { SourcePage } from '../../shared/partners/stream.ts';
import { moveCursor } from '../../shared/store/checkpoints.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { type Cycle, write } from './attempt.ts';
import { together } from './together.ts';

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

/** Pages that one unit of work makes durable, where they come faster than they are stored. */
const pagesAtOnce = 5;

/**
 * Takes in what changed at the source. Pages, what they led to and the checkpoint behind them become durable together, while the next
 * ones are read and prepared. Counts go into `into`, so that they stand even when a later page fails.
 */
export async function pull(cycle: Cycle, cursor: unknown, takePage: TakePage, into: Pulled): Promise<void> {
  const { dependencies, context, fence, run } = cycle;
  for await (const pages of together(prepared(run.pull(cursor), cursor, takePage), pagesAtOnce)) {
    context.signal.throwIfAborted();
    const news = pages.filter(({ store, isFurther }) => store !== undefined || isFurther);
    const last = news.at(-1);
    if (last) {
      into.unchanged += await write(cycle, async (db) => {
        let unchanged = 0;
        for (const { store } of news) unchanged += (await store?.(db)) ?? 0;
        if (news.some(({ isFurther }) => isFurther)) await moveCursor(db, fence, last.page.cursor);
        return unchanged;
      });
    }
    for (const { page } of pages) {
      into.pulled += page.facts.length;
      for (const [reason, count] of Object.entries(page.skipped ?? {})) {
        into.skipped[reason] = (into.skipped[reason] ?? 0) + count;
      }
    }
    context.heartbeat({ pulled: into.pulled });
    await dependencies.crashPoint('after-page');
  }
}

interface PreparedPage {
  readonly page: SourcePage;
  /** Undefined: there is nothing in it. */
  readonly store: Awaited<ReturnType<TakePage>> | undefined;
  /** Whether its cursor is another one than that of the page before. */
  readonly isFurther: boolean;
}

async function* prepared(pages: AsyncIterable<SourcePage>, cursor: unknown, takePage: TakePage): AsyncGenerator<PreparedPage> {
  let before = canonicalHash(cursor ?? null);
  for await (const page of pages) {
    const hash = canonicalHash(page.cursor ?? null);
    const isEmpty = page.facts.length === 0 && (page.takenBack ?? []).length === 0;
    yield { page, store: isEmpty ? undefined : await takePage(page), isFurther: hash !== before };
    before = hash;
  }
}
