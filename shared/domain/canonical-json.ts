import { hash } from 'node:crypto';
import { configure } from 'safe-stable-stringify';

const stringify = configure({ strict: true });

/**
 * JSON with its keys in the order of RFC 8785: one text for every order of keys. Throws for what JSON cannot say (cycles, functions, NaN,
 * big integers, nothing at all).
 */
export function canonicalJson(value: unknown): string {
  const text = stringify(value);
  if (text === undefined) throw new TypeError('only what JSON can say has a canonical form');
  return text;
}

/** SHA-256 (hex) of a value's canonical JSON. */
export const canonicalHash = (value: unknown): string => hash('sha256', canonicalJson(value));
