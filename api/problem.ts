/**
 * Every problem this API refuses with (RFC 9457). A code never changes its meaning; programs branch on it, people read `detail`.
 */
export const problemTable = {
  'malformed-json': { status: 400, title: 'The body is not JSON' },
  'malformed-request': { status: 400, title: 'The request cannot be read' },
  'invalid-input': { status: 400, title: 'A field is not as it must be' },
  'key-missing': { status: 401, title: 'An API key is needed' },
  'key-rejected': { status: 401, title: 'The API key is not valid' },
  'scope-too-low': { status: 403, title: 'The API key may not do this' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This address has no such method' },
  'request-too-slow': { status: 408, title: 'The request took too long to arrive' },
  'idempotency-in-progress': { status: 409, title: 'The first request with this key is still at work' },
  'not-now': { status: 409, title: 'This cannot be done in the present state' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'content-type-not-json': { status: 415, title: 'The body must be JSON' },
  'host-not-served': { status: 421, title: 'This host name is not served here' },
  'idempotency-key-reused': { status: 422, title: 'The key was used for another request' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'headers-too-large': { status: 431, title: 'The address or the headers are too long' },
  'internal-fault': { status: 500, title: 'The fault is ours' },
  'not-available': { status: 503, title: 'We cannot answer at the moment' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemCode = keyof typeof problemTable;

export interface FieldError {
  /** Path of the field, joined by dots: `procore.clientId`; a header or parameter by its own name. */
  readonly field: string;
  /** What to send instead. */
  readonly message: string;
}

export interface ProblemBody {
  readonly type: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  readonly requestId?: string;
}

interface ProblemExtras {
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** Thrown to refuse a request; the last middleware turns it into the answer. `detail` is safe to show. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    super(detail, { cause: extras.cause });
    this.code = code;
    this.errors = extras.errors;
    this.headers = extras.headers ?? {};
  }

  get status(): number {
    return problemTable[this.code].status;
  }

  body(requestId?: string): ProblemBody {
    return {
      type: `urn:groundwork:problem:${this.code}`,
      status: this.status,
      code: this.code,
      title: problemTable[this.code].title,
      detail: this.message,
      ...(this.errors === undefined ? {} : { errors: this.errors }),
      ...(requestId === undefined ? {} : { requestId }),
    };
  }
}

/** The same answer whether it does not exist or belongs to another tenant. */
export const notFound = (): Problem => new Problem('not-found', 'Check the address and the ids in it.');

/** One wrong field. */
export const invalid = (field: string, message: string): Problem =>
  new Problem('invalid-input', `${field}: ${message}`, { errors: [{ field, message }] });
