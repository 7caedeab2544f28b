import { condition, makeContinueAsNewFunc, setWorkflowOptions } from '@temporalio/workflow';
import { workflowIds } from '../shared/domain/ids.ts';
import { type LoopResult, projectSyncInput } from '../shared/domain/workflow-inputs.ts';
import { runCycle } from './cycle.ts';
import { noHandlerRuns } from './handlers.ts';
import { canonicalInput, movingOn, runIsFull, versioned } from './runs.ts';
import { carriedOf, createSyncLoop, shownLoop } from './sync-loop.ts';
import { takeSyncMessages } from './sync-messages.ts';
import { keepShown } from './visibility.ts';

/**
 * Keeps one linked project in sync until its row does not want it any more. Timer, webhooks and buttons all set `due`; every
 * cycle first compares its generation with the row. A full run continues as new once no handler runs, and keeps cycling until
 * then: a handler may be waiting for the next cycle.
 */
export async function projectSync(given: unknown): Promise<LoopResult> {
  const input = canonicalInput(projectSyncInput, given, ({ tenantId, projectLinkId }) =>
    workflowIds.projectSync(tenantId, projectLinkId),
  );
  if (!input) return { ended: 'refused' };
  const loop = createSyncLoop(input);
  takeSyncMessages(loop);
  const show = keepShown(loop.desk, () => shownLoop(loop));
  const mayContinue = () =>
    runIsFull({ cycles: loop.cyclesEnded, updates: loop.updates, cyclesPerRun: loop.pace?.cyclesPerRun }) && noHandlerRuns();

  for (;;) {
    const isDue = await loop.due.next(
      mayContinue,
      loop.waiting ? `waits as told: ${loop.waiting.why}`.slice(0, 190) : 'next cycle',
    );
    if (mayContinue()) return await makeContinueAsNewFunc<typeof projectSync>(movingOn())({ ...input, carried: carriedOf(loop) });
    if (isDue && !(await runCycle(loop))) break;
  }

  loop.over = true;
  await condition(noHandlerRuns);
  show();
  return { ended: 'not-current' };
}

setWorkflowOptions(versioned('PINNED'), projectSync);
