import type { Owner } from '../shared/domain/faults.ts';
import type { StepState, ToldOutcome } from '../shared/domain/steps.ts';
import type { Pace, StatedWait, StreamReport } from '../shared/domain/workflow-inputs.ts';

/**
 * The activities as workflows see them. Ids, cursors and counters go in and out, and the few sentences that a run's page or an
 * answer to a person shows: why something waits, what is needed and where. Those may name a far side's things; they are sealed
 * like all that crosses Temporal, and contain no secret that the process knows. What proves a step never crosses. Activities fail
 * by throwing a `Fault` (the worker's interceptor makes its kind the type of the failure) or, in a watch, `notYet` of
 * `shared/temporal/failures.ts`. A stated wait longer than 20 s is returned, never thrown.
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

/** A decision took back what the step needs: nothing was checked, and the run reads the rows again. */
export interface Reopened {
  readonly reopened: true;
}

/** What a run reads first, and again whenever a decision may have changed it: the rows win over the workflow's history. */
export interface OpenedConnection {
  readonly pace: Pace;
  readonly stage: string;
  readonly companyId: string | null;
  readonly steps: readonly StepRow[];
}

/** `known`: `outcomeKey` of the known outcome. `knownEndMs`: its end; absent in what an earlier version scheduled. */
export interface WatchInput extends StepRef {
  readonly known: string | null;
  readonly knownEndMs?: number | null;
}

export interface ChecksActivities {
  /** Creates missing step rows of the plan, marks the desired run as seen, and reads the current state. */
  openOnboarding(input: ConnectionRef): Promise<OpenedConnection>;
  /**
   * One check, now: first applies the unapplied command rows of this step (so that `retryStep` delivers every decision), then
   * checks, stores the outcome and returns what the run needs of it. Transient faults are thrown by their kind.
   */
  checkStep(input: StepRef): Promise<ToldOutcome | StatedWait | Reopened>;
  /** Checks; returns when the outcome differs from the known one, else throws the retryable benign `not-yet`. */
  watchStep(input: WatchInput): Promise<ToldOutcome | StatedWait | Reopened>;
  /** Applies the unapplied command rows of this step, and reopens the rows of whatever rests on the step. */
  applyDecisions(input: StepRef): Promise<{ readonly applied: number; readonly says: string }>;
  /** Stores that support skipped a step (the workflow has checked that it may). */
  skipStep(input: StepRef & { readonly reason: string }): Promise<void>;
  /** Applies a person's input named by its command row; returns whether it applied to this step. */
  applyInput(input: StepRef & { readonly commandId: string }): Promise<{ readonly applied: boolean; readonly says: string }>;
  /** Records that a reminder fell due; `reminder` counts from 1 and makes a repeat harmless. */
  remind(input: StepRef & { readonly reminder: number }): Promise<void>;
  /** Re-reads the row of a request to stop this connection; returns whether it is valid. */
  applyStop(input: ConnectionRef & { readonly commandId: string }): Promise<{ readonly applied: boolean; readonly says: string }>;
  /** Marks the connection as ended in the store: expired, disconnected or live. */
  endOnboarding(input: ConnectionRef & { readonly ended: 'live' | 'stopped' | 'expired' }): Promise<void>;
  /** One round of `care`: repeats the plan's repeatable checks that are due, or `asked` for by their ids. */
  checkAll(input: ConnectionRef & { readonly generation: number; readonly asked?: readonly string[] }): Promise<CareRound>;
}

export interface CareRound {
  readonly current: boolean;
  readonly pace: Pace;
  /** Absent in results from before rounds returned it, and if the run is not the wanted one. */
  readonly companyId?: string | null;
  /** `owner`: who must act; absent in results from before rounds returned it. */
  readonly regressed: readonly { readonly stepId: string; readonly reason: string; readonly owner?: Owner }[];
  readonly mended: readonly string[];
  /** The distinct reasons of all steps that are stuck now. */
  readonly standing: readonly string[];
  /** The states after the round of the steps that were asked for, and the results of the decisions that waited for them. */
  readonly looked?: readonly { readonly stepId: string; readonly state: StepState; readonly says?: string }[];
  /** Credentials that waited to replace the one in force, and their results. */
  readonly proposals?: readonly ProposalSeen[];
  /** Milliseconds after which the next round is wanted, if sooner than usual. */
  readonly againMs?: number;
  /** Steps that could not be checked in this round, with the transient fault. */
  readonly missed?: readonly { readonly stepId: string; readonly reason: string; readonly says: string }[];
}

export interface ProposalSeen {
  readonly credentialId: string;
  /** `proposed`: it could not be checked now, and will be. */
  readonly state: 'in-force' | 'refused' | 'proposed';
  readonly says: string;
}

export interface LinkRef {
  readonly tenantId: string;
  readonly projectLinkId: string;
}

export interface OpenedLink {
  /** False if it was unlinked, or a newer generation runs: end at once. */
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
  /** One whole run of one stream of one project: pull, classify, deliver, settle. */
  runStream(input: LinkRef & { readonly generation: number; readonly stream: string }): Promise<StreamReport | StatedWait>;
  /** Stores when the loop runs next, and why it waits. Both times are epoch milliseconds. */
  closeCycle(
    input: LinkRef & { readonly nextCycleMs: number; readonly waitingUntilMs?: number; readonly why?: string },
  ): Promise<void>;
  /** Puts parked deliveries of one reason back into the queue. */
  retryItems(input: LinkRef & { readonly reason: string }): Promise<{ readonly requeued: number }>;
  resolveItem(
    input: LinkRef & { readonly itemId: string; readonly commandId: string },
  ): Promise<{ readonly applied: boolean; readonly says: string }>;
  /**
   * What the next cycle of one stream would do, stored where the API shows it; writes to neither far side, and changes nothing
   * that a cycle uses. Returns the counts in words.
   */
  dryRunStream(input: LinkRef & { readonly stream: string }): Promise<{ readonly says: string } | StatedWait>;
  setPaused(input: LinkRef & { readonly paused: boolean; readonly reason: string | null }): Promise<void>;
}

export interface UpkeepActivities {
  /** One round: starts missing runs, stops orphans, re-delivers commands, sweeps what has expired. Returns counts only. */
  tidy(input: Record<string, never>): Promise<UpkeepReport>;
}

export interface UpkeepReport {
  readonly tenants: number;
  readonly started: number;
  readonly stopped: number;
  readonly commandsDelivered: number;
  readonly swept: number;
  /** Mails that were sent or bounced. */
  readonly mailed: number;
}

export interface MailActivities {
  /** Sends the due mails of the tenant's outbox. Returns counts only: recipients and contents never cross Temporal. */
  sendMail(input: { readonly tenantId: string }): Promise<MailReport>;
}

export interface MailReport {
  readonly sent: number;
  /** Refused for good. */
  readonly bounced: number;
  /** From before a restore, or about something that has ended. */
  readonly held: number;
  /** Failed, and waiting for the next try. */
  readonly later: number;
  /** The mail server was unreachable, or accepted nothing from us: all due mails wait. */
  readonly away: boolean;
}

export type Activities = ChecksActivities & MailActivities & SyncActivities & UpkeepActivities;
