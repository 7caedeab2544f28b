import type { IncomingMessage } from 'node:http';
import { isLosslessNumber, parse } from 'lossless-json';

/** A request body larger than this is refused with 413. Bytes. */
const maxBytes = 8 * 1024 * 1024;

/** The body of a request as the far side understood it; `malformed` if it cannot be parsed as what it claims to be. */
export type Body =
  | { kind: 'none' }
  | { kind: 'fields'; fields: Record<string, unknown> }
  | { kind: 'malformed' }
  | { kind: 'too-large' };

/**
 * Reads JSON (exactly: integers beyond 2^53 become strings), urlencoded and multipart fields, since published clients use all
 * three [3p]. Names like `reply[body]` stay as they are; files of a multipart body are left out.
 */
export async function readBody(request: IncomingMessage): Promise<Body> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    // Node's request stream without an encoding yields buffers.
    const buffer = piece as Buffer;
    bytes += buffer.length;
    if (bytes > maxBytes) return { kind: 'too-large' };
    pieces.push(buffer);
  }
  if (bytes === 0) return { kind: 'none' };
  const whole = Buffer.concat(pieces);
  const contentType = request.headers['content-type'] ?? 'application/json';
  try {
    if (contentType.includes('application/x-www-form-urlencoded'))
      return { kind: 'fields', fields: Object.fromEntries(new URLSearchParams(whole.toString('utf8'))) };
    if (contentType.includes('multipart/form-data')) return { kind: 'fields', fields: await multipartFields(whole, contentType) };
    const value = parseExact(whole.toString('utf8'));
    return isFields(value) ? { kind: 'fields', fields: value } : { kind: 'malformed' };
  } catch {
    return { kind: 'malformed' };
  }
}

async function multipartFields(body: Buffer, contentType: string): Promise<Record<string, unknown>> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  const texts = [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
  // A name that ends in `[]` is a list, and may come several times.
  return Object.fromEntries(
    texts.map(([name, value]) => [
      name,
      name.endsWith('[]') ? texts.flatMap(([other, one]) => (other === name ? [one] : [])) : value,
    ]),
  );
}

/** Parses JSON; integers that a double cannot hold exactly become strings. */
export function parseExact(text: string): unknown {
  return plain(parse(text));
}

function plain(value: unknown): unknown {
  if (isLosslessNumber(value)) {
    const number = Number(value.value);
    return Number.isInteger(number) && !Number.isSafeInteger(number) ? value.value : number;
  }
  if (Array.isArray(value)) return value.map(plain);
  if (isFields(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  return value;
}

export function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
