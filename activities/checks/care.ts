import { type FaultKind, faultIn } from '../../shared/domain/faults.ts';
import { workflowIds } from '../../shared/domain/ids.ts';
import { pace } from '../../shared/domain/workflow-inputs.ts';
import { type ConnectionCause, showConnectionCauses } from '../../shared/store/attention.ts';
import type { Connection } from '../../shared/store/connections.ts';
import { markRunSeen } from '../../shared/store/desired-runs.ts';
import { listSteps, type StoredStep } from '../../shared/store/steps.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { CareRound, ChecksActivities, StepRef } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { applyWaiting } from './apply-input.ts';
import { neededConnection } from './context.ts';
import { applyWaitingStop } from './endings.ts';
import { hasCompanyStreams, linksLag } from './project-pairs.ts';
import { runCheck } from './run-check.ts';

/**
 * One round of care: repeats the checks that the plan repeats and answers which of them do not hold now, and which hold again. A check that cannot be made
 * now leaves its row alone. Each step that does not hold is one attention item; it is resolved when the step holds again.
 */
export async function checkAll(
  deps: ActivityDependencies,
  input: Parameters<ChecksActivities['checkAll']>[0],
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
  const asked = new Set(input.asked);
  const missed: Missed[] = [];
  for (const { id: stepId } of repeated) {
    const row = before.get(stepId);
    if (row === undefined) continue;
    const applied = await withTenant(deps.pool, ref.tenantId, (db) => applyWaiting(db, { ...ref, stepId }));
    if (row.state === 'skipped') continue;
    const isAsked = asked.has(stepId) || applied > 0;
    if (stepId === 'live' && opened.connection.stage !== 'live') continue; // a pause of the connection is a person's to end
    if (!isAsked && !(await isDue(deps, opened.connection, row))) continue;
    deps.surroundings().heartbeat({ stepId });
    missed.push(...(await lookAgain(deps, { ...ref, stepId })));
  }
  const after = await withTenant(deps.pool, ref.tenantId, async (db) => {
    const steps = await listSteps(db, ref.connectionId);
    await showConnectionCauses(db, { ...ref, family: 'step' }, steps.flatMap(causeOf));
    return steps;
  });
  const looked = after.flatMap(({ stepId, state }) => (asked.has(stepId) ? [{ stepId, state }] : []));
  return { current: true, pace: carePace, ...standingOf(before, after), looked, missed };
}

type Missed = NonNullable<CareRound['missed']>[number];

/**
 * What costs more than a call waits its turn as long as it stands: levels on every project are read daily (facts/steps-and-calls.md
 * section 2), lists of both sides are compared in every sixth round, or in each one while a record has no counterpart.
 */
async function isDue(deps: ActivityDependencies, connection: Connection, row: StoredStep): Promise<boolean> {
  const { projectLevelsMs, careRoundMs } = deps.timings;
  const isOlderThan = (ms: number): boolean => row.checkedAt === null || Date.now() - row.checkedAt.getTime() >= ms;
  switch (row.stepId) {
    case 'verifyProjectTemplate':
      return row.state !== 'done' || isOlderThan(projectLevelsMs);
    case 'matchRecords': {
      const lacks = row.outcome?.state === 'met' && (row.outcome.warnings ?? []).length > 0;
      return row.state !== 'done' || isOlderThan(lacks ? Math.max(careRoundMs, leastMatchingMs) : 6 * careRoundMs);
    }
    case 'live': {
      if (row.state !== 'done') return true;
      const wantsCompanyLink = hasCompanyStreams(deps.partners[connection.partner], connection.modules);
      return withTenant(deps.pool, connection.tenantId, (db) => linksLag(db, connection.connectionId, wantsCompanyLink));
    }
    default:
      return true;
  }
}

/** Comparing whole lists more often than this serves nobody, however short the rounds. */
const leastMatchingMs = 60_000;

/** What passes by itself is left for the next round, and named. */
async function lookAgain(deps: ActivityDependencies, ref: StepRef): Promise<readonly Missed[]> {
  try {
    await runCheck(deps, ref, 'care');
    return [];
  } catch (error) {
    const fault = faultIn(error);
    if (!fault) throw error;
    deps.log.info({ stepId: ref.stepId, kind: fault.kind }, 'a step could not be looked at in this round');
    return [{ stepId: ref.stepId, reason: fault.kind, says: fault.message.slice(0, 300) }];
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
