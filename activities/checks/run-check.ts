import { type Fault, faultIn } from '../../shared/domain/faults.ts';
import { workflowIds } from '../../shared/domain/ids.ts';
import type { Outcome, Step } from '../../shared/domain/steps.ts';
import { type CheckResult, met } from '../../shared/partners/contract.ts';
import { diagnoseCompanyRefusal } from '../../shared/procore/diagnosis.ts';
import { isUnproven } from '../../shared/procore/errors.ts';
import { markApplied, openCommands } from '../../shared/store/commands.ts';
import type { Connection } from '../../shared/store/connections/connections.ts';
import { needsSignIn } from '../../shared/store/connections/set-ups.ts';
import { markRunAlive } from '../../shared/store/desired-runs.ts';
import { usableToken } from '../../shared/store/grants/sign-in-tokens.ts';
import { refuseSignIn, type SignIn } from '../../shared/store/grants/sign-ins.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { notYet } from '../../shared/temporal/failures.ts';
import { withoutSecrets } from '../../shared/temporal/without-secrets.ts';
import type { Reopened, StepRef } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { dryRun } from '../dry-run/onboarding.ts';
import { sendQueued } from '../mail/outbox.ts';
import { setUpBefore } from '../set-up/index.ts';
import { takeAuthorizations } from '../sign-ins/authorize.ts';
import { exchangeSignIn } from '../sign-ins/exchange.ts';
import { giveTokenUp } from '../sign-ins/tokens.ts';
import type { Surroundings } from '../surroundings.ts';
import { applyWaiting, looksAskedFor } from './apply-input.ts';
import { awaitCredentials, confirm } from './common.ts';
import { isWatched, type OpenedCheck, openCheck } from './context.ts';
import { goLive } from './go-live.ts';
import { outcomeOfFault } from './outcomes.ts';
import type { Round } from './round.ts';
import { storeResult } from './store-result.ts';

export interface RanCheck {
  readonly outcome: Outcome;
  readonly changed: boolean;
  /** Somebody looked at the connection's page within the last minute. */
  readonly watched: boolean;
}

/**
 * One whole check of one step: applies decisions that wait for it, exchanges a returned sign-in, makes the check and stores its
 * result. A permanent fault is an outcome like any other; a transient one is thrown, and nothing is stored for it.
 */
export async function runCheck(
  deps: ActivityDependencies,
  input: StepRef,
  by: 'onboarding' | 'care',
  round?: Round,
): Promise<RanCheck | Reopened> {
  const around = deps.surroundings();
  const askedFor = await withTenant(deps.pool, input.tenantId, async (db) => {
    const open = await openCommands(db, input.connectionId);
    await applyWaiting(db, deps.plans, input, open);
    if (by === 'onboarding') await markRunAlive(db, workflowIds.onboarding(input.tenantId, input.connectionId));
    return looksAskedFor(open, input.stepId);
  });
  let opened = await openCheck(deps, input, around, { round });
  if (by === 'onboarding' && opened.takenBack) return { reopened: true };
  const step = stepOf(deps, opened);
  const result = await settled(
    deps,
    () => ({ opened, step }),
    async () => {
      if (looksAsAdmin(step) && opened.signIn?.state === 'returned') {
        await exchangeSignIn(deps, opened.connection, opened.signIn, around);
        opened = await openCheck(deps, input, around, { round });
      }
      if (opened.context.people !== null && (await takeAuthorizations(deps, opened.connection, around)))
        opened = await openCheck(deps, input, around, { round });
      if (await setUpBefore(deps, opened, step)) opened = await openCheck(deps, input, around, { round });
      return checkAndReplace(deps, opened, step);
    },
  );
  const stored = await withTenant(deps.pool, input.tenantId, async (db) => {
    const kept = await storeResult(db, { ...input, step, at: new Date(deps.nowMs()) }, opened, result, by, deps.mail);
    // what was replaced meanwhile is checked again: until then nobody was answered
    if (kept) for (const commandId of askedFor) await markApplied(db, commandId);
    return kept;
  });
  if (!stored) throw notYet('What was checked was replaced meanwhile');
  if (stored.queued) await sendQueued(deps, input.tenantId);
  if (result.keep?.binding) await endSignIn(deps, opened, around);
  const { outcome, changed } = stored;
  return { outcome, changed, watched: isWatched(opened.connection) };
}

/** If an admin has asked for it, replaces old templates once their levels were found too low, and checks the step again. */
async function checkAndReplace(deps: ActivityDependencies, opened: OpenedCheck, step: Step): Promise<CheckResult> {
  const result = await check(deps, opened, step);
  if (step.proves !== 'project-levels') return result;
  const tooLowOn = result.keep?.tooLowOn ?? [];
  if (tooLowOn.length === 0 && result.outcome.state !== 'met') return result;
  const replaced = await setUpBefore(deps, opened, step, { tooLowOn });
  return replaced && tooLowOn.length > 0 ? check(deps, opened, step) : result;
}

