import { Readable } from 'node:stream';
import type { Response } from 'express';

/** Has the connection cut once this many bytes of the request's content have passed, in either direction. */
export function cutAfter(response: Response, bytes: number): void {
  response.locals['cutAfterBytes'] = bytes;
}

/** How many bytes of this request's content may pass; undefined: all. */
export function mostOf(response: Response): number | undefined {
  const most: unknown = response.locals['cutAfterBytes'];
  return typeof most === 'number' ? most : undefined;
}

/** The first bytes of a stream; the rest is never read. */
export function firstOf(source: Readable, most: number | undefined): Readable {
  return most === undefined ? source : Readable.from(limited(source, most), { objectMode: false });
}

async function* limited(source: Readable, most: number): AsyncGenerator<Buffer> {
  let left = most;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    // a stream without an encoding yields buffers
    const part = chunk.subarray(0, left);
    left -= part.length;
    if (part.length > 0) yield part;
    if (left <= 0) return;
  }
}
