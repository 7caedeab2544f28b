import { type LinkMachine, type LinkState, linkTransitions, openLinkStates, waysWith } from './mailed-links.ts';

/**
 * A request by mail to a person to authorize Procore in their own name, from the row to the bound identity. It is a mailed link
 * (`mailed-links.ts`), and beyond what all of those do:
 *
 * `answered`: used, once the person confirmed who they are. `withdrawn`: they left the project. From every state they can be
 * asked again, with another link: by the project's manager, because their authorization lapsed, or because they came back.
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
 * Why a person gets the mail: they are asked, their authorization lapsed, an owner may not read the project any more, or they
 * have connected one and need do nothing.
 */
export const requestCauses = ['asked', 'lapsed', 'no-access', 'connected'] as const;
export type RequestCause = (typeof requestCauses)[number];
