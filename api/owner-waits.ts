import type { FaultKind, Owner } from '../shared/domain/faults.ts';
import type { Wait } from '../shared/domain/waits.ts';

/** A wait with why it is one. */
export interface CausedWait {
  readonly wait: Wait;
  /** A fault's kind; null: nothing went wrong, or it is not kept. */
  readonly reason: string | null;
  /** Of the project; else of the connection as a whole. */
  readonly isOfProject: boolean;
}

/** Kinds by which an owner who does not read holds up every step and stream, and who mends it then. */
const ofOwner: ReadonlyMap<string | null, Owner> = new Map<FaultKind, Owner>([
  ['grant-lapsed', 'contractor'],
  ['acceptance-missing', 'admin'],
]);

const isOfOwner = ({ wait, reason }: CausedWait): boolean => ofOwner.get(reason) === wait.owner;

/**
 * One wait for an owner who does not read, the first of all that tell it, since the earliest of them. Where somebody waits to be accepted in
 * their place it is the wait for that: what was stored before they came still asks the contractor.
 */
export function toldOnce(waits: readonly CausedWait[]): readonly CausedWait[] {
  const told = waits.filter(isOfOwner);
  const first = told.find(({ reason }) => reason === ('acceptance-missing' satisfies FaultKind)) ?? told[0];
  if (first === undefined) return waits;
  const same = told.filter(({ reason }) => reason === first.reason);
  const since = new Date(Math.min(...same.map(({ wait }) => wait.since.getTime())));
  return [{ ...first, wait: { ...first.wait, since } }, ...waits.filter((one) => !isOfOwner(one))];
}
