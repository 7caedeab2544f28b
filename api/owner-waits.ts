import { concernsConnection, isFaultKind } from '../shared/domain/faults.ts';
import { ownerWaits, type Wait } from '../shared/domain/waits.ts';

/** A wait with its reason. */
export interface CausedWait {
  readonly wait: Wait;
  /** A fault's kind; null if nothing went wrong, or it is not stored. */
  readonly reason: string | null;
  /** True: about the project; false: about the connection as a whole. */
  readonly isOfProject: boolean;
  /** The member it is about, if it is about one. */
  readonly memberId?: string;
}

/**
 * Merges all waits for an owner who does not read into one; those of a fault that stops the whole connection into one for each
 * reason and owner; what waits for a member's authorization into the line of that member; and what waits for the meaning of a
 * response into the step that asks for it: the first, since the earliest of them.
 */
export function toldOnce(waits: readonly CausedWait[]): readonly CausedWait[] {
  const told = new Map<string | CausedWait, CausedWait[]>();
  const causeOf = causesAmong(waits);
  for (const one of ownerTold(waits)) told.set(causeOf(one), [...(told.get(causeOf(one)) ?? []), one]);
  return [...told.values()].flatMap(mergedInto);
}

/** What a wait comes from, given the others; a wait of its own comes from itself. */
function causesAmong(waits: readonly CausedWait[]): (one: CausedWait) => string | CausedWait {
  const lines = new Set(waits.filter(isLine).map(lineOf));
  const asking = new Set(waits.filter(isStepOfResponses).map(reasonOf));
  return (one) => {
    if (lines.has(lineOf(one)) && (isLine(one) || isOfAuthorization(one))) return lineOf(one);
    const isOfAll = isFaultKind(one.reason) && (concernsConnection(one.reason) || asking.has(reasonOf(one)));
    return isOfAll ? reasonOf(one) : one;
  };
}

const reasonOf = ({ reason, wait }: CausedWait): string => `${reason}:${wait.owner}`;

const isStepOfResponses = ({ reason, wait }: CausedWait): boolean => reason === 'unmapped-response' && wait.about.kind === 'step';

/** Of the step: a member who has not authorized. */
const isLine = ({ memberId, reason }: CausedWait): boolean => memberId !== undefined && reason === null;

const lineOf = ({ memberId, wait }: CausedWait): string => `member:${memberId}:${wait.owner}`;

const isOfAuthorization = ({ reason }: CausedWait): boolean => reason === 'person-lacks-access' || reason === 'grant-lapsed';

/** One wait for all of them: the first, since the earliest. */
function mergedInto([first, ...more]: readonly CausedWait[]): readonly CausedWait[] {
  if (first === undefined) return [];
  const since = new Date(Math.min(...[first, ...more].map(({ wait }) => wait.since.getTime())));
  return [{ ...first, wait: { ...first.wait, since } }];
}

function ownerTold(waits: readonly CausedWait[]): readonly CausedWait[] {
  const told = ownerWaits.map(({ reason, owner }) => waits.filter((one) => one.reason === reason && one.wait.owner === owner));
  const same = told.find(({ length }) => length > 0) ?? [];
  if (same.length === 0) return waits;
  const all = told.flat();
  return [...mergedInto(same), ...waits.filter((one) => !all.includes(one))];
}
