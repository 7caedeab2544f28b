import type { Request } from 'express';
import type { Refused } from './refusals.ts';

/** Bytes `from` to `to`, the latter exclusive. */
interface Range {
  from: number;
  to: number;
}

/** The requested part of a file: all of it, from a byte on, or between two. Other forms of `Range` are not understood. */
export function rangeOf(request: Request, size: number): (Range & { isPart: boolean }) | Refused {
  const header = request.headers.range;
  if (header === undefined) return { from: 0, to: size, isPart: false };
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(header) ?? [];
  const from = Number(first);
  const to = last === undefined || last === '' ? size : Math.min(size, Number(last) + 1);
  if (first === undefined || from >= size || to <= from)
    return { status: 416, code: 'no-such-range', message: `There are ${size} bytes.` };
  return { from, to, isPart: true };
}

interface Upload {
  size: number;
  received: number;
  maxBytes: number;
}

/** The range that an upload announces: it begins where the received bytes end, and its length is that of the body. */
export function contentRangeOf(request: Request, { size, received, maxBytes }: Upload): Range | Refused {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(request.headers['content-range'] ?? '') ?? [];
  const length = request.headers['content-length'];
  if (length === undefined) return { status: 411, code: 'length-required', message: 'content-length is missing' };
  const [from, to] = [Number(first), Number(last) + 1];
  if (first === undefined || Number(total) !== size || to > size || to <= from || Number(length) !== to - from)
    return { status: 400, code: 'invalid-range', message: `content-range: send bytes a-b/${size} and as many bytes` };
  if (to - from > maxBytes) return { status: 413, code: 'range-too-large', message: `A range has at most ${maxBytes} bytes.` };
  if (from !== received) return { status: 416, code: 'out-of-order', message: `${received} bytes have come; go on from there.` };
  return { from, to };
}
