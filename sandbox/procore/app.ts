import express, { type Express } from 'express';
import { findApp } from '../kernel/apps.ts';
import { type Exchange, exchange, type Reply } from '../kernel/exchange.ts';
import type { RateReading } from '../kernel/rate-limit.ts';
import type { World } from '../kernel/world.ts';
import { oauthHandler } from '../login/app.ts';
import { bearerToken, knownToken, noteFirstUse, revokePair } from '../login/tokens.ts';
import { settleAwaitedMembers } from './acts/awaited-members.ts';
import type { Call } from './call.ts';
import { companyIdNamed, companyOfCall, needConnection, projectIdOf } from './company-of-call.ts';
import { printExact } from './exact.ts';
import { badRequest, badToken, notFound, Refusal } from './refusal.ts';
import { procoreRoutes } from './routes/index.ts';
import { type Answer, createRouteFinder, type FoundRoute } from './routing.ts';

const findRoute = createRouteFinder(procoreRoutes);

/** The sandbox's API origin: everything under `/rest/v1.0` to `/rest/v2.0`. */
export function createApiApp(world: World): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  const oauth = oauthHandler(world);
  const api = apiHandler(world);
  app.use((request, response) =>
    request.path.startsWith('/oauth/') && world.switches.get('oauthOnApiOrigin')
      ? oauth(request, response)
      : api(request, response),
  );
  return app;
}

function apiHandler(world: World) {
  return exchange(
    world,
    'procore',
    ({ method, path, headers }) => ({
      operationId: findRoute(method, path)?.operationId ?? null,
      clientId: knownToken(world, headers.authorization)?.clientId ?? null,
    }),
    (seen) => {
      const rate = countCall(world, seen);
      const answer = answerOrRefusal(world, seen, rate);
      return toReply(answer, rate, world.clock.nowMs());
    },
  );
}

/** Every call counts, refused ones too: per client and company where the company can be told, else per client [doc]. */
function countCall(world: World, seen: Exchange): RateReading {
  const found = findRoute(seen.method, seen.path);
  const body = seen.body.kind === 'fields' ? seen.body.fields : {};
  const clientId = knownToken(world, seen.headers.authorization)?.clientId ?? 'nobody';
  const companyId = headerOf(seen) ?? (found ? companyIdNamed(world, { found, query: seen.query, body }) : null) ?? '-';
  const key = `${clientId}:${companyId}`;
  const profile = world.switches.get('rateProfile');
  const nowMs = world.clock.nowMs();
  const effect = seen.fault?.effect;
  return effect?.kind === 'rate-limit'
    ? world.rates.exhaust(key, profile, effect.window, nowMs)
    : world.rates.count(key, profile, nowMs);
}

function answerOrRefusal(world: World, seen: Exchange, rate: RateReading): Answer {
  try {
    return answer(world, seen, rate);
  } catch (refusal) {
    if (refusal instanceof Refusal) return { status: refusal.status, body: refusal.body, headers: refusal.headers };
    throw refusal;
  }
}

/** The order of Procore's gates: load, token, rate, path, company header, connection, then the route's own permissions. */
function answer(world: World, seen: Exchange, rate: RateReading): Answer {
  settleAwaitedMembers(world);
  const effect = seen.fault?.effect;
  const found = findRoute(seen.method, seen.path);
  const body = seen.body.kind === 'fields' ? seen.body.fields : {};
  const hints = found && { header: headerOf(seen), found, query: seen.query, body };
  if (hints)
    world.ledger.note(seen.seq, { companyId: hints.header ?? companyIdNamed(world, hints), projectId: projectIdOf(hints) });
  if (effect?.kind === 'unavailable')
    throw new Refusal(503, { errors: ['Service Unavailable'] }, { 'Retry-After': String(effect.retryAfter) });
  const known = knownToken(world, seen.headers.authorization);
  if (effect?.kind === 'revoke-token' && known) revokePair(world, known);
  const token = bearerToken(world, seen.headers.authorization);
  const app = token && findApp(world, token.clientId);
  const person = token && world.people.get(token.personId);
  if (!token || !app || !person) throw badToken();
  noteFirstUse(world, token);
  world.ledger.note(seen.seq, { userId: person.id });
  if (rate.exceeded) throw tooMany(world, rate);
  if (!hints) throw notFound();
  if (seen.body.kind === 'too-large') throw new Refusal(413, { errors: ['Request entity too large'] });
  if (seen.body.kind === 'malformed') throw badRequest('The request body could not be read.');
  const company = companyOfCall(world, app, token, hints);
  if (company && !hints.found.route.beforeConnection) needConnection(world, app, token, company);
  return hints.found.route.answer(callOf(world, seen, hints.found, { body, app, token, person, company }));
}

function callOf(
  world: World,
  seen: Exchange,
  found: FoundRoute,
  known: Pick<Call, 'body' | 'app' | 'token' | 'person' | 'company'>,
): Call {
  return {
    world,
    contentType: seen.headers['content-type'] ?? '',
    version: /^\/rest\/v([\d.]+)\//.exec(seen.path)?.[1] ?? '1.0',
    method: seen.method,
    path: seen.path,
    origin: seen.origin,
    query: seen.query,
    params: found.params,
    actor: { personId: known.person.id, clientId: known.app.clientId, seq: seen.seq },
    ...known,
  };
}

function headerOf(seen: Exchange): string | undefined {
  const value = seen.headers['procore-company-id'];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The text speaks of an hour for either window [doc, older]. */
function tooMany(world: World, rate: RateReading): Refusal {
  const waitSeconds = Math.max(1, rate.resetAt - Math.floor(world.clock.nowMs() / 1000));
  return new Refusal(
    429,
    { errors: 'You have surpassed the max number of requests for an hour. Please wait until your limit resets.' },
    world.switches.get('retryAfterOn429') ? { 'Retry-After': String(waitSeconds) } : {},
  );
}

function toReply({ status, body, headers = {} }: Answer, rate: RateReading, nowMs: number): Reply {
  return {
    status,
    headers: {
      ...(status === 204 ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      // The reset below is read against this: both are of the sandbox's own time.
      Date: new Date(nowMs).toUTCString(),
      'X-Rate-Limit-Limit': String(rate.limit),
      'X-Rate-Limit-Remaining': String(rate.remaining),
      'X-Rate-Limit-Reset': String(rate.resetAt),
      ...headers,
    },
    text: status === 204 ? null : printExact(body ?? {}),
  };
}
