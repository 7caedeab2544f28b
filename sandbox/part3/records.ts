/**
 * What Part3 keeps for one organisation. All of it is assumed: Part3 publishes no API (docs/partners/part3.md). Ids are GUIDs,
 * times UTC with second resolution, days `YYYY-MM-DD`, an absent value is null.
 */
export interface Organisation {
  slug: string;
  name: string;
  /** Signs the organisation's events: `whsec_` and 24 bytes in base64 (Standard Webhooks). */
  signingSecret: string;
}

/** A bearer token of an organisation. A read-only one reads everything; the rest is refused with 403. */
export interface ApiToken {
  token: string;
  organisation: string;
  active: boolean;
  mayWrite: boolean;
}

export interface Project {
  id: string;
  name: string;
  number: string | null;
  status: 'active' | 'archived';
  modified: string;
}

export const companyRoles = ['prime-consultant', 'consultant', 'general-contractor', 'owner'] as const;
export type CompanyRole = (typeof companyRoles)[number];

/** A company's part in one project: the same firm is another record in the next project. */
export interface Company {
  id: string;
  projectId: string;
  name: string;
  role: CompanyRole;
  modified: string;
}

export interface Member {
  id: string;
  projectId: string;
  companyId: string;
  name: string;
  email: string;
  /** Whether this person returns documents to the general contractor. */
  returns: boolean;
  /** Members who left stay in the list. */
  leftAt: string | null;
  modified: string;
}

/** Somebody on the contractor's side, or a member if `memberId` is set. */
export interface Party {
  name: string;
  memberId: string | null;
}

/** What the sync owns of both RFIs and submittals: an upsert replaces all of it. */
export interface SyncedItem {
  number: string;
  revision: string | null;
  /** `withdrawn`: not visible at its source any more (a recycle bin); kept with all it had. */
  status: 'open' | 'closed' | 'withdrawn';
  isPrivate: boolean;
  /** Members who may see it; null: every member of the project. */
  readers: string[] | null;
  ballInCourt: Party[];
  manager: Party | null;
  dueOn: string | null;
  /** Files of the item itself. */
  files: string[];
  /** Its address at its source. */
  link: string | null;
}

export interface RfiReply {
  /** Identifies the reply at its source. */
  key: string;
  authorName: string;
  authorMemberId: string | null;
  bodyHtml: string;
  official: boolean;
  repliedAt: string;
  files: string[];
}

export interface RfiFields extends SyncedItem {
  subject: string;
  questionHtml: string;
  askedByName: string | null;
  askedAt: string | null;
  assignees: (Party & { required: boolean })[];
  replies: RfiReply[];
}

/** One approver's slot in a submittal's workflow at its source. */
export interface WorkflowSlot {
  slot: string;
  /** Slots of one step work in parallel; the steps follow one another. From 1. */
  step: number;
  kind: 'submitter' | 'approver';
  party: Party;
  required: boolean;
  dueOn: string | null;
  responseName: string | null;
  comment: string | null;
  respondedAt: string | null;
  files: string[];
}

export interface SubmittalFields extends SyncedItem {
  title: string;
  /** The name of the status at its source, custom ones included. */
  statusName: string;
  /** Whether a later revision has replaced it. */
  superseded: boolean;
  workflow: WorkflowSlot[];
  distribution: Party[];
  /** Names of the responses available on this project. */
  responseNames: string[];
}

/** Part3's own share of an item: an upsert never touches it. */
export interface OwnShare {
  id: string;
  projectId: string;
  externalKey: string;
  /** Notes that design-side people added. */
  notes: string;
  modified: string;
}
export type Rfi = RfiFields & OwnShare;
export type Submittal = SubmittalFields & OwnShare;

export const answerStates = ['draft', 'in-review', 'ready', 'returned', 'blocked', 'recalled'] as const;
export type AnswerState = (typeof answerStates)[number];

/** Proof that a version was returned: what it became at its destination. */
export interface Receipt {
  version: number;
  externalId: string;
  at: string;
  link: string | null;
  /** Names of who holds the ball afterwards. */
  ballInCourt: string[];
  /** Whether it counts as an RFI's official answer; null: not reported, or it could not be one. */
  official: boolean | null;
}

/** Why a version cannot be returned yet. */
export interface Block {
  version: number;
  code: string;
  text: string;
}

/** What answers to RFIs and returns of submittals have in common. `version` rises with every edit. */
export interface Answering {
  id: string;
  projectId: string;
  authorMemberId: string;
  fileIds: string[];
  state: AnswerState;
  version: number;
  /** Of the newest version that was returned; stays if the answer is edited afterwards. */
  receipt: Receipt | null;
  block: Block | null;
  /** What sending this version would do, shown to its author while they write it; null: not known yet. */
  preview: AnswerPreview | null;
  modified: string;
}

/** What the sync foresees for an unfinished version, from what it knew at `asOf`. */
export interface AnswerPreview {
  version: number;
  itemOpen: boolean | null;
  ballInCourt: string[];
  authorHoldsBall: boolean | null;
  official: boolean | null;
  mails: string[] | 'nobody' | null;
  blockers: { code: string; text: string }[];
  asOf: string;
}

export interface RfiAnswer extends Answering {
  rfiId: string;
  bodyHtml: string;
  official: boolean;
}

/** A step of the review inside the design team. */
export interface ReviewStep {
  kind: 'reviewer' | 'submitter';
  required: boolean;
  memberId: string;
  doneAt: string | null;
}

export interface SubmittalReturn extends Answering {
  submittalId: string;
  /** The slot in the submittal's workflow that it answers. */
  slot: string;
  responseName: string;
  comment: string;
  steps: ReviewStep[];
}

/** `open`: bytes are still arriving; `gone`: it existed, but its bytes are lost. */
export type FileState = 'open' | 'complete' | 'gone';

export interface StoredFile {
  id: string;
  projectId: string;
  /** For a file created by the API: a repeat under the same key is the same file. */
  externalKey: string | null;
  name: string;
  contentType: string;
  /** Bytes. */
  size: number;
  /** Lower-case hexadecimal. */
  sha256: string;
  state: FileState;
  /** Generates the bytes of a file that nobody uploaded; null: they are on disk. */
  seed: string | null;
  modified: string;
}

/** An event as it would be sent (Standard Webhooks); nothing delivers it yet. */
export interface SignedEvent {
  id: string;
  organisation: string;
  type: 'rfi-answer.ready' | 'submittal-return.ready' | 'member.left' | 'project.archived';
  /** Seconds since 1970, as in the header. */
  timestamp: number;
  /** The exact text that was signed. */
  payload: string;
  signature: string;
}
