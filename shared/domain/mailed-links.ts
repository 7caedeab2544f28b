/**
 * What all links share that are sent to a person by mail, from the row to its end; the rows:
 * `shared/store/people/mailed-links.ts`. An invitation (`invitations.ts`) and a request to authorize
 * (`authorization-requests.ts`) are such links, and declare only what differs.
 *
 * created → sent (the mail server took it) → opened (a button press on its page; viewing it changes nothing) → an end state of
 * its own, once it was used. `bounced`: the address was refused. `expired`: nobody used it in time. From all of these it can be
 * mailed again, with another link: that is a new generation, and links of former ones are void.
 */
export type LinkState = 'created' | 'sent' | 'bounced' | 'opened' | 'expired';

/** Allowed transitions. Mailing again leads back to `created`. */
export const linkTransitions = {
  created: ['sent', 'bounced', 'opened', 'expired', 'created'],
  sent: ['bounced', 'opened', 'expired', 'created'],
  bounced: ['opened', 'expired', 'created'],
  opened: ['expired', 'created'],
  expired: ['created'],
} as const satisfies Readonly<Record<LinkState, readonly LinkState[]>>;

/** The transitions of every link from its open states, plus the given ones of its own kind from there. */
export const waysWith = <Own extends string>(own: readonly Own[]) => ({
  created: [...linkTransitions.created, ...own],
  sent: [...linkTransitions.sent, ...own],
  bounced: [...linkTransitions.bounced, ...own],
  opened: [...linkTransitions.opened, ...own],
});

/** States in which the link works, until it expires. */
export const openLinkStates = ['created', 'sent', 'bounced', 'opened'] as const satisfies readonly LinkState[];

/** The states of one kind of mailed link: the shared ones and its own. */
export interface LinkMachine<Own extends string> {
  readonly states: readonly (LinkState | Own)[];
  readonly transitions: Readonly<Record<LinkState | Own, readonly (LinkState | Own)[]>>;
  /** States in which its link works; leaving them ends the link. */
  readonly open: readonly (LinkState | Own)[];
}

/** States from which the given state can be reached. */
export const statesBefore = <Own extends string>(
  { states, transitions }: LinkMachine<Own>,
  state: LinkState | NoInfer<Own>,
): readonly (LinkState | Own)[] => states.filter((from) => transitions[from].includes(state));

export const isOpen = ({ open }: LinkMachine<string>, state: string | null | undefined): boolean =>
  open.some((each) => each === state);

/** Whether its link works at that moment. */
export const letsIn = (
  machine: LinkMachine<string>,
  { state, expiresAt }: { readonly state: string; readonly expiresAt: Date },
  nowMs: number,
): boolean => isOpen(machine, state) && expiresAt.getTime() > nowMs;

/** How long a link is valid (security: links 30 days). */
export const linkLifeMs = 30 * 86_400_000;
/** Days after sending on which a person who has not come is reminded. */
export const reminderDays = [1, 3, 7] as const;
