import { z } from 'zod';
import { farSideId } from '../domain/ids.ts';
import { parseExact } from '../http/exact-json.ts';
import { createExchange, type Incoming } from '../http/exchange.ts';
import { TransportFailure } from '../http/transport-failure.ts';
import { revealSecret, type Secret, secretOf } from '../security/secret.ts';
import { faultOfGrant, faultOfLoginTransport, unreadableGrant } from './oauth-errors.ts';

export interface ClientCredential {
  readonly clientId: string;
  readonly clientSecret: Secret;
}

/** A pair of tokens as issued by Procore's login host. `refreshToken` is null for a service credential. */
export interface TokenGrant {
  readonly accessToken: Secret;
  readonly refreshToken: Secret | null;
  /** By our own clock, from the moment the request was sent. */
  readonly expiresAtMs: number;
  /** The same as a duration, for callers with another clock. */
  readonly lifeMs: number;
}

/** A person's pair; a refresh always returns both tokens. */
export interface TokenPair extends TokenGrant {
  readonly refreshToken: Secret;
}

export interface TokenInfo {
  /** The Procore user the token acts as; null for a token without one. */
  readonly resourceOwnerId: string | null;
  readonly clientId: string | null;
  readonly expiresInSeconds: number;
}

export interface OAuthSettings {
  /** `PROCORE_LOGIN_URL`; tokens are requested only here and used only at the API origin. */
  readonly loginOrigin: string;
  readonly deadlineMs: number;
  readonly nowMs?: () => number;
}

/**
 * Procore's login host (facts/procore.md section 1). One attempt each, own connection, no retry. Throws a `Fault`:
 * `credential-rejected` for an unknown client, `grant-lapsed` for a spent code or token; `detail.effect` says whether a
 * single-use code may have been spent.
 */
export interface OAuth {
  clientCredentials(credential: ClientCredential, signal?: AbortSignal): Promise<TokenGrant>;
  exchangeCode(credential: ClientCredential, code: Secret, redirectUri: string, signal?: AbortSignal): Promise<TokenGrant>;
  /**
   * A new pair for a refresh token, which is single use and is invalidated by any attempt that reaches Procore (facts/procore.md
   * section 1.3). Only a fault with `effect: 'surely-not-done'` and no `status` means that it was not sent; after any other
   * fault, including `grant-lapsed`, it may be invalid.
   */
  refresh(credential: ClientCredential, refreshToken: Secret): Promise<TokenPair>;
  /** Revokes both access and refresh token; pass the refresh token, as an expired access token may revoke nothing. */
  revokeToken(credential: ClientCredential, token: Secret, signal?: AbortSignal): Promise<void>;
  tokenInfo(token: Secret, signal?: AbortSignal): Promise<TokenInfo>;
}

const grantAnswer = z.object({
  access_token: z.string().min(1).max(16_384),
  refresh_token: z.string().min(1).max(16_384).nullish(),
  expires_in: z.number().positive(),
});

const infoAnswer = z.object({
  resource_owner_id: farSideId.nullish(),
  expires_in_seconds: z.number(),
  application: z.object({ uid: z.string() }).nullish(),
});

export function createOAuth(settings: OAuthSettings): OAuth {
  const exchange = createExchange({ base: settings.loginOrigin, deadlineMs: settings.deadlineMs, maxAnswerBytes: 256 * 1024 });
  const nowMs = settings.nowMs ?? Date.now;

  async function send(what: string, outgoing: Omit<Parameters<typeof exchange>[0], 'effect'>): Promise<Incoming> {
    try {
      return await exchange({ ...outgoing, effect: 'write' });
    } catch (error) {
      if (!(error instanceof TransportFailure)) throw error;
      if (error.kind === 'cancelled' && !error.sent) outgoing.signal?.throwIfAborted();
      throw faultOfLoginTransport(what, error);
    }
  }

  const post = (what: string, path: string, fields: Readonly<Record<string, string>>, signal: AbortSignal | undefined) =>
    send(what, {
      method: 'POST',
      path,
      headers: { accept: 'application/json' },
      body: { text: new URLSearchParams(fields).toString(), contentType: 'application/x-www-form-urlencoded' },
      signal,
    });

  async function grant(
    credential: ClientCredential,
    fields: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<TokenGrant> {
    const sentAtMs = nowMs();
    const what = `the token request (${fields['grant_type']})`;
    const answer = await post(what, '/oauth/token', { ...fields, ...revealed(credential) }, signal);
    if (answer.status !== 200) throw faultOfGrant(what, answer, jsonOf(answer));
    const parsed = grantAnswer.safeParse(jsonOf(answer));
    if (!parsed.success) throw unreadableGrant(what, answer.status);
    const { access_token, refresh_token, expires_in } = parsed.data;
    return {
      accessToken: secretOf(access_token),
      refreshToken: refresh_token ? secretOf(refresh_token) : null,
      expiresAtMs: sentAtMs + expires_in * 1000,
      lifeMs: expires_in * 1000,
    };
  }

  return {
    clientCredentials: (credential, signal) => grant(credential, { grant_type: 'client_credentials' }, signal),
    exchangeCode: (credential, code, redirectUri, signal) =>
      grant(credential, { grant_type: 'authorization_code', code: revealSecret(code), redirect_uri: redirectUri }, signal),
    async refresh(credential, refreshToken) {
      const fields = { grant_type: 'refresh_token', refresh_token: revealSecret(refreshToken) };
      const next = await grant(credential, fields, undefined);
      // half a pair: the old token is spent, and there is no new one to continue with
      if (next.refreshToken === null) throw unreadableGrant('the token request (refresh_token)', 200);
      return { ...next, refreshToken: next.refreshToken };
    },
    async revokeToken(credential, token, signal) {
      const answer = await post(
        'the revocation',
        '/oauth/revoke',
        { token: revealSecret(token), ...revealed(credential) },
        signal,
      );
      if (answer.status !== 200) throw faultOfGrant('the revocation', answer, jsonOf(answer));
    },
    async tokenInfo(token, signal) {
      const headers = { accept: 'application/json', authorization: `Bearer ${revealSecret(token)}` };
      const answer = await send('token info', { method: 'GET', path: '/oauth/token/info', headers, signal });
      if (answer.status !== 200) throw faultOfGrant('token info', answer, jsonOf(answer));
      const parsed = infoAnswer.safeParse(jsonOf(answer));
      if (!parsed.success) throw unreadableGrant('token info', answer.status);
      const { resource_owner_id, application, expires_in_seconds } = parsed.data;
      return {
        resourceOwnerId: resource_owner_id ?? null,
        clientId: application?.uid ?? null,
        expiresInSeconds: expires_in_seconds,
      };
    },
  };
}

const revealed = (credential: ClientCredential) => ({
  client_id: credential.clientId,
  client_secret: revealSecret(credential.clientSecret),
});

function jsonOf(answer: Incoming): unknown {
  try {
    return parseExact(answer.text);
  } catch {
    return undefined;
  }
}
