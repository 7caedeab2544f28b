import type { Journal } from './journal.ts';
import { createTable } from './table.ts';

/** When a fault strikes and what the caller sees. `after-commit` kinds let the request do its work first. */
export type FaultKind =
  | { kind: 'reset-before' }
  | { kind: 'reset-after-commit' }
  | { kind: 'status-before'; status: number }
  | { kind: 'status-after-commit'; status: number }
  /** 200 whose body is not JSON, although the work was done. */
  | { kind: 'garbage-after-commit' }
  /** Waits before the request is handled. Milliseconds. */
  | { kind: 'delay'; ms: number }
  /** Cuts the connection after this many bytes of a file sent to or from Part3; any other request before its work. */
  | { kind: 'cut'; afterBytes: number }
  /** 429 as if that window were exhausted. */
  | { kind: 'rate-limit'; window: 'hour' | 'spike' }
  /** 503 with Retry-After in seconds. */
  | { kind: 'unavailable'; retryAfter: number }
  /** Revokes the token of this request, which then answers 401. */
  | { kind: 'revoke-token' };

export interface FaultMatch {
  operationId?: string | undefined;
  method?: string | undefined;
  /** A path, or the beginning of one when it ends in `*`. */
  path?: string | undefined;
  clientId?: string | undefined;
}

export interface FaultRequest {
  match: FaultMatch;
  /** Strikes from the n-th matching request on (default 1). */
  nth?: number | undefined;
  /** For this many requests (default 1). */
  times?: number | undefined;
  effect: FaultKind;
}

export interface Fault extends FaultRequest {
  id: string;
  nth: number;
  times: number;
  /** Matching requests seen so far. */
  seen: number;
}

/** A request as far as it is known when faults are looked up. */
export interface FaultSubject {
  side: string;
  operationId: string | null;
  method: string;
  path: string;
  clientId: string | null;
}

export interface Faults {
  add(request: FaultRequest): Fault;
  remove(id: string): boolean;
  removeAll(): void;
  list(): Fault[];
  /** Counts the request against every fault that matches it and returns the first that strikes. */
  strike(subject: FaultSubject): Fault | undefined;
}

export function createFaults(journal: Journal): Faults {
  const table = createTable<Fault>(journal, 'faults', (row) => row.id);
  let made = 0;
  return {
    add({ match, effect, nth = 1, times = 1 }) {
      do made += 1;
      while (table.get(`fault-${made}`));
      return table.put({ id: `fault-${made}`, match, effect, nth, times, seen: 0 });
    },
    remove: (id) => table.delete(id),
    removeAll() {
      for (const { id } of table.all()) table.delete(id);
    },
    list: () => table.all(),
    strike(subject) {
      let struck: Fault | undefined;
      for (const fault of table.all()) {
        if (!matches(fault.match, subject)) continue;
        const seen = fault.seen + 1;
        if (seen >= fault.nth + fault.times - 1) table.delete(fault.id);
        else table.put({ ...fault, seen });
        if (seen >= fault.nth) struck ??= fault;
      }
      return struck;
    },
  };
}

function matches(match: FaultMatch, subject: FaultSubject): boolean {
  if (match.operationId !== undefined && match.operationId !== subject.operationId) return false;
  if (match.method !== undefined && match.method.toUpperCase() !== subject.method) return false;
  if (match.clientId !== undefined && match.clientId !== subject.clientId) return false;
  if (match.path === undefined) return true;
  return match.path.endsWith('*') ? subject.path.startsWith(match.path.slice(0, -1)) : subject.path === match.path;
}
