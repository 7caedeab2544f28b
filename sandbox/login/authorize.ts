import { findApp } from '../kernel/apps.ts';
import type { Exchange, Reply } from '../kernel/exchange.ts';
import type { App } from '../kernel/model-apps.ts';
import type { World } from '../kernel/world.ts';
import { issueCode } from './credentials.ts';
import { type AuthorizationRequest, codePage, errorPage, signInPage } from './pages.ts';

/** Procore's address for clients without a browser: the code is shown on a page [doc]. */
const outOfBand = 'urn:ietf:wg:oauth:2.0:oob';

const page = (status: number, text: string): Reply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
  text,
});

/** `GET /oauth/authorize`: the page on which one picks who signs in. Faults of the client are shown, never redirected. */
export function answerAuthorize(world: World, { query }: Exchange): Reply {
  const checked = check(world, Object.fromEntries(query));
  if (typeof checked === 'string') return page(400, errorPage(checked));
  return page(200, signInPage(world, checked.app, checked.request));
}

/** `POST /oauth/authorize`: the person's answer; 302 to the redirect URI with code and state, or with `access_denied`. */
export function answerDecision(world: World, { body, seq }: Exchange): Reply {
  const fields = body.kind === 'fields' ? body.fields : {};
  const checked = check(world, fields);
  if (typeof checked === 'string') return page(400, errorPage(checked));
  const { redirectUri, clientId, state } = checked.request;
  if (fields['decision'] === 'deny') return redirect(redirectUri, { error: 'access_denied', state });
  const person = typeof fields['person'] === 'string' ? world.people.get(fields['person']) : undefined;
  if (!person || person.serviceOfAppId !== null) return page(400, errorPage('Nobody was picked.'));
  world.ledger.note(seq, { userId: person.id });
  const { code } = issueCode(world, { person: person.id, clientId, redirectUri });
  return redirectUri === outOfBand ? page(200, codePage(code)) : redirect(redirectUri, { code, state });
}

function check(world: World, fields: Record<string, unknown>): { app: App; request: AuthorizationRequest } | string {
  const app = typeof fields['client_id'] === 'string' ? findApp(world, fields['client_id']) : undefined;
  if (!app) return 'Client authentication failed due to unknown client.';
  const redirectUri = fields['redirect_uri'];
  if (typeof redirectUri !== 'string' || !app.redirectUris.includes(redirectUri))
    return 'The requested redirect uri is malformed or does not match client redirect URI.';
  if (fields['response_type'] !== 'code') return 'The authorization server does not support this response type.';
  const state = typeof fields['state'] === 'string' ? fields['state'] : null;
  return { app, request: { clientId: app.clientId, redirectUri, state } };
}

function redirect(uri: string, parameters: Record<string, string | null>): Reply {
  const target = new URL(uri);
  for (const [name, value] of Object.entries(parameters)) if (value !== null) target.searchParams.set(name, value);
  return { status: 302, headers: { location: target.href, 'cache-control': 'no-store' }, text: null };
}
