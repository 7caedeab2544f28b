import { createHash, randomBytes } from 'node:crypto';
import type { Secret } from './secret.ts';
import { secretOf } from './secret.ts';

/** A new bearer token: the text is shown once, the store keeps the hash. */
export interface NewToken {
  readonly text: Secret;
  readonly hash: Buffer;
  readonly lastFour: string;
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const tokenDigits = 43; // the digits 256 bits take in base 62

/** 256 random bits as letters and digits, after a prefix that tells people what it is, e.g. `gw_read_…`. */
export function newToken(prefix: string): NewToken {
  let rest = BigInt(`0x${randomBytes(32).toString('hex')}`);
  let digits = '';
  for (let place = 0; place < tokenDigits; place += 1) {
    digits = `${alphabet[Number(rest % 62n)]}${digits}`;
    rest /= 62n;
  }
  const text = `${prefix}${digits}`;
  return { text: secretOf(text), hash: hashToken(text), lastFour: text.slice(-4) };
}

export type ApiKeyScope = 'read' | 'operate' | 'admin';

export const newApiKeyToken = (scope: ApiKeyScope): NewToken => newToken(`gw_${scope}_`);

/** SHA-256: sufficient for 256 random bits, which cannot be guessed; never for what people choose. */
export const hashToken = (text: string): Buffer => createHash('sha256').update(text).digest();
