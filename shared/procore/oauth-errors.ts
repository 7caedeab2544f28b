import { Fault, type FaultKind } from '../domain/faults.ts';
import type { Incoming } from '../http/exchange.ts';
import type { TransportFailure } from '../http/transport-failure.ts';
import { readRateFacts } from './rate-facts.ts';
import { isRecord } from './refusals.ts';

/** The login host's error codes (RFC 6749 section 5.2); Procore does not publish which it uses (facts/procore.md section 1.5). */
const kindOfCode: Readonly<Record<string, FaultKind>> = {
  invalid_client: 'credential-rejected',
  unauthorized_client: 'credential-rejected',
  invalid_grant: 'grant-lapsed',
  invalid_token: 'grant-lapsed',
  invalid_request: 'validation-rejected',
  unsupported_grant_type: 'validation-rejected',
  invalid_scope: 'validation-rejected',
};

/** Casts a refusal of the login host. Reads only the error code, never its description. */
export function faultOfGrant(what: string, answer: Incoming, body: unknown): Fault {
  const code = isRecord(body) && typeof body['error'] === 'string' ? body['error'] : '';
  const { blockedUntilMs } = readRateFacts(answer.status, answer.headers, Date.now());
  const refused = answer.status >= 400 && answer.status < 500 && answer.status !== 408;
  return new Fault(kindOf(answer.status, code), {
    seen: `Procore’s login host answered ${what} with ${answer.status}.`,
    status: answer.status,
    waitUntilMs: blockedUntilMs,
    effect: refused ? 'surely-not-done' : 'unknown',
  });
}

function kindOf(status: number, code: string): FaultKind {
  if (status === 429) return 'rate-limited';
  if (status >= 500 || status < 400) return 'vendor-unavailable';
  const named = Object.hasOwn(kindOfCode, code) ? kindOfCode[code] : undefined;
  if (named) return named;
  if (status === 401) return 'credential-rejected';
  return status === 408 ? 'time-out' : 'validation-rejected';
}

export function faultOfLoginTransport(what: string, failure: TransportFailure): Fault {
  const detail = { seen: `${what}: ${failure.message}.`, effect: failure.sent ? 'unknown' : 'surely-not-done' } as const;
  return new Fault(failure.kind === 'deadline' ? 'time-out' : 'network', detail, failure);
}

export const unreadableGrant = (what: string, status: number): Fault =>
  new Fault('vendor-unavailable', {
    seen: `Procore’s login host answered ${what} with something that cannot be read.`,
    status,
    effect: 'unknown',
  });
