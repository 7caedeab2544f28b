import { randomBytes } from 'node:crypto';
import type { Id } from '../kernel/model.ts';
import type { App, Token } from '../kernel/model-apps.ts';
import type { World } from '../kernel/world.ts';

export interface TokenRequest {
  app: App;
  personId: Id;
  grant: Token['grant'];
  /** The refresh token spent for this pair. */
  replaces?: string | null;
}

/** Access tokens look like Procore's (a JWT of some hundred bytes) but mean nothing: clients must treat them as opaque. */
function newAccessToken(nowMs: number): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = part({ alg: 'ES512', typ: 'JWT' });
  const claims = part({ jti: randomBytes(16).toString('hex'), iat: Math.floor(nowMs / 1000) });
  return `${header}.${claims}.${randomBytes(132).toString('base64url')}`;
}

/** Issues a token; the pair of an authorization-code grant has a refresh token, client credentials have none [doc]. */
export function issueToken(world: World, { app, personId, grant, replaces = null }: TokenRequest): Token {
  const nowMs = world.clock.nowMs();
  const accessToken = newAccessToken(nowMs);
  const refreshToken = grant === 'authorization_code' ? randomBytes(32).toString('hex') : null;
  world.secrets.put({ value: accessToken, kind: 'access-token', clientId: app.clientId });
  if (refreshToken !== null) world.secrets.put({ value: refreshToken, kind: 'refresh-token', clientId: app.clientId });
  return world.tokens.put({
    accessToken,
    refreshToken,
    clientId: app.clientId,
    personId,
    grant,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + world.switches.get('accessTokenSeconds') * 1000,
    accessRevoked: false,
    refreshRevoked: false,
    replaces,
  });
}

/**
 * Spends a refresh token: it is dead from here on, whatever becomes of the answer [doc]. By the switch `oldRefreshTokenUntilUse`
 * it lives until the new access token is first used (`noteFirstUse`).
 */
export function refreshPair(world: World, app: App, old: Token): Token {
  const keepsOld = world.switches.get('oldRefreshTokenUntilUse');
  const accessRevoked = old.accessRevoked || world.switches.get('refreshRevokesAccess');
  world.tokens.put({ ...old, accessRevoked, refreshRevoked: !keepsOld });
  return issueToken(world, { app, personId: old.personId, grant: 'authorization_code', replaces: old.refreshToken });
}

export function findByRefreshToken(world: World, refreshToken: string): Token | undefined {
  return world.tokens.find((token) => token.refreshToken === refreshToken);
}

/** Kills both tokens of a pair. */
export function revokePair(world: World, token: Token): void {
  world.tokens.put({ ...token, accessRevoked: true, refreshRevoked: true });
}

/** The token of an `Authorization: Bearer` header, if it is good now. */
export function bearerToken(world: World, header: string | undefined): Token | undefined {
  const token = knownToken(world, header);
  if (!token || token.accessRevoked || world.clock.nowMs() >= token.expiresAtMs) return undefined;
  return token;
}

/** The same, dead ones too: tells which client is calling. */
export function knownToken(world: World, header: string | undefined): Token | undefined {
  const [scheme, value] = header?.split(' ') ?? [];
  return scheme?.toLowerCase() === 'bearer' && value ? world.tokens.get(value) : undefined;
}

/** Ends the grace of the old refresh token, where the switch granted one. */
export function noteFirstUse(world: World, token: Token): void {
  if (token.replaces === null) return;
  const old = findByRefreshToken(world, token.replaces);
  if (old && !old.refreshRevoked) world.tokens.put({ ...old, refreshRevoked: true });
}
