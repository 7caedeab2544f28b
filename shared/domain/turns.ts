/** Something that many do at a pace, e.g. once a day, each at its own time of it. */
export interface Pacing {
  readonly nowMs: number;
  readonly everyMs: number;
}

/** The newest moment at which a turn came; `phase` 0..1 spreads those who have one over the time. */
export function newestTurn(phase: number, { nowMs, everyMs }: Pacing): number {
  const offsetMs = phase * everyMs;
  return Math.floor((nowMs - offsetMs) / everyMs) * everyMs + offsetMs;
}

const digits = 8;

/** A phase 0..1 of a random UUID's own, the same for ever. */
export const phaseOf = (uuid: string): number => Number.parseInt(uuid.slice(0, digits), 16) / 16 ** digits;
