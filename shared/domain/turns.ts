/** Something that many do at a fixed interval, e.g. once a day, each at its own time. */
export interface Pacing {
  readonly nowMs: number;
  readonly everyMs: number;
}

/** The latest moment at which a turn came; `phase` 0..1 spreads the turns over the interval. */
export function newestTurn(phase: number, { nowMs, everyMs }: Pacing): number {
  const offsetMs = phase * everyMs;
  return Math.floor((nowMs - offsetMs) / everyMs) * everyMs + offsetMs;
}

const digits = 8;

/** A phase 0..1 derived from a random UUID, always the same. */
export const phaseOf = (uuid: string): number => Number.parseInt(uuid.slice(0, digits), 16) / 16 ** digits;
