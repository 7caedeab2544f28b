import { ownerWaits, type Wait } from '../shared/domain/waits.ts';

/** A wait with why it is one. */
export interface CausedWait {
  readonly wait: Wait;
  /** A fault's kind; null: nothing went wrong, or it is not kept. */
  readonly reason: string | null;
  /** Of the project; else of the connection as a whole. */
  readonly isOfProject: boolean;
}

/** One wait for an owner who does not read, the first of all that tell it, since the earliest of them. */
export function toldOnce(waits: readonly CausedWait[]): readonly CausedWait[] {
  const told = ownerWaits.map(({ reason, owner }) => waits.filter((one) => one.reason === reason && one.wait.owner === owner));
  const same = told.find(({ length }) => length > 0) ?? [];
  const [first] = same;
  if (first === undefined) return waits;
  const since = new Date(Math.min(...same.map(({ wait }) => wait.since.getTime())));
  const all = told.flat();
  return [{ ...first, wait: { ...first.wait, since } }, ...waits.filter((one) => !all.includes(one))];
}
