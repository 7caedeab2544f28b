import { type FaultKindFacts, facts, type Handling, type Owner } from './fault-facts.ts';

export { type Owner, owners } from './fault-facts.ts';

/**
 * The closed union of everything that can go wrong (design section 9). Vendor responses are cast into it in one place per
 * vendor; workflows, pages and tests know nothing else. `faultTable` says once per kind who acts and what they read.
 */
export const faultTable = {
  'credential-rejected': facts(
    'admin',
    'park',
    'connection',
    'Procore does not accept this client id and secret.',
    'Copy both again from Procore; if the secret is lost, make a new one and submit it here.',
  ),
  'app-not-connected': facts(
    'admin',
    'park',
    'connection',
    'The app is not connected to this Procore company.',
    'In Procore: Company Tools → Admin → App Management → install the app.',
  ),
  'company-not-visible': facts(
    'admin',
    'park',
    'connection',
    'The credential cannot see this Procore company.',
    'Check the company id, or create the account in the company that was meant.',
  ),
  'not-company-admin': facts(
    'admin',
    'park',
    'connection',
    'The person who signed in is not an admin of this Procore company.',
    'In Procore: Company Tools → Directory → the person → Admin; or sign in as someone who is.',
  ),
  'permission-too-low': facts(
    'admin',
    'park',
    'stream',
    'A permission level is lower than what is needed.',
    'In Procore: Company Tools → Permissions → the template named here → raise the level.',
  ),
  'permission-too-wide': facts(
    'admin',
    'warn',
    'stream',
    'A permission level is higher than what is needed.',
    'It may be lowered in Procore: Company Tools → Permissions.',
  ),
  'tool-disabled': facts(
    'admin',
    'park',
    'stream',
    'A tool is switched off in this project.',
    'In Procore: Project → Admin → Tool Settings → switch the tool on.',
  ),
  'project-not-permitted': facts(
    'admin',
    'park',
    'stream',
    'The sync user is not a member of this project.',
    'In Procore: Company Tools → Directory → the sync user → add to the project.',
  ),
  'grant-lapsed': facts('responder', 'park', 'stream', 'The Procore authorization has lapsed.', 'Sign in with Procore again.'),
  'renewal-held-back': facts(
    'operator',
    'park',
    'stream',
    'We hold back renewing people’s Procore authorizations for now.',
    'Nobody needs to sign in: the operator of this service looks at it, and it is tried again by itself.',
    'renewals',
  ),
  'person-lacks-access': facts(
    'responder',
    'park',
    'stream',
    'The person has no sufficient access in Procore.',
    'Ask the Procore admin of the project to raise it.',
  ),
  'partner-credential-rejected': facts(
    'admin',
    'park',
    'connection',
    'The partner does not accept this login.',
    'Submit a login that works at the partner.',
  ),
  'partner-scope-missing': facts(
    'admin',
    'park',
    'stream',
    'The partner login may not read what is needed.',
    'Ask the partner’s administrator to let the login read it.',
  ),
  'unmatched-project': facts(
    'admin',
    'park',
    'stream',
    'A project has no counterpart on the other side.',
    'Choose its counterpart in the matching list.',
    'items',
  ),
  'unmatched-company': facts(
    'admin',
    'park',
    'record',
    'A company has no counterpart in Procore.',
    'Add the vendor in Procore: Company Tools → Directory → Companies, or choose its counterpart.',
    'items',
  ),
  'unmatched-person': facts('admin', 'park', 'record', 'A person has no counterpart.', 'Choose the counterpart.', 'items'),
  'unmapped-response': facts('admin', 'park', 'record', 'A response has no counterpart.', 'Map the response.', 'items'),
  'validation-rejected': facts(
    'support',
    'park',
    'record',
    'The far side refused the content.',
    'Compare the field named here with the far side’s rules.',
    'items',
  ),
  'required-field-missing': facts(
    'admin',
    'park',
    'record',
    'The company requires a field that is not filled.',
    'Make the field optional in Procore, or fill it at the partner.',
    'items',
  ),
  'record-closed': facts(
    'admin',
    'park',
    'record',
    'The record is closed.',
    'Reopen it in Procore, or leave it as it is.',
    'items',
  ),
  'day-completed': facts(
    'admin',
    'park',
    'record',
    'The day is completed in Procore.',
    'In Procore: Daily Log → the day → Reopen, or leave it as it is.',
    'items',
  ),
  'not-in-court': facts(
    'responder',
    'park',
    'record',
    'It is not this person’s turn to answer.',
    'Wait for the ball in court, or ask the manager in Procore.',
    'items',
  ),
  conflict: facts(
    'admin',
    'park',
    'record',
    'What stands in Procore differs from what is meant, and a person has to choose.',
    'Choose which of the two stands.',
    'items',
  ),
  'answer-changed': facts(
    'responder',
    'park',
    'record',
    'An answer was changed after it had been sent, and what was sent cannot be changed.',
    'Restore what was sent, or say what is new in another answer.',
    'items',
  ),
  'account-shared': facts(
    'admin',
    'park',
    'stream',
    'Another customer’s connection writes the same log as the same account already.',
    'Submit the credentials of a service account of its own, or keep one connection for this project.',
  ),
  'already-connected': facts(
    'admin',
    'park',
    'connection',
    'Another customer’s connection keeps the same two projects in step already.',
    'End this connection, or have the other one ended: this one then goes on by itself.',
  ),
  'vendor-not-on-project': facts(
    'admin',
    'park',
    'record',
    'The company is not in this project’s directory.',
    'In Procore: Project → Directory → Companies → add the company.',
    'items',
  ),
  'time-zone-unknown': facts(
    'admin',
    'park',
    'stream',
    'The project’s time zone is unknown or differs from the site’s.',
    'In Procore: Project → Admin → General → Timezone.',
  ),
  'file-unavailable': facts(
    'support',
    'park',
    'record',
    'A file cannot be read.',
    'Open it at its source and save it again.',
    'items',
  ),
  'invitation-failed': facts(
    'support',
    'park',
    'connection',
    'The invitation could not be delivered.',
    'Check the address.',
    'items',
  ),
  'source-incomplete': facts(
    'partner',
    'park',
    'record',
    'The source record lacks what is needed.',
    'Complete the record at the partner.',
    'items',
  ),
  'delete-needs-approval': facts(
    'admin',
    'park',
    'record',
    'Many records would be removed.',
    'Approve or refuse the removal.',
    'items',
  ),
  'outcome-unknown': facts(
    'support',
    'park',
    'record',
    'It cannot be told whether the record was written.',
    'Compare both sides and choose.',
    'items',
  ),
  'webhooks-not-permitted': facts(
    'admin',
    'warn',
    'stream',
    'Changes are seen by polling only.',
    'Webhooks API → Standard in the template makes it faster.',
  ),
  'acceptance-missing': facts(
    'admin',
    'park',
    'stream',
    'Another person or company than was invited waits to be accepted.',
    'Whoever invited says that it is right, or invites again.',
    'items',
  ),
  'address-missing': facts(
    'admin',
    'warn',
    'stream',
    'No mail goes to whoever reads the project: nobody has said where they are written to.',
    'Whoever invited sends the acceptance of that person once more, with their e-mail address.',
    'mail',
  ),
  'consent-missing': facts(
    'contractor',
    'warn',
    'stream',
    'A setting waits for the consent of whoever connected the project.',
    'They agree on the page behind the mail that asks for it; or the setting is taken back.',
    'items',
  ),
  'rate-limited': facts(
    'procore',
    'retry',
    'stream',
    'The far side asked us to slow down.',
    'Nothing to do; it goes on by itself.',
    'weather',
  ),
  'vendor-unavailable': facts(
    'procore',
    'retry',
    'stream',
    'The far side is not answering properly.',
    'Nothing to do; nothing is lost.',
    'weather',
  ),
  network: facts(
    'operator',
    'retry',
    'stream',
    'The far side cannot be reached.',
    'Nothing to do; if it lasts, check the network.',
    'weather',
  ),
  'time-out': facts(
    'procore',
    'retry',
    'stream',
    'The far side took too long to answer.',
    'Nothing to do; it goes on by itself.',
    'weather',
  ),
} as const satisfies Record<string, FaultKindFacts>;

