import type { Day, Id, Instant } from './model.ts';
import type { Attachment } from './model-files.ts';

export type RfiState = 'draft' | 'open' | 'closed';

/** Procore's words for the side that has the ball [oas]. */
export type BallRole = 'Creator' | 'Assignees' | 'RFI Manager';

/** Who must act next on an RFI. */
export interface Ball {
  /** Null once the RFI is closed. */
  role: BallRole | null;
  holderIds: readonly Id[];
  /** Reviews that an assignee asked another person for and that are still open, the latest last. */
  forwards: readonly { toId: Id; heldBefore: readonly Id[] }[];
  /** Who has replied since the ball came to the assignees. */
  repliedIds: readonly Id[];
}

export interface RfiQuestion {
  id: Id;
  askedAt: Instant;
  authorId: Id;
  /** As stored, HTML or plain. */
  body: string;
  attachments: readonly Attachment[];
}

/** A request for information. Procore shows a list of questions; every RFI of the sandbox has one. */
export interface Rfi {
  id: Id;
  companyId: Id;
  projectId: Id;
  /** Null for a draft without one; else assigned when the RFI is opened. Not unique. */
  number: string | null;
  subject: string;
  reference: string | null;
  state: RfiState;
  private: boolean;
  dueDate: Day | null;
  creatorId: Id;
  managerId: Id;
  receivedFromId: Id | null;
  responsibleContractorId: Id | null;
  locationId: Id | null;
  drawingNumber: string | null;
  assigneeIds: readonly Id[];
  /** A subset of the assignees: the ball stays with them until each of these has replied. */
  requiredAssigneeIds: readonly Id[];
  distributionIds: readonly Id[];
  ball: Ball;
  question: RfiQuestion;
  /** When it was opened. */
  initiatedAt: Instant | null;
  /** When it was closed. */
  resolvedAt: Instant | null;
  /** When it was moved to the recycle bin; its state is kept. */
  recycledAt: Instant | null;
  /** The app that made it; null if a person did in Procore's own screens. */
  clientId: string | null;
  createdAt: Instant;
  updatedAt: Instant;
}

/** An answer to an RFI's question. Its text never changes. */
export interface RfiReply {
  id: Id;
  companyId: Id;
  projectId: Id;
  rfiId: Id;
  /** Whose answer it is. The ledger's author is who wrote it: another person if an admin answered for somebody. */
  authorId: Id;
  official: boolean;
  body: string;
  attachments: readonly Attachment[];
  clientId: string | null;
  createdAt: Instant;
}
