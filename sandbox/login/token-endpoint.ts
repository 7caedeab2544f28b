import { findApp } from '../kernel/apps.ts';
import type { Exchange, Reply } from '../kernel/exchange.ts';
import type { App, Token } from '../kernel/model-apps.ts';
import type { World } from '../kernel/world.ts';
import { bearerToken, findByRefreshToken, issueToken, refreshPair, revokePair } from './tokens.ts';

type Fields = Record<string, unknown>;

const json = (status: number, body: unknown): Reply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  text: JSON.stringify(body),
});

/** Bodies of OAuth errors are Doorkeeper's as third parties report them [3p]; the statuses 400 and 401 are inferred [inf]. */
const oauthError = (status: number, error: string, description: string): Reply =>
  json(status, { error, error_description: description });

const invalidClient = (): Reply =>
  oauthError(
    401,
    'invalid_client',
    'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.',
  );
const invalidGrant = (): Reply =>
  oauthError(
    400,
    'invalid_grant',
    'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.',
  );

/** The client of a token request: from the body, or from HTTP Basic. */
export function clientOf(fields: Fields, authorization: string | undefined): { clientId: string; clientSecret: string } {
  const basic = /^basic (.+)$/i.exec(authorization ?? '')?.[1];
  if (basic !== undefined) {
    const [id = '', ...secret] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    return { clientId: decode(id), clientSecret: decode(secret.join(':')) };
  }
  return { clientId: text(fields['client_id']), clientSecret: text(fields['client_secret']) };
}

/** `POST /oauth/token` [doc]. */
export function answerToken(world: World, { body, headers, seq }: Exchange): Reply {
  if (body.kind !== 'fields') return oauthError(400, 'invalid_request', 'The request body is missing or malformed.');
  const { clientId, clientSecret } = clientOf(body.fields, headers.authorization);
  const app = findApp(world, clientId);
  if (!app || clientSecret === '' || app.clientSecret !== clientSecret) return invalidClient();
  const token = grant(world, app, body.fields);
  if ('status' in token) return token;
  world.ledger.note(seq, { userId: token.personId });
  return json(200, {
    access_token: token.accessToken,
    token_type: 'bearer',
    expires_in: Math.round((token.expiresAtMs - token.createdAtMs) / 1000),
    ...(token.refreshToken === null ? {} : { refresh_token: token.refreshToken }),
    created_at: Math.floor(token.createdAtMs / 1000),
  });
}

function grant(world: World, app: App, fields: Fields): Token | Reply {
  switch (fields['grant_type']) {
    case 'authorization_code':
      return exchangeCode(world, app, fields);
    case 'refresh_token':
      return refresh(world, app, fields);
    case 'client_credentials':
      if (app.servicePersonId === null) return oauthError(400, 'unauthorized_client', 'The client has no service account.');
      return issueToken(world, { app, personId: app.servicePersonId, grant: 'client_credentials' });
    default:
      return oauthError(
        400,
        'unsupported_grant_type',
        'The authorization grant type is not supported by the authorization server.',
      );
  }
}

function exchangeCode(world: World, app: App, fields: Fields): Token | Reply {
  const code = world.codes.get(text(fields['code']));
  if (!code || code.used || code.clientId !== app.clientId) return invalidGrant();
  if (world.clock.nowMs() >= code.expiresAtMs || code.redirectUri !== fields['redirect_uri']) return invalidGrant();
  world.codes.put({ ...code, used: true });
  return issueToken(world, { app, personId: code.personId, grant: 'authorization_code' });
}

function refresh(world: World, app: App, fields: Fields): Token | Reply {
  const old = findByRefreshToken(world, text(fields['refresh_token']));
  if (!old || old.refreshRevoked || old.clientId !== app.clientId) return invalidGrant();
  const redirectUri = fields['redirect_uri'];
  if (redirectUri !== undefined && !app.redirectUris.includes(text(redirectUri))) {
    // A refused refresh spends the token all the same [doc: "any attempt"].
    world.tokens.put({ ...old, refreshRevoked: true });
    return invalidGrant();
  }
  return refreshPair(world, app, old);
}

/** `POST /oauth/revoke`: always 200 `{}`, also for an unknown token; kills both tokens of the pair [doc]. */
export function answerRevoke(world: World, { body, headers }: Exchange): Reply {
  const fields = body.kind === 'fields' ? body.fields : {};
  const { clientId, clientSecret } = clientOf(fields, headers.authorization);
  const app = findApp(world, clientId);
  const value = text(fields['token']);
  const token = world.tokens.get(value) ?? findByRefreshToken(world, value);
  if (token && app?.clientSecret === clientSecret && token.clientId === clientId) revokePair(world, token);
  return json(200, {});
}

/** `GET /oauth/token/info` [doc]. The id is printed bare, digit by digit. */
export function answerTokenInfo(world: World, { headers }: Exchange): Reply {
  const token = bearerToken(world, headers.authorization);
  if (!token) return oauthError(401, 'invalid_request', 'The access token is invalid');
  const reply = json(200, {
    scopes: [],
    expires_in_seconds: Math.max(0, Math.floor((token.expiresAtMs - world.clock.nowMs()) / 1000)),
    application: { uid: token.clientId },
    created_at: Math.floor(token.createdAtMs / 1000),
  });
  return { ...reply, text: reply.text?.replace('{', `{"resource_owner_id":${token.personId},`) ?? null };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