export type FaultKind = keyof typeof faultTable;

export const faultKinds = Object.keys(faultTable) as readonly FaultKind[];

export const isFaultKind = (value: unknown): value is FaultKind => typeof value === 'string' && Object.hasOwn(faultTable, value);

/** Whether a fault stops the whole connection: then it is one attention item of the connection, not one per project or step. */
export const concernsConnection = (kind: FaultKind): boolean => faultTable[kind].reach === 'connection';

export interface FaultDetail {
  /** What was seen, for people; never a secret, never a vendor's raw body. */
  readonly seen?: string | undefined;
  readonly needed?: string | undefined;
  /** Who must act, if not the owner of its kind, e.g. the contractor about the grant that their connection is read with. */
  readonly owner?: Owner | undefined;
  /** Breadcrumb of the screen that fixes it. */
  readonly where?: string | undefined;
  /** HTTP status, if there was a response. */
  readonly status?: number | undefined;
  /** The far side's request id, worth quoting to its support. */
  readonly requestId?: string | undefined;
  /** What it is about, if one cause blocks more than the record at hand, e.g. `day:2026-03-09`. */
  readonly subject?: string | undefined;
  /** The field that was refused. */
  readonly field?: string | undefined;
  /** Epoch milliseconds until which the far side asked us to wait. */
  readonly waitUntilMs?: number | undefined;
  /** Epoch milliseconds since which the fault has lasted, if that is recorded. */
  readonly sinceMs?: number | undefined;
  /** Set if it reaches only the record at hand, unlike its kind: it is about the person whose answer that is. */
  readonly reach?: 'record' | undefined;
  /** `surely-not-done`: the write did not happen; `unknown`: it may have (facts/security.md section 2). */
  readonly effect?: 'surely-not-done' | 'unknown' | undefined;
}

