import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Blobs } from '../kernel/blobs.ts';

/** A part that was written whole, and what its bytes came to. */
export interface Received {
  part: string;
  size: number;
  sha256: string;
  md5: string;
}

/** Writes what comes into a new part; where it is cut off or grows beyond `maxBytes`, nothing is left and it throws. */
export async function receivePart(blobs: Blobs, chunks: AsyncIterable<Buffer>, maxBytes: number): Promise<Received> {
  const { name, path } = blobs.newPart();
  const [sha256, md5] = [createHash('sha256'), createHash('md5')];
  let size = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > maxBytes) throw new RangeError('more bytes came than were announced');
      sha256.update(chunk);
      md5.update(chunk);
      yield chunk;
    }
  }
  try {
    await pipeline(Readable.from(counted(), { objectMode: false }), createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    blobs.dropPart(name);
    throw error;
  }
  return { part: name, size, sha256: sha256.digest('hex'), md5: md5.digest('hex') };
}
