import type { z } from 'zod';
import { Fault, type FaultDetail, type FaultKind } from '../domain/faults.ts';
import { parseExact } from '../http/exact-json.ts';
import { castingFailures, type Effect, effectOf, refusingStatuses, requestIdOf } from '../http/far-side-errors.ts';
import { readRetryAfter } from '../http/retry-after.ts';

/** What a partner's refusals mean, in addition to their general meaning. */
export interface RefusalTable {
  /** The partner's name for people. */
  readonly partner: string;
  /** By status; without an entry 408 is a time-out, 429 a limit, other 4xx rejected content, and all else a far-side failure. */
  readonly kinds: Readonly<Record<number, FaultKind>>;
  /** Further statuses after which a write surely did not happen. */
  readonly alsoRefusing?: readonly number[];
  /** The cure, by status, if it differs from the fault table's. */
  readonly cures?: Readonly<Record<number, Pick<FaultDetail, 'needed' | 'where'>>>;
}

interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Casts one partner's responses into our terms; the only place that does. `what` names the resource in a fault's words. */
export interface FarSide {
  /** Sends, and casts failures that come without a response; see `castingFailures`. */
  sending<T>(what: string, effect: Effect, signal: AbortSignal | undefined, send: () => Promise<T>): Promise<T>;
  /** The fault of a response that is not a success. Its body is never read. */
  refused(what: string, answer: Head, nowMs: number, effect: Effect): Fault;
  /** Parses a success by its schema; throws `unreadable` naming the field that is wrong. */
  read<T>(what: string, answer: Answer, schema: z.ZodType<T>, effect: Effect): T;
  /** The fault of a success that breaks the partner's contract: a write may have happened. `place` names fields, never values. */
  unreadable(what: string, status: number, place: string, effect: Effect): Fault;
}

export function createFarSide({ partner, kinds, alsoRefusing = [], cures = {} }: RefusalTable): FarSide {
  const refusing = new Set([...refusingStatuses, ...alsoRefusing]);

  const unreadable: FarSide['unreadable'] = (what, status, place, effect) =>
    new Fault('vendor-unavailable', {
      seen: `${partner} answered ${what} with something that cannot be read (${place}).`,
      status,
      effect: effectOf(effect, false),
    });

  function parsed<T>(what: string, { status, text }: Answer, schema: z.ZodType<T>, effect: Effect): T {
    let body: unknown;
    try {
      body = parseExact(text);
    } catch {
      throw unreadable(what, status, 'no JSON', effect);
    }
    const result = schema.safeParse(body);
    if (result.success) return result.data;
    const place = result.error.issues[0]?.path.map(String).join('.').slice(0, 80) ?? '';
    throw unreadable(what, status, `at "${place}"`, effect);
  }

  return {
    sending: (what, effect, signal, send) => castingFailures({ called: `${partner}, ${what}`, effect, signal }, send),
    refused(what, { status, headers }, nowMs, effect) {
      const waits = status === 429 || status === 503;
      return new Fault(kinds[status] ?? kindAnywhere(status), {
        seen: `${partner} answered ${what} with ${status}.`,
        status,
        requestId: requestIdOf({ headers }),
        waitUntilMs: waits ? readRetryAfter(headers['retry-after'], nowMs) : undefined,
        effect: effectOf(effect, refusing.has(status)),
        ...cures[status],
      });
    },
    read: parsed,
    unreadable,
  };
}

function kindAnywhere(status: number): FaultKind {
  if (status === 408) return 'time-out';
  if (status === 429) return 'rate-limited';
  return status >= 400 && status < 500 ? 'validation-rejected' : 'vendor-unavailable';
}
