import { stringifyExact } from '../http/exact-json.ts';
import type { Exchange, Incoming } from '../http/exchange.ts';
import { TransportFailure } from '../http/transport-failure.ts';
import { revealSecret, type Secret } from '../security/secret.ts';
import type { ProcoreRequest } from './contract.ts';
import { faultOfTransport } from './errors.ts';

/** Headers that prove who asks, and for which company. */
export const proofOf = (token: Secret, companyId: string): Record<string, string> => ({
  authorization: `Bearer ${revealSecret(token)}`,
  'procore-company-id': companyId,
});

/** One HTTP attempt, every failure of it cast. */
export const sendOnce = (
  exchange: Exchange,
  proof: Readonly<Record<string, string>>,
  request: ProcoreRequest<unknown>,
  signal: AbortSignal | undefined,
): Promise<Incoming> =>
  castingFailures(request, signal, () =>
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

/** A cancelled call throws the signal's reason, unless a write may have happened. */
export async function castingFailures<T>(
  call: Pick<ProcoreRequest<unknown>, 'operationId' | 'path' | 'query' | 'effect'>,
  signal: AbortSignal | undefined,
  send: () => Promise<T>,
): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof TransportFailure)) throw error;
    if (error.kind === 'cancelled' && !(call.effect === 'write' && error.sent)) signal?.throwIfAborted();
    throw faultOfTransport(call, error);
  }
}
