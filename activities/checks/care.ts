import { concernsConnection } from '../../shared/domain/faults.ts';
import { workflowIds } from '../../shared/domain/ids.ts';
import type { Step } from '../../shared/domain/steps.ts';
import { pace } from '../../shared/domain/workflow-inputs.ts';
import { type ConnectionCause, showConnectionCauses } from '../../shared/store/attention.ts';
import type { Connection } from '../../shared/store/connections/connections.ts';
import { findStep, listSteps, type StoredStep } from '../../shared/store/connections/steps.ts';
import { markRunSeen } from '../../shared/store/desired-runs.ts';
import { showAcceptance } from '../../shared/store/people/acceptances.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { notYetType } from '../../shared/temporal/failures.ts';
import type { CareRound, ChecksActivities, ConnectionRef, ProposalSeen, StepRef } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { applyWaiting } from './apply-input.ts';
import { isDue } from './care-due.ts';
import { neededConnection } from './context.ts';
import { applyWaitingStop } from './endings.ts';
import { holdInactive } from './inactive-projects.ts';
import { type Missed, orMissed } from './missed.ts';
import { proposalFor, proveProposal, showRefused } from './proposals.ts';
import { newRound, type Round } from './round.ts';
import { runCheck } from './run-check.ts';

/** What a round has found so far. */
interface Findings {
  readonly missed: Missed[];
  readonly proposals: ProposalSeen[];
  /** The results of the decisions that waited for a step. */
  readonly decided: Map<string, string>;
}

/**
 * One round of care: repeats the checks that the plan repeats and returns which of them do not hold now, and which hold again. A
 * check that cannot be made now leaves its row unchanged. Each step that does not hold is one attention item, resolved when the
 * step holds again. So is each linked project that is inactive in Procore.
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
  const { connection } = opened;
  const before = new Map(opened.steps.map((step) => [step.stepId, step]));
  const asked = new Set(input.asked);
  const findings: Findings = { missed: [], proposals: [], decided: new Map() };
  const { steps } = deps.plans[connection.partner];
  const round = newRound(steps, asked);
  for (const step of steps) {
    if (step.repeatInCare && before.has(step.id))
      await lookAfter({ deps, connection, round, findings }, step, asked.has(step.id));
  }
  await holdInactive(deps, connection, round.listed);
  const after = await withTenant(deps.pool, ref.tenantId, (db) => showCauses(db, connection));
  const { missed, proposals, decided } = findings;
  const looked = after.flatMap(({ stepId, state }) => {
    const says = decided.get(stepId);
    return asked.has(stepId) ? [says === undefined ? { stepId, state } : { stepId, state, says }] : [];
  });
  // come back soon for what somebody submitted or decided and could not be checked now
  const isLeft = proposals.some(({ state }) => state === 'proposed') || missed.some(({ reason }) => reason === notYetType);
  const again = isLeft ? { againMs: carePace.slowMs } : {};
  const companyId = connection.boundCompanyId ?? connection.claimedCompanyId;
  return { current: true, pace: carePace, companyId, ...standingOf(before, after), looked, missed, proposals, ...again };
}

interface Looking {
  readonly deps: ActivityDependencies;
  readonly connection: Connection;
  readonly round: Round;
  readonly findings: Findings;
}

/** One step's turn: decisions first, then a credential that waits for its proof, then the step itself if it is due. */
async function lookAfter({ deps, connection, round, findings }: Looking, step: Step, isAsked: boolean): Promise<void> {
  const { id: stepId } = step;
  const ref: StepRef = { tenantId: connection.tenantId, connectionId: connection.connectionId, stepId };
  const { applied, row } = await withTenant(deps.pool, ref.tenantId, async (db) => ({
    applied: await applyWaiting(db, deps.plans, ref),
    row: await findStep(db, ref.connectionId, stepId),
  }));
  const decision = applied.at(-1);
  if (decision) findings.decided.set(stepId, decision.says);
  if (await lookAtProposal(deps, ref, step, findings)) {
    round.noteOutcome(stepId, row?.outcome ?? null, null); // somebody else may act now
    return;
  }
  if (row === undefined || row.state === 'skipped') return;
  if (step.check === 'live' && connection.stage !== 'live') return; // only a person ends a pause of the connection
  if (!isAsked && applied.length === 0 && !(await isDue(deps, connection, { step, row }, round))) return;
  deps.surroundings().heartbeat({ stepId });
  const missed = await orMissed(deps, stepId, async () => {
    const ran = await runCheck(deps, ref, 'care', round);
    if ('outcome' in ran) round.noteOutcome(stepId, row.outcome, ran.outcome);
  });
  if (missed) findings.missed.push(missed);
}

