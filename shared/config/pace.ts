import type { Pace } from '../domain/workflow-inputs.ts';

export const modes = ['demo', 'production'] as const;
export type Mode = (typeof modes)[number];

/** Time-outs and intervals (contracts section 1), all in milliseconds unless the name says otherwise. */
export interface Timings extends Pace {
  readonly httpDeadlineMs: number;
  /** Longest time without progress in a file transfer. */
  readonly fileIdleMs: number;
  readonly claimLeaseMs: number;
  readonly settleMs: number;
  readonly checkpointOverlapMs: number;
  readonly manpowerWindowDays: number;
  readonly upkeepRoundMs: number;
  readonly signInPendingMs: number;
  /** Delay before an unsent mail is first retried; it doubles up to `mailCeilingMs`. */
  readonly mailFirstMs: number;
  readonly mailCeilingMs: number;
  /** How often care reads the levels on every single project while they are sufficient. */
  readonly projectLevelsMs: number;
  /** How often written records are compared with the far side; null: only on request. */
  readonly reconcileMs: number | null;
  /** Longest stated wait that is waited inside an activity. */
  readonly inlineWaitMs: number;
}

const seconds = (count: number): number => count * 1000;
const minutes = (count: number): number => seconds(count * 60);
const hours = (count: number): number => minutes(count * 60);

const production: Timings = {
  httpDeadlineMs: seconds(20),
  fileIdleMs: seconds(60),
  claimLeaseMs: seconds(60),
  settleMs: seconds(60),
  watchFirstMs: seconds(5),
  watchCeilingMs: minutes(15),
  fastAttempts: 10,
  fastCeilingMs: minutes(1),
  slowMs: minutes(5),
  heartbeatMs: minutes(1),
  careRoundMs: hours(1),
  cyclesPerRun: 50,
  cycleBusyMs: minutes(5),
  cycleQuietMs: hours(1),
  checkpointOverlapMs: minutes(10),
  manpowerWindowDays: 14,
  upkeepRoundMs: minutes(1),
  signInPendingMs: minutes(15),
  mailFirstMs: seconds(30),
  mailCeilingMs: minutes(15),
  projectLevelsMs: hours(24),
  reconcileMs: hours(24),
  inlineWaitMs: seconds(20),
};

const demo: Timings = {
  ...production,
  httpDeadlineMs: seconds(3),
  fileIdleMs: seconds(10),
  claimLeaseMs: seconds(6),
  settleMs: seconds(2),
  watchFirstMs: seconds(1),
  watchCeilingMs: seconds(10),
  fastAttempts: 3,
  fastCeilingMs: seconds(1),
  slowMs: seconds(5),
  heartbeatMs: seconds(7),
  careRoundMs: seconds(10),
  cycleBusyMs: seconds(3),
  cycleQuietMs: seconds(30),
  checkpointOverlapMs: seconds(10),
  manpowerWindowDays: 30,
  upkeepRoundMs: seconds(10),
  mailFirstMs: seconds(1),
  mailCeilingMs: seconds(10),
  projectLevelsMs: minutes(1),
  reconcileMs: null,
};

export const timingsOf = (mode: Mode): Timings => (mode === 'production' ? production : demo);
