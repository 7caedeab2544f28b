/** Weakly known facts about RFIs and their replies. */
export const rfiSwitches = {
  ballMovesOnReply: {
    values: ['required-replied', 'any-assignee', 'never'],
    byDefault: 'required-replied',
    evidence: 'sbx',
    describes:
      'What a reply through the API does to the ball of an RFI: to the manager once all required assignees replied (where none is required it stays), or where none is required also at the first reply of an assignee, or nothing. In its own screens Procore never does nothing.',
  },
  advancePastRequired: {
    values: [true, false],
    byDefault: true,
    evidence: 'unk',
    describes: 'An assignee who replied may advance the ball of an RFI while another required assignee has not (false: 400).',
  },
  ballOnReopen: {
    values: ['assignees', 'manager'],
    byDefault: 'assignees',
    evidence: 'unk',
    describes: 'Who has the ball of an RFI that is opened again.',
  },
  officialByStandard: {
    values: ['refuse-403', 'dropped', 'allow'],
    byDefault: 'refuse-403',
    evidence: 'unk',
    describes:
      'official on a reply from somebody who may not choose the official answer: refused, ignored without a word, or taken.',
  },
  replyWhenClosed: {
    values: ['refuse-422', 'refuse-403', 'allow'],
    byDefault: 'refuse-422',
    evidence: 'unk',
    describes: 'A reply to a closed RFI; allowed, it leaves the RFI closed.',
  },
  replyMails: {
    values: ['asked', 'always', 'never'],
    byDefault: 'asked',
    evidence: 'unk',
    describes:
      'Whom a reply through the API is mailed to: those concerned where send_emails says so (the operation data name no such parameter of replies), always, or nobody.',
  },
  rfiBodies: {
    values: ['as-sent', 'sanitised'],
    byDefault: 'as-sent',
    evidence: 'unk',
    describes:
      'Texts of RFIs and replies: kept as sent, or rewritten: scripts, comments and attributes gone, old tags renamed, plain text put into paragraphs.',
  },
  rfiUpdatedOnReply: {
    values: [true, false],
    byDefault: true,
    evidence: 'inf',
    describes: 'A new, changed or deleted reply moves updated_at of its RFI.',
  },
  recycledRfiShown: {
    values: [false, true],
    byDefault: false,
    evidence: 'unk',
    describes: 'GET of a recycled RFI still answers, marked as deleted, to whoever could see it; else 404.',
  },
  rfiAdminFields: {
    values: ['refuse-403', 'dropped'],
    byDefault: 'refuse-403',
    evidence: 'unk',
    describes: 'Fields of an RFI that only an admin may set, sent by somebody else: refused, or ignored without a word.',
  },
  rfiStatusFilter: {
    values: ['array-only', 'both'],
    byDefault: 'array-only',
    evidence: 'sbx',
    describes: 'filters[status] of the RFI list: only filters[status][]= filters and the scalar form is ignored, or both do.',
  },
} as const;
