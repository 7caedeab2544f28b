import { type LinkMachine, type LinkState, linkTransitions, openLinkStates, waysWith } from './mailed-links.ts';

/**
 * A person is asked by mail to authorize Procore in their own name, from the row to the bound identity: a mailed link (`mailed-links.ts`),
 * and beside what every one of them does:
 *
 * It is used once they said yes to who they are: `answered`. `withdrawn`: they left the project. From all states they can be asked again,
 * with another link: by who manages the project, because their authorization lapsed, or because they came back.
 */
export const requestStates = ['created', 'sent', 'bounced', 'opened', 'answered', 'expired', 'withdrawn'] as const;
export type RequestState = (typeof requestStates)[number];
export type OwnRequestState = Exclude<RequestState, LinkState>;

export const requestMachine: LinkMachine<OwnRequestState> = {
  states: requestStates,
  transitions: {
    ...waysWith(['answered', 'withdrawn']),
    expired: [...linkTransitions.expired, 'withdrawn'],
    answered: ['withdrawn', 'created'],
    withdrawn: ['created'],
  },
  open: openLinkStates,
};

/**
 * Why a person is written to: they are asked, their authorization lapsed, an owner may not read the project any more, or they have connected
 * one and need do nothing.
 */
export const requestCauses = ['asked', 'lapsed', 'no-access', 'connected'] as const;
export type RequestCause = (typeof requestCauses)[number];