/** Returns true if a proposal was proven, and the step with it. */
async function lookAtProposal(deps: ActivityDependencies, ref: StepRef, step: Step, findings: Findings): Promise<boolean> {
  const proposed = await proposalFor(deps, ref, step);
  if (!proposed) return false;
  deps.surroundings().heartbeat({ stepId: ref.stepId });
  const missed = await orMissed(deps, ref.stepId, async () => {
    findings.proposals.push(await proveProposal(deps, ref, proposed));
  });
  if (missed) findings.proposals.push({ credentialId: proposed.credentialId, state: 'proposed', says: missed.says });
  return findings.proposals.some(({ credentialId, state }) => credentialId === proposed.credentialId && state === 'in-force');
}

/** Makes the connection's attention items match its rows. Returns the steps. */
async function showCauses(db: Db, connection: Connection): Promise<readonly StoredStep[]> {
  const { tenantId, connectionId } = connection;
  const place = { tenantId, connectionId };
  const steps = await listSteps(db, connectionId);
  const causes = steps.flatMap((step) => causeOf(connection, step));
  const ofConnection = causes.filter(({ reason }) => concernsConnection(reason));
  await showConnectionCauses(
    db,
    { ...place, family: 'step' },
    causes.filter(({ reason }) => !concernsConnection(reason)),
  );
  await showConnectionCauses(db, { ...place, family: 'connection' }, oncePerReason(ofConnection));
  await showAcceptance(db, connectionId);
  await showRefused(db, connection);
  return steps;
}

/** A refused credential stops every step that needs it: it is one cause, in the words of the first step. */
const oncePerReason = (causes: readonly ConnectionCause[]): readonly ConnectionCause[] =>
  causes.filter((cause, place) => causes.findIndex(({ reason }) => reason === cause.reason) === place);

/** Steps that wait for a person were never proven, so they cannot regress: care reports stuck ones only. */
const regressedOf = ({ stepId, outcome }: StoredStep): CareRound['regressed'] =>
  outcome?.state === 'stuck' ? [{ stepId, reason: outcome.reason, owner: outcome.on }] : [];

function causeOf({ connectionId }: ConnectionRef, { outcome, stepId }: StoredStep): readonly ConnectionCause[] {
  if (outcome?.state !== 'stuck') return [];
  const { reason, seen, needed, where, on: owner } = outcome;
  // a person who waits to be accepted is an item of its own
  if (reason === 'acceptance-missing') return [];
  const subject = concernsConnection(reason) ? `connection:${connectionId}` : `step:${stepId}`;
  return [{ reason, owner, subject, seen, needed, where }];
}

function standingOf(before: ReadonlyMap<string, StoredStep>, after: readonly StoredStep[]) {
  const regressed = after.flatMap(regressedOf);
  const didStand = (stepId: string): boolean => before.get(stepId)?.outcome?.state === 'stuck';
  return {
    regressed,
    mended: after.filter((step) => step.state === 'done' && didStand(step.stepId)).map(({ stepId }) => stepId),
    standing: [...new Set(regressed.map(({ reason }) => reason))],
  };
}
