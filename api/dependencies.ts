import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Mode } from '../shared/config/pace.ts';
import type { MessageName } from '../shared/domain/messages.ts';
import type { PartnerName } from '../shared/domain/partners.ts';
import type { Plans } from '../shared/domain/steps.ts';
import type { MailInput, OnboardingInput } from '../shared/domain/workflow-inputs.ts';
import type { SupportContact } from '../shared/partners/contract.ts';
import type { InvitationLinks } from '../shared/security/invitation-links.ts';
import type { Place } from '../shared/security/places.ts';
import type { StorePool } from '../shared/store/tenancy.ts';

/** How an Update ended within the deadline. `later`: not delivered; its row waits and `upkeep` delivers it again. */
export type Delivery =
  | { readonly kind: 'answered'; readonly answer: unknown }
  | { readonly kind: 'refused'; readonly says: string }
  | { readonly kind: 'later'; readonly says: string };

/**
 * What the API needs of Temporal: start runs, send Updates, check that it is reachable. Never waits for a workflow's end, never
 * throws.
 */
export interface Runs {
  /** Starts the onboarding if it does not run yet; false: not now, `upkeep` will. */
  startOnboarding(input: OnboardingInput): Promise<boolean>;
  /** Has a queued mail sent at once; false: not now, `upkeep` will. */
  sendMail(input: MailInput): Promise<boolean>;
  /** Sends one Update; `updateId` makes a repeat the same Update. */
  tell(workflowId: string, name: MessageName, message: unknown, updateId: string): Promise<Delivery>;
  reachable(): Promise<boolean>;
}

export interface ApiSettings {
  readonly mode: Mode;
  /** Origin under which people reach the pages, e.g. `http://localhost:3000`. */
  readonly pagesUrl: string;
  readonly procoreLoginUrl: string;
  readonly procoreClientId: string;
  /** Requests per minute: per address, and per API key. */
  readonly maxPerAddress: number;
  readonly maxPerKey: number;
  /** Kept outside the database; links and stored answers of another epoch are void. */
  readonly restoreEpoch: string;
  /** Lets `/metrics` be read from another machine. */
  readonly metricsToken?: string | undefined;
  /** The one proxy address whose forwarded client address is trusted; none if absent. */
  readonly trustedProxy?: string | undefined;
  /** Whether the API's document and its reading page are served. */
  readonly showsDocs: boolean;
  /** Where people view workflows; shown on the front page of a demo. */
  readonly temporalUiUrl?: string | undefined;
}

export interface ApiDependencies {
  readonly pool: StorePool;
  readonly runs: Runs;
  readonly settings: ApiSettings;
  readonly plans: Plans;
  /** The contact for help that a partner's pages show. */
  readonly supportOf: (partner: PartnerName) => SupportContact;
  readonly log: Logger;
  readonly metrics: Registry;
  /** Records how long an answer took, in seconds. */
  readonly answered: (labels: { method: string; route: string; status: string }, seconds: number) => void;
  /** Seals for the worker; the API cannot unseal it. */
  readonly seal: (place: Place, text: string) => Promise<Buffer>;
  /** Token of a connect link: the same for the same sign-in, and not computable without our key. */
  readonly linkToken: (signInId: string) => string;
  /** Links of invitations; only the worker writes the links themselves, into mails. */
  readonly invitationLinks: InvitationLinks;
}
