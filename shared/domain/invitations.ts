/**
 * An invitation by mail, from the row to the bound identity.
 *
 * created → sent (the mail server took it) → opened (a press on its page; looking at it changes nothing) → accepted (a company is proven, or a
 * project connected, by who came; who signed in and may not connect comes back by the same link).
 * The address was refused: `bounced`, from where it can be sent again. `passed-on`: a colleague was named; the link goes on working,
 * for a machine may have pressed the button, and ends with the others once one of them has bound an identity. What ends it without that:
 * `expired` (it can be sent again), `withdrawn` (by who invited), `superseded` (another took its place, or somebody else of its chain
 * accepted).
 */
export const invitationStates = [
  'created',
  'sent',
  'bounced',
  'opened',
  'accepted',
  'expired',
  'superseded',
  'passed-on',
  'withdrawn',
] as const;
export type InvitationState = (typeof invitationStates)[number];

/** Where each state may go to. Sending again leads back to `created`, with another generation. */
export const invitationTransitions: Readonly<Record<InvitationState, readonly InvitationState[]>> = {
  created: ['sent', 'bounced', 'opened', 'accepted', 'expired', 'superseded', 'passed-on', 'withdrawn', 'created'],
  sent: ['bounced', 'opened', 'accepted', 'expired', 'superseded', 'passed-on', 'withdrawn', 'created'],
  bounced: ['opened', 'accepted', 'expired', 'superseded', 'passed-on', 'withdrawn', 'created'],
  opened: ['accepted', 'expired', 'superseded', 'passed-on', 'withdrawn', 'created'],
  'passed-on': ['accepted', 'expired', 'superseded', 'withdrawn'],
  expired: ['superseded', 'withdrawn', 'created'],
  accepted: [],
  superseded: [],
  withdrawn: [],
};

/** States that a state may be reached from. */
export const statesBefore = (state: InvitationState): readonly InvitationState[] =>
  invitationStates.filter((from) => invitationTransitions[from].includes(state));

/** The link of such a one lets a person in, until it expires. */
export const openInvitationStates = [
  'created',
  'sent',
  'bounced',
  'opened',
  'passed-on',
] as const satisfies readonly InvitationState[];

/** A link is good for so long (security: links 30 days), and so long the row is kept after its end. */
export const invitationLifeMs = 30 * 86_400_000;
/** Days after sending on which a person who has not come is reminded. */
export const reminderDays = [1, 3, 7] as const;
/** How often one invitation may be passed on: each time a mail of ours goes to an address that the one before named. */
export const mostPassedOn = 3;
