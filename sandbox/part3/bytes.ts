import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createByteFolder, madeBytes } from '../kernel/byte-folder.ts';
import type { StoredFile } from './records.ts';

type Kept = Pick<StoredFile, 'id' | 'size' | 'seed'>;

/** The bytes of files, never in memory: uploaded ones on disk, the others generated from a seed whenever they are read. */
export interface FileBytes {
  /** How many bytes have arrived. */
  received(file: Kept): number;
  /** Appends bytes as they arrive: what arrived before a cut stays. */
  append(file: Kept, source: Readable): Promise<void>;
  /** Bytes `from` to `to`, the latter exclusive. */
  read(file: Kept, from: number, to: number): Readable;
  sha256(file: Kept): Promise<string>;
  discard(file: Kept): void;
  /** Deletes all uploaded bytes. */
  clear(): void;
  /** Call it at the end; deletes a temporary folder. */
  close(): void;
}

export function createBytes(directory?: string): FileBytes {
  const folder = createByteFolder('part3-files-', directory);
  const pathOf = ({ id }: Kept): string => folder.pathOf(id);

  function read(file: Kept, from: number, to: number): Readable {
    if (to <= from) return Readable.from([]);
    if (file.seed !== null) return Readable.from(madeBytes(file.seed, from, to), { objectMode: false });
    return createReadStream(pathOf(file), { start: from, end: to - 1 });
  }

  return {
    received: (file) => (file.seed !== null ? file.size : existsSync(pathOf(file)) ? statSync(pathOf(file)).size : 0),
    append: (file, source) => pipeline(source, createWriteStream(pathOf(file), { flags: 'a', mode: 0o600 })),
    read,
    async sha256(file) {
      const hash = createHash('sha256');
      for await (const chunk of read(file, 0, file.size)) hash.update(chunk);
      return hash.digest('hex');
    },
    discard: ({ id }) => folder.remove(id),
    clear: folder.clear,
    close: folder.close,
  };
}
