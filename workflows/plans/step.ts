import type { Owner } from '../../shared/domain/faults.ts';
import type { Proof, Signer, Step } from '../../shared/domain/steps.ts';

export interface Wording {
  readonly title: string;
  readonly owner?: Owner;
  readonly cure: string;
  readonly repeatInCare?: boolean;
  readonly supportMay?: boolean;
  readonly holdsUp?: boolean;
  readonly takesSignIns?: Signer;
  readonly proves?: Proof;
  readonly comparesLists?: boolean;
  readonly mendedBySetUp?: boolean;
  readonly followsInvitation?: boolean;
  readonly audits?: string;
}

/** Defaults of every step: reminders on day 1, 3 and 7, expiry after 30 days, the check named like the step. */
export const step = (id: string, needs: readonly string[], wording: Wording): Step => ({
  id,
  title: wording.title,
  owner: wording.owner ?? 'admin',
  needs,
  check: id,
  remindersDays: [1, 3, 7],
  expiresAfterDays: 30,
  repeatInCare: wording.repeatInCare ?? false,
  supportMay: wording.supportMay ?? false,
  holdsUp: wording.holdsUp ?? true,
  takesSignIns: wording.takesSignIns ?? null,
  proves: wording.proves ?? null,
  comparesLists: wording.comparesLists ?? false,
  mendedBySetUp: wording.mendedBySetUp ?? false,
  followsInvitation: wording.followsInvitation ?? false,
  audits: wording.audits ?? null,
  cure: wording.cure,
});
