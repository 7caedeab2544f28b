import type { Owner } from '../shared/domain/faults.ts';
import type { StepState, ToldOutcome } from '../shared/domain/steps.ts';
import type { Pace, StatedWait, StreamReport } from '../shared/domain/workflow-inputs.ts';

/**
 * The activities as workflows see them: ids, cursors and counters in and out, and the few sentences that a run's page or an answer to a
 * person tells: why something waits, what is needed and where. Those may name a far side's things; they are sealed like all that crosses
 * Temporal, without the secrets that the process knows. What proves a step never crosses. Activities fail by throwing a `Fault` (the
 * worker's interceptor makes its kind the type of the failure) or, in a watch, `notYet` of `shared/temporal/failures.ts`. A stated wait
 * longer than 20 s is returned, never thrown.
 */
export interface ConnectionRef {
  readonly tenantId: string;
  readonly connectionId: string;
}

export interface StepRef extends ConnectionRef {
  readonly stepId: string;
}

export interface StepRow {
  readonly stepId: string;
  readonly state: 'pending' | 'checking' | 'waiting' | 'stuck' | 'done' | 'skipped';
  readonly outcome: ToldOutcome | null;
  readonly sinceMs: number;
  readonly reminders: number;
}

/** A decision took back what the step needs: nothing was checked, and the run reads the rows anew. */
export interface Reopened {
  readonly reopened: true;
}

/** What a run reads first, and again whenever a decision may have changed it: the rows win over what history believes. */
export interface OpenedConnection {
  readonly pace: Pace;
  readonly stage: string;
  readonly companyId: string | null;
  readonly steps: readonly StepRow[];
}

export interface ChecksActivities {
  /** Creates missing step rows of the plan, marks the desired run as seen, and reads where things stand. */
  openOnboarding(input: ConnectionRef): Promise<OpenedConnection>;
  /**
   * One check, now: first applies the command rows of this step that nobody applied yet (so that `retryStep` delivers every
   * decision), then checks, stores the outcome and answers what a run is told of it. Transient faults are thrown by their kind.
   */
  checkStep(input: StepRef): Promise<ToldOutcome | StatedWait | Reopened>;
  /** Checks; returns when the outcome differs from the known one, else throws the retryable benign `not-yet`. */
  watchStep(input: StepRef & { readonly known: string | null }): Promise<ToldOutcome | StatedWait | Reopened>;
  /** Applies the command rows of this step that nobody applied yet, and takes back in the rows whatever rested on the step before. */
  applyDecisions(input: StepRef): Promise<{ readonly applied: number; readonly says: string }>;
  /** Stores that support skipped a step (the workflow has checked that it may). */
  skipStep(input: StepRef & { readonly reason: string }): Promise<void>;
  /** Stores a person's input named by its command row; answers whether it applied to this step. */
  applyInput(input: StepRef & { readonly commandId: string }): Promise<{ readonly applied: boolean; readonly says: string }>;
  /** Reminds the step's owner; `reminder` counts from 1 and makes a repeat harmless. */
  remind(input: StepRef & { readonly reminder: number }): Promise<void>;
  /** Re-reads the row of a signed-in person's wish to stop this connection; answers whether it holds. */
  applyStop(input: ConnectionRef & { readonly commandId: string }): Promise<{ readonly applied: boolean; readonly says: string }>;
  /** Marks the connection as ended in the store: expired, disconnected or live. */
  endOnboarding(input: ConnectionRef & { readonly ended: 'live' | 'stopped' | 'expired' }): Promise<void>;
  /** One round of `care`: repeats the plan's repeatable checks that are due, or `asked` for by their ids. */
  checkAll(input: ConnectionRef & { readonly generation: number; readonly asked?: readonly string[] }): Promise<CareRound>;
}

