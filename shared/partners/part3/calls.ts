import type { z } from 'zod';
import { type Clock, realClock } from '../../http/clock.ts';
import { createByteExchange, type IncomingBytes, type Outgoing } from '../../http/exchange.ts';
import { beforeSending, type Effect, tooLate } from '../../http/far-side-errors.ts';
import type { Query } from '../../http/far-side-url.ts';
import { patienceFor } from '../../http/patience.ts';
import { revealSecret, type Secret } from '../../security/secret.ts';
import { farSide } from './errors.ts';

export interface Part3Settings {
  /** `PART3_API_URL`. */
  readonly apiUrl: string;
  /** The organisation's token; unsealed only when needed. */
  readonly token: () => Promise<Secret>;
  readonly timings: { readonly httpDeadlineMs: number; readonly inlineWaitMs: number };
  readonly signal?: AbortSignal;
  /** Called at the start and about every second of an inline wait. */
  readonly onWait?: (untilMs: number, why: string) => void;
  /** Called after every call, answered or not. */
  readonly onCall?: () => void;
  readonly clock?: Clock;
}

/** Whether a write may still be sent, as its claim still holds. */
export type MayStillSend = () => boolean;

interface Reading {
  readonly path: string;
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly accept?: readonly number[];
}

interface Writing {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Outgoing['body'];
}

/** The calls that everything else is built from. `what` names the resource in a fault's words. */
export interface Calls {
  /** Waits inline for a stated wait up to `inlineWaitMs`; throws every other refusal. */
  get(what: string, reading: Reading): Promise<IncomingBytes>;
  /** Exactly one attempt; never waits. */
  write(what: string, writing: Writing, mayStillSend: MayStillSend): Promise<IncomingBytes>;
  /** A pause that ends with the signal. */
  pause(ms: number): Promise<void>;
}

/** No response that we request is larger: a page of a hundred items, or a range of a file. */
const maxAnswerBytes = 16 * 1024 * 1024;

export function createCalls(settings: Part3Settings): Calls {
  const { signal, timings } = settings;
  const clock = settings.clock ?? realClock;
  const exchange = createByteExchange({ base: settings.apiUrl, deadlineMs: timings.httpDeadlineMs, maxAnswerBytes });
  let unsealed: Promise<Secret> | undefined;

  function token(): Promise<Secret> {
    unsealed ??= settings.token().catch((error: unknown) => {
      unsealed = undefined;
      throw error;
    });
    return unsealed;
  }

  async function send(what: string, outgoing: Omit<Outgoing, 'signal'>, bearer: Secret): Promise<IncomingBytes> {
    const headers = { ...outgoing.headers, authorization: `Bearer ${revealSecret(bearer)}` };
    try {
      return await farSide.sending(what, outgoing.effect, signal, () =>
        exchange({ ...outgoing, path: `/api/v1${outgoing.path}`, headers, signal }),
      );
    } finally {
      settings.onCall?.();
    }
  }

  return {
    async get(what, { accept = [200], ...reading }) {
      const sitOut = patienceFor('read', { clock, inlineWaitMs: timings.inlineWaitMs, onWait: settings.onWait, signal });
      for (;;) {
        signal?.throwIfAborted();
        const answer = await send(what, { method: 'GET', effect: 'read', ...reading }, await token());
        if (accept.includes(answer.status)) return answer;
        await sitOut(farSide.refused(what, answer, clock.nowMs(), 'read'));
      }
    },
    async write(what, writing, mayStillSend) {
      signal?.throwIfAborted();
      const bearer = await beforeSending(token);
      if (!mayStillSend()) throw tooLate(clock.nowMs());
      const answer = await send(what, { effect: 'write', ...writing }, bearer);
      if (answer.status === 200 || answer.status === 201) return answer;
      throw farSide.refused(what, answer, clock.nowMs(), 'write');
    },
    pause: (ms) => clock.wait(ms, signal),
  };
}

/** Parses a response by its schema; a write whose response cannot be read may have happened. */
export const parsed = <T>(what: string, { status, bytes }: IncomingBytes, schema: z.ZodType<T>, effect: Effect): T =>
  farSide.read(what, { status, text: bytes.toString('utf8') }, schema, effect);

/** JSON as a request body. */
export const json = (value: unknown): Outgoing['body'] => ({ text: JSON.stringify(value), contentType: 'application/json' });
