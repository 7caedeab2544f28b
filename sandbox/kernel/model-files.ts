import type { Id } from './model.ts';

/**
 * Where the bytes of a file are: parts written one after another into the storage's folder, or generated whenever they are read.
 */
export type Content = { kind: 'parts'; parts: readonly string[] } | { kind: 'generated'; seed: number };

/** Bytes that do not change any more. A blob without its bytes answers 404. */
export interface Blob {
  id: string;
  size: number;
  /** Lower-case hexadecimal. */
  sha256: string;
  content: Content;
}

/** What a record stores of an attached file. */
export interface Attachment {
  id: Id;
  filename: string;
  contentType: string;
  size: number;
  /** Lower-case hexadecimal. */
  sha256: string;
  blobId: string;
}

/** `processing`: known, but not available yet; `missing` answers 404, `gone` 410. */
export const fileStates = ['available', 'processing', 'missing', 'gone'] as const;
export type FileState = (typeof fileStates)[number];

/** A file attached to some record of a company, perhaps of one of its projects, and downloadable there. */
export interface StoredFile {
  id: Id;
  companyId: Id;
  projectId: Id | null;
  attachment: Attachment;
  state: FileState;
}

/** One announced part of an upload; `etag` and `part` (its file) are set once it has arrived. */
export interface Segment {
  size: number;
  sha256: string;
  md5: string | null;
  etag: string | null;
  part: string | null;
}

/** Procore's own words [oas]. A `non_segmented` upload keeps its status when the bytes have arrived. */
export type UploadStatus = 'non_segmented' | 'ready' | 'receiving' | 'complete';

export interface Upload {
  uuid: string;
  companyId: Id;
  /** Null for an upload of the company. */
  projectId: Id | null;
  userId: Id;
  filename: string;
  contentType: string;
  asDownload: boolean;
  /** As announced; null if nothing was. Bytes. */
  size: number | null;
  segments: readonly Segment[] | null;
  status: UploadStatus;
  createdAtMs: number;
  /** Null until all bytes have arrived. */
  blobId: string | null;
  /** The attachment it became; the upload is spent then. */
  attachmentId: Id | null;
}
