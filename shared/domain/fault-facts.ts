/** Who must act on a fault, how it is handled, how far it reaches, and what people read of it; the faults themselves: `faults.ts`. */
export const owners = ['admin', 'contractor', 'responder', 'support', 'operator', 'procore', 'partner'] as const;

/** Who must act next. */
export type Owner = (typeof owners)[number];

/** `retry`: resolves by itself; `park`: waits for its owner; `warn`: shown, blocks nothing. */
export type Handling = 'retry' | 'park' | 'warn';

/**
 * How far a fault reaches: one `record` (it is parked, others continue), the whole `stream` of a project, or the `connection`,
 * whose every step and project it stops: then it is one cause, reported once.
 */
export type Reach = 'record' | 'stream' | 'connection';

export interface FaultKindFacts {
  readonly owner: Owner;
  readonly handling: Handling;
  readonly reach: Reach;
  /** What was seen, in words for people. */
  readonly sentence: string;
  /** What fixes it, and on which screen. */
  readonly cure: string;
  /** Page below `docs/runbook/`. */
  readonly runbook: string;
}

export const facts = (
  owner: Owner,
  handling: Handling,
  reach: Reach,
  sentence: string,
  cure: string,
  runbook = 'steps',
): FaultKindFacts => ({
  owner,
  handling,
  reach,
  sentence,
  cure,
  runbook,
});
