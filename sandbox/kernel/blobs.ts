import { createHash, randomUUID } from 'node:crypto';
import { closeSync, createReadStream, openSync, readSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { createByteFolder, madeBytes } from './byte-folder.ts';
import type { Journal } from './journal.ts';
import type { Blob, Content } from './model-files.ts';
import { createTable, type Table } from './table.ts';

/**
 * Bytes of files, outside the model's JSON: in a folder, or generated on the fly, so that even the largest file needs no memory.
 */
export interface Blobs {
  readonly table: Table<Blob>;
  /** Keeps parts in this folder from now on; before that, in a temporary one, created for the first part. */
  keepIn(folder: string): void;
  /** Name of a new part, and the path of its file, which does not exist yet. */
  newPart(): { name: string; path: string };
  dropPart(name: string): void;
  /** A blob of complete parts. `sha256` if known; else the parts are read to compute it. */
  ofParts(parts: readonly string[], size: number, sha256?: string): Blob;
  ofBytes(bytes: Uint8Array): Blob;
  /** Bytes that repeat exactly for a seed and a size, and differ from block to block. */
  generated(seed: number, size: number): Blob;
  /** The stream fails with `ENOENT` if a part is gone. */
  read(blob: Blob): Readable;
  /** Deletes all parts. */
  clear(): void;
}

export function createBlobs(journal: Journal): Blobs {
  const table = createTable<Blob>(journal, 'blobs', (row) => row.id);
  const folder = createByteFolder('sandbox-files-');
  const { pathOf } = folder;

  function* chunksOf({ content, size }: Pick<Blob, 'content' | 'size'>): Generator<Buffer> {
    if (content.kind === 'generated') yield* madeBytes(String(content.seed), 0, size);
    else for (const name of content.parts) yield* chunksOfFile(pathOf(name));
  }
  async function* streamed({ content, size }: Blob): AsyncGenerator<Buffer> {
    if (content.kind === 'generated') yield* madeBytes(String(content.seed), 0, size);
    else for (const name of content.parts) yield* createReadStream(pathOf(name));
  }
  const put = (content: Content, size: number, sha256?: string): Blob =>
    table.put({ id: randomUUID(), size, sha256: sha256 ?? sha256Of(chunksOf({ content, size })), content });
  const newPart: Blobs['newPart'] = () => {
    const name = randomUUID();
    return { name, path: pathOf(name) };
  };

  return {
    table,
    keepIn: folder.keepIn,
    newPart,
    dropPart: folder.remove,
    ofParts: (parts, size, sha256) => put({ kind: 'parts', parts }, size, sha256),
    ofBytes(bytes) {
      const part = newPart();
      writeFileSync(part.path, bytes, { mode: 0o600 });
      return put({ kind: 'parts', parts: [part.name] }, bytes.length);
    },
    generated: (seed, size) => put({ kind: 'generated', seed }, size),
    read: (blob) => Readable.from(streamed(blob), { objectMode: false }),
    clear: folder.clear,
  };
}

function* chunksOfFile(path: string): Generator<Buffer> {
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(1024 * 1024);
      const count = readSync(file, chunk);
      if (count === 0) return;
      yield chunk.subarray(0, count);
    }
  } finally {
    closeSync(file);
  }
}

function sha256Of(chunks: Iterable<Buffer>): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}
