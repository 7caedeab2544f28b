import { canonicalHash } from '../../shared/domain/canonical-json.ts';
import type { SourcePage } from '../../shared/partners/stream.ts';
import { moveCursor } from '../../shared/store/records/checkpoints.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { type Cycle, write } from './attempt.ts';
import { together } from './together.ts';

export interface Pulled {
  /** Source facts read. */
  pulled: number;
  /** Of these, equal to what was stored. */
  unchanged: number;
  /** Source records left out, by reason. */
  readonly skipped: Record<string, number>;
}

/** How a stream's pages are taken in. */
export interface Intake<Prepared> {
  /** Runs outside of any transaction. */
  prepare(page: SourcePage): Promise<Prepared>;
  /** Makes pages durable, later ones over earlier ones; returns how many of their facts were unchanged. */
  store(db: Db, pages: readonly Prepared[]): Promise<number>;
}

/** Once a batch has this many facts, its transaction takes no further page, if pages arrive faster than they are stored. */
const factsAtOnce = 2000;

/**
 * Takes in what changed at the source. Pages, their results and the checkpoint behind them become durable together, while the
 * next ones are read and prepared. Counts are added to `into`, so that they remain even if a later page fails.
 */
export async function pull<Prepared>(cycle: Cycle, cursor: unknown, intake: Intake<Prepared>, into: Pulled): Promise<void> {
  const { dependencies, context, fence, run } = cycle;
  for await (const pages of together(prepared(run.pull(cursor), cursor, intake), factsAtOnce, weightOf)) {
    context.signal.throwIfAborted();
    const news = pages.flatMap((page) => page.news);
    const further = pages.findLast(({ isFurther }) => isFurther);
    if (news.length > 0 || further) {
      into.unchanged += await write(cycle, async (db) => {
        const moving = further && moveCursor(db, fence, further.cursor);
        const [unchanged] = await Promise.all([news.length > 0 ? intake.store(db, news) : 0, moving]);
        return unchanged;
      });
    }
    for (const { facts, skipped } of pages) {
      into.pulled += facts;
      for (const [reason, count] of Object.entries(skipped)) {
        into.skipped[reason] = (into.skipped[reason] ?? 0) + count;
      }
    }
    context.heartbeat({ pulled: into.pulled });
    await dependencies.crashPoint('after-page');
  }
}

/** What is kept of a page once it is prepared: its facts are not held until they are stored. */
interface PreparedPage<Prepared> extends Pick<SourcePage, 'cursor'> {
  /** How many facts it had. */
  readonly facts: number;
  readonly skipped: Readonly<Record<string, number>>;
  /** Empty if the page had nothing in it. */
  readonly news: readonly Prepared[];
  /** Whether its cursor differs from that of the page before. */
  readonly isFurther: boolean;
}

const weightOf = ({ facts }: { readonly facts: number }): number => 1 + facts;

async function* prepared<Prepared>(
  pages: AsyncIterable<SourcePage>,
  cursor: unknown,
  { prepare }: Intake<Prepared>,
): AsyncGenerator<PreparedPage<Prepared>> {
  let before = canonicalHash(cursor ?? null);
  for await (const page of pages) {
    const hash = canonicalHash(page.cursor ?? null);
    const isEmpty = page.facts.length === 0 && (page.takenBack ?? []).length === 0;
    const { facts, cursor: next, skipped = {} } = page;
    const news = isEmpty ? [] : [await prepare(page)];
    yield { cursor: next, facts: facts.length, skipped, news, isFurther: hash !== before };
    before = hash;
  }
}
