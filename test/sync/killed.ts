import type { CrashHook, CrashPoint } from '../../activities/sync/crash-points.ts';

class Killed extends Error {}

/** Ends the worker when it passes a point for the n-th time; whatever else it had in flight stops at its own next point. */
export function killedAt(point: CrashPoint, nth: number): CrashHook & { struck(): boolean } {
  let passed = 0;
  let dead = false;
  const hook = (at: CrashPoint): void => {
    if (at === point) passed += 1;
    if (passed >= nth) dead = true;
    if (dead) throw new Killed(`${point} ${nth}`);
  };
  return Object.assign(hook, { struck: () => dead });
}

/** Waits for work that may end with its worker. */
export const survives = async (work: Promise<unknown>): Promise<void> => {
  await work.catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
};
