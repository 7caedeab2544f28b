import { Readable } from 'node:stream';
import axios from 'axios';
import { type Attempt, attemptWithin } from './attempt.ts';
import type { Admitted } from './egress-guard.ts';
import { headersOf } from './exchange.ts';
import { agentsFor, pinnedTransport } from './transport.ts';

/** One request about a file, to a URL that the guard admitted. */
export interface FileRequest {
  readonly method: 'GET' | 'PUT';
  readonly to: Admitted;
  readonly headers?: Readonly<Record<string, string>>;
  /** Streamed unchanged; exactly `size` bytes. */
  readonly body?: { readonly bytes: Readable; readonly size: number };
  /** Longest time without progress, on whichever side; the consumer's own time does not count. */
  readonly idleMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** A response of any status, redirects included. Read `chunks` to their end or call `discard`, or the connection stays open. */
export interface FileAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: AsyncIterable<Buffer>;
  discard(): void;
}

/**
 * Exactly one attempt on its own connection: no proxy, no redirects, no decompression, no buffering. Throws only
 * `TransportFailure`.
 */
export async function exchangeFile(request: FileRequest): Promise<FileAnswer> {
  const { url, addresses } = request.to;
  const attempt = attemptWithin(request.idleMs, request.signal);
  try {
    attempt.begin();
    const answer = await axios.request<Readable>({
      url: url.href,
      method: request.method,
      headers: { ...request.headers, ...(request.body && { 'content-length': String(request.body.size) }) },
      data: request.body && sent(request.body, attempt),
      adapter: 'http',
      transport: pinnedTransport(url.protocol === 'https:', addresses, attempt.connected),
      ...agentsFor('write'),
      proxy: false,
      maxRedirects: 0,
      maxContentLength: -1,
      maxBodyLength: -1,
      decompress: false,
      responseType: 'stream',
      transformRequest: [(body: unknown) => body],
      validateStatus: () => true,
      signal: attempt.signal,
    });
    attempt.rest();
    const { data: body } = answer;
    const onAbort = (): void => void body.destroy();
    attempt.signal.addEventListener('abort', onAbort, { once: true });
    // after a discard or a cancellation, further errors are ignored
    body.once('error', () => {});
    const discard = (): void => {
      attempt.end();
      body.destroy();
    };
    return { status: answer.status, headers: headersOf(answer), chunks: received(body, attempt, discard), discard };
  } catch (error) {
    attempt.end();
    request.body?.bytes.destroy();
    throw attempt.failure(error);
  }
}

/** An empty body as a buffer: a stream without chunks would be sent without its length by the HTTP library. */
function sent({ bytes, size }: NonNullable<FileRequest['body']>, attempt: Attempt): Readable | Buffer {
  if (size > 0) return Readable.from(noted(bytes, attempt), { objectMode: false });
  bytes.destroy();
  return Buffer.alloc(0);
}

async function* noted(bytes: Readable, attempt: Attempt): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    attempt.begin();
    yield chunk as Buffer; // a stream of bytes yields nothing else
  }
}

async function* received(body: Readable, attempt: Attempt, discard: () => void): AsyncGenerator<Buffer> {
  try {
    const chunks: AsyncIterator<Buffer> = body[Symbol.asyncIterator]();
    for (;;) {
      attempt.begin();
      const next = await chunks.next();
      attempt.rest();
      if (next.done) return;
      yield next.value;
    }
  } catch (error) {
    throw attempt.failure(error);
  } finally {
    discard();
  }
}