/** The only error class that crosses our own boundaries. `message` is safe to show and to log. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly kind: FaultKind;
  readonly detail: FaultDetail;

  constructor(kind: FaultKind, detail: FaultDetail = {}, cause?: unknown) {
    super(saidOf(kind, detail), { cause });
    this.kind = kind;
    this.detail = detail;
  }

  get handling(): Handling {
    return faultTable[this.kind].handling;
  }

  get owner(): Owner {
    return this.detail.owner ?? faultTable[this.kind].owner;
  }
}

function saidOf(kind: FaultKind, { seen, needed, status }: FaultDetail): string {
  const { sentence } = faultTable[kind];
  if (seen === undefined) return sentence;
  // a fault that we found ourselves, with a known cure, is fully described by `seen`
  return needed !== undefined && status === undefined ? seen : `${sentence} ${seen}`;
}

/** The words of a fault for people: its table's, unless it brought better ones of its own. */
export function wordsOf(fault: Fault): { readonly seen: string; readonly needed: string; readonly where: string } {
  const { sentence, cure } = faultTable[fault.kind];
  const { needed, where, status } = fault.detail;
  // people cannot compare a bare status with anything they see on the far side
  const isBare = status !== undefined && needed === undefined;
  return { seen: isBare ? sentence : fault.message, needed: needed ?? cure, where: where ?? cure };
}

/** The given cure, or that of the kind if none was given. */
export const cureOf = (kind: FaultKind, needed: string | undefined): string => needed || faultTable[kind].cure;

/** The runbook page for support. What stops a step has another page where it refuses a whole stream. */
export const runbookOf = (kind: FaultKind, place: 'step' | 'stream' = 'step'): string =>
  `docs/runbook/${place === 'stream' && faultTable[kind].runbook === 'steps' ? 'streams' : faultTable[kind].runbook}.md`;

/** Follows `cause` to the first `Fault`; never reads anything from a message. */
export function faultIn(error: unknown): Fault | undefined {
  let current = error;
  for (let depth = 0; depth < 16 && current instanceof Error; depth += 1) {
    if (current instanceof Fault) return current;
    current = current.cause;
  }
  return undefined;
}
