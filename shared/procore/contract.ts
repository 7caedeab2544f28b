import type { z } from 'zod';
import type { AnyCompany } from '../domain/company.ts';
import type { Query } from '../http/far-side-url.ts';
import type { Secret } from '../security/secret.ts';

/** One operation with its arguments filled in. Made by the functions in `operations/`, never by hand elsewhere. */
export interface ProcoreRequest<T> {
  /** Our name of the operation, for logs and faults. */
  readonly operationId: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** From `/rest/`, ids already checked. */
  readonly path: string;
  readonly query?: Query;
  /** Sent as JSON; ids wrapped by `numericId` travel as bare exact numbers. */
  readonly body?: unknown;
  readonly answer: z.ZodType<T>;
  /** Decides what a lost answer means: a read may be repeated, a write may have happened. */
  readonly effect: 'read' | 'write';
  /** Asked right before each sending, also of the second one under a renewed token; false: it is not sent. Absent: always. */
  readonly mayStillSend?: (() => boolean) | undefined;
}

export interface ProcoreReply<T> {
  readonly value: T;
  readonly status: number;
  /** Procore's own request id, worth quoting to its support. */
  readonly requestId: string | null;
  /** The `Total` header of a list. */
  readonly total: number | null;
}

/** An answer whose bytes are still to come. */
export interface OpenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  discard(): void;
}

/** Procore as one principal in one company. Everything it throws is a `Fault`, or the reason of the signal it was given. */
export interface ProcoreClient<Company extends AnyCompany = AnyCompany> {
  readonly company: Company;
  /** Who the token belongs to: decides which fault a refused token is. */
  readonly principal: Principal;
  /**
   * One call. Reads wait out 429, 503 and an exhausted budget up to `inlineWaitMs` in all; a longer wait, and any wait of a
   * write, is thrown as `rate-limited` or `vendor-unavailable` with `waitUntilMs`. Faults of writes carry `effect`.
   */
  call<T>(request: ProcoreRequest<T>): Promise<ProcoreReply<T>>;
  /**
   * One read whose answer is no text, such as a file's: `send` gets the headers that prove who asks, never for another origin. Counted,
   * waited for and cast as with `call`, but that redirects, 404 and 410 are answers; what is thrown instead of an answer is discarded.
   */
  open<Answer extends OpenAnswer>(
    operationId: string,
    send: (headers: Readonly<Record<string, string>>) => Promise<Answer>,
  ): Promise<Answer>;
  /** All pages of a list until it is complete by its `Total`; no record (by its `id`) twice. */
  pages<T>(request: ProcoreRequest<T[]>): AsyncIterable<readonly T[]>;
}

export type Principal = 'service' | 'person';

/** Where a call's bearer comes from. */
export interface TokenSource {
  readonly principal: Principal;
  bearer(signal?: AbortSignal): Promise<Secret>;
  /** Procore answered 401 to this token; the next `bearer` must be another one, or fail. */
  rejected(token: Secret): void;
}
