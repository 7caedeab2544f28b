import type { Stream } from '../stream.ts';
import { attachments } from './streams/attachments.ts';
import { rfiReplies } from './streams/rfi-replies.ts';
import { rfis } from './streams/rfis.ts';
import { submittalResponses } from './streams/submittal-responses.ts';
import { submittals } from './streams/submittals.ts';

/** Every stream of this partner, in the order of a cycle. */
export const streams: readonly Stream[] = [rfis, submittals, attachments, rfiReplies, submittalResponses];
