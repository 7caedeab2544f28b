import { createHash } from 'node:crypto';
import type { WorkflowService } from '@temporalio/client';

/** All workers of ours are one deployment; its versions are told apart by their workflows. */
export const deploymentName = 'groundwork';

/** The version of a bundle: workers that run the same workflows are the same version, whatever else changed in their image. */
export const buildIdOf = (code: string): string => createHash('sha256').update(code).digest('hex').slice(0, 16);

export interface Release {
  readonly namespace: string;
  readonly buildId: string;
  /** Who did it, as the deployment's page shows it. */
  readonly identity: string;
  /** How long its workers may take until they ask for work. */
  readonly patienceMs: number;
}

const pauseMs = 1000;
/** gRPC codes of a version that no worker has asked work for yet: NOT_FOUND and FAILED_PRECONDITION. */
const notYet = new Set([5, 9]);

/**
 * Makes a version current: new runs and loops that continue as new go to its workers. The server refuses while no worker of it asks for
 * work, or none does on a task queue of the current version that has some; tried again until `patienceMs` is over.
 * Answers the build id that was current before, null where there was none.
 */
export async function makeCurrent(service: WorkflowService, release: Release): Promise<string | null> {
  const { namespace, buildId, identity, patienceMs } = release;
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      const wanted = { namespace, deploymentName, buildId, identity, ignoreMissingTaskQueues: false, allowNoPollers: false };
      const { previousDeploymentVersion } = await service.setWorkerDeploymentCurrentVersion(wanted);
      return previousDeploymentVersion?.buildId || null;
    } catch (error) {
      if (!notYet.has(codeOf(error)) || Date.now() + pauseMs > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

const codeOf = (error: unknown): number =>
  typeof error === 'object' && error !== null && 'code' in error ? Number(error.code) : Number.NaN;
