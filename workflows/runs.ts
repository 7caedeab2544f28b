import type { WorkflowDefinitionOptions } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';
import type { z } from 'zod';

/**
 * The input of a run, or undefined where this run has no right to be: its input is of another shape (a payload not sealed by us
 * among them), or its id is not the canonical one of its input.
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

/** Whether a loop should continue as new as soon as no handler is running. Asked anew each time: the facts change. */
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
 * Under a versioned worker a run is bound to its version, or not. An unversioned worker, whose deployment has no name, may not even say
 * so: the server (1.32) refuses its answer.
 */
export const versioned = (versioningBehavior: 'PINNED' | 'AUTO_UPGRADE') => (): WorkflowDefinitionOptions =>
  workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior } : {};
