import type { WorkflowDefinitionOptions } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';
import type { z } from 'zod';

/**
 * Returns the input of a run; undefined if the run is not legitimate: its input has another shape (e.g. a payload not sealed by
 * us), or its id is not the canonical one for that input.
 */
export function canonicalInput<Shape extends z.ZodType>(
  shape: Shape,
  given: unknown,
  idOf: (input: z.infer<Shape>) => string,
): z.infer<Shape> | undefined {
  const parsed = shape.safeParse(given);
  if (!parsed.success) return undefined;
  return idOf(parsed.data) === workflowInfo().workflowId ? parsed.data : undefined;
}

const dayMs = 86_400_000;
export const cyclesPerRun = 500;
export const updatesPerRun = 200;

/** Whether a loop should continue as new as soon as no handler is running. Evaluated each time: the values change. */
export function runIsFull(counts: {
  readonly cycles: number;
  readonly updates: number;
  readonly cyclesPerRun?: number | undefined;
}): boolean {
  const info = workflowInfo();
  return (
    info.continueAsNewSuggested ||
    info.targetWorkerDeploymentVersionChanged ||
    counts.cycles >= (counts.cyclesPerRun ?? cyclesPerRun) ||
    counts.updates >= updatesPerRun ||
    Date.now() - info.runStartTime.getTime() >= dayMs
  );
}

/** A pinned loop moves to the newest version at continue-as-new, and only there. */
export const movingOn = () =>
  workflowInfo().targetWorkerDeploymentVersionChanged ? { initialVersioningBehavior: 'AUTO_UPGRADE' as const } : {};

/**
 * With a versioned worker, sets whether a run is pinned to its version. An unversioned worker, whose deployment has no name, must
 * not set it: the server (1.32) rejects its response.
 */
export const versioned = (versioningBehavior: 'PINNED' | 'AUTO_UPGRADE') => (): WorkflowDefinitionOptions =>
  workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior } : {};
