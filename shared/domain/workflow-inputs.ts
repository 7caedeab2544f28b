import { z } from 'zod';
import { owners } from './faults.ts';
import { uuid } from './ids.ts';
import { partnerNames } from './partners.ts';

/**
 * Intervals and limits of the workflows; read from the settings by the first activity of a run and carried as data (contracts
 * section 1).
 */
export const pace = z.object({
  watchFirstMs: z.number(),
  watchCeilingMs: z.number(),
  fastAttempts: z.int(),
  fastCeilingMs: z.number(),
  slowMs: z.number(),
  /** A lost worker is noticed after this long without a heartbeat; longer than two calls to a far side. */
  heartbeatMs: z.number(),
  careRoundMs: z.number(),
  cycleBusyMs: z.number(),
  cycleQuietMs: z.number(),
  /** Cycles after which a loop continues as new; 500 if absent (docs/adr/0044). */
  cyclesPerRun: z.int().optional(),
});
export type Pace = z.infer<typeof pace>;

export const onboardingInput = z.object({ tenantId: uuid, connectionId: uuid, partner: z.enum(partnerNames) });
export type OnboardingInput = z.infer<typeof onboardingInput>;

/** The mail that was just queued; the run sends everything that waits in the tenant's outbox. */
export const mailInput = z.object({ tenantId: uuid, mailId: uuid });
export type MailInput = z.infer<typeof mailInput>;

export const onboardingResult = z.object({ ended: z.enum(['live', 'stopped', 'expired', 'refused']) });
export type OnboardingResult = z.infer<typeof onboardingResult>;

/** How a loop ended: its row no longer wants it, or it had no right to run. (A loop that continues as new has not ended.) */
export const loopResult = z.object({ ended: z.enum(['not-current', 'refused']) });
export type LoopResult = z.infer<typeof loopResult>;

export const careInput = z.object({
  tenantId: uuid,
  connectionId: uuid,
  partner: z.enum(partnerNames),
  generation: z.int(),
  /** Carried over continue-as-new. */
  carried: z.object({ rounds: z.int(), dueInMs: z.number().optional() }).optional(),
});
export type CareInput = z.infer<typeof careInput>;

/** What one cycle of one stream did: counts only. */
export const streamReport = z.object({
  stream: z.string(),
  pulled: z.int(),
  unchanged: z.int(),
  created: z.int(),
  updated: z.int(),
  parked: z.int(),
  /** Deliveries not yet settled: queued, sending or unknown. */
  open: z.int(),
  /** Deliveries that wait for a person to push them, as automation is off. */
  held: z.int().optional(),
  /** Parked items by reason. */
  reasons: z.record(z.string(), z.int()),
  /** Result of a comparison of both sides, in a sentence; absent if none was made or requested. */
  reconciled: z.string().optional(),
  /** Epoch milliseconds of the next cycle, if sooner than the usual pace (e.g. a look-up that is due). */
  nextLookMs: z.number().optional(),
});
export type StreamReport = z.infer<typeof streamReport>;

/** The same, as stored in its link's row. */
export const storedReport = streamReport.extend({
  /** Source records left out, by reason. */
  skipped: z.record(z.string(), z.int()),
  /** Epoch milliseconds of the cycle's end. */
  atMs: z.number(),
  /** The latest cycle in which the far side accepted a write. */
  wroteAtMs: z.number().optional(),
});
export type StoredReport = z.infer<typeof storedReport>;

/** A permanent fault of a whole stream, as its loop shows it until the stream has a good cycle. */
export const streamRefusal = z.object({
  stream: z.string(),
  /** Fault kind, or the type of another failure that a retry does not fix. */
  reason: z.string(),
  /** Who must act, if the fault said; absent in state carried from before it was recorded. */
  owner: z.enum(owners).optional(),
  says: z.string(),
  needed: z.string().optional(),
  where: z.string().optional(),
  sinceMs: z.number(),
  /** Epoch milliseconds before which only a person can trigger a retry. */
  againAtMs: z.number(),
});
export type StreamRefusal = z.infer<typeof streamRefusal>;

export const projectSyncInput = z.object({
  tenantId: uuid,
  projectLinkId: uuid,
  partner: z.enum(partnerNames),
  generation: z.int(),
  /** The small state of a loop that continued as new. */
  carried: z
    .object({
      dueInMs: z.number(),
      paused: z.boolean(),
      lastUpdateIds: z.array(z.string()).max(20),
      cycles: z.int(),
      reports: z.array(streamReport).default([]),
      refused: z.array(streamRefusal).default([]),
    })
    .optional(),
});
export type ProjectSyncInput = z.infer<typeof projectSyncInput>;

/** A stated wait longer than 20 s is returned, shown and slept, never retried (design section 5). */
export const statedWait = z.object({ waitUntilMs: z.number(), why: z.string().max(300) });
export type StatedWait = z.infer<typeof statedWait>;
