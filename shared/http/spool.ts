import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Fault } from '../domain/faults.ts';
import { type Measure, measured } from './measured.ts';

/** A range of spooled bytes with its own checksum. */
export interface SpooledSegment extends Measure {
  /** Its offset. Bytes. */
  readonly from: number;
}

/** A file's bytes on disk, until closed. */
export interface Spooled extends Measure {
  /** At least one; all of the same size except the last. */
  readonly segments: readonly SpooledSegment[];
  /** May be called several times. */
  read(stretch: Pick<SpooledSegment, 'from' | 'size'>): Readable;
  close(): Promise<void>;
}

export interface SpoolSettings {
  readonly folder: string;
  readonly segmentBytes: number;
  readonly maxBytes: number;
}

/**
 * Writes a stream to a temporary file and hashes its segments on the way. The file is unlinked as soon as it is open, so nothing
 * is left of it after `close`, a failure, or the end of the process, however it ends. Memory holds one chunk. Throws
 * `file-unavailable` beyond `maxBytes`.
 */
export async function spool(chunks: AsyncIterable<Buffer>, settings: SpoolSettings): Promise<Spooled> {
  const file = await openNameless(settings.folder);
  try {
    const segments = createSegments(settings.segmentBytes);
    const whole = measured(chunks, (bytes) => {
      if (bytes > settings.maxBytes)
        throw new Fault('file-unavailable', { seen: `It is larger than ${Math.floor(settings.maxBytes / 1024 / 1024)} MiB.` });
    });
    for await (const chunk of whole.chunks) {
      segments.add(chunk);
      await writeWhole(file, chunk);
    }
    return {
      ...whole.measure(),
      segments: segments.end(),
      read: (stretch) => Readable.from(stretchOf(file, stretch), { objectMode: false }),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openNameless(folder: string): Promise<FileHandle> {
  const path = join(folder, `groundwork-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}

async function writeWhole(file: FileHandle, chunk: Buffer): Promise<void> {
  for (let from = 0; from < chunk.length; ) from += (await file.write(chunk, from)).bytesWritten;
}

const readBytes = 256 * 1024;

async function* stretchOf(file: FileHandle, { from, size }: Pick<SpooledSegment, 'from' | 'size'>): AsyncGenerator<Buffer> {
  for (let done = 0; done < size; ) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(Math.min(readBytes, size - done)), {
      position: from + done,
    });
    if (bytesRead === 0) throw new Error('the spooled file is shorter than what was written');
    yield buffer.subarray(0, bytesRead);
    done += bytesRead;
  }
}

/** Hashes bytes in segments of one size, whatever the chunk sizes. */
function createSegments(segmentBytes: number) {
  const ended: SpooledSegment[] = [];
  let hash = createHash('sha256');
  let size = 0;
  const endOne = (): void => {
    ended.push({ from: ended.length * segmentBytes, size, sha256: hash.digest('hex') });
    hash = createHash('sha256');
    size = 0;
  };
  return {
    add(chunk: Buffer): void {
      for (let from = 0; from < chunk.length; ) {
        if (size === segmentBytes) endOne();
        const piece = chunk.subarray(from, from + segmentBytes - size);
        hash.update(piece);
        size += piece.length;
        from += piece.length;
      }
    },
    end(): readonly SpooledSegment[] {
      if (size > 0 || ended.length === 0) endOne();
      return ended;
    },
  };
}
