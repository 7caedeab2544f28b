/**
 * A person is asked by mail to authorize Procore in their own name, from the row to the bound identity.
 *
 * created → sent (the mail server took it) → opened (a press on its page; looking at it changes nothing) → answered (they said yes to who
 * they are). The address was refused: `bounced`. `expired`: nobody used the link. `withdrawn`: they left the project. From all of these they
 * can be asked again, with another link: by who manages the project, because their authorization lapsed, or because they came back.
 */
export const requestStates = ['created', 'sent', 'bounced', 'opened', 'answered', 'expired', 'withdrawn'] as const;
export type RequestState = (typeof requestStates)[number];

/** Where each state may go to. Asking again leads back to `created`, with another generation. */
export const requestTransitions: Readonly<Record<RequestState, readonly RequestState[]>> = {
  created: ['sent', 'bounced', 'opened', 'answered', 'expired', 'withdrawn', 'created'],
  sent: ['bounced', 'opened', 'answered', 'expired', 'withdrawn', 'created'],
  bounced: ['opened', 'answered', 'expired', 'withdrawn', 'created'],
  opened: ['answered', 'expired', 'withdrawn', 'created'],
  answered: ['withdrawn', 'created'],
  expired: ['withdrawn', 'created'],
  withdrawn: ['created'],
};

/** States that a state may be reached from. */
export const requestStatesBefore = (state: RequestState): readonly RequestState[] =>
  requestStates.filter((from) => requestTransitions[from].includes(state));

/** The link of such a one lets a person in, until it expires. */
export const openRequestStates = ['created', 'sent', 'bounced', 'opened'] as const satisfies readonly RequestState[];

/**
 * Why a person is written to: they are asked, their authorization lapsed, an owner may not read the project any more, or they have connected
 * one and need do nothing.
 */
export const requestCauses = ['asked', 'lapsed', 'no-access', 'connected'] as const;
export type RequestCause = (typeof requestCauses)[number];

/** A link is good for so long (security: links 30 days). */
export const requestLifeMs = 30 * 86_400_000;
