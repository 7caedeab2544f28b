import { faultIn } from '../../shared/domain/faults.ts';
import { clipped } from '../../shared/domain/texts.ts';
import { isNotYet, notYetType } from '../../shared/temporal/failures.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** A look that could not be made now. */
export interface Missed {
  readonly stepId: string;
  readonly reason: string;
  readonly says: string;
}

/** Runs `look`. A transient fault is returned instead of thrown; the next look tries again. */
export async function orMissed(
  deps: Pick<ActivityDependencies, 'log'>,
  stepId: string,
  look: () => Promise<unknown>,
): Promise<Missed | undefined> {
  try {
    await look();
    return undefined;
  } catch (error) {
    const fault = faultIn(error);
    const reason = fault ? fault.kind : isNotYet(error) ? notYetType : undefined;
    if (reason === undefined || !(error instanceof Error)) throw error;
    deps.log.info({ stepId, kind: reason }, 'a step could not be looked at in this round');
    return { stepId, reason, says: clipped((fault ?? error).message, 300) };
  }
}
