import { Fault } from '../domain/faults.ts';
import { abortable } from '../http/clock.ts';
import type { Secret } from '../security/secret.ts';
import type { TokenSource } from './contract.ts';
import type { ClientCredential, OAuth, TokenGrant } from './oauth.ts';

export type { TokenSource } from './contract.ts';

/** A token this close to its expiry is not used; of a short-lived one, the last half of its life. */
const marginMs = 5 * 60_000;

interface Held {
  readonly grant: TokenGrant;
  readonly freshUntilMs: number;
}

export interface ServiceTokens {
  /**
   * A source for one credential. `key` identifies the credential and its version (e.g. its row id); its secret is unsealed only
   * when a token is needed. Sources with the same key share one token and one request in flight.
   */
  sourceFor(key: string, unseal: () => Promise<ClientCredential>): TokenSource;
  /** Drops a credential's token, e.g. after it was replaced. */
  forget(key: string): void;
}

/** Service tokens of this process, one per credential: obtained by client credentials, never refreshed, never stored. */
export function createServiceTokens(oauth: OAuth, nowMs: () => number = Date.now): ServiceTokens {
  const held = new Map<string, Held>();
  const inFlight = new Map<string, Promise<Held>>();

  async function ask(key: string, unseal: () => Promise<ClientCredential>): Promise<Held> {
    const askedAtMs = nowMs();
    const grant = await oauth.clientCredentials(await unseal());
    const lifeMs = grant.expiresAtMs - askedAtMs;
    const fresh = { grant, freshUntilMs: grant.expiresAtMs - Math.min(marginMs, lifeMs / 2) };
    held.set(key, fresh);
    return fresh;
  }

  function current(key: string, unseal: () => Promise<ClientCredential>): Promise<Held> {
    const known = held.get(key);
    if (known && nowMs() < known.freshUntilMs) return Promise.resolve(known);
    const running = inFlight.get(key) ?? ask(key, unseal).finally(() => inFlight.delete(key));
    inFlight.set(key, running);
    return running;
  }

  return {
    sourceFor: (key, unseal) => ({
      principal: 'service',
      bearer: async (signal) => (await abortable(current(key, unseal), signal)).grant.accessToken,
      rejected(token) {
        if (held.get(key)?.grant.accessToken === token) held.delete(key);
      },
    }),
    forget: (key) => void held.delete(key),
  };
}

/** A person's access token, used until it expires; never renewed here (a refresh is single use and belongs to the store). */
export function personToken(accessToken: Secret, expiresAtMs: number, nowMs: () => number = Date.now): TokenSource {
  let refused = false;
  return {
    principal: 'person',
    async bearer() {
      if (refused) throw new Fault('grant-lapsed', { seen: 'Procore does not accept the access token any more.', status: 401 });
      if (nowMs() >= expiresAtMs) throw new Fault('grant-lapsed', { seen: 'The access token has expired.' });
      return accessToken;
    },
    rejected() {
      refused = true;
    },
  };
}
