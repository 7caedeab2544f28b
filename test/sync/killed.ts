import type { CrashHook, CrashPoint } from '../../activities/sync/crash-points.ts';

export class Killed extends Error {}

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

/** Ends the worker at its n-th call to a far side, before or after it as the client tells of it; nothing durable follows. */
export function killedAtCall(nth: number): { readonly point: CrashHook; readonly call: () => void; struck(): boolean } {
  let passed = 0;
  const unlessDead = (): void => {
    if (passed >= nth) throw new Killed(`call ${nth}`);
  };
  return {
    point: unlessDead,
    call() {
      passed += 1;
      unlessDead();
    },
    struck: () => passed >= nth,
  };
}

/** Waits for work that may end with its worker. */
export const survives = async (work: Promise<unknown>): Promise<void> => {
  await work.catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
};
