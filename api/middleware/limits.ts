import type { RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { Problem } from '../problem.ts';

const windowMs = 60_000;

/** At most this many requests per minute from one address, whatever they carry. States the limit in draft-8 headers. */
export function limitAddress(maxPerMinute: number): RequestHandler {
  return rateLimit({
    windowMs,
    limit: maxPerMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    identifier: 'address',
    keyGenerator: (request) => ipKeyGenerator(request.ip ?? 'unknown'),
    handler: (_request, _response, next) => {
      next(new Problem('too-many-requests', 'Wait as long as the Retry-After header says.'));
    },
  });
}
