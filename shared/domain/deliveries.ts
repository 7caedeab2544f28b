import { z } from 'zod';
import { type FaultKind, faultKinds } from './faults.ts';

/**
 * A delivery is one intended write to a far side (facts: security section 2):
 * `queued` → `sending` (claimed: attempt id and lease) → `done` | `refused` (parked, a person decides) | `unknown` (it may have
 * happened) → looked up twice → `done` (adopted) | `queued` (surely not there: sent anew) | `refused`.
 * `superseded`: a newer version of the same record took its place in the queue, or a person chose to leave it.
 * What was to be sent anew is checked again after it was done or superseded: a second record makes it `refused`, until that one is gone
 * or left by a person.
 */
export const deliveryStates = ['queued', 'sending', 'done', 'refused', 'unknown', 'superseded'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** Where a delivery may go from each state; the store moves it nowhere else. */
export const deliveryTransitions: Readonly<Record<DeliveryState, readonly DeliveryState[]>> = {
  // done: what was meant stands there already; refused: held up before it was sent
  queued: ['sending', 'done', 'refused', 'superseded'],
  sending: ['done', 'refused', 'unknown', 'queued'],
  unknown: ['done', 'refused', 'queued'],
  // a person: try again, or leave it; done: the second record that it was refused for is gone
  refused: ['queued', 'superseded', 'done'],
  // a second record surfaced when it was checked again
  done: ['refused'],
  superseded: ['refused'],
};

/** What was to be sent anew is checked again after this time (facts: security section 2). */
export const recheckMs = 15 * 60_000;

/** States a delivery may be in to reach this one. */
export const sourcesOf = (to: DeliveryState): readonly DeliveryState[] =>
  deliveryStates.filter((from) => deliveryTransitions[from].includes(to));

/** Values of a mapped record: small, canonical, comparable by equality. */
export const recordFields = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
export type RecordFields = Readonly<z.infer<typeof recordFields>>;

/** What a delivery carries; erased 30 days after it is settled. */
export const deliveryPayload = z.object({
  naturalKey: z.string(),
  searchKey: z.string(),
  fields: recordFields,
  address: z.record(z.string(), z.string()),
  empty: z.boolean(),
  hash: z.string(),
  /** A person chose that our values stand although the far side's were changed or made by somebody else. */
  override: z.boolean().optional(),
  /** A person chose that we put the company it is about into the project's directory. */
  addToProject: z.boolean().optional(),
  /** Records of its author, where the place holds any number of them, of which a person said that they are not this one. */
  toldApart: z.array(z.string()).optional(),
});
export type DeliveryPayload = Readonly<z.infer<typeof deliveryPayload>>;

/** Why a delivery is parked, and what one attention item gathers: kind and subject are the cause. */
export const deliveryFault = z.object({
  kind: z.enum(faultKinds as [FaultKind, ...FaultKind[]]),
  subject: z.string(),
  seen: z.string(),
  needed: z.string(),
  where: z.string(),
  /** The record on the far side that it is about. */
  targetId: z.string().optional(),
  /** That record is a second one of ours, beside the one that was adopted: newer versions of the record do not end this. */
  surplus: z.literal(true).optional(),
  /** The record that we wrote is no longer where it was written: sent again by a person's choice, it is made anew. */
  gone: z.literal(true).optional(),
  /** It may be this one or stand beside it: sent again by a person's choice, the two are told apart for good. */
  beside: z.literal(true).optional(),
});
export type DeliveryFault = Readonly<z.infer<typeof deliveryFault>>;

/**
 * What a person may choose for parked records: send again; leave both sides as they are; our values over what stands there; put the
 * company they are about into the project's directory.
 */
export const resolutions = ['retry', 'leave', 'overwrite', 'add-to-project'] as const;
export const itemChoice = z.object({ itemId: z.string(), resolution: z.enum(resolutions) });

/** Causes that are mended on the far side without our being told: from time to time it is asked whether they still stand. */
export const isMendedUnseen = (kind: FaultKind): boolean => mendedUnseen.has(kind);

const mendedUnseen: ReadonlySet<FaultKind> = new Set([
  'vendor-not-on-project',
  'day-completed',
  'person-lacks-access',
  'grant-lapsed',
]);

/** Whether two records show the same, field by field of the one that is meant; what else `seen` has does not matter. */
export const showsExactly = (seen: RecordFields, meant: RecordFields): boolean =>
  Object.entries(meant).every(([name, value]) => seen[name] === value);
