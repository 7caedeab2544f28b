import { AxiosError } from 'axios';
import { TransportFailure, type TransportFailureKind } from './transport-failure.ts';

/** One attempt at a far side: its deadline, its cancellation, and whether a connection was established. */
export interface Attempt {
  readonly signal: AbortSignal;
  connected(): void;
  /** Starts or restarts the deadline, on every progress. Throws if already cancelled. */
  begin(): void;
  /** Stops the deadline while waiting for somebody else. */
  rest(): void;
  failure(error: unknown): TransportFailure;
  end(): void;
}

export function attemptWithin(deadlineMs: number, cancel: AbortSignal | undefined): Attempt {
  const abort = new AbortController();
  let connected = false;
  let expired = false;
  const expire = (): void => {
    expired = true;
    abort.abort();
  };
  const onCancel = (): void => abort.abort();
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: abort.signal,
    connected: () => {
      connected = true;
    },
    begin() {
      if (cancel?.aborted) throw new TransportFailure('cancelled', false, null);
      clearTimeout(timer);
      timer = setTimeout(expire, deadlineMs);
      cancel?.addEventListener('abort', onCancel, { once: true });
    },
    rest: () => clearTimeout(timer),
    failure(error) {
      if (error instanceof TransportFailure) return error;
      const kind: TransportFailureKind = expired ? 'deadline' : cancel?.aborted ? 'cancelled' : kindOf(error);
      return new TransportFailure(kind, connected, codeOf(error));
    },
    end() {
      clearTimeout(timer);
      cancel?.removeEventListener('abort', onCancel);
    },
  };
}

/** axios reports an exceeded size limit as a bad response without a response object. */
function kindOf(error: unknown): TransportFailureKind {
  const capped = error instanceof AxiosError && error.code === AxiosError.ERR_BAD_RESPONSE && error.response === undefined;
  return capped ? 'too-large' : 'unreachable';
}

function codeOf(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? code : null;
}
