import type { FaultKind, Owner } from './faults.ts';

/** On which side somebody must act: the contractor's in Procore, the partner's people, or those who run this service. */
export const sides = ['procore', 'partner', 'us'] as const;
export type Side = (typeof sides)[number];

/** Something that goes on only once somebody has acted. */
export interface Wait {
  readonly side: Side;
  readonly owner: Owner;
  /** Names, where they are known. */
  readonly who: string | null;
  readonly what: string;
  readonly since: Date;
  /** When it should be done, or ends; null: nobody says. */
  readonly until: Date | null;
  /** Of a step: when a reminder of it fell due last; null: none did. */
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
 * By which kinds an owner who does not read holds up every step and stream, and who mends it then. All of it is one wait, told once; the
 * first of them that stands tells it: what was stored before somebody waited to be accepted still asks the contractor.
 */
export const ownerWaits = [
  { reason: 'acceptance-missing', owner: 'admin' },
  { reason: 'grant-lapsed', owner: 'contractor' },
] as const satisfies readonly { readonly reason: FaultKind; readonly owner: Owner }[];

/** The soonest end first, then what has waited the longest. */
export const byUrgency = (one: Wait, other: Wait): number =>
  (one.until?.getTime() ?? Number.POSITIVE_INFINITY) - (other.until?.getTime() ?? Number.POSITIVE_INFINITY) ||
  one.since.getTime() - other.since.getTime();

/** Who must act on an item next, as it was last carried. */
export interface Court {
  /** `RFI 12: Anchor spacing` */
  readonly label: string;
  readonly isOpen: boolean;
  /** Whose ball it is. */
  readonly holders: readonly { readonly name: string; readonly isMember: boolean; readonly dueOn: string | null }[];
  /** When the ball went there by the item's own account, where it tells. */
  readonly movedAt: string | null;
}
