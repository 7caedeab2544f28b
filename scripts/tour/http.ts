/** JSON over HTTP with a bearer token; an answer that is no success is an error that quotes it. */
export interface JsonClient {
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
}

const patienceMs = 15_000;

export function jsonClient(origin: string, bearer: string): JsonClient {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMs),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return { get: (path) => ask('GET', path), post: (path, body) => ask('POST', path, body) };
}

/** Asks again until there is an answer; the world changes by itself meanwhile. */
export async function until<T>(what: string, patienceForItMs: number, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + patienceForItMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error(`waited ${Math.round(patienceForItMs / 1000)} s in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
