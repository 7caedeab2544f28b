import { z } from 'zod';
import type { BoundCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { orAbsent, read, rest, write } from '../requests.ts';

/** facts/procore.md section 3.9: `non_segmented` ones keep their status after the file has arrived. */
const status = z.enum(['non_segmented', 'ready', 'receiving', 'complete']);

const uuid = z.uuid();

/** Where and how a segment is sent. URL and headers are opaque, and the URL alone grants access: never log it. */
const instructions = z.object({
  uuid,
  segments: z.array(z.object({ url: z.string().min(1).max(8192), headers: z.record(z.string(), z.string()).default({}) })),
});
export type UploadInstructions = z.output<typeof instructions>;

const shownUpload = z.object({ uuid, status });

export interface NewUpload {
  readonly fileName: string;
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
  /** All but the last of at least 5 MB; SHA-256 in hexadecimal. */
  readonly segments: readonly { readonly size: number; readonly sha256: string }[];
}

/** Announces an upload in segments. Creates a new one on every call; Procore deletes one that is unused for a week. */
export async function createUpload(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  upload: NewUpload,
): Promise<UploadInstructions> {
  const body = {
    response_filename: upload.fileName,
    response_content_type: upload.contentType,
    attachment_content_disposition: true,
    size: upload.size,
    segments: upload.segments,
  };
  const path = rest`v1.1/projects/${projectId}/uploads`;
  return (await client.call(write('createUpload', 'POST', path, instructions, body))).value;
}

/** Assembles the segments, by the storage's tags, in order. */
export async function completeUpload(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  uploadId: string,
  etags: readonly string[],
): Promise<z.output<typeof shownUpload>> {
  const path = rest`v1.1/projects/${projectId}/uploads/${uploadId}`;
  const body = { segments: etags.map((etag) => ({ etag })) };
  return (await client.call(write('completeUpload', 'PATCH', path, shownUpload, body))).value;
}

/**
 * Status of an upload; undefined if it does not exist for this client, e.g. because another person made it. Does not say whether
 * it was used.
 * @onlyTests
 */
export async function findUploadStatus(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  uploadId: string,
): Promise<z.output<typeof status> | undefined> {
  const path = rest`v1.1/projects/${projectId}/uploads/${uploadId}`;
  return (await orAbsent(client.call(read('findUploadStatus', path, shownUpload))))?.value.status;
}
