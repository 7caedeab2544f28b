import type { z } from 'zod';
import { Fault, type FaultDetail, type FaultKind } from '../domain/faults.ts';
import { parseExact } from '../http/exact-json.ts';
import { castingFailures, type Effect, effectOf, refusingStatuses, requestIdOf } from '../http/far-side-errors.ts';
import { readRetryAfter } from '../http/retry-after.ts';

/** What a partner's refusals mean, beside what they mean anywhere. */
export interface RefusalTable {
  /** The partner as people read it. */
  readonly partner: string;
  /** By status; without an entry 408 is a time-out, 429 a limit, another 4xx refused content, and all else trouble of the far side. */
  readonly kinds: Readonly<Record<number, FaultKind>>;
  /** Further statuses after which a write surely did not happen. */
  readonly alsoRefusing?: readonly number[];
  /** What mends it, by status, where that is another thing than the table of faults says. */
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

/** One partner's answers in our words: the one place where they are cast. `what` names the resource in words of a fault. */
export interface FarSide {
  /** Sends, and casts what comes without an answer; see `castingFailures`. */
  sending<T>(what: string, effect: Effect, signal: AbortSignal | undefined, send: () => Promise<T>): Promise<T>;
  /** The fault of an answer that is no success. Its text is never read. */
  refused(what: string, answer: Head, nowMs: number, effect: Effect): Fault;
  /** What a success says by its schema; throws `unreadable` naming the field that is wrong. */
  read<T>(what: string, answer: Answer, schema: z.ZodType<T>, effect: Effect): T;
  /** The fault of a success that is not what the partner promises: a write may have happened. `place` names fields, never values. */
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
