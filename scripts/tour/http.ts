import { randomUUID } from 'node:crypto';

/** Gets every response as received, so that a test can search all of them for what must not be there. */
export type Recorder = (answer: string) => void;

export const recordNothing: Recorder = () => undefined;

/** JSON over HTTP with a bearer token; throws an error that quotes the response if it is not a success. */
export interface JsonClient {
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
}

const patienceMs = 15_000;

interface JsonClientOptions {
  readonly record?: Recorder;
  /** How long "not now" (503) is retried, under the same Idempotency-Key; not at all if absent. */
  readonly waitOutMs?: number;
}

export function jsonClient(origin: string, bearer: string, options: JsonClientOptions = {}): JsonClient {
  const { record = recordNothing, waitOutMs = 0 } = options;
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const key = randomUUID();
    const deadline = Date.now() + waitOutMs;
    for (;;) {
      const response = await send(method, path, body, key);
      const text = await response.text();
      record(`${headersOf(response)}\n${text}`);
      if (response.ok) return text === '' ? undefined : JSON.parse(text);
      const waitMs = Number(response.headers.get('retry-after') ?? 1) * 1000;
      if (response.status !== 503 || Date.now() + waitMs >= deadline)
        throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  };
  const send = (method: string, path: string, body: unknown, key: string): Promise<Response> =>
    fetch(`${origin}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${bearer}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMs),
    });
  return { get: (path) => ask('GET', path), post: (path, body) => ask('POST', path, body) };
}

export const headersOf = (response: Response): string =>
  [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');

/** Polls until there is a result; the state changes by itself meanwhile. */
export async function until<T>(what: string, patienceForItMs: number, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + patienceForItMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error(`waited ${Math.round(patienceForItMs / 1000)} s in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
