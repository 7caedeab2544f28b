import { Fault, type FaultDetail, type FaultKind } from '../../domain/faults.ts';
import { readRetryAfter } from '../../http/retry-after.ts';
import type { TransportFailure } from '../../http/transport-failure.ts';

/** Statuses after which a write surely did not happen (facts/security.md section 2; 410, 412 and 416 refuse it as plainly). */
const surelyNotDone: ReadonlySet<number> = new Set([400, 401, 403, 404, 409, 410, 412, 413, 416, 422, 429]);

export type Effect = 'read' | 'write';

/** What a failure means for a write; nothing for a read. */
const effectOf = (effect: Effect, notDone: boolean): FaultDetail['effect'] =>
  effect === 'read' ? undefined : notDone ? 'surely-not-done' : 'unknown';

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Casts every refusal of Part3 into our union: the one place for it. Its texts are never read. */
export function faultOfAnswer(what: string, { status, headers }: Answered, nowMs: number, effect: Effect): Fault {
  const waits = status === 429 || status === 503;
  return new Fault(kindOf(status), {
    seen: `Part3 answered ${what} with ${status}.`,
    status,
    requestId: headers['x-request-id'],
    waitUntilMs: waits ? readRetryAfter(headers['retry-after'], nowMs) : undefined,
    effect: effectOf(effect, surelyNotDone.has(status)),
    ...cureOf(status),
  });
}

function kindOf(status: number): FaultKind {
  switch (status) {
    case 401:
      return 'partner-credential-rejected';
    case 403:
      return 'partner-scope-missing';
    case 408:
      return 'time-out';
    case 409:
    case 412:
      return 'conflict';
    case 410:
      return 'file-unavailable';
    case 429:
      return 'rate-limited';
    default:
      return status >= 400 && status < 500 ? 'validation-rejected' : 'vendor-unavailable';
  }
}

const tokens = 'Part3 → Organisation settings → API tokens';

/** What mends it, where Part3's own is another than the table says. */
function cureOf(status: number): Pick<FaultDetail, 'needed' | 'where'> {
  if (status === 401) return { needed: 'A token of your Part3 organisation that is not revoked.', where: tokens };
  if (status === 403) return { needed: 'A token that may also write.', where: tokens };
  if (status === 409 || status === 412)
    return { needed: 'The newest version, finished.', where: 'Part3 → the project → the item → Answers' };
  return {};
}

export function faultOfTransport(what: string, failure: TransportFailure, effect: Effect): Fault {
  const kind: FaultKind =
    failure.kind === 'deadline' ? 'time-out' : failure.kind === 'too-large' ? 'vendor-unavailable' : 'network';
  return new Fault(kind, { seen: `Part3, ${what}: ${failure.message}.`, effect: effectOf(effect, !failure.sent) }, failure);
}

/** A success that is not what Part3 promises. `place` names fields, never values. */
export const faultOfUnreadable = (what: string, status: number, place: string, effect: Effect): Fault =>
  new Fault('vendor-unavailable', {
    seen: `Part3 answered ${what} with something that cannot be read (${place}).`,
    status,
    effect: effectOf(effect, false),
  });

/** The same fault for a write of which nothing was sent yet. */
export const beforeSending = (fault: Fault): Fault =>
  new Fault(fault.kind, { ...fault.detail, effect: 'surely-not-done' }, fault);

/** Queued again at once, under a claim of its own. */
export const tooLate = (nowMs: number): Fault =>
  new Fault('vendor-unavailable', {
    seen: 'The call had waited too long to be sent.',
    waitUntilMs: nowMs,
    effect: 'surely-not-done',
  });
