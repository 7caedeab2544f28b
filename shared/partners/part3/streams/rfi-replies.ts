import type { Stream } from '../../stream.ts';
import { rfiReplies as answers } from '../answering/rfi-replies.ts';
import { openAnswers } from '../answering/run.ts';

/** Answers to RFIs → replies in Procore, each with its author's own grant. */
export const rfiReplies: Stream = {
  name: 'rfi-replies',
  direction: 'partner-to-procore',
  module: 'rfis',
  shape: 'direct',
  scope: 'project',
  mappingVersion: 1,
  needs: [],
  open: async (context) => openAnswers(context, answers),
};
