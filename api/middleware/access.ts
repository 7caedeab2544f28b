import type { Request, RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { type ApiKeyHolder, findApiKeyHolder } from '../../shared/store/tenants/api-keys.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { Problem } from '../problem.ts';
import { type Scope, scopes } from '../route.ts';

const bearerForm = /^Bearer ([\x21-\x7e]{20,200})$/i;
const challenge = {
  headers: { 'WWW-Authenticate': 'Bearer realm="groundwork"' },
  errors: [{ field: 'Authorization', message: 'send Bearer <API key>' }],
};
const holders = new WeakMap<Request, ApiKeyHolder>();

/** The holder of the request's key; only behind `authenticate`. */
export function holderOf(request: Request): ApiKeyHolder {
  const holder = holders.get(request);
  if (holder === undefined) throw new Error('the route is not behind authenticate');
  return holder;
}

/** Finds the tenant of the bearer key. Runs before anything else of the request is looked at. */
export function authenticate({ pool }: ApiDependencies): RequestHandler {
  return async function findHolder(request, _response, next) {
    const header = request.headers.authorization;
    if (header === undefined) throw new Problem('key-missing', 'Send the header Authorization: Bearer <API key>.', challenge);
    const key = bearerForm.exec(header)?.[1];
    const holder = key === undefined ? undefined : await findApiKeyHolder(pool, key);
    if (holder === undefined) throw new Problem('key-rejected', 'Send an API key that is in force.', challenge);
    holders.set(request, holder);
    next();
  };
}

/** At most this many requests per minute with one key. */
export function limitKey(maxPerMinute: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: maxPerMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    identifier: 'key',
    keyGenerator: (request) => holderOf(request).apiKeyId,
    handler: (_request, _response, next) => {
      next(new Problem('too-many-requests', 'Wait as long as the Retry-After header says.'));
    },
  });
}

/** Each scope includes the ones before it. The refusal depends on the key alone, never on what the address names. */
export function needScope(scope: Scope): RequestHandler {
  return function checkScope(request, _response, next) {
    const held = holderOf(request).scope;
    if (scopes.indexOf(held) < scopes.indexOf(scope)) {
      throw new Problem('scope-too-low', `This needs a key of scope ${scope}; this key has ${held}.`);
    }
    next();
  };
}
