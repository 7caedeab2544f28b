import type { Stream } from '../stream.ts';
import { attachments } from './streams/attachments.ts';
import { rfis } from './streams/rfis.ts';
import { submittals } from './streams/submittals.ts';

/** Every stream of this partner. */
export const streams: readonly Stream[] = [rfis, submittals, attachments];
