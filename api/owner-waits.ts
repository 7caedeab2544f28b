import { ownerWaits, type Wait } from '../shared/domain/waits.ts';

/** A wait with its reason. */
export interface CausedWait {
  readonly wait: Wait;
  /** A fault's kind; null if nothing went wrong, or it is not stored. */
  readonly reason: string | null;
  /** True: about the project; false: about the connection as a whole. */
  readonly isOfProject: boolean;
}

/** Merges all waits for an owner who does not read into one: the first, since the earliest of the same reason. */
export function toldOnce(waits: readonly CausedWait[]): readonly CausedWait[] {
  const told = ownerWaits.map(({ reason, owner }) => waits.filter((one) => one.reason === reason && one.wait.owner === owner));
  const same = told.find(({ length }) => length > 0) ?? [];
  const [first] = same;
  if (first === undefined) return waits;
  const since = new Date(Math.min(...same.map(({ wait }) => wait.since.getTime())));
  const all = told.flat();
  return [{ ...first, wait: { ...first.wait, since } }, ...waits.filter((one) => !all.includes(one))];
}
