import { Readable } from 'node:stream';
import { Fault } from '../domain/faults.ts';
import { type EgressGuard, EgressRefused } from './egress-guard.ts';
import { exchangeFile, type FileAnswer } from './file-exchange.ts';
import { fileNameOf } from './file-name.ts';
import { type Measure, measured } from './measured.ts';
import { TransportFailure } from './transport-failure.ts';

/** How files are fetched and sent in this installation. */
export interface FileAccess {
  readonly guard: EgressGuard;
  /** Longest time without progress; there is no deadline for the whole file. */
  readonly idleMs: number;
  /** Larger files are refused. */
  readonly maxBytes: number;
}

/** Sends the first hop with authorization, e.g. a bearer token; throws its own faults for refusals. */
export type FirstHop = (send: (headers: Readonly<Record<string, string>>) => Promise<FileAnswer>) => Promise<FileAnswer>;

export interface DownloadOptions {
  /** Used if the URL may get a bearer token; all other hops are sent without. */
  readonly firstHop?: FirstHop;
  readonly signal?: AbortSignal | undefined;
  /** Bytes so far. */
  readonly onProgress?: (bytes: number) => void;
}

export interface Download {
  /** Destroy it, or read it to its end: the connection is held until then. Fails with a `Fault`. */
  readonly stream: Readable;
  /** As announced; null if not announced. Bytes. */
  readonly size: number | null;
  readonly contentType: string;
  /** The far side's name for it, made safe to show. */
  readonly fileName: string | null;
  /** The bytes received, once the stream has ended; throws before. */
  measure(): Measure;
}

const maxHops = 5;

/**
 * Opens a file by a URL that came from a vendor. The guard checks every hop; only the first gets the bearer token. If a storage
 * URL has expired on the way, the download starts over once. Faults: `file-unavailable` if the file is gone, is still processed,
 * is too large or must not be fetched; `vendor-unavailable`, `network`, `time-out` if a retry may succeed.
 */
export async function downloadFrom(access: FileAccess, address: string, options: DownloadOptions = {}): Promise<Download> {
  let answer = await hopsFrom(access, address, options);
  if (answer.status === 403 && answer.hops > 1) {
    answer.discard();
    answer = await hopsFrom(access, address, options);
  }
  const size = sizeOf(answer);
  const refusal = answer.status === 200 ? tooLarge(size, access.maxBytes) : refusalOf(answer.status);
  if (refusal) {
    answer.discard();
    throw refusal;
  }
  const { chunks, measure } = measured(answer.chunks, (bytes) => {
    const beyond = tooLarge(bytes, access.maxBytes);
    if (beyond) throw beyond;
    options.onProgress?.(bytes);
  });
  const stream = Readable.from(faultsOf(chunks, options.signal), { objectMode: false });
  stream.once('close', answer.discard);
  return { stream, size, contentType: typeOf(answer), fileName: fileNameOf(answer.headers['content-disposition']), measure };
}

async function hopsFrom(access: FileAccess, address: string, options: DownloadOptions): Promise<FileAnswer & { hops: number }> {
  let next = address;
  for (let hops = 1; hops <= maxHops; hops += 1) {
    const to = await admitted(access.guard, next);
    const send = (headers: Readonly<Record<string, string>>): Promise<FileAnswer> =>
      exchangeFile({ method: 'GET', to, headers, idleMs: access.idleMs, signal: options.signal });
    const isProven = hops === 1 && options.firstHop !== undefined && access.guard.takesBearer(to.url);
    const answer = await orFault(() => (isProven ? options.firstHop(send) : send({})), options.signal);
    const location = answer.headers['location'];
    if (answer.status < 300 || answer.status > 399 || location === undefined) return { ...answer, hops };
    answer.discard();
    next = URL.canParse(location, to.url) ? new URL(location, to.url).href : '';
  }
  throw new Fault('file-unavailable', { seen: 'Its address leads on and on.' });
}

/** Admits a URL, or throws a fault that says why not. */
export async function admitted(guard: EgressGuard, address: string): ReturnType<EgressGuard['admit']> {
  try {
    return await guard.admit(address);
  } catch (error) {
    if (!(error instanceof EgressRefused)) throw error;
    throw new Fault('file-unavailable', { seen: `It is not fetched: ${error.message}.` }, error);
  }
}

/** Casts a call without a response. A cancelled one throws the signal's reason. */
export async function orFault<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw castFailure(error, signal);
  }
}

async function* faultsOf(chunks: AsyncIterable<Buffer>, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    throw castFailure(error, signal);
  }
}

function castFailure(error: unknown, signal: AbortSignal | undefined): unknown {
  if (!(error instanceof TransportFailure)) return error;
  if (error.kind === 'cancelled' && signal?.aborted) return signal.reason;
  return new Fault(error.kind === 'deadline' ? 'time-out' : 'network', { seen: `File: ${error.message}.` }, error);
}

function refusalOf(status: number): Fault {
  if (status === 202) return new Fault('file-unavailable', { seen: 'It is still being processed.', status });
  if (status === 404 || status === 410) return new Fault('file-unavailable', { seen: 'It is not there any more.', status });
  if (status === 403) return new Fault('file-unavailable', { seen: 'Its address is not accepted any more.', status });
  if (status === 408 || status === 429 || status > 499)
    return new Fault('vendor-unavailable', { seen: `The storage answered with ${status}.`, status });
  return new Fault('file-unavailable', { seen: `The storage answered with ${status}.`, status });
}

const tooLarge = (size: number | null, maxBytes: number): Fault | undefined =>
  size !== null && size > maxBytes
    ? new Fault('file-unavailable', { seen: `It is larger than ${Math.floor(maxBytes / 1024 / 1024)} MiB.` })
    : undefined;

function sizeOf({ headers }: FileAnswer): number | null {
  const text = headers['content-length'];
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** The bare media type; a default if it is missing or malformed. Parameters are dropped. */
function typeOf({ headers }: FileAnswer): string {
  const type = /^\s*([a-z0-9.+-]{1,60}\/[a-z0-9.+-]{1,100})/i.exec(headers['content-type'] ?? '')?.[1];
  return type?.toLowerCase() ?? 'application/octet-stream';
}
