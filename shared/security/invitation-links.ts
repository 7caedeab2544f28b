import { createHmac, hkdfSync } from 'node:crypto';
import { type Secret, secretOf } from './secret.ts';
import { hashToken } from './tokens.ts';

/** Tokens of invitation links. */
export interface InvitationLinks {
  /** Hash of a new link's token, under the current key; the store keeps only this hash. */
  readonly tokenHash: (invitationId: string, generation: number) => Buffer;
  /** The token with this hash, also if the key was rotated since; undefined if its key is gone. */
  readonly tokenWith: (invitationId: string, generation: number, hash: Buffer) => Secret | undefined;
}

/**
 * HMAC(link, generation) under keys derived from ours (32 bytes in base64; the current one and former ones): a repeated mail has
 * the same link, another generation another one, and the store, which keeps only hashes, cannot create any. The API creates
 * links with it, and the worker, which writes the mails, derives them again; nobody else has the key.
 */
export function invitationLinks(key: string, formerKeys: readonly string[] = []): InvitationLinks {
  const [current, ...former] = [key, ...formerKeys].map((each) =>
    Buffer.from(hkdfSync('sha256', Buffer.from(each, 'base64'), Buffer.alloc(0), 'groundwork invitation link 1', 32)),
  );
  if (current === undefined) throw new Error('links need a key');
  return {
    tokenHash: (invitationId, generation) => hashToken(tokenOf(current, invitationId, generation)),
    tokenWith: (invitationId, generation, hash) => {
      const token = [current, ...former]
        .map((each) => tokenOf(each, invitationId, generation))
        .find((each) => hashToken(each).equals(hash));
      return token === undefined ? undefined : secretOf(token);
    },
  };
}

const tokenOf = (derived: Buffer, invitationId: string, generation: number): string =>
  createHmac('sha256', derived)
    .update(JSON.stringify([invitationId, generation]))
    .digest('base64url');
