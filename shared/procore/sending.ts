import { stringifyExact } from '../http/exact-json.ts';
import type { Exchange, Incoming } from '../http/exchange.ts';
import { castingFailures } from '../http/far-side-errors.ts';
import { revealSecret, type Secret } from '../security/secret.ts';
import type { ProcoreRequest } from './contract.ts';

/** Authorization headers for a company; an empty id names none. */
export const proofOf = (token: Secret, companyId: string): Record<string, string> => ({
  authorization: `Bearer ${revealSecret(token)}`,
  ...(companyId !== '' && { 'procore-company-id': companyId }),
});

/** One HTTP attempt; every failure is cast. */
export const sendOnce = (
  exchange: Exchange,
  proof: Readonly<Record<string, string>>,
  request: ProcoreRequest<unknown>,
  signal: AbortSignal | undefined,
): Promise<Incoming> =>
  castingFailures({ called: request.operationId, effect: request.effect, signal }, () =>
    exchange({
      method: request.method,
      path: request.path,
      query: request.query,
      effect: request.effect,
      signal,
      headers: { ...proof, accept: 'application/json' },
      body: request.body === undefined ? undefined : { text: stringifyExact(request.body), contentType: 'application/json' },
    }),
  );
