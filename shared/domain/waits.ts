import type { FaultKind, Owner } from './faults.ts';

/** The side on which somebody must act: the contractor's in Procore, the partner's people, or those who run this service. */
export const sides = ['procore', 'partner', 'us'] as const;
export type Side = (typeof sides)[number];

/** Something that continues only once somebody has acted. */
export interface Wait {
  readonly side: Side;
  readonly owner: Owner;
  /** Names, if known. */
  readonly who: string | null;
  readonly what: string;
  readonly since: Date;
  /** When it should be done, or ends; null: no deadline. */
  readonly until: Date | null;
  /** Of a step: when its last reminder fell due; null: none did. */
  readonly reminderDueAt: Date | null;
  readonly about: { readonly kind: 'step' | 'item' | 'record'; readonly id: string; readonly label: string };
}

export const sideOf = {
  admin: 'partner',
  contractor: 'procore',
  responder: 'partner',
  support: 'us',
  operator: 'us',
  procore: 'procore',
  partner: 'partner',
} as const satisfies Record<Owner, Side>;

/**
 * The fault kinds by which an owner who cannot read blocks every step and stream, and who fixes each. All of it is one wait,
 * reported once, by the first kind present: what was stored before somebody waited to be accepted still asks the contractor. What we
 * hold back comes last: a new sign-in ends that too.
 */
export const ownerWaits = [
  { reason: 'acceptance-missing', owner: 'admin' },
  { reason: 'grant-lapsed', owner: 'admin' },
  { reason: 'grant-lapsed', owner: 'contractor' },
  { reason: 'renewal-held-back', owner: 'operator' },
] as const satisfies readonly { readonly reason: FaultKind; readonly owner: Owner }[];

/** The soonest end first, then the longest wait. */
export const byUrgency = (one: Wait, other: Wait): number =>
  (one.until?.getTime() ?? Number.POSITIVE_INFINITY) - (other.until?.getTime() ?? Number.POSITIVE_INFINITY) ||
  one.since.getTime() - other.since.getTime();

/** Who must act on an item next, as last carried. */
export interface Court {
  /** `RFI 12: Anchor spacing` */
  readonly label: string;
  readonly isOpen: boolean;
  /** Who holds the ball. */
  readonly holders: readonly { readonly name: string; readonly isMember: boolean; readonly dueOn: string | null }[];
  /** When the ball moved there according to the item, if it says. */
  readonly movedAt: string | null;
}
