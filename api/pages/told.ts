import type { FaultKind } from '../../shared/domain/faults.ts';
import type { StuckOutcome } from '../../shared/domain/steps.ts';

export type Told = Pick<StuckOutcome, 'seen' | 'needed' | 'where'> & {
  /** Whether the reader can do something about it. */
  readonly isTheirs: boolean;
};

/** Who invited, as the invitation names them. */
export interface Inviter {
  readonly name: string;
  readonly company: string;
}

/** Mended in Procore, by the contractor or an admin whom they know, whoever owns the kind. */
const mendedInProcore: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'app-not-connected',
  'company-not-visible',
  'not-company-admin',
  'permission-too-low',
  'project-not-permitted',
  'tool-disabled',
]);

/**
 * An outcome as the contractor reads it. What somebody else has to do is done on a page that the contractor cannot open: they are
 * told whose it is, and whom to ask.
 */
export function toldToContractor({ on, reason, seen, needed, where }: StuckOutcome, inviter: Inviter | null): Told {
  if (on === 'contractor' || mendedInProcore.has(reason)) return { seen, needed, where, isTheirs: true };
  if (on !== 'admin') return { seen, needed, where: 'Nothing to do for you: ask our support if it lasts.', isTheirs: true };
  const who = inviter === null ? 'whoever invited you' : `${inviter.name} of ${inviter.company}, who invited you`;
  return { seen, needed: `${needed} That is not for you to do.`, where: `Ask ${who}.`, isTheirs: false };
}
