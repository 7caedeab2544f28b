import type { z } from 'zod';
import type { AnyCompany, NoCompany } from '../domain/company.ts';
import type { Query } from '../http/far-side-url.ts';
import type { Secret } from '../security/secret.ts';

/** One operation with its arguments filled in. Created only by the functions in `operations/`. */
export interface ProcoreRequest<T> {
  /** Our name of the operation, for logs and faults. */
  readonly operationId: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** From `/rest/`, ids already checked. */
  readonly path: string;
  readonly query?: Query;
  /** Sent as JSON; ids wrapped by `numericId` are sent as bare exact numbers. */
  readonly body?: unknown;
  readonly answer: z.ZodType<T>;
  /** Decides what a lost response means: a read may be repeated, a write may have happened. */
  readonly effect: 'read' | 'write';
  /** Called right before each send, including a resend with a renewed token; false: it is not sent. Absent: always. */
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

/** A response whose body is not read yet. */
export interface OpenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  discard(): void;
}

/** Procore as one principal in one company. It throws only a `Fault`, or the reason of the given signal. */
export interface ProcoreClient<Company extends AnyCompany | NoCompany = AnyCompany> {
  readonly company: Company;
  /** Whose token it is: decides which fault a refused token becomes. */
  readonly principal: Principal;
  /**
   * One call. Reads wait out 429, 503 and an exhausted budget up to `inlineWaitMs` in all; a longer wait, and any wait of a
   * write, is thrown as `rate-limited` or `vendor-unavailable` with `waitUntilMs`. Faults of writes carry `effect`.
   */
  call<T>(request: ProcoreRequest<T>): Promise<ProcoreReply<T>>;
  /**
   * One read whose response is not text, such as a file's: `send` gets the authorization headers, which must never go to another
   * origin. Counted, waited for and cast like `call`, except that redirects, 404 and 410 are returned; a response that becomes a
   * fault is discarded.
   */
  open<Answer extends OpenAnswer>(
    operationId: string,
    send: (headers: Readonly<Record<string, string>>) => Promise<Answer>,
  ): Promise<Answer>;
  /** All pages of a list until it is complete by its `Total`; no record (by its `id`) is returned twice. */
  pages<T>(request: ProcoreRequest<T[]>): AsyncIterable<readonly T[]>;
}

export type Principal = 'service' | 'person';

/** Where a call's bearer token comes from. */
export interface TokenSource {
  readonly principal: Principal;
  bearer(signal?: AbortSignal): Promise<Secret>;
  /** Procore answered 401 to this token; the next `bearer` must return another one, or fail. */
  rejected(token: Secret): void;
}
