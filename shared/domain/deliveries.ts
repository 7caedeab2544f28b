import { z } from 'zod';
import { type FaultKind, faultKinds, owners } from './faults.ts';

/**
 * A delivery is one intended write to a far side (facts: security section 2):
 * `queued` → `sending` (claimed: attempt id and lease) → `done` | `refused` (parked, a person decides) | `unknown` (it may have
 * happened) → looked up twice → `done` (adopted) | `queued` (surely not there: resent) | `refused`.
 * `superseded`: a newer version of the same record took its place in the queue, or a person chose to leave it.
 * A delivery that was requeued to be resent is checked again after it is done or superseded: a second record makes it `refused`,
 * until that record is gone or a person leaves it.
 */
export const deliveryStates = ['queued', 'sending', 'done', 'refused', 'unknown', 'superseded'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** Allowed transitions; the store makes no others. */
export const deliveryTransitions: Readonly<Record<DeliveryState, readonly DeliveryState[]>> = {
  // done: the far side shows what was meant already; refused: blocked before it was sent
  queued: ['sending', 'done', 'refused', 'superseded'],
  sending: ['done', 'refused', 'unknown', 'queued'],
  unknown: ['done', 'refused', 'queued'],
  // a person: try again, or leave it; done: the second record that it was refused for is gone
  refused: ['queued', 'superseded', 'done'],
  // the later check found a second record
  done: ['refused'],
  superseded: ['refused'],
};

/** Delay of the second check of a resent delivery (facts: security section 2). */
export const recheckMs = 15 * 60_000;

/** States from which this one can be reached. */
export const sourcesOf = (to: DeliveryState): readonly DeliveryState[] =>
  deliveryStates.filter((from) => deliveryTransitions[from].includes(to));

/** Values of a mapped record: small, canonical, comparable by equality. */
export const recordFields = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
export type RecordFields = Readonly<z.infer<typeof recordFields>>;

/** Content of a delivery; erased 30 days after it is settled. */
export const deliveryPayload = z.object({
  naturalKey: z.string(),
  searchKey: z.string(),
  fields: recordFields,
  address: z.record(z.string(), z.string()),
  empty: z.boolean(),
  hash: z.string(),
  /** A person chose that our values replace the far side's, which somebody else changed or created. */
  override: z.boolean().optional(),
  /** A person chose to add the company it is about to the project's directory. */
  addToProject: z.boolean().optional(),
  /** Other records by its author, if the place holds any number of them, that a person said are not this one. */
  toldApart: z.array(z.string()).optional(),
});
export type DeliveryPayload = Readonly<z.infer<typeof deliveryPayload>>;

/** Why a delivery is parked; one attention item gathers all with the same kind and subject. */
export const deliveryFault = z.object({
  kind: z.enum(faultKinds as [FaultKind, ...FaultKind[]]),
  /** Who must act, if not the owner of the kind. */
  owner: z.enum(owners).optional(),
  subject: z.string(),
  seen: z.string(),
  needed: z.string(),
  where: z.string(),
  /** The record on the far side that the fault is about. */
  targetId: z.string().optional(),
  /** That record is a duplicate of ours, beside the adopted one: newer versions of the record do not clear this. */
  surplus: z.literal(true).optional(),
  /** The record that we wrote is no longer where it was written: if a person chooses to resend it, it is created again. */
  gone: z.literal(true).optional(),
  /** The found entry may be this record or a separate one: if a person chooses to resend, the two are told apart for good. */
  beside: z.literal(true).optional(),
});
export type DeliveryFault = Readonly<z.infer<typeof deliveryFault>>;

/**
 * What a person may choose for parked records: resend; leave both sides as they are; overwrite the far side with our values; add
 * the company they are about to the project's directory.
 */
export const resolutions = ['retry', 'leave', 'overwrite', 'add-to-project'] as const;
export const itemChoice = z.object({ itemId: z.string(), resolution: z.enum(resolutions) });

/** Causes that are fixed on the far side without our being told: they are rechecked from time to time. */
export const isMendedUnseen = (kind: FaultKind): boolean => mendedUnseen.has(kind);

const mendedUnseen: ReadonlySet<FaultKind> = new Set([
  'vendor-not-on-project',
  'day-completed',
  'person-lacks-access',
  'grant-lapsed',
  'renewal-held-back',
]);

/** Whether two records show the same in every field of the one that is meant; further fields of `seen` do not matter. */
export const showsExactly = (seen: RecordFields, meant: RecordFields): boolean =>
  Object.entries(meant).every(([name, value]) => seen[name] === value);
