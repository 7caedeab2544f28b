/**
 * What every link does that goes to a person by mail, from the row to its end; its rows: `shared/store/people/mailed-links.ts`. An
 * invitation (`invitations.ts`) and a request to authorize (`authorization-requests.ts`) are such links, and declare what is their own.
 *
 * created → sent (the mail server took it) → opened (a press on its page; looking at it changes nothing) → an end of its own, once it was
 * used. The address was refused: `bounced`. `expired`: nobody used it in its time. From all of these it can be mailed again, with another
 * link: that is another generation, and links of the former ones are void.
 */
export type LinkState = 'created' | 'sent' | 'bounced' | 'opened' | 'expired';

/** Where each state may go to. Mailing again leads back to `created`. */
export const linkTransitions = {
  created: ['sent', 'bounced', 'opened', 'expired', 'created'],
  sent: ['bounced', 'opened', 'expired', 'created'],
  bounced: ['opened', 'expired', 'created'],
  opened: ['expired', 'created'],
  expired: ['created'],
} as const satisfies Readonly<Record<LinkState, readonly LinkState[]>>;

/** The ways of every link from where it lets a person in, and those of its own from there. */
export const waysWith = <Own extends string>(own: readonly Own[]) => ({
  created: [...linkTransitions.created, ...own],
  sent: [...linkTransitions.sent, ...own],
  bounced: [...linkTransitions.bounced, ...own],
  opened: [...linkTransitions.opened, ...own],
});

/** The link of such a one lets a person in, until it expires. */
export const openLinkStates = ['created', 'sent', 'bounced', 'opened'] as const satisfies readonly LinkState[];

/** The states of one kind of mailed link: those of every kind, and its own. */
export interface LinkMachine<Own extends string> {
  readonly states: readonly (LinkState | Own)[];
  readonly transitions: Readonly<Record<LinkState | Own, readonly (LinkState | Own)[]>>;
  /** Its link lets a person in; whatever leaves these has ended. */
  readonly open: readonly (LinkState | Own)[];
}

/** States that a state may be reached from. */
export const statesBefore = <Own extends string>(
  { states, transitions }: LinkMachine<Own>,
  state: LinkState | NoInfer<Own>,
): readonly (LinkState | Own)[] => states.filter((from) => transitions[from].includes(state));

export const isOpen = ({ open }: LinkMachine<string>, state: string | null | undefined): boolean =>
  open.some((each) => each === state);

/** Whether it lets a person in at that moment. */
export const letsIn = (
  machine: LinkMachine<string>,
  { state, expiresAt }: { readonly state: string; readonly expiresAt: Date },
  nowMs: number,
): boolean => isOpen(machine, state) && expiresAt.getTime() > nowMs;

/** A link is good for so long (security: links 30 days). */
export const linkLifeMs = 30 * 86_400_000;
/** Days after sending on which a person who has not come is reminded. */
export const reminderDays = [1, 3, 7] as const;
