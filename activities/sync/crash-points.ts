/**
 * Named places at which a test can end an attempt, as a killed worker would: between any two things that become durable by
 * themselves, or that must become so together. In production the hook does nothing.
 */
export const crashPoints = [
  'after-fence',
  'after-page',
  'after-pull',
  'after-classify',
  'after-expire',
  'before-look-up',
  'after-look-up',
  'before-claim',
  'after-claim',
  'before-send',
  'after-send-before-settle',
  'after-settle',
  'after-compare',
  'after-noted-before-queued',
  'before-report',
] as const;

/** The additional points of a stream that reports the results of its records to the source. */
export const tellingCrashPoints = ['before-telling', 'after-telling', 'after-told'] as const;

export type CrashPoint = (typeof crashPoints)[number] | (typeof tellingCrashPoints)[number];

/** Throws to end the attempt there. */
export type CrashHook = (point: CrashPoint) => void | Promise<void>;

export const neverCrashes: CrashHook = () => undefined;
