import { createHash } from 'node:crypto';
import { Fault } from '../../domain/faults.ts';
import { pathOf } from '../../http/far-side-url.ts';
import { type Calls, json, type MayStillSend, parsed } from './calls.ts';
import { farSide } from './errors.ts';
import type { NewFile } from './fields.ts';
import { file as fileSchema, type Part3File } from './schema.ts';

/** One range of a file, read or written in one call: the most of a file that is ever in memory. */
export const rangeBytes = 4 * 1024 * 1024;

/** How often in a row a range may fail temporarily before the whole transfer fails. */
const mostFailures = 5;
const pauseMs = 500;

/** Yields a file's bytes from an offset on, afresh on each call. */
export type BytesFrom = (fromByte: number) => AsyncIterable<Uint8Array>;

export interface FileCalls {
  show(fileId: string): Promise<Part3File>;
  /**
   * The bytes of a complete file from an offset on, fetched range by range on demand; an interrupted range is requested again.
   * If read from the start, the file's hash is checked at the end. Throws `file-unavailable` if the file is missing or has
   * changed.
   */
  read(file: Part3File, fromByte?: number): AsyncIterable<Buffer>;
  /**
   * Writes a file to Part3, or the rest of it if a former attempt was interrupted; if complete, only returns its record. Throws
   * `file-unavailable` if what Part3 holds then is not what was announced.
   */
  write(file: NewFile, bytesFrom: BytesFrom, mayStillSend: MayStillSend): Promise<Part3File>;
}

export function createFileCalls(calls: Calls): FileCalls {
  const what = 'a file';

  async function show(fileId: string): Promise<Part3File> {
    return parsed(what, await calls.get(what, { path: pathOf`/Files/${fileId}` }), fileSchema, 'read');
  }

  /** Retries after temporary failures, until too many follow each other. */
  async function persistently<T>(attempt: () => Promise<T>): Promise<T> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (!isPassing(error) || failures >= mostFailures) throw error;
        await calls.pause(pauseMs * failures);
      }
    }
  }

  async function rangeOf({ id, size }: Part3File, from: number): Promise<Buffer> {
    const to = Math.min(size, from + rangeBytes);
    const headers = { range: `bytes=${from}-${to - 1}` };
    const { status, bytes } = await calls.get(what, { path: pathOf`/Files/${id}/content`, headers, accept: [206] });
    if (bytes.length !== to - from) throw farSide.unreadable(what, status, 'another range than asked for', 'read');
    return bytes;
  }

  async function* read(file: Part3File, fromByte = 0): AsyncGenerator<Buffer> {
    if (file.state !== 'complete') throw notThere(file);
    const hash = createHash('sha256');
    for (let at = fromByte; at < file.size; ) {
      const start = at;
      const bytes = await persistently(() => rangeOf(file, start));
      at += bytes.length;
      hash.update(bytes);
      yield bytes;
    }
    if (fromByte === 0 && hash.digest('hex') !== file.sha256)
      throw new Fault('file-unavailable', { seen: 'The bytes of the file are not those that Part3 announced.' });
  }

  async function put(file: Part3File, from: number, bytes: Buffer, mayStillSend: MayStillSend): Promise<void> {
    const headers = { 'content-range': `bytes ${from}-${from + bytes.length - 1}/${file.size}` };
    const body = { bytes, contentType: 'application/octet-stream' };
    await calls.write(what, { method: 'PUT', path: pathOf`/Files/${file.id}/content`, headers, body }, mayStillSend);
  }

  /** Writes one range; the part that arrived before an interruption is not sent again. */
  async function putWhole(file: Part3File, start: number, bytes: Buffer, mayStillSend: MayStillSend): Promise<void> {
    const end = start + bytes.length;
    let at = start;
    for (let failures = 1; at < end; failures += 1) {
      try {
        return await put(file, at, bytes.subarray(at - start), mayStillSend);
      } catch (error) {
        if ((!isPassing(error) && !isOutOfOrder(error)) || failures >= mostFailures) throw error;
        await calls.pause(pauseMs * failures);
        const { received } = await persistently(() => show(file.id));
        if (received < start || received > end) throw error;
        if (received > at) failures = 0;
        at = received;
      }
    }
  }

  async function write(announced: NewFile, bytesFrom: BytesFrom, mayStillSend: MayStillSend): Promise<Part3File> {
    const created = await calls.write(what, { method: 'POST', path: '/Files', body: json(announced) }, mayStillSend);
    const file = parsed(what, created, fileSchema, 'write');
    if (file.state === 'complete') return asAnnounced(file, announced);
    let at = file.received;
    for await (const bytes of inRanges(bytesFrom(at))) {
      await putWhole(file, at, bytes, mayStillSend);
      at += bytes.length;
    }
    const done = await calls.write(
      what,
      { method: 'POST', path: pathOf`/Files/${file.id}/complete`, body: json({}) },
      mayStillSend,
    );
    return asAnnounced(parsed(what, done, fileSchema, 'write'), announced);
  }

  return { show, read, write };
}

/** Network, time-out, far-side failure: not a refusal. */
const isPassing = (error: unknown): boolean =>
  error instanceof Fault && error.handling === 'retry' && error.kind !== 'rate-limited' && error.detail.waitUntilMs === undefined;

/** Part3 has other bytes than we assumed: a response was lost before. */
const isOutOfOrder = (error: unknown): boolean => error instanceof Fault && error.detail.status === 416;

function asAnnounced(file: Part3File, { sha256, size }: NewFile): Part3File {
  if (file.sha256 === sha256 && file.size === size) return file;
  throw new Fault('file-unavailable', {
    seen: 'Part3 holds other bytes than those that were sent.',
    effect: 'surely-not-done',
  });
}

/** Why a file that is not complete in Part3 cannot be read. */
export const notThere = ({ state }: Part3File): Fault =>
  new Fault('file-unavailable', {
    seen: state === 'gone' ? 'The file is not in Part3 any more.' : 'The file has not come to Part3 completely.',
    needed: 'The file added again in Part3.',
    where: 'Part3 → the project → the item → Files',
  });

/** The same bytes in chunks of one range each, the last one shorter. */
async function* inRanges(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    let rest = chunk;
    while (length + rest.length >= rangeBytes) {
      yield Buffer.concat([...held, rest.subarray(0, rangeBytes - length)]);
      rest = rest.subarray(rangeBytes - length);
      held = [];
      length = 0;
    }
    if (rest.length > 0) held.push(rest);
    length += rest.length;
  }
  if (length > 0) yield Buffer.concat(held);
}
