import { type Definition, yesNo } from './switch-definition.ts';

/** Weakly known facts about Procore's submittals. */
export const submittalSwitches = {
  rejectionStopsSteps: {
    values: yesNo,
    byDefault: false,
    evidence: 'unk',
    describes: 'Once a step is answered and one of its responses rejects, the steps after it never start.',
  },
  ballAfterLastStep: {
    values: ['nobody', 'manager'],
    byDefault: 'nobody',
    evidence: 'unk',
    describes: 'Who holds the ball of an open submittal when no step waits for anybody any more.',
  },
  answerAgain: {
    values: ['refuse-422', 'allowed'],
    byDefault: 'refuse-422',
    evidence: 'unk',
    describes: 'A workflow member who has answered answers once more; an Admin always may [sup].',
  },
  repeatedUploads: {
    values: ['doubled', 'once'],
    byDefault: 'doubled',
    evidence: 'unk',
    describes: 'The same upload named again by a later response of the same approver: attached once more, or not.',
  },
  unansweredResponse: {
    values: ['pending', 'null'],
    byDefault: 'pending',
    evidence: 'unk',
    describes: "What `response` of an approver says before an answer: the project's pending response, or null.",
  },
} as const satisfies Record<string, Definition>;
