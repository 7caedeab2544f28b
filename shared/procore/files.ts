import type { Readable } from 'node:stream';
import type { BoundCompany } from '../domain/company.ts';
import { Fault } from '../domain/faults.ts';
import { withEffect } from '../http/far-side-errors.ts';
import { admitted, type Download, type DownloadOptions, downloadFrom, type FileAccess, orFault } from '../http/file-download.ts';
import { exchangeFile } from '../http/file-exchange.ts';
import type { Measure } from '../http/measured.ts';
import { type Spooled, type SpooledSegment, spool } from '../http/spool.ts';
import type { ProcoreClient } from './contract.ts';
import { completeUpload, createUpload, type UploadInstructions } from './operations/uploads.ts';

/** How this installation fetches and sends files of Procore. */
export interface ProcoreFiles extends FileAccess {
  /** Where files are spooled while they are sent: on a disk, with room for one largest file per concurrent upload. */
  readonly spoolFolder: string;
}

/**
 * Segment size of an upload: above Procore's minimum (5 MB), and small enough to resend an interrupted one quickly. The
 * checksums must be announced before the first segment is sent, so a stream is spooled to disk first: memory would have to hold
 * all of it, and reading the source twice could send bytes that nobody has compared.
 */
const segmentBytes = 8 * 1024 * 1024;

/** How often a segment is sent before the upload fails; the same segment sent again to the same place is one segment. */
const attemptsPerSegment = 3;

/** Opens a Procore file by the `url` of its attachment. See `downloadFrom`. */
export function downloadFile(
  client: ProcoreClient,
  access: FileAccess,
  url: string,
  options: Omit<DownloadOptions, 'firstHop'> = {},
): Promise<Download> {
  return downloadFrom(access, url, { ...options, firstHop: (send) => client.open('downloadFile', send) });
}

export interface SourceFile {
  readonly fileName: string;
  readonly contentType: string;
  /** Compared with the size received, if known. Bytes. */
  readonly size: number | null;
  readonly chunks: AsyncIterable<Buffer>;
}

/** An upload that is ready for one record of this project, by the client's own user. */
export interface Uploaded extends Measure {
  readonly uploadId: string;
  readonly projectId: string;
  /** When it was requested, by our clock. */
  readonly askedAtMs: number;
}

const dayMs = 86_400_000;

/** Procore keeps an unused upload for a week; a day is left for clock differences and queues (facts/security.md section 2). */
export const isStillUsable = ({ askedAtMs }: Pick<Uploaded, 'askedAtMs'>, nowMs: number): boolean =>
  nowMs < askedAtMs + 6 * dayMs;

export interface UploadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called after each segment: bytes so far. */
  readonly onProgress?: (bytes: number) => void;
}

/**
 * Uploads a file to Procore in its three steps: announced with the checksum of every segment, sent to the storage without any
 * bearer token, completed with the storage's tags. No record shows it until one names `uploadId`, so every fault says
 * `surely-not-done`: an upload whose response was lost is an orphan that Procore deletes, and the file is uploaded again.
 */
export async function uploadFile(
  client: ProcoreClient<BoundCompany>,
  files: ProcoreFiles,
  projectId: string,
  source: SourceFile,
  options: UploadOptions = {},
): Promise<Uploaded> {
  try {
    const spooled = await spool(source.chunks, { folder: files.spoolFolder, segmentBytes, maxBytes: files.maxBytes });
    try {
      if (source.size !== null && source.size !== spooled.size)
        throw new Fault('file-unavailable', { seen: `It has ${spooled.size} bytes instead of ${source.size}.` });
      return await sendSpooled(client, files, projectId, source, spooled, options);
    } finally {
      await spooled.close();
    }
  } catch (error) {
    throw error instanceof Fault ? withEffect(error, 'surely-not-done') : error;
  }
}

async function sendSpooled(
  client: ProcoreClient<BoundCompany>,
  files: ProcoreFiles,
  projectId: string,
  { fileName, contentType }: SourceFile,
  spooled: Spooled,
  { signal, onProgress }: UploadOptions,
): Promise<Uploaded> {
  const { size, sha256, segments } = spooled;
  const askedAtMs = Date.now();
  const announced = segments.map((each) => ({ size: each.size, sha256: each.sha256 }));
  const told = await createUpload(client, projectId, { fileName, contentType, size, segments: announced });
  if (told.segments.length !== segments.length)
    throw new Fault('vendor-unavailable', { seen: 'Procore asked for other parts than were announced.' });
  const etags: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const place = told.segments[index];
    if (place) etags.push(await sendSegment(files, place, segment, () => spooled.read(segment), signal));
    onProgress?.(segment.from + segment.size);
  }
  const { status } = await completeUpload(client, projectId, told.uuid, etags);
  if (status !== 'complete') throw new Fault('vendor-unavailable', { seen: `Procore calls the upload ${status}.` });
  return { uploadId: told.uuid, projectId, askedAtMs, size, sha256 };
}

/** Returns the storage's tag of a segment. After an interruption or a server error it is resent at once, a few times. */
async function sendSegment(
  { guard, idleMs }: FileAccess,
  { url, headers }: UploadInstructions['segments'][number],
  { size }: SpooledSegment,
  bytes: () => Readable,
  signal: AbortSignal | undefined,
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const to = await admitted(guard, url);
    try {
      const answer = await orFault(
        () => exchangeFile({ method: 'PUT', to, headers, body: { bytes: bytes(), size }, idleMs, signal }),
        signal,
      );
      answer.discard();
      return tagOf(answer);
    } catch (error) {
      if (!(error instanceof Fault) || !mayPass(error) || attempt === attemptsPerSegment) throw error;
    }
  }
}

/** Interrupted, or a server error of the storage. A URL that is not accepted is never retried. */
const mayPass = ({ kind, detail }: Fault): boolean => kind === 'network' || kind === 'time-out' || (detail.status ?? 0) >= 500;

function tagOf({ status, headers }: { status: number; headers: Readonly<Record<string, string>> }): string {
  const etag = headers['etag'];
  if (status >= 200 && status <= 299 && etag !== undefined) return etag;
  if (status === 400)
    throw new Fault('file-unavailable', { seen: 'The storage did not get the bytes that were announced.', status });
  throw new Fault('vendor-unavailable', { seen: `The storage answered a part with ${status}.`, status });
}

/**
 * Streams a file from a download to Procore. Compares the checksums of both sides, and the size if the source announced one.
 * @onlyTests
 */
export async function passThrough(
  client: ProcoreClient<BoundCompany>,
  files: ProcoreFiles,
  projectId: string,
  download: Download,
  named: Pick<SourceFile, 'fileName' | 'contentType'>,
  options: UploadOptions = {},
): Promise<Uploaded> {
  const { stream, size } = download;
  try {
    const uploaded = await uploadFile(client, files, projectId, { ...named, size, chunks: stream }, options);
    if (download.measure().sha256 !== uploaded.sha256)
      throw new Fault('file-unavailable', { seen: 'What was sent is not what came.', effect: 'surely-not-done' });
    return uploaded;
  } finally {
    stream.destroy();
  }
}
