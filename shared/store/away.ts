const awayCodes = /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|57P0[123]|08[0-9A-Z]{3}|0A000)$/;
const awayWords = /^(?:Connection terminated|timeout exceeded when trying to connect)/;

/**
 * Whether a unit of work failed because the database is not there at the moment: stopped, starting, or cut off (class 08 and 57P01 to
 * 57P03 of PostgreSQL's error codes, and what the library says without one), or because a migration has just changed it under a planned
 * statement (0A000), which a new connection plans anew. The same may succeed in a moment.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && typeof error.code === 'string' && awayCodes.test(error.code)) || awayWords.test(error.message);
}
