import { z } from 'zod';
import type { FaultKind, Owner } from './faults.ts';
import { faultKinds, owners } from './faults.ts';

/**
 * A step is one condition to be proven. Its states:
 * `pending` (needs not met) → `checking` → `waiting` (on a person) | `stuck` (with a reason) → `done` | `skipped`.
 * `done` needs evidence in the store; `done` and `skipped` may go back only through `care`.
 */
export const stepStates = ['pending', 'checking', 'waiting', 'stuck', 'done', 'skipped'] as const;
export type StepState = (typeof stepStates)[number];

const shortText = z.string().max(600);

/** What proves a step: ids, counts and words for people. Never a secret, never a whole record. */
export const evidence = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(shortText), z.null()]));
export type Evidence = z.infer<typeof evidence>;

export const outcome = z.discriminatedUnion('state', [
  z.object({ state: z.literal('met'), evidence, warnings: z.array(shortText).optional() }),
  z.object({
    state: z.literal('waiting'),
    on: z.enum(owners),
    seen: shortText,
    needed: shortText,
    where: shortText,
    untilMs: z.number().optional(),
  }),
  z.object({
    state: z.literal('stuck'),
    reason: z.enum(faultKinds as [FaultKind, ...FaultKind[]]),
    on: z.enum(owners),
    seen: shortText,
    needed: shortText,
    where: shortText,
  }),
]);
/** What a check returns (contracts section 8). `since` is kept by the store. */
export type Outcome = z.infer<typeof outcome>;

/** One step of a plan, as data. */
export interface Step {
  readonly id: string;
  readonly title: string;
  readonly owner: Owner;
  /** Ids of steps that must be `done` or `skipped` first. */
  readonly needs: readonly string[];
  /** Name of the check in the partner's folder, or of a common check. */
  readonly check: string;
  /** Days after the wait began on which its owner is reminded. */
  readonly remindersDays: readonly number[];
  readonly expiresAfterDays: number;
  readonly repeatInCare: boolean;
  /** Whether support may decide it by an Update. */
  readonly supportMay: boolean;
  /** What the owner does to meet it. */
  readonly cure: string;
}

export interface Plan {
  readonly partner: string;
  readonly steps: readonly Step[];
}

/** Whether two outcomes say the same to a person: the watch returns only when they do not. */
export function sameOutcome(left: Outcome | undefined, right: Outcome | undefined): boolean {
  return outcomeKey(left) === outcomeKey(right);
}

/** A short stable text of what an outcome says; `undefined` for none. */
export function outcomeKey(value: Outcome | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value.state === 'met') return 'met';
  const parts = [value.state, value.state === 'stuck' ? value.reason : '', value.on, value.seen, value.needed, value.where];
  return parts.join('|');
}
