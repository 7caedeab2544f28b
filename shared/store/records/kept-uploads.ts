import { sql } from 'kysely';
import type { Db } from '../tenancy.ts';
import type { Fence, StreamRef } from './checkpoints.ts';

/** An upload that is ready for one file of a record, and that no write has used. */
export interface KeptUpload {
  /** Which file it is. */
  readonly fileKey: string;
  /** The person it was made as: nobody else may use it. */
  readonly procoreUserId: string;
  readonly uploadId: string;
  /** When it was requested: the far side deletes it some time after that. */
  readonly askedAtMs: number;
}

/** The uploads ready for a record, whoever made them and whatever their age. */
export async function keptUploads(
  db: Db,
  { projectLinkId, stream }: StreamRef,
  naturalKey: string,
): Promise<readonly KeptUpload[]> {
  const rows = await db
    .selectFrom('kept_upload')
    .select(['file_key', 'procore_user_id', 'upload_id', 'asked_at'])
    .where('project_link_id', '=', projectLinkId)
    .where('stream', '=', stream)
    .where('natural_key', '=', naturalKey)
    .execute();
  return rows.map((row) => ({
    fileKey: row.file_key,
    procoreUserId: row.procore_user_id,
    uploadId: row.upload_id,
    askedAtMs: row.asked_at.getTime(),
  }));
}

/** Stores an upload, replacing an earlier one of that file. */
export async function keepUpload(
  db: Db,
  { tenantId, projectLinkId, stream }: Pick<Fence, 'tenantId' | 'projectLinkId' | 'stream'>,
  naturalKey: string,
  { fileKey, procoreUserId, uploadId, askedAtMs }: KeptUpload,
): Promise<void> {
  const made = { procore_user_id: procoreUserId, upload_id: uploadId, asked_at: new Date(askedAtMs) };
  const place = { tenant_id: tenantId, project_link_id: projectLinkId, stream, natural_key: naturalKey, file_key: fileKey };
  await db
    .insertInto('kept_upload')
    .values({ ...place, ...made })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'project_link_id', 'stream', 'natural_key', 'file_key']).doUpdateSet(made),
    )
    .execute();
}

/** Takes these uploads for one write, for good; returns how many of them were still there. */
export async function takeUploads(
  db: Db,
  { projectLinkId, stream }: StreamRef,
  naturalKey: string,
  uploadIds: readonly string[],
): Promise<number> {
  const taken = await db
    .deleteFrom('kept_upload')
    .where('project_link_id', '=', projectLinkId)
    .where('stream', '=', stream)
    .where('natural_key', '=', naturalKey)
    .where('upload_id', '=', sql<string>`ANY(${[...uploadIds]}::text[])`)
    .executeTakeFirst();
  return Number(taken.numDeletedRows);
}

/** Procore deletes uploads unused for a week (docs/adr/0037). */
const keptDays = 7;

/** Deletes uploads that the far side has deleted by then; returns how many. */
export async function sweepUploads(db: Db): Promise<number> {
  const gone = await db
    .deleteFrom('kept_upload')
    .where('asked_at', '<', sql<Date>`clock_timestamp() - ${keptDays} * interval '1 day'`)
    .executeTakeFirst();
  return Number(gone.numDeletedRows);
}
