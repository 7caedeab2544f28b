/**
 * Priority when calls to Procore are scarce, most urgent first (design section 7). The lanes of the rate budget and the priority
 * keys of activities in Temporal are this one list.
 */
export const lanes = ['answers', 'onboarding', 'webhooks', 'polling', 'backfill'] as const;

/**
 * `answers`: a person waits for it. `onboarding`: checks that run by themselves. `webhooks`: a reported change. `polling`: the
 * timer. `backfill`: bulk that nobody waits for.
 */
export type Lane = (typeof lanes)[number];

export interface LaneFacts {
  /** Name of the lane's calls for people: a plural. */
  readonly words: string;
  /** Share of what a window can still supply that this lane leaves to the lanes above (docs/adr/0016). */
  readonly keptBack: number;
}

export const laneTable = {
  answers: { words: 'answers', keptBack: 0 },
  onboarding: { words: 'onboarding checks', keptBack: 0.1 },
  webhooks: { words: 'reported changes', keptBack: 0.2 },
  polling: { words: 'regular comparisons', keptBack: 0.3 },
  backfill: { words: 'backfills', keptBack: 0.5 },
} as const satisfies Record<Lane, LaneFacts>;

/** Temporal's priority of a lane's activities: 1 goes first, 5 last. */
export const priorityOf = (lane: Lane) => ({ priorityKey: rankOf(lane) });

/** The lane of an activity's priority; `polling` if none was given. */
export const laneOfPriority = (priorityKey: number | undefined): Lane => lanes[(priorityKey ?? 0) - 1] ?? 'polling';

/** 1 = most urgent. */
export const rankOf = (lane: Lane): number => lanes.indexOf(lane) + 1;

/** Lanes above the given one that keep back less than the open share. */
export const lanesAbove = (lane: Lane, openShare: number): readonly Lane[] =>
  lanes.slice(0, rankOf(lane) - 1).filter((above) => laneTable[above].keptBack < openShare);
