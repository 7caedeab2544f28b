import type { Owner } from '../shared/domain/faults.ts';

/**
 * A running workflow's failing calls, by name of the call, and whether something shown has changed. `troubles` holds only present
 * ones; success removes an entry.
 */
export interface Trouble {
  /** `waiting`: until the time the far side stated; `retrying`: in the slow phase; `parked`: until a person acts, or a time. */
  readonly kind: 'waiting' | 'retrying' | 'parked';
  /** Fault kind, `unexpected`, or `rate-limited` for a stated wait. */
  readonly reason: string;
  /** Who must act, if the fault says so. */
  readonly owner?: Owner | undefined;
  readonly says: string;
  readonly needed?: string | undefined;
  readonly where?: string | undefined;
  readonly sinceMs: number;
  readonly untilMs?: number;
}

export interface Desk {
  readonly troubles: ReadonlyMap<string, Trouble>;
  readonly knocks: number;
  readonly changed: boolean;
  put(name: string, trouble: Trouble): void;
  lift(name: string): void;
  /** Something shown has changed. */
  mark(): void;
  /** Every call that sleeps on a trouble is retried at once. */
  knock(): void;
  /** The shown state was written. */
  shown(): void;
}

export function createDesk(): Desk {
  const troubles = new Map<string, Trouble>();
  let knocks = 0;
  let changed = true;
  const mark = () => {
    changed = true;
  };
  return {
    troubles,
    get knocks() {
      return knocks;
    },
    get changed() {
      return changed;
    },
    put(name, trouble) {
      troubles.set(name, trouble);
      mark();
    },
    lift(name) {
      if (troubles.delete(name)) mark();
    },
    mark,
    knock() {
      knocks += 1;
    },
    shown() {
      changed = false;
    },
  };
}
