import { z } from 'zod';
import { uuid } from './ids.ts';
import { stepStates, toldOutcome } from './steps.ts';

/**
 * Updates and the one signal of our workflows (design section 5). One JSON object each, so that support can send them from the
 * Temporal UI. They carry no secret and no authority: whatever decides something names a row that a signed-in person wrote.
 */
const stepId = z.string().regex(/^[a-zA-Z]{1,40}$/);
const reason = z.string().trim().min(3).max(300);

export const messages = {
  submitCredentials: z.strictObject({ credentialId: uuid }),
  retryStep: z.strictObject({ stepId }),
  provideInput: z.strictObject({ stepId, commandId: uuid }),
  skipStep: z.strictObject({ stepId, reason }),
  retryItems: z.strictObject({ reason: z.string().min(1).max(60) }),
  resolveItem: z.strictObject({ itemId: uuid, commandId: uuid }),
  pause: z.strictObject({ reason }),
  resume: z.strictObject({ reason: reason.optional() }),
  dryRun: z.strictObject({ stream: z.string().regex(/^[a-z][a-z-]{0,39}$/) }),
  syncNow: z.strictObject({ reason: reason.optional() }),
  stop: z.strictObject({ commandId: uuid }),
} as const;

export type MessageName = keyof typeof messages;
export type Message<Name extends MessageName> = z.infer<(typeof messages)[Name]>;

/** The only signal: without content, as the inbox table has the ids. */
export const recordsChangedSignal = 'recordsChanged';

/** Answer to an Update on a step. */
export const stepAnswer = z.object({
  stepId: z.string(),
  state: z.enum(stepStates),
  outcome: toldOutcome.optional(),
  /** Result of a decision that waited for the step. */
  says: z.string().optional(),
});
export type StepAnswer = z.infer<typeof stepAnswer>;

export const plainAnswer = z.object({ accepted: z.boolean(), says: z.string() });
export type PlainAnswer = z.infer<typeof plainAnswer>;

/** What a payload that we did not seal decodes to; every schema above rejects it. */
export const unsealedMarker = { groundworkUnsealed: true } as const;

/** Search attributes: ids only, never names (design section 5). */
export const searchAttributeNames = {
  tenant: 'Tenant',
  partner: 'Partner',
  company: 'Company',
  project: 'Project',
  stage: 'Stage',
  waitingOn: 'WaitingOn',
  stuckReason: 'StuckReason',
  needsAttention: 'NeedsAttention',
} as const;
