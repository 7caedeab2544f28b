import type { Log } from '../activities/log.ts';

const firstPauseMs = 250;
const longestPauseMs = 10_000;

/** Errors of a far end that is not up yet; any other is a fault of ours or of the configuration and ends the process. */
const passing = /ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTFOUND|UNAVAILABLE|DEADLINE_EXCEEDED|57P03|08006|tonic::transport/;

/** At boot a server may start later than we do: retries with growing pauses until it responds. */
export async function persistently<Answer>(what: string, log: Log, call: () => Promise<Answer>): Promise<Answer> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await call();
    } catch (error) {
      if (!passing.test(reasonOf(error))) throw error;
      log.warn({ what }, 'does not answer yet; tried again');
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return `${code} ${error.name} ${error.message} ${error.cause === undefined ? '' : reasonOf(error.cause)}`;
}
