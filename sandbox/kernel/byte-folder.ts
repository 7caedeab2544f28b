import { createCipheriv, createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Where bytes of files are kept, outside the journal: in a given folder, or in a temporary one that is created at its first use.
 */
export interface ByteFolder {
  /** Uses this folder from now on. */
  keepIn(folder: string): void;
  /** Path of a file, whether it exists or not. */
  pathOf(name: string): string;
  remove(name: string): void;
  /** Deletes all of them. */
  clear(): void;
  /** Call it at the end; deletes a temporary folder. */
  close(): void;
}

/** `prefix`: for the name of a temporary folder. */
export function createByteFolder(prefix: string, given?: string): ByteFolder {
  let kept = given;
  let temporary: string | undefined;
  function folder(): string {
    if (kept === undefined) temporary ??= mkdtempSync(join(tmpdir(), prefix));
    const place = kept ?? temporary ?? '';
    mkdirSync(place, { recursive: true, mode: 0o700 });
    return place;
  }
  const pathOf = (name: string): string => join(folder(), name);
  const remove = (place: string | undefined): void => {
    if (place !== undefined) rmSync(place, { recursive: true, force: true });
  };
  return {
    keepIn(place) {
      kept = place;
    },
    pathOf,
    remove: (name) => rmSync(pathOf(name), { force: true }),
    clear: () => remove(kept ?? temporary),
    close: () => remove(temporary),
  };
}

const blockBytes = 16;
const pieceBytes = 64 * 1024;

/**
 * Bytes `from` to `to` (exclusive) of a stream that is the same for the same seed, from any offset: a keystream in counter mode.
 */
export function* madeBytes(seed: string, from: number, to: number): Generator<Buffer> {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  const counter = Buffer.alloc(16);
  counter.writeBigUInt64BE(BigInt(Math.floor(from / blockBytes)), 8);
  const cipher = createCipheriv('aes-128-ctr', key, counter);
  cipher.update(Buffer.alloc(from % blockBytes));
  for (let at = from; at < to; at += pieceBytes) yield cipher.update(Buffer.alloc(Math.min(pieceBytes, to - at)));
}
