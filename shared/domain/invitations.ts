import { isOpen, type LinkMachine, type LinkState, linkTransitions, openLinkStates, waysWith } from './mailed-links.ts';

/**
 * An invitation by mail, from the row to the bound identity. It is a mailed link (`mailed-links.ts`), and beyond what all of
 * those do:
 *
 * `accepted`: used, once the person who came has proven a company or connected a project; a person who signed in and may not
 * connect comes back by the same link. `passed-on`: a colleague was named; the link keeps working, as a machine may have pressed
 * the button, and ends with the others once one of them has bound an identity. Other ends, besides expiry: `withdrawn` (by the
 * inviter), `superseded` (another replaced it, or somebody else of its chain accepted). Of the ended ones only an expired one
 * can be sent again.
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
export type OwnInvitationState = Exclude<InvitationState, LinkState>;

export const invitationMachine: LinkMachine<OwnInvitationState> = {
  states: invitationStates,
  transitions: {
    ...waysWith(['accepted', 'superseded', 'passed-on', 'withdrawn']),
    expired: [...linkTransitions.expired, 'superseded', 'withdrawn'],
    'passed-on': ['accepted', 'expired', 'superseded', 'withdrawn'],
    accepted: [],
    superseded: [],
    withdrawn: [],
  },
  open: [...openLinkStates, 'passed-on'],
};

/** Its link works, or somebody connected a project by it. */
export const isOpenOrAccepted = ({ state }: { readonly state: InvitationState }): boolean =>
  state === 'accepted' || isOpen(invitationMachine, state);

/** How often one invitation may be passed on: each time we mail to an address that the previous person named. */
export const mostPassedOn = 3;
