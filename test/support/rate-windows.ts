import type { RateWindow, RateWindowName, WaitReason } from '../../shared/procore/budget.ts';

/**
 * One window as we know it. It is open until its reset; the first call after that opens the next one. How many calls that one has is
 * not believed before an answer of its own has told: until then `firstCalls` go out, and the rest is `unproven`. So a limit that was
 * lowered, an hour that nobody knew to be used up, or somebody else's calls cost a few refusals and never a full window of them.
 */
export interface OpenWindow {
  /** Null until the first answer has told. */
  readonly limit: number | null;
  readonly remaining: number;
  readonly unproven: number;
  readonly resetAtMs: number;
  /** Answers to calls reserved before tell nothing of it. */
  readonly openedAtMs: number;
  /**
   * An hour that no header has told of yet, for headers tell of it only when little is left: the lowest limit that goes with such a
   * short window. All lanes but the first keep it, so that a first sync leaves them something of an hour that nobody knows; in its last
   * minutes nobody does, so that a higher limit comes to light where it costs a person three minutes and not fifty.
   */
  readonly isAssumed: boolean;
}

export const firstCalls = 10;
export const windowMs = { spike: 10_000, hour: 3_600_000 } as const satisfies Record<RateWindowName, number>;

/** How much later than by its length a window may end that nobody has seen yet: its first call may be slow. */
const openingMs = 2000;
/** Until a window just opened is likely to be proven. */
const provingMs = 250;
const turnMs = 1000;
const leastWaitMs = 50;
/** Procore's documented pairs are 25 and 600, 100 and 3,600 (facts/procore.md section 2.5). */
const assumedSpikesAnHour = 24;
const tailMs = 180_000;
/** One call is left over, for a count that is off by one. */
const spareFrom = 20;

/** A window whose reset has passed is open anew. */
export function turned(name: RateWindowName, window: OpenWindow, nowMs: number): OpenWindow {
  if (window.resetAtMs > nowMs) return window;
  // so many calls of an assumed hour were allowed: nobody told otherwise
  const limit = window.isAssumed ? Math.max(window.limit ?? 0, takenOf(window)) : window.limit;
  const unproven = name === 'spike' ? Math.max(0, (limit ?? 0) - firstCalls) : 0;
  return {
    ...window,
    limit,
    remaining: (limit ?? firstCalls) - unproven,
    unproven,
    resetAtMs: nowMs + windowMs[name] + openingMs,
    openedAtMs: nowMs,
  };
}

export const unseenSpike = (nowMs: number): OpenWindow => ({
  limit: null,
  remaining: firstCalls,
  unproven: 0,
  resetAtMs: nowMs + windowMs.spike + openingMs,
  openedAtMs: nowMs,
  isAssumed: false,
});

/** The hour around a short window of a known limit. */
export function assumedHour(spike: OpenWindow, nowMs: number): OpenWindow | undefined {
  if (spike.limit === null) return undefined;
  const limit = spike.limit * assumedSpikesAnHour;
  const { openedAtMs } = spike;
  return { limit, remaining: limit - takenOf(spike), unproven: 0, resetAtMs: nowMs + windowMs.hour, openedAtMs, isAssumed: true };
}

/** Whether a lane has to keep to a window. */
export const binds = ({ isAssumed, resetAtMs }: OpenWindow, rank: number, nowMs: number): boolean =>
  !isAssumed || (rank > 1 && resetAtMs - nowMs >= tailMs);

/** What a window has for one lane, and when it has more. */
export interface Room {
  /** Lanes that keep back less than this part would be let through. */
  readonly openShare: number;
  /** Zero: a call may go out now, and leaves room for those ahead. */
  readonly waitMs: number;
  readonly why: WaitReason;
}

export interface Place {
  /** Part of what the window has yet to bring that the lane leaves to those above. */
  readonly keptBack: number;
  /** Calls that others should make first, now. */
  readonly ahead: number;
  /** Those who wait and come first, now or later. */
  readonly before: number;
}

/**
 * A lane leaves a part of the window's limit to the lanes above, in proportion to the time still to come: at the reset nothing is left
 * that nobody wanted. (Nested protection levels, as in revenue management, with a forecast that shrinks with the time left.)
 */
