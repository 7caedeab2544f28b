import { hash } from 'node:crypto';
import { configure } from 'safe-stable-stringify';

const stringify = configure({ strict: true });

/**
 * JSON with its keys in the order of RFC 8785: the same text whatever the key order. Throws for what JSON cannot express
 * (cycles, functions, NaN, big integers, undefined).
 */
export function canonicalJson(value: unknown): string {
  const text = stringify(value);
  if (text === undefined) throw new TypeError('only what JSON can say has a canonical form');
  return text;
}

/** SHA-256 (hex) of a value's canonical JSON. */
export const canonicalHash = (value: unknown): string => hash('sha256', canonicalJson(value));
