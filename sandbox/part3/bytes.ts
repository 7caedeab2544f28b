import { createCipheriv, createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { StoredFile } from './records.ts';

type Kept = Pick<StoredFile, 'id' | 'size' | 'seed'>;

/** The bytes of files, never in memory: uploaded ones on the disk, the others made from a seed whenever they are read. */
export interface FileBytes {
  /** How many have come. */
  received(file: Kept): number;
  /** Appends what comes, as it comes: what came before a cut stays. */
  append(file: Kept, source: Readable): Promise<void>;
  /** Bytes `from` to `to`, the latter not included. */
  read(file: Kept, from: number, to: number): Readable;
  sha256(file: Kept): Promise<string>;
  discard(file: Kept): void;
  /** Throws all uploaded bytes away. */
  clear(): void;
  /** Ends the use; a temporary folder goes. */
  close(): void;
}

export function createBytes(directory?: string): FileBytes {
  let temporary: string | undefined;
  function folder(): string {
    if (directory === undefined) temporary ??= mkdtempSync(join(tmpdir(), 'part3-files-'));
    const place = directory ?? temporary ?? '';
    mkdirSync(place, { recursive: true, mode: 0o700 });
    return place;
  }
  const pathOf = ({ id }: Kept): string => join(folder(), id);
  const remove = (place: string | undefined): void => {
    if (place !== undefined) rmSync(place, { recursive: true, force: true });
  };

  function read(file: Kept, from: number, to: number): Readable {
    if (to <= from) return Readable.from([]);
    if (file.seed !== null) return Readable.from(made(file.seed, from, to), { objectMode: false });
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
    discard: (file) => rmSync(pathOf(file), { force: true }),
    clear: () => remove(directory ?? temporary),
    close: () => remove(temporary),
  };
}

const blockBytes = 16;
const pieceBytes = 64 * 1024;

/** A keystream in counter mode: the same bytes for the same seed, from any place on. */
function* made(seed: string, from: number, to: number): Generator<Buffer> {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  const counter = Buffer.alloc(16);
  counter.writeBigUInt64BE(BigInt(Math.floor(from / blockBytes)), 8);
  const cipher = createCipheriv('aes-128-ctr', key, counter);
  cipher.update(Buffer.alloc(from % blockBytes));
  for (let at = from; at < to; at += pieceBytes) yield cipher.update(Buffer.alloc(Math.min(pieceBytes, to - at)));
}
