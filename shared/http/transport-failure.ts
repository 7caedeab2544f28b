/**
 * - `unreachable`: no connection (name, refusal, TLS, connect time-out), or it broke while in use;
 * - `deadline`: no complete response in time; `too-large`: the response exceeded the limit; `cancelled`: our own signal.
 */
export type TransportFailureKind = 'unreachable' | 'deadline' | 'too-large' | 'cancelled';

const sentences: Record<TransportFailureKind, string> = {
  unreachable: 'the connection failed',
  deadline: 'no complete answer came in time',
  'too-large': 'the answer was larger than allowed',
  cancelled: 'the call was cancelled',
};

/**
 * A call without a response. It contains no URL, header or body, so it may be logged; the HTTP library's error is dropped for
 * that reason.
 */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  readonly kind: TransportFailureKind;
  /** Whether the far side may have seen the request: a connection was established. */
  readonly sent: boolean;
  /** The system's error code, e.g. `ECONNREFUSED`. */
  readonly code: string | null;

  constructor(kind: TransportFailureKind, sent: boolean, code: string | null) {
    super(code ? `${sentences[kind]} (${code})` : sentences[kind]);
    this.kind = kind;
    this.sent = sent;
    this.code = code;
  }
}