/** The result of the step's check for what was opened. Stores no result; transient faults are thrown. */
export function judge(deps: ActivityDependencies, opened: OpenedCheck): Promise<CheckResult> {
  const step = stepOf(deps, opened);
  return settled(
    deps,
    () => ({ opened, step }),
    () => check(deps, opened, step),
  );
}

/** Whether the step's calls are made as the person who signed in for the company. */
const looksAsAdmin = ({ takesSignIns }: Step): boolean => takesSignIns === 'admin';

function stepOf(deps: ActivityDependencies, { connection, ref }: OpenedCheck): Step {
  const step = deps.plans[connection.partner].steps.find(({ id }) => id === ref.stepId);
  if (!step) throw new Error(`the plan of ${connection.partner} has no step ${ref.stepId}`);
  return step;
}

/** What another check read moments ago may prove a step; what refuses one must be read again. */
async function check(deps: ActivityDependencies, opened: OpenedCheck, step: Step): Promise<CheckResult> {
  const result = await checkOnce(deps, opened, step);
  return result.outcome.state !== 'met' && (await opened.readsHaveChanged()) ? checkOnce(deps, opened, step) : result;
}

function checkOnce(deps: ActivityDependencies, opened: OpenedCheck, step: Step): Promise<CheckResult> {
  switch (step.check) {
    case 'awaitCredentials':
      return awaitCredentials(opened.context);
    case 'confirm':
      return confirm(opened.context);
    case 'dryRun':
      return dryRun(deps, opened);
    case 'live':
      return goLive(deps, opened);
  }
  const own = deps.partners[opened.connection.partner].checks[step.check];
  if (!own) throw new Error(`${opened.connection.partner} has no check ${step.check}`);
  return own(opened.context);
}

interface Attempt {
  readonly opened: OpenedCheck;
  readonly step: Step;
}

/** The result as it may be stored and shown: its sentences contain no secret that this process knows. */
async function settled(
  deps: ActivityDependencies,
  attempt: () => Attempt,
  work: () => Promise<CheckResult>,
): Promise<CheckResult> {
  const result = await resultOf(deps, attempt, work);
  return { ...result, outcome: withoutSecrets(result.outcome) };
}

/** Turns a permanent fault into its outcome; everything else is still thrown. */
async function resultOf(
  deps: ActivityDependencies,
  attempt: () => Attempt,
  work: () => Promise<CheckResult>,
): Promise<CheckResult> {
  try {
    return await work();
  } catch (error) {
    const raised = faultIn(error);
    if (!raised) throw error;
    const { opened, step } = attempt();
    const { connection, signIn } = opened;
    const fault = await diagnosed(deps, opened, step, raised);
    if (fault.handling === 'retry') throw fault;
    if (looksAsAdmin(step) && signIn && connection.boundCompanyId !== null) return endFurther(deps, connection, signIn, fault);
    if (fault.kind === 'grant-lapsed' && looksAsAdmin(step) && signIn) return lapsedSignIn(deps, connection, signIn);
    return { outcome: outcomeOfFault(fault) };
  }
}

/**
 * The proven reason why Procore refused the service credential. Refusals of a person are examined by the checks made as that
 * person.
 */
async function diagnosed(deps: ActivityDependencies, opened: OpenedCheck, step: Step, fault: Fault): Promise<Fault> {
  const { connection, context } = opened;
  if (looksAsAdmin(step) || !isUnproven(fault)) return fault;
  const needs = deps.partners[connection.partner].companyNeeds?.(connection.modules);
  if (!needs) return fault;
  return diagnoseCompanyRefusal(await context.service(), fault, needs);
}

/** A fault of a further sign-in ends that sign-in, in words; the company stays bound and connected. */
async function endFurther(
  deps: ActivityDependencies,
  { tenantId, boundCompanyId }: Connection,
  { signInId }: SignIn,
  { message }: Fault,
): Promise<CheckResult> {
  await withTenant(deps.pool, tenantId, (db) => refuseSignIn(db, signInId, message));
  return met({ companyId: boundCompanyId });
}

/** The person's token ended before its work was done: the attempt is over, but the link to sign in is still valid. */
async function lapsedSignIn(deps: ActivityDependencies, connection: Connection, signIn: SignIn): Promise<CheckResult> {
  const seen = 'The sign-in to Procore has ended before it was finished.';
  await withTenant(deps.pool, connection.tenantId, (db) => refuseSignIn(db, signIn.signInId, `${seen} Sign in again.`));
  const needed = 'An admin of the company signs in once more.';
  return { outcome: { state: 'waiting', on: 'admin', seen, needed, where: 'On this page: Sign in with Procore.' } };
}

/** The sign-in is not kept: once the company is bound and nothing is to be set up with it, the token is revoked and wiped. */
async function endSignIn(deps: ActivityDependencies, { signIn, connection }: OpenedCheck, around: Surroundings): Promise<void> {
  if (!signIn) return;
  const ref = { tenantId: connection.tenantId, signInId: signIn.signInId };
  const sealed = await withTenant(deps.pool, ref.tenantId, async (db) =>
    (await needsSignIn(db, ref.signInId)) ? undefined : usableToken(db, ref.signInId),
  );
  if (sealed) await giveTokenUp(deps, ref, sealed, around);
}
