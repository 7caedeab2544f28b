import { Fault, type FaultKind } from '../domain/faults.ts';
import type { Incoming } from '../http/exchange.ts';
import { effectOf, refusingStatuses, requestIdOf } from '../http/far-side-errors.ts';
import type { Principal, ProcoreRequest } from './contract.ts';
import { refusedField, saysNotConnected } from './refusals.ts';

type Call = Pick<ProcoreRequest<unknown>, 'operationId' | 'path' | 'query' | 'effect'>;
type Head = Pick<Incoming, 'status' | 'headers'>;

/**
 * Casts an unsuccessful response into our union: the only place for it. A 403 or 404 gets the likeliest kind; `diagnosis.ts`
 * proves it. `waitUntilMs` is the stated wait of a 429 or 503.
 */
export function faultOfAnswer(call: Call, principal: Principal, answer: Head, body: unknown, waitUntilMs?: number): Fault {
  return new Fault(kindOf(call, principal, answer.status, body), {
    seen: `Procore answered ${call.operationId} with ${answer.status}${answer.status < 400 ? ', which was not followed' : ''}.`,
    status: answer.status,
    requestId: requestIdOf(answer),
    field: answer.status === 400 || answer.status === 422 ? refusedField(body) : undefined,
    waitUntilMs,
    effect: effectOf(call.effect, refusingStatuses.includes(answer.status)),
  });
}

function kindOf(call: Call, principal: Principal, status: number, body: unknown): FaultKind {
  if ((status === 401 || status === 403) && saysNotConnected(body)) return 'app-not-connected';
  switch (status) {
    case 401:
      return principal === 'service' ? 'credential-rejected' : 'grant-lapsed';
    case 403:
      return principal === 'service' ? 'permission-too-low' : 'person-lacks-access';
    case 404:
      if (!isProjectCall(call)) return 'company-not-visible';
      return principal === 'service' ? 'project-not-permitted' : 'person-lacks-access';
    case 408:
      return 'time-out';
    case 409:
      return 'conflict';
    case 429:
      return 'rate-limited';
    default:
      return status >= 400 && status < 500 ? 'validation-rejected' : 'vendor-unavailable';
  }
}

const guesses: ReadonlySet<FaultKind> = new Set([
  'permission-too-low',
  'person-lacks-access',
  'company-not-visible',
  'project-not-permitted',
]);

/** Whether it is a bare 403 or 404 with its likeliest kind: what would be needed instead is not known yet. */
export const isUnproven = ({ kind, detail }: Fault): boolean =>
  (detail.status === 403 || detail.status === 404) && detail.needed === undefined && guesses.has(kind);

const isProjectCall = (call: Call): boolean => /\/projects\/\d/.test(call.path) || call.query?.['project_id'] !== undefined;

/** A success whose body breaks Procore's contract: a write may have happened. */
export function faultOfUnreadable(call: Call, answer: Incoming, where: string): Fault {
  return new Fault('vendor-unavailable', {
    seen: `Procore answered ${call.operationId} with ${answer.status} and something that cannot be read (${where}).`,
    status: answer.status,
    requestId: requestIdOf(answer),
    effect: effectOf(call.effect, false),
  });
}
