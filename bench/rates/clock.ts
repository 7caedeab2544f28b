import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../shared/http/clock.ts';

/** Time that runs `speed` times as fast from one moment on, alike in all processes and in the database. */
export interface QuickTime {
  readonly fromMs: number;
  readonly speed: number;
}

const realNowMs = (): number => performance.timeOrigin + performance.now();

export const quickClock = ({ fromMs, speed }: QuickTime): Clock => ({
  nowMs: () => fromMs + (realNowMs() - fromMs) * speed,
  async wait(ms, signal) {
    await sleep(ms / speed, undefined, { signal });
  },
});

/** Puts that time in the place of the budgets' clock. */
export const quickClockSql = ({ fromMs, speed }: QuickTime): string => `
  CREATE OR REPLACE FUNCTION rate_clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT to_timestamp(${fromMs / 1000}) + (clock_timestamp() - to_timestamp(${fromMs / 1000})) * ${speed}
  $$`;
