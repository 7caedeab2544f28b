import type { RateBudget } from '../../shared/procore/budget.ts';
import { createRateBudget } from '../../shared/store/rate-budget.ts';
import { closePool, createPool } from '../../shared/store/tenancy.ts';
import { type QuickTime, quickClock } from './clock.ts';
import { type LoadSettings, playLoad } from './load.ts';

/** What one of the two processes is told: to play a round under the shared budget, or under none but the far side's refusals. */
export interface Play extends LoadSettings {
  readonly side: 'shared budget' | 'back off';
  readonly time: QuickTime;
  readonly databaseUrl: string;
}

/** The client alone: every call that is refused waits until the reset that its own 429 states, and comes again. */
const noBudget: RateBudget = { reserve: async () => ({ granted: true, reservedAt: 0 }), learn: async () => undefined };

process.on('message', async (play: Play) => {
  const pool = createPool(play.databaseUrl);
  const budget = play.side === 'shared budget' ? createRateBudget(pool) : noBudget;
  const answersMs = await playLoad(budget, quickClock(play.time), play);
  await closePool(pool);
  process.send?.(answersMs);
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
