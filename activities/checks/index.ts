import { faultIn } from '../../shared/domain/faults.ts';
import { workflowIds } from '../../shared/domain/ids.ts';
import { endOf, outcomeKey, toldOf } from '../../shared/domain/steps.ts';
import { pace, type StatedWait } from '../../shared/domain/workflow-inputs.ts';
import {
  ensureSteps,
  findStep,
  listSteps,
  type StoredStep,
  storeReminder,
  storeSkip,
} from '../../shared/store/connections/steps.ts';
import { markRunAlive } from '../../shared/store/desired-runs.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import { notYet } from '../../shared/temporal/failures.ts';
import type { ChecksActivities, ConnectionRef, OpenedConnection, Reopened, StepRef, StepRow, WatchInput } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { applyDecisions, applyInput, applyStop } from './apply-input.ts';
import { checkAll } from './care.ts';
import { neededConnection } from './context.ts';
import { endOnboarding } from './endings.ts';
import { reasonOf, statedWaitOf } from './outcomes.ts';
import { proveWaiting } from './proposals.ts';
import { type RanCheck, runCheck } from './run-check.ts';

/** The activities of onboarding and care. */
export function createChecks(deps: ActivityDependencies): ChecksActivities {
  return {
    openOnboarding: (input) => openOnboarding(deps, input),
    async checkStep(input) {
      const ran = await orWait(deps, lookAt(deps, input));
      return isRan(ran) ? toldOf(ran.outcome) : ran;
    },
    watchStep: (input) => watchStep(deps, input),
    skipStep: (input) => skipStep(deps, input),
    applyDecisions: (input) => applyDecisions(deps, input),
    applyInput: (input) => applyInput(deps, input),
    applyStop: (input) => applyStop(deps, input),
    remind: (input) => remind(deps, input),
    endOnboarding: (input) => endOnboarding(deps, input),
    checkAll: (input) => checkAll(deps, input),
  };
}

function openOnboarding(deps: ActivityDependencies, { tenantId, connectionId }: ConnectionRef): Promise<OpenedConnection> {
  return withTenant(deps.pool, tenantId, async (db) => {
    const connection = await neededConnection(db, connectionId);
    await ensureSteps(db, tenantId, connectionId, deps.plans[connection.partner].steps);
    await markRunAlive(db, workflowIds.onboarding(tenantId, connectionId));
    return {
      pace: pace.parse(deps.timings),
      stage: connection.stage,
      companyId: connection.boundCompanyId ?? connection.claimedCompanyId,
      steps: (await listSteps(db, connectionId)).map(rowOf),
    };
  });
}

const rowOf = (step: StoredStep): StepRow => ({
  stepId: step.stepId,
  state: step.state,
  outcome: step.outcome && toldOf(step.outcome),
  sinceMs: step.since.getTime(),
  reminders: step.remindedAt.length,
});

/**
 * A far-side fault is itself a reason to look again: it neither fails the step nor discards what is known of it. While somebody
 * has the page open, the next look comes soon.
 */
async function watchStep(deps: ActivityDependencies, input: WatchInput) {
  const { known, knownEndMs, ...ref } = input;
  try {
    const ran = await orWait(deps, lookAt(deps, ref));
    if (!isRan(ran)) return ran;
    const told = toldOf(ran.outcome);
    const endsElsewhere = knownEndMs !== undefined && knownEndMs !== endOf(told);
    if ((outcomeKey(told) ?? null) !== known || endsElsewhere) return told;
    throw notYet(`${reasonOf(ran.outcome)} [${ref.stepId}]`, ran.watched ? deps.timings.watchFirstMs : undefined);
  } catch (error) {
    const fault = faultIn(error);
    throw fault ? notYet(`${fault.message} [${ref.stepId}]`) : error;
  }
}

async function lookAt(deps: ActivityDependencies, ref: StepRef): Promise<RanCheck | Reopened> {
  await proveWaiting(deps, ref);
  return runCheck(deps, ref, 'onboarding');
}

const isRan = (answer: RanCheck | StatedWait | Reopened): answer is RanCheck => 'outcome' in answer;

/** A wait that the far side stated, and that is too long to sit out, is returned; other faults are still thrown. */
async function orWait(deps: ActivityDependencies, ran: Promise<RanCheck | Reopened>): Promise<RanCheck | StatedWait | Reopened> {
  try {
    return await ran;
  } catch (error) {
    const fault = faultIn(error);
    const wait = fault && statedWaitOf(fault);
    if (wait && wait.waitUntilMs - Date.now() > deps.timings.inlineWaitMs) return wait;
    throw error;
  }
}

function skipStep(deps: ActivityDependencies, input: StepRef & { readonly reason: string }): Promise<void> {
  return withTenant(deps.pool, input.tenantId, async (db) => {
    const skipped = await storeSkip(db, input.connectionId, input.stepId, 'support');
    if (!skipped) return;
    const subject = `step:${input.connectionId}/${input.stepId}`;
    await appendAudit(db, input.tenantId, [{ actorId: 'support', action: 'step.skipped', subject, why: input.reason }]);
  });
}

/**
 * Records that a reminder of the wait fell due; API and status show it. Nobody is mailed (docs/adr/0041-reminders-of-steps.md).
 */
function remind(deps: ActivityDependencies, input: StepRef & { readonly reminder: number }): Promise<void> {
  return withTenant(deps.pool, input.tenantId, async (db) => {
    const step = await findStep(db, input.connectionId, input.stepId);
    if (step && step.remindedAt.length < input.reminder) await storeReminder(db, input.connectionId, input.stepId);
  });
}
