import { createHash } from 'node:crypto';

/** Measure of some bytes: their number, and SHA-256 in lower-case hexadecimal. */
export interface Measure {
  readonly size: number;
  readonly sha256: string;
}

export interface Measured {
  /** The same chunks, measured as they are read. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Known once all have been read; throws before. */
  measure(): Measure;
}

/** Counts and hashes bytes as they are read. `onProgress` gets the bytes so far; an error it throws ends the stream. */
export function measured(chunks: AsyncIterable<Buffer>, onProgress: (bytes: number) => void = () => {}): Measured {
  const hash = createHash('sha256');
  let size = 0;
  let whole: Measure | undefined;
  async function* passing(): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      size += chunk.length;
      hash.update(chunk);
      onProgress(size);
      yield chunk;
    }
    whole = { size, sha256: hash.digest('hex') };
  }
  return {
    chunks: passing(),
    measure() {
      if (!whole) throw new Error('the bytes have not all passed yet');
      return whole;
    },
  };
}
