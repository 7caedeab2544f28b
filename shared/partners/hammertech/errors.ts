import { Fault, type FaultDetail, type FaultKind } from '../../domain/faults.ts';
import type { Incoming } from '../../http/exchange.ts';
import { readRetryAfter } from '../../http/retry-after.ts';
import type { TransportFailure } from '../../http/transport-failure.ts';

/** Statuses after which a write surely did not happen (facts/security.md section 2). */
const surelyNotDone: ReadonlySet<number> = new Set([400, 401, 403, 404, 409, 413, 422, 429]);

/** What a failure means for a write; nothing for a read. */
const effectOf = (effect: Effect, notDone: boolean): FaultDetail['effect'] =>
  effect === 'read' ? undefined : notDone ? 'surely-not-done' : 'unknown';

type Effect = 'read' | 'write';

/** Casts every refusal of HammerTech into our union: the one place for it. Its texts are never read (facts/partners.md section 1.3). */
export function faultOfAnswer(what: string, answer: Incoming, nowMs: number, effect: Effect = 'read'): Fault {
  const waits = answer.status === 429 || answer.status === 503;
  const detail: FaultDetail = {
    seen: `HammerTech answered ${what} with ${answer.status}.`,
    status: answer.status,
    waitUntilMs: waits ? readRetryAfter(answer.headers['retry-after'], nowMs) : undefined,
    effect: effectOf(effect, surelyNotDone.has(answer.status)),
    where: answer.status === 403 ? 'HammerTech → Administration → Users → the login’s projects' : undefined,
  };
  return new Fault(kindOf(answer.status), detail);
}

function kindOf(status: number): FaultKind {
  switch (status) {
    case 401:
      return 'partner-credential-rejected';
    case 403:
      return 'partner-scope-missing';
    case 408:
      return 'time-out';
    case 429:
      return 'rate-limited';
    default:
      return status >= 400 && status < 500 ? 'validation-rejected' : 'vendor-unavailable';
  }
}

/** The login itself: HammerTech refuses a wrong one with an empty 401; some shapes of a wrong tenant or address come as 400. */
export function faultOfLogin(answer: Incoming, nowMs: number): Fault {
  const fault = faultOfAnswer('the login', answer, nowMs);
  const refused = answer.status === 400 || answer.status === 403 || answer.status === 404;
  return refused ? new Fault('partner-credential-rejected', fault.detail) : fault;
}

export function faultOfTransport(what: string, failure: TransportFailure, effect: Effect = 'read'): Fault {
  const kind: FaultKind =
    failure.kind === 'deadline' ? 'time-out' : failure.kind === 'too-large' ? 'vendor-unavailable' : 'network';
  return new Fault(kind, { seen: `HammerTech, ${what}: ${failure.message}.`, effect: effectOf(effect, !failure.sent) }, failure);
}

/** A success that is not what HammerTech promises. `place` names fields, never values. */
export const faultOfUnreadable = (what: string, status: number, place: string, effect: Effect = 'read'): Fault =>
  new Fault('vendor-unavailable', {
    seen: `HammerTech answered ${what} with something that cannot be read (${place}).`,
    status,
    effect: effectOf(effect, false),
  });

/** The same fault for a write of which nothing was sent yet. */
export const beforeSending = (fault: Fault): Fault =>
  new Fault(fault.kind, { ...fault.detail, effect: 'surely-not-done' }, fault);
