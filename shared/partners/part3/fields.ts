/**
 * What we write to Part3 of an RFI and a submittal: an upsert replaces all of it, and keeps what Part3's people wrote alongside.
 */
export interface Party {
  readonly name: string;
  /** Null: not a member of the project in Part3. */
  readonly memberId: string | null;
}

interface SyncedFields {
  readonly number: string;
  readonly revision: string | null;
  /** `withdrawn`: in the recycle bin at its source. */
  readonly status: 'open' | 'closed' | 'withdrawn';
  readonly isPrivate: boolean;
  /** Members who may see it; null: every member of the project. */
  readonly readers: readonly string[] | null;
  readonly ballInCourt: readonly Party[];
  readonly manager: Party | null;
  /** `YYYY-MM-DD`. */
  readonly dueOn: string | null;
  /** Ids of complete files in Part3. */
  readonly files: readonly string[];
  readonly link: string | null;
}

export interface RfiFields extends SyncedFields {
  readonly subject: string;
  readonly questionHtml: string;
  readonly askedByName: string | null;
  readonly askedAt: string | null;
  readonly assignees: readonly (Party & { readonly required: boolean })[];
  readonly replies: readonly {
    /** Identifies the reply at its source. */
    readonly key: string;
    readonly authorName: string;
    readonly authorMemberId: string | null;
    readonly bodyHtml: string;
    readonly official: boolean;
    readonly repliedAt: string;
    readonly files: readonly string[];
  }[];
}

export interface SubmittalFields extends SyncedFields {
  readonly title: string;
  readonly statusName: string;
  /** A later revision replaced it. */
  readonly superseded: boolean;
  readonly workflow: readonly {
    /** Identifies one approver's slot at its source. */
    readonly slot: string;
    /** From 1; slots of one step work in parallel. */
    readonly step: number;
    readonly kind: 'submitter' | 'approver';
    readonly party: Party;
    readonly required: boolean;
    readonly dueOn: string | null;
    readonly responseName: string | null;
    readonly comment: string | null;
    readonly respondedAt: string | null;
    readonly files: readonly string[];
  }[];
  readonly distribution: readonly Party[];
  /** Names of the responses that can be chosen. */
  readonly responseNames: readonly string[];
}

/** The outcome of a version of an answer. Idempotent. */
export type AnswerOutcome =
  | {
      readonly state: 'returned';
      readonly version: number;
      /** Its id at its destination. */
      readonly externalId: string;
      readonly at: string;
      readonly link: string | null;
      /** Names of those who hold the ball afterwards. */
      readonly ballInCourt: readonly string[];
      /** Whether it is an RFI's official answer; null: not known, or it cannot be one. */
      readonly official: boolean | null;
    }
  | { readonly state: 'blocked'; readonly version: number; readonly code: string; readonly text: string };

/** What sending an answer would do, shown to its author while writing: from what is known, without asking Procore. */
export interface AnswerPreview {
  readonly version: number;
  /** Null: the item is not known. */
  readonly itemOpen: boolean | null;
  /** Names. */
  readonly ballInCourt: readonly string[];
  readonly authorHoldsBall: boolean | null;
  /** Whether it would be requested as an RFI's official answer; null if it cannot be one. */
  readonly official: boolean | null;
  /** Names of those Procore is to mail; null: not known. */
  readonly mails: readonly string[] | 'nobody' | null;
  /** What would prevent sending it. */
  readonly blockers: readonly { readonly code: string; readonly text: string }[];
  readonly asOf: string;
}

/** A file to be stored in Part3. The same key with the same bytes is the same file, however often it is announced. */
export interface NewFile {
  readonly projectId: string;
  readonly externalKey: string;
  readonly name: string;
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}
