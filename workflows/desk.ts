import type { Owner } from '../shared/domain/faults.ts';

/**
 * What a running workflow has in front of it beside its own state: calls that do not work at the moment, by name of the call, and
 * whether something shown has changed. `troubles` holds only what stands now; success lifts an entry.
 */
export interface Trouble {
  /** `waiting`: the far side said until when; `retrying`: the slow phase runs; `parked`: a person must act, or time. */
  readonly kind: 'waiting' | 'retrying' | 'parked';
  /** Fault kind, `unexpected`, or `rate-limited` for a stated wait. */
  readonly reason: string;
  /** Who must act, where a fault told it. */
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
  /** Something that is shown has changed. */
  mark(): void;
  /** Whoever sleeps on a trouble tries again at once. */
  knock(): void;
  /** The page was written. */
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