export interface CareRound {
  readonly current: boolean;
  readonly pace: Pace;
  /** Absent in what was answered before rounds told it, and where the run is not the wanted one. */
  readonly companyId?: string | null;
  /** `owner`: who must act; absent in what was answered before rounds told it. */
  readonly regressed: readonly { readonly stepId: string; readonly reason: string; readonly owner?: Owner }[];
  readonly mended: readonly string[];
  /** Reasons that stand now, over all steps. */
  readonly standing: readonly string[];
  /** Where the steps that were asked for stand after the round, and what became of the decisions that waited for them. */
  readonly looked?: readonly { readonly stepId: string; readonly state: StepState; readonly says?: string }[];
  /** Credentials that waited to take the place of the one in force, and what became of them. */
  readonly proposals?: readonly ProposalSeen[];
  /** Milliseconds after which the next round is wanted, where that is sooner than usual. */
  readonly againMs?: number;
  /** Steps that could not be looked at in this round, with the fault that passes. */
  readonly missed?: readonly { readonly stepId: string; readonly reason: string; readonly says: string }[];
}

export interface ProposalSeen {
  readonly credentialId: string;
  /** `proposed`: it could not be looked at now, and will be. */
  readonly state: 'in-force' | 'refused' | 'proposed';
  readonly says: string;
}

export interface LinkRef {
  readonly tenantId: string;
  readonly projectLinkId: string;
}

export interface OpenedLink {
  /** false: it was unlinked, or a newer generation runs: end at once. */
  readonly current: boolean;
  readonly pace: Pace;
  readonly companyId: string;
  readonly procoreProjectId: string;
  readonly streams: readonly string[];
  readonly paused: boolean;
}

export interface SyncActivities {
  /** First activity of every cycle: compares the generation, marks the run as seen, reads pause and streams. */
  openCycle(input: LinkRef & { readonly generation: number }): Promise<OpenedLink>;
  /** One stream of one project, whole: pull, classify, deliver, settle. */
  runStream(input: LinkRef & { readonly generation: number; readonly stream: string }): Promise<StreamReport | StatedWait>;
  /** Stores when the loop comes back, and why it waits. Both times are epoch milliseconds. */
  closeCycle(
    input: LinkRef & { readonly nextCycleMs: number; readonly waitingUntilMs?: number; readonly why?: string },
  ): Promise<void>;
  /** Puts parked deliveries of one reason back into the queue. */
  retryItems(input: LinkRef & { readonly reason: string }): Promise<{ readonly requeued: number }>;
  resolveItem(
    input: LinkRef & { readonly itemId: string; readonly commandId: string },
  ): Promise<{ readonly applied: boolean; readonly says: string }>;
  /**
   * What the next cycle of one stream would do, kept where the API shows it; writes to neither far side, and changes nothing that a
   * cycle goes by. Answers the counts in words.
   */
  dryRunStream(input: LinkRef & { readonly stream: string }): Promise<{ readonly says: string } | StatedWait>;
  setPaused(input: LinkRef & { readonly paused: boolean; readonly reason: string | null }): Promise<void>;
}

export interface UpkeepActivities {
  /** One round: starts missing runs, stops orphans, re-delivers commands, sweeps what has expired. Counts only. */
  tidy(input: Record<string, never>): Promise<UpkeepReport>;
}

export interface UpkeepReport {
  readonly tenants: number;
  readonly started: number;
  readonly stopped: number;
  readonly commandsDelivered: number;
  readonly swept: number;
  /** Mails that came to their end. */
  readonly mailed: number;
}

export interface MailActivities {
  /** Sends what waits in the tenant's outbox and is due. Counts only: who gets a mail and what it says crosses nothing. */
  sendMail(input: { readonly tenantId: string }): Promise<MailReport>;
}

export interface MailReport {
  readonly sent: number;
  /** Refused for good. */
  readonly bounced: number;
  /** From before a restore, or about what has ended. */
  readonly held: number;
  /** Tried in vain, and waiting for the next try. */
  readonly later: number;
  /** The mail server was not there, or did not take anything from us: what was due waits with it. */
  readonly away: boolean;
}

export type Activities = ChecksActivities & MailActivities & SyncActivities & UpkeepActivities;
