import type { CrashHook, CrashPoint } from '../../activities/sync/crash-points.ts';

/** Somebody does something at the very moment at which a worker first passes a point. */
export function meanwhileAt(point: CrashPoint, act: () => unknown): CrashHook {
  let done = false;
  return async (at) => {
    if (at !== point || done) return;
    done = true;
    await act();
  };
}
