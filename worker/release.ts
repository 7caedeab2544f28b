import { createHash } from 'node:crypto';
import type { WorkflowService } from '@temporalio/client';

/** All our workers are one deployment; its versions differ by their workflows. */
export const deploymentName = 'groundwork';

/** The version of a bundle: workers that run the same workflows are the same version, whatever else changed in their image. */
export const buildIdOf = (code: string): string => createHash('sha256').update(code).digest('hex').slice(0, 16);

export interface Release {
  readonly namespace: string;
  readonly buildId: string;
  /** Who made it current, as the deployment's page shows it. */
  readonly identity: string;
  /** How long its workers may take to start polling. */
  readonly patienceMs: number;
}

const pauseMs = 1000;
/** gRPC codes for a version that no worker has polled for yet: NOT_FOUND and FAILED_PRECONDITION. */
const notYet = new Set([5, 9]);

/**
 * Makes a version current: new runs, and loops that continue as new, go to its workers. The server refuses while none of its
 * workers poll, or none poll on a task queue of the current version that has tasks; retried until `patienceMs` is over. Returns
 * the build id that was current before, null if there was none.
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
