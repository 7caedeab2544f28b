import { z } from 'zod';
import { abortable } from '../../http/clock.ts';
import { parseExact } from '../../http/exact-json.ts';
import type { Exchange, Incoming } from '../../http/exchange.ts';
import { revealSecret, type Secret, secretOf } from '../../security/secret.ts';
import { farSide, faultOfLogin } from './errors.ts';

export interface HammertechLogin {
  readonly email: string;
  readonly password: Secret;
}

interface Held {
  readonly token: Secret;
  readonly refreshToken: Secret | null;
  /** Not used after this time of our own clock. */
  readonly freshUntilMs: number;
}

/** One login's slot: the pending work for a token, and the token once it is there. */
interface Slot {
  readonly held: Promise<Held>;
  token: Secret | null;
}

/** Logged-in sessions of this process by key (e.g. the id of the login's row and its version), so that cycles share one login. */
export type SessionCache = Map<string, Slot>;

export interface SessionSettings {
  readonly auth: Exchange;
  readonly tenant: string;
  readonly login: () => Promise<HammertechLogin>;
  readonly cache: SessionCache;
  readonly key: string;
  readonly nowMs: () => number;
}

export interface Session {
  bearer(signal?: AbortSignal): Promise<Secret>;
  /** HammerTech refused this token; the next one comes from a fresh login. */
  rejected(token: Secret): void;
}

/** HammerTech documents only "about 60 minutes"; a token without a readable expiry is used for this long. */
const assumedLifeMs = 30 * 60_000;
const marginMs = 2 * 60_000;

/**
 * A session: one login, renewed before its token expires with the refresh token inside it, or by a new login if that is refused.
 * One request in flight per key. The token's claims are read, not verified: they only decide when to renew.
 */
export function createSession(settings: SessionSettings): Session {
  const { cache, key, nowMs } = settings;

  async function current(): Promise<Held> {
    const slot = cache.get(key);
    if (!slot) return start(logIn());
    const value = await slot.held;
    if (nowMs() < value.freshUntilMs) return value;
    // Another caller that waited for the same session may have renewed it meanwhile.
    return cache.get(key) === slot ? start(renew(value)) : current();
  }

  function start(held: Promise<Held>): Promise<Held> {
    const slot: Slot = { held, token: null };
    cache.set(key, slot);
    held.then(
      ({ token }) => {
        slot.token = token;
      },
      () => cache.get(key) === slot && cache.delete(key),
    );
    return held;
  }

  async function logIn(): Promise<Held> {
    const { email, password } = await settings.login();
    const body = { email, password: revealSecret(password), tenant: settings.tenant };
    const answer = await post('/api/login/generatetoken', {}, { text: JSON.stringify(body), contentType: 'application/json' });
    if (answer.status !== 200) throw faultOfLogin(answer, nowMs());
    return read(answer);
  }

  async function renew(old: Held): Promise<Held> {
    if (!old.refreshToken) return logIn();
    const query = { token: revealSecret(old.refreshToken), tenant: settings.tenant };
    const answer = await post('/api/login/refreshtoken', query);
    return answer.status === 200 ? read(answer) : logIn();
  }

  const post = (path: string, query: Record<string, string>, body?: { text: string; contentType: string }): Promise<Incoming> =>
    farSide.sending('the login', 'read', undefined, () =>
      settings.auth({ method: 'POST', path, query, body, effect: 'write', headers: { accept: 'application/json' } }),
    );

  function read(answer: Incoming): Held {
    const token = tokenIn(answer.text);
    if (token === undefined) throw farSide.unreadable('the login', answer.status, 'no token', 'read');
    const claims = claimsOf(token);
    const lifeMs = lifeOf(claims) ?? assumedLifeMs;
    return {
      token: secretOf(token),
      refreshToken: claims.RefreshToken === undefined ? null : secretOf(claims.RefreshToken),
      freshUntilMs: nowMs() + lifeMs - Math.min(marginMs, lifeMs / 2),
    };
  }

  return {
    bearer: async (signal) => (await abortable(current(), signal)).token,
    rejected(token) {
      if (cache.get(key)?.token === token) cache.delete(key);
    },
  };
}

const answered = z.union([z.string().min(1), z.object({ token: z.string().min(1) }).transform((body) => body.token)]);

/** The token is the whole body, or `token` of an object. */
function tokenIn(text: string): string | undefined {
  try {
    return answered.parse(parseExact(text));
  } catch {
    return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text.trim()) ? text.trim() : undefined;
  }
}

const seconds = z.number().optional().catch(undefined);
const claimsSchema = z.object({ iat: seconds, exp: seconds, RefreshToken: z.string().min(1).optional().catch(undefined) });
type Claims = z.output<typeof claimsSchema>;

/** Lifetime from issue to expiry by HammerTech's own clock, which may differ from ours. */
function lifeOf({ iat, exp }: Claims): number | undefined {
  return iat !== undefined && exp !== undefined && exp > iat ? (exp - iat) * 1000 : undefined;
}

/** Claims of a JWT, without verifying it. */
function claimsOf(token: string): Claims {
  try {
    return claimsSchema.parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')));
  } catch {
    return {};
  }
}
