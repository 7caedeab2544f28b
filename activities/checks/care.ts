import { type FaultKind, faultIn } from '../../shared/domain/faults.ts';
import { workflowIds } from '../../shared/domain/ids.ts';
import { pace } from '../../shared/domain/workflow-inputs.ts';
import { type ConnectionCause, showConnectionCauses } from '../../shared/store/attention.ts';
import { markRunSeen } from '../../shared/store/desired-runs.ts';
import { listSteps, type StoredStep } from '../../shared/store/steps.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { CareRound, ConnectionRef } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { neededConnection } from './context.ts';
import { applyWaitingStop } from './endings.ts';
import { runCheck } from './run-check.ts';

/**
 * One round of care: repeats the checks that the plan repeats and answers which of them do not hold now, and which hold again. A check that cannot be made
 * now leaves its row alone. Each step that does not hold is one attention item; it is resolved when the step holds again.
 */
export async function checkAll(
  deps: ActivityDependencies,
  input: ConnectionRef & { readonly generation: number },
): Promise<CareRound> {
  const ref = { tenantId: input.tenantId, connectionId: input.connectionId };
  const carePace = pace.parse(deps.timings);
  const opened = await withTenant(deps.pool, ref.tenantId, async (db) => {
    await applyWaitingStop(db, ref);
    const current = await markRunSeen(db, workflowIds.care(ref.tenantId, ref.connectionId), input.generation);
    return { current, connection: await neededConnection(db, ref.connectionId), steps: await listSteps(db, ref.connectionId) };
  });
  if (!opened.current) return { current: false, pace: carePace, regressed: [], mended: [], standing: [] };
  const repeated = deps.plans[opened.connection.partner].steps.filter(({ repeatInCare }) => repeatInCare);
  const before = new Map(opened.steps.map((step) => [step.stepId, step]));
  for (const { id: stepId } of repeated) {
    const row = before.get(stepId);
    if (row === undefined || row.state === 'skipped' || !isDue(deps, row)) continue;
    deps.surroundings().heartbeat({ stepId });
    await lookAgain(deps, { ...ref, stepId });
  }
  const after = await withTenant(deps.pool, ref.tenantId, async (db) => {
    const steps = await listSteps(db, ref.connectionId);
    await showConnectionCauses(db, { ...ref, family: 'step' }, steps.flatMap(causeOf));
    return steps;
  });
  return { current: true, pace: carePace, ...standingOf(before, after) };
}

/** Levels on every project cost a call each: read daily, not hourly, as long as they stand (facts/steps-and-calls.md section 2). */
function isDue({ timings }: ActivityDependencies, { stepId, state, checkedAt }: StoredStep): boolean {
  if (stepId !== 'verifyProjectTemplate' || state !== 'done' || checkedAt === null) return true;
  return Date.now() - checkedAt.getTime() >= timings.projectLevelsMs;
}

/** What passes by itself is left for the next round. */
async function lookAgain(deps: ActivityDependencies, ref: Parameters<typeof runCheck>[1]): Promise<void> {
  try {
    await runCheck(deps, ref, 'care');
  } catch (error) {
    const fault = faultIn(error);
    if (!fault) throw error;
    deps.log.info({ stepId: ref.stepId, kind: fault.kind }, 'a step could not be looked at in this round');
  }
}

/** Steps that wait for a person were never proven, so they cannot regress: care speaks of stuck ones only. */
const reasonOf = ({ outcome }: StoredStep): FaultKind | undefined => (outcome?.state === 'stuck' ? outcome.reason : undefined);

function causeOf({ outcome, stepId }: StoredStep): readonly ConnectionCause[] {
  if (outcome?.state !== 'stuck') return [];
  const { reason, seen, needed, where, on: owner } = outcome;
  return [{ reason, owner, subject: `step:${stepId}`, seen, needed, where }];
}

function standingOf(before: ReadonlyMap<string, StoredStep>, after: readonly StoredStep[]) {
  const regressed = after.flatMap((step) => {
    const reason = reasonOf(step);
    return reason === undefined ? [] : [{ stepId: step.stepId, reason }];
  });
  const didStand = (stepId: string): boolean => {
    const step = before.get(stepId);
    return step !== undefined && reasonOf(step) !== undefined;
  };
  return {
    regressed,
    mended: after.filter((step) => step.state === 'done' && didStand(step.stepId)).map(({ stepId }) => stepId),
    standing: [...new Set(regressed.map(({ reason }) => reason))],
  };
}
