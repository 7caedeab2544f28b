import { type LinkMachine, type LinkState, linkTransitions, openLinkStates, waysWith } from './mailed-links.ts';

/**
 * An invitation by mail, from the row to the bound identity: a mailed link (`mailed-links.ts`), and beside what every one of them does:
 *
 * It is used once a company is proven, or a project connected, by who came: `accepted`; who signed in and may not connect comes back by the
 * same link. `passed-on`: a colleague was named; the link goes on working, for a machine may have pressed the button, and ends with the
 * others once one of them has bound an identity. What ends it without that, beside its time: `withdrawn` (by who invited), `superseded`
 * (another took its place, or somebody else of its chain accepted). Only one that has expired, of those that ended, can be sent again.
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

/** How often one invitation may be passed on: each time a mail of ours goes to an address that the one before named. */
export const mostPassedOn = 3;
