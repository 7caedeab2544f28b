import type { Day, Id, Instant } from './model.ts';
import type { Attachment } from './model-files.ts';

/** What a response counts as, whatever the project calls it [oas]. */
export const considerations = [
  'approved',
  'approved as noted',
  'for record only',
  'forwarded for review',
  'pending',
  'rejected',
  'revise and resubmit',
  'submitted',
  'void',
] as const;
export type Considered = (typeof considerations)[number];

/** One of the responses a project offers. */
export interface SubmittalResponse {
  id: Id;
  companyId: Id;
  projectId: Id;
  name: string;
  considered: Considered;
  /** No longer offered; answers given with it keep it. */
  removed: boolean;
}

export const statusKinds = ['Draft', 'Open', 'Closed'] as const;
export type StatusKind = (typeof statusKinds)[number];

/** A company's name for a status; every custom one is mapped to one of three [sup]. */
export interface SubmittalStatus {
  id: Id;
  companyId: Id;
  name: string;
  status: StatusKind;
}

export const approverTypes = ['Submitter', 'Approver'] as const;
export type ApproverType = (typeof approverTypes)[number];

/** One slot of a workflow: a person on a step, and what they answered. One person may have several. */
export interface SubmittalApprover {
  id: Id;
  userId: Id;
  type: ApproverType;
  /** Procore's `workflow_group_number`, from 1. */
  step: number;
  required: boolean;
  daysToRespond: number | null;
  /** Null if there is no response yet. */
  responseId: Id | null;
  comment: string | null;
  /** The day its step began, in the project's zone, as are the others. */
  sentDate: Day | null;
  dueDate: Day | null;
  returnedDate: Day | null;
  attachments: readonly Attachment[];
  /** Ids of other people's files that this approver passed on. */
  carriedForwardIds: readonly Id[];
  /** The slot whose holder asked for this review; null for a slot of the workflow itself. */
  forwardedBy: Id | null;
}

/** One distribution of the result. */
export interface Distribution {
  id: Id;
  message: string | null;
  sentAt: Instant;
  by: Id;
  to: readonly Id[];
  approverIds: readonly Id[];
}

/** One revision of a submittal: a record of its own with an id of its own. */
export interface Submittal {
  id: Id;
  companyId: Id;
  projectId: Id;
  number: string;
  /** `0`, `1`, …; the same number with the next revision is another record. */
  revision: string;
  /** The revision this one was made from. */
  sourceId: Id | null;
  currentRevision: boolean;
  title: string;
  description: string | null;
  type: string | null;
  statusId: Id;
  private: boolean;
  managerId: Id | null;
  receivedFromId: Id | null;
  responsibleContractorId: Id | null;
  distributionIds: readonly Id[];
  dueDate: Day | null;
  submitBy: Day | null;
  issueDate: Day | null;
  receivedDate: Day | null;
  requiredOnSiteDate: Day | null;
  attachments: readonly Attachment[];
  approvers: readonly SubmittalApprover[];
  distributions: readonly Distribution[];
  /** The day it was first open. */
  openDate: Day | null;
  closedAt: Instant | null;
  /** In the recycle bin since then; null otherwise. */
  deletedAt: Instant | null;
  createdBy: Id;
  /** The app that made it; null if a person did in Procore's own screens. */
  clientId: string | null;
  createdAt: Instant;
  updatedAt: Instant;
}
