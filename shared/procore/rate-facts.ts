import { readRetryAfter } from '../http/retry-after.ts';
import type { RateFacts, RateWindow } from './budget.ts';

type Headers = Readonly<Record<string, string>>;

const spikeMs = 10_000;
const hourMs = 3_600_000;
/** Headers are in whole seconds, so a window may look a little longer than it is. */
const slackMs = 2000;

/**
 * What the headers of one response say about our limits (facts/procore.md section 2.5). The reset is taken relative to Procore's
 * own `Date`, so a wrong clock does no harm; a reset more than an hour away is not believed and read as the short window.
 */
export function readRateFacts(status: number, headers: Headers, nowMs: number): RateFacts {
  const farNowMs = Date.parse(headers['date'] ?? '') || nowMs;
  const window = readWindow(headers, nowMs, farNowMs);
  return { seenAtMs: nowMs, window, blockedUntilMs: blockedUntil(status, headers, window, nowMs, farNowMs) };
}

function readWindow(headers: Headers, nowMs: number, farNowMs: number): RateWindow | undefined {
  const limit = count(headers['x-rate-limit-limit']);
  const remaining = count(headers['x-rate-limit-remaining']);
  const resetSeconds = count(headers['x-rate-limit-reset']);
  // a limit of zero would be believed for ever: no further call would be made to correct it
  if (!limit || remaining === undefined || resetSeconds === undefined) return undefined;
  const leftMs = resetSeconds * 1000 - farNowMs;
  const credibleMs = leftMs > hourMs + slackMs ? spikeMs : Math.max(0, leftMs);
  const name = credibleMs > spikeMs + slackMs ? 'hour' : 'spike';
  return { name, limit, remaining, resetAtMs: nowMs + credibleMs };
}

/** The later of `Retry-After` and the window's reset; a 429 without either counts as the short window. */
function blockedUntil(
  status: number,
  headers: Headers,
  window: RateWindow | undefined,
  nowMs: number,
  farNowMs: number,
): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const stated = readRetryAfter(headers['retry-after'], nowMs, farNowMs);
  if (status === 503) return stated;
  return Math.max(stated ?? 0, window?.resetAtMs ?? 0) || nowMs + spikeMs;
}

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : undefined;
}
