import type { Stream } from '../stream.ts';
import { rfiRepliesStream } from './rfi-replies-stream.ts';
import { submittalResponsesStream } from './submittal-responses-stream.ts';

/** Every stream of this partner. */
export const streams: readonly Stream[] = [rfiRepliesStream, submittalResponsesStream];
