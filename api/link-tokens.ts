import { createHmac, hkdfSync } from 'node:crypto';

/**
 * Tokens of connect links, derived from a sign-in's id with a key derived from ours: a repeat gives the same link, and the store,
 * which keeps only the token's hash, cannot make one. `key`: 32 bytes in base64.
 */
export function linkTokens(key: string): (signInId: string) => string {
  const derived = Buffer.from(hkdfSync('sha256', Buffer.from(key, 'base64'), Buffer.alloc(0), 'groundwork connect link 1', 32));
  return (signInId) => createHmac('sha256', derived).update(signInId).digest('base64url');
}
