import type { Stream } from '../../stream.ts';
import { openAnswers } from '../answering/run.ts';
import { submittalResponses as answers } from '../answering/submittal-responses.ts';

/** Returns of submittals → responses in Procore, each in its author's own slot and with their own grant. */
export const submittalResponses: Stream = {
  name: 'submittal-responses',
  direction: 'partner-to-procore',
  module: 'submittals',
  shape: 'direct',
  scope: 'project',
  mappingVersion: 1,
  needs: [],
  open: async (context) => openAnswers(context, answers),
};
