/**
 * Who shares one budget. A sharer's level is the number of calls it had lately, fading. Where calls are scarce, whoever had more
 * leaves to those who are due, and had less, what they would need to catch up; so tenants of one lane come equally far, and so do the
 * parts of one tenant.
 */
export interface Sharer {
  /** 1 = most urgent. */
  readonly rank: number;
  readonly tenant: string;
  readonly part: string;
  readonly level: number;
  readonly levelAtMs: number;
  /** Null: never had to wait. */
  readonly dueAtMs: number | null;
}

export interface Queue {
  /** Calls that others should make first, now. */
  readonly ahead: number;
  /** Parts that wait and come first, now or later. */
  readonly before: number;
  /** The lanes above wait, and leave this one less than one call in `atLeastOneIn`: it goes before them, and nothing is kept back from it. */
  readonly isNeglected: boolean;
}

/** Of so many calls, its own and of the lanes above, a lane that wants them gets at least one. */
const atLeastOneIn = 20;

/** A level falls to a third in this time. */
const fadeMs = 300_000;
/** Somebody who waits is due from a little before the moment they were told, for calls may come free earlier, and for a while after. */
const soonMs = 500;
const dueMs = 2000;

/** Levels are sums of fractions; leads below this are none. */
const tolerance = 1e-6;

export const levelOf = (sharer: Sharer, nowMs: number): number =>
  sharer.level * Math.exp(-Math.max(0, nowMs - sharer.levelAtMs) / fadeMs);

const waits = ({ dueAtMs }: Sharer, nowMs: number): boolean => dueAtMs !== null && nowMs < dueAtMs + dueMs;
const isDue = (sharer: Sharer, nowMs: number): boolean => waits(sharer, nowMs) && (sharer.dueAtMs ?? 0) <= nowMs + soonMs;

/** Where somebody stands among all who share the budget. */
export function queueBefore(me: Pick<Sharer, 'rank' | 'tenant' | 'part'>, all: readonly Sharer[], nowMs: number): Queue {
  const better = all.filter(({ rank }) => rank < me.rank);
  const lane = all.filter(({ rank }) => rank === me.rank);
  const isNeglected =
    better.some((sharer) => waits(sharer, nowMs)) && sum(lane, nowMs) + 1 <= sum([...better, ...lane], nowMs) / atLeastOneIn;
  const above = isNeglected ? [] : better;
  const own = lane.filter(({ tenant }) => tenant === me.tenant);
  const ownPart = own.filter(({ part }) => part === me.part);
  const tenants = Object.values(groupBy(lane.filter(({ tenant }) => tenant !== me.tenant)));
  const rivals = [
    ...tenants.map((parts) => ({ parts, lead: sum(own, nowMs) - sum(parts, nowMs) })),
    ...own
      .filter(({ part }) => part !== me.part)
      .map((part) => ({ parts: [part], lead: sum(ownPart, nowMs) - sum([part], nowMs) })),
  ].filter(({ lead }) => lead > tolerance);
  const count = (sharers: readonly Sharer[], test: typeof waits) => sharers.filter((sharer) => test(sharer, nowMs)).length;
  return {
    isNeglected,
    ahead: rivals.reduce((calls, { parts, lead }) => calls + (count(parts, isDue) > 0 ? lead : 0), count(above, isDue)),
    before: rivals.reduce((found, { parts }) => found + count(parts, waits), count(above, waits)),
  };
}

const sum = (sharers: readonly Sharer[], nowMs: number): number =>
  sharers.reduce((total, sharer) => total + levelOf(sharer, nowMs), 0);

function groupBy(sharers: readonly Sharer[]): Record<string, Sharer[]> {
  const groups: Record<string, Sharer[]> = {};
  for (const sharer of sharers) {
    const group = groups[sharer.tenant] ?? [];
    group.push(sharer);
    groups[sharer.tenant] = group;
  }
  return groups;
}