export function roomIn(name: RateWindowName, window: OpenWindow, { keptBack, ahead, before }: Place, nowMs: number): Room {
  const leftMs = window.resetAtMs - nowMs;
  const perMs = (window.limit ?? 0) / windowMs[name];
  const toCome = perMs * Math.min(leftMs, windowMs[name]);
  const total = window.remaining + window.unproven - (window.limit !== null && window.limit >= spareFrom ? 1 : 0);
  const unkept = total - Math.floor(keptBack * toCome);
  const free = Math.min(window.remaining, unkept);
  const atMostMs = window.isAssumed ? leftMs - tailMs : leftMs;
  const openShare =
    window.isAssumed && total < 1
      ? answersOnly
      : Math.min(window.remaining, total) < 1
        ? 0
        : toCome > 0
          ? Math.min(1, total / toCome)
          : 1;
  if (free >= 1 + ahead - tolerance) return { openShare, waitMs: 0, why: name };
  if (free >= 1) return { openShare, waitMs: turnMs, why: 'turn' };
  const isUnproven = window.limit === null || (window.unproven > 0 && unkept >= 1);
  const laterMs = isUnproven
    ? Math.min(leftMs, provingMs)
    : Math.min(leftMs - freeFromMs(total - before, keptBack * perMs), atMostMs);
  return { openShare, waitMs: Math.floor(Math.max(laterMs, leastWaitMs)) + 1, why: name };
}

/** So little that only the lane which keeps nothing back is let through. */
const answersOnly = 1e-9;

/** Levels fade by fractions; a count that misses one by less than this is that one. */
const tolerance = 1e-6;

/** How long before the reset fewer than so many calls are kept back. */
const freeFromMs = (calls: number, keptPerMs: number): number => (calls > 0 && keptPerMs > 0 ? calls / keptPerMs : 0);

/** One answer: what it said of a window, when it came, and for when its call was granted. */
export interface Answer {
  readonly seen: RateWindow;
  readonly seenAtMs: number;
  readonly reservedAtMs: number;
}

/**
 * What an answer says of a window. Within one window the lower count wins (an answer may be older than calls made since) and the
 * earlier end: headers are whole seconds, rounded up, and a window that an answer was counted in ends within its length of that
 * answer. A call that was granted before the window was opened tells nothing of it; one whose window ends later by half a length is
 * of the next.
 */
export function learned(known: OpenWindow, answer: Answer): OpenWindow {
  const { seen, seenAtMs, reservedAtMs } = answer;
  const told = asTold(answer);
  if (told.resetAtMs <= seenAtMs || reservedAtMs < known.openedAtMs) return known;
  const isNext = known.resetAtMs <= seenAtMs || told.resetAtMs > known.resetAtMs + windowMs[seen.name] / 2;
  if (isNext) return told;
  return {
    ...told,
    remaining: Math.min(seen.remaining, seen.limit - takenOf(known)),
    resetAtMs: Math.min(known.resetAtMs, told.resetAtMs),
    openedAtMs: known.openedAtMs,
  };
}

/** An hour is heard of for the first time: the first calls of the short window but this one may be under way, uncounted. */
export function firstHour(answer: Answer, spike: OpenWindow): OpenWindow | undefined {
  const told = asTold(answer);
  if (told.resetAtMs <= answer.seenAtMs) return undefined;
  return { ...told, remaining: told.remaining - Math.max(0, Math.min(takenOf(spike), firstCalls) - 1) };
}

const takenOf = ({ limit, remaining, unproven }: OpenWindow): number => (limit ?? firstCalls) - remaining - unproven;

const asTold = ({ seen, seenAtMs, reservedAtMs }: Answer): OpenWindow => ({
  limit: seen.limit,
  remaining: seen.remaining,
  unproven: 0,
  resetAtMs: Math.min(seen.resetAtMs, seenAtMs + windowMs[seen.name]),
  openedAtMs: reservedAtMs,
  isAssumed: false,
});

/** In its last seconds an hour looks like a short window, but for its limit. */
export const ofItsHour = (seen: RateWindow, hour: OpenWindow | undefined, spike: OpenWindow | undefined): RateWindow =>
  seen.limit === hour?.limit && !hour.isAssumed && seen.limit !== spike?.limit ? { ...seen, name: 'hour' } : seen;

/** An answer whose hour is tighter was counted in the short window too: that one has as many calls left, or more. */
export const proven = (spike: OpenWindow, hour: RateWindow): OpenWindow => ({
  ...spike,
  remaining: spike.limit === null ? Math.max(spike.remaining, hour.remaining) : spike.remaining + spike.unproven,
  unproven: 0,
});
