import type { Stream } from '../stream.ts';

/** Every stream of this partner. */
export const streams: readonly Stream[] = [];
