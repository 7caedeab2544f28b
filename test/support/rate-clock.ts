import type { Client } from 'pg';

/** Puts a clock that stands still in the place of the budgets' own; `set` moves it, for every process at once. */
export async function holdRateClock(admin: Client): Promise<{ set(nowMs: number): Promise<void> }> {
  await admin.query(`
    CREATE TABLE held_clock (at timestamptz NOT NULL);
    INSERT INTO held_clock VALUES (clock_timestamp());
    GRANT SELECT ON held_clock TO gw_serve, gw_owner;
    CREATE OR REPLACE FUNCTION rate_clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT at FROM held_clock'`);
  return {
    async set(nowMs) {
      await admin.query('UPDATE held_clock SET at = to_timestamp($1::float8 / 1000)', [nowMs]);
    },
  };
}
