const awayCodes = /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|57P0[123]|08[0-9A-Z]{3}|0A000)$/;
const awayWords = /^(?:Connection terminated|timeout exceeded when trying to connect)/;

/**
 * Whether a transaction failed because the database is unavailable: stopped, starting, or cut off (PostgreSQL error class 08 and
 * 57P01 to 57P03, or the library's messages without a code), or because a migration has just changed it under a prepared
 * statement (0A000), which a new connection prepares again. A retry may succeed in a moment.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && typeof error.code === 'string' && awayCodes.test(error.code)) || awayWords.test(error.message);
}
