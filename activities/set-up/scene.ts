import type { BoundCompany } from '../../shared/domain/company.ts';
import { type Fault, faultIn, wordsOf } from '../../shared/domain/faults.ts';
import type { SetUpTask, SetUpWords } from '../../shared/domain/set-up.ts';
import type { SetUpRecipe } from '../../shared/partners/contract.ts';
import type { ProcoreClient } from '../../shared/procore/client.ts';
import {
  askTaskAgain,
  type Claim,
  doubtTask,
  markSending,
  type Settled,
  type StoredTask,
  settleTask,
} from '../../shared/store/connections/set-ups.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import type { OpenedCheck } from '../checks/context.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** The claimed tasks of one connection. */
export interface ClaimedSetUp {
  readonly deps: ActivityDependencies;
  readonly opened: OpenedCheck;
  readonly claim: Claim;
  readonly recipe: SetUpRecipe;
  readonly user: { readonly id: string; readonly name: string };
}

/** The same, with a Procore client for the admin who asked. */
export interface SetUpScene extends ClaimedSetUp {
  readonly person: ProcoreClient<BoundCompany>;
}

/** Another worker holds the tasks and decides about them. */
export class ClaimLost extends Error {
  override readonly name = 'ClaimLost';
}

export const inScene = <Result>({ deps, opened }: ClaimedSetUp, work: (db: Db) => Promise<Result>): Promise<Result> =>
  withTenant(deps.pool, opened.connection.tenantId, work);

/** Settles a task and audits it in the name of whoever asked for it. */
async function settle(scene: ClaimedSetUp, { task, askedBy }: StoredTask, settled: Settled): Promise<void> {
  const { tenantId, connectionId } = scene.opened.connection;
  await inScene(scene, async (db) => {
    if (!(await settleTask(db, scene.claim, task, settled))) throw new ClaimLost();
    const subject = `set-up:${connectionId}/${task}`;
    await appendAudit(db, tenantId, [{ actorId: askedBy, action: `set-up.${settled.state}`, subject }]);
  });
}

export const done = (scene: ClaimedSetUp, task: StoredTask, seen: string, targetId?: string): Promise<void> =>
  settle(scene, task, { state: 'done', words: { seen }, ...(targetId !== undefined && { targetId }) });

/** Refuses a task that cannot be done for the admin, with the line of the guide that they follow by hand. */
export const refuse = (scene: ClaimedSetUp, task: StoredTask, seen: string, targetId?: string): Promise<void> =>
  settle(scene, task, {
    state: 'refused',
    words: byHand(scene, task.task, seen),
    ...(targetId !== undefined && { targetId }),
  });

function byHand({ recipe, user }: ClaimedSetUp, task: SetUpTask, seen: string): SetUpWords {
  const line = recipe.tasks.find((offer) => offer.task === task)?.byHand;
  if (!line) return { seen };
  return { seen, needed: line.needed, where: line.where.replaceAll('{user}', user.name) };
}

/**
 * One write as an intent: committed before it is sent, sent once within its lease. `absolute`: a repeat changes nothing, so what
 * may have happened is simply sent again; otherwise it is looked up first. Undefined if the task is settled or left for later;
 * transient faults are thrown.
 */
export async function sendOnce<Answer>(
  scene: SetUpScene,
  tasks: readonly StoredTask[],
  repeat: 'absolute' | 'looked-up',
  send: (mayStillSend: () => boolean) => Promise<Answer>,
): Promise<{ readonly answer: Answer } | undefined> {
  const { claimLeaseMs, httpDeadlineMs } = scene.deps.timings;
  const sinceMs = performance.now();
  await inScene(scene, async (db) => {
    for (const { task } of tasks) if (!(await markSending(db, scene.claim, task, claimLeaseMs))) throw new ClaimLost();
  });
  try {
    return { answer: await send(() => performance.now() - sinceMs < claimLeaseMs - httpDeadlineMs) };
  } catch (error) {
    const fault = faultIn(error);
    if (!fault) throw error;
    return afterFault(scene, tasks, repeat, fault);
  }
}

async function afterFault(
  scene: SetUpScene,
  tasks: readonly StoredTask[],
  repeat: 'absolute' | 'looked-up',
  fault: Fault,
): Promise<undefined> {
  const surelyNot = fault.detail.effect === 'surely-not-done';
  if (!surelyNot && repeat === 'looked-up') {
    await inScene(scene, async (db) => {
      for (const { task } of tasks) await doubtTask(db, scene.claim, task, scene.deps.timings.settleMs);
    });
    return undefined;
  }
  // a lapsed sign-in is not a refusal of this task: the caller refuses every open task for it
  if (fault.handling === 'retry' || fault.kind === 'grant-lapsed') {
    await inScene(scene, async (db) => {
      for (const { task } of tasks) await askTaskAgain(db, scene.claim, task);
    });
    throw fault;
  }
  for (const task of tasks) await refuse(scene, task, `Procore did not let us: ${wordsOf(fault).seen}`);
  return undefined;
}
