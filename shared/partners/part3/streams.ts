import type { Stream } from '../stream.ts';
import { rfiRepliesStream } from './rfi-replies-stream.ts';
import { attachments } from './streams/attachments.ts';
import { rfis } from './streams/rfis.ts';
import { submittals } from './streams/submittals.ts';
import { submittalResponsesStream } from './submittal-responses-stream.ts';

/** Every stream of this partner, in the order of a cycle. */
export const streams: readonly Stream[] = [rfis, submittals, attachments, rfiRepliesStream, submittalResponsesStream];
