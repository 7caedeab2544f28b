import { type Readable, Transform } from 'node:stream';
import type { Response } from 'express';

/** Lets the connection be cut once so many bytes of this request's content have passed, in either direction. */
export function cutAfter(response: Response, bytes: number): void {
  response.locals['cutAfterBytes'] = bytes;
}

/** The same bytes; where a cut was asked for, only so many of them, and then the connection is gone. */
export function cutOff(source: Readable, response: Response): Readable {
  const most: unknown = response.locals['cutAfterBytes'];
  if (typeof most !== 'number') return source;
  let passed = 0;
  const cut = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const part = chunk.subarray(0, most - passed);
      passed += part.length;
      if (part.length > 0) this.push(part);
      if (passed < most) return done();
      // what was passed on is written before the end is seen
      this.push(null);
      setImmediate(() => response.socket?.destroy());
      done();
    },
  });
  source.on('error', () => cut.destroy());
  return source.pipe(cut);
}
