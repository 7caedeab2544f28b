import type { Id } from '../../kernel/model.ts';
import type { Attachment, Upload } from '../../kernel/model-files.ts';
import { mintId, type World } from '../../kernel/world.ts';
import { commit } from '../actor.ts';
import type { Call } from '../call.ts';
import { exactId } from '../exact.ts';
import { invalid } from '../refusal.ts';

export type { Attachment } from '../../kernel/model-files.ts';

/** An upload that no record took within a week is deleted [doc]. */
export const uploadLifeMs = 7 * 86_400_000;

/**
 * Makes attachments of a call's uploads, in their order, and marks them spent. 422 for all of them, and nothing is spent, where one is
 * unknown, not complete, another user's, of another company or project, older than a week, or spent [doc; the status is inf].
 */
export function takeUploads(call: Call, uploadIds: readonly string[]): readonly Attachment[] {
  const uploads = uploadIds.map((uuid) => usable(call, uuid));
  if (new Set(uploadIds).size < uploadIds.length) throw invalid('upload_ids', 'names an upload twice');
  return uploads.map((upload) => associate(call, upload));
}

function usable(call: Call, uuid: string): Upload {
  const upload = call.world.storage.uploads.get(uuid);
  const isOwn = upload?.userId === call.person.id && upload.companyId === call.company?.id;
  if (!upload || !isOwn) throw invalid('upload_ids', `there is no upload ${uuid}`);
  const projectId = call.params['project_id'] ?? call.query.get('project_id');
  if (upload.projectId !== null && projectId !== null && upload.projectId !== projectId)
    throw invalid('upload_ids', `upload ${uuid} belongs to another project`);
  if (upload.blobId === null) throw invalid('upload_ids', `upload ${uuid} is not complete`);
  if (upload.attachmentId !== null) throw invalid('upload_ids', `upload ${uuid} was used before`);
  if (call.world.clock.nowMs() > upload.createdAtMs + uploadLifeMs) throw invalid('upload_ids', `upload ${uuid} has expired`);
  return upload;
}

function associate(call: Call, upload: Upload): Attachment {
  const { world } = call;
  const projectId = upload.projectId ?? call.params['project_id'] ?? call.query.get('project_id');
  const place = { companyId: upload.companyId, projectId };
  const blob = upload.blobId === null ? undefined : world.storage.blobs.table.get(upload.blobId);
  if (!blob) throw invalid('upload_ids', `upload ${upload.uuid} is not complete`);
  const attachment = storeFile(world, place, upload, blob);
  const spent = world.storage.uploads.put({ ...upload, attachmentId: attachment.id });
  commit(world, call.actor, { resource: 'uploads', id: upload.uuid, action: 'update', ...place, row: spent });
  return attachment;
}

function storeFile(
  world: World,
  { companyId, projectId }: { companyId: Id; projectId: Id | null },
  { filename, contentType }: Pick<Attachment, 'filename' | 'contentType'>,
  { id: blobId, size, sha256 }: { id: string; size: number; sha256: string },
): Attachment {
  const attachment = { id: mintId(world, companyId), filename, contentType, size, sha256, blobId };
  world.storage.files.put({ id: attachment.id, companyId, projectId, attachment, state: 'available' });
  return attachment;
}

/**
 * An attachment as records show it [oas: RFIs, submittals]. `url` is on the API's host, asks for the Bearer, and leads on to the storage
 * [doc]; the path is opaque and ours.
 */
export function attachmentView(call: Call, { id, filename, contentType }: Attachment) {
  return {
    id: exactId(id),
    name: filename,
    filename,
    content_type: contentType,
    url: `${call.origin}/rest/v1.0/companies/${call.company?.id ?? '-'}/files/${id}`,
  };
}

/** A file that a seed or a person at Procore's own screens hangs on a record: given bytes, or a size of bytes that are made up. */
export type NewFile = { projectId: Id; filename: string; contentType: string } & ({ bytes: Uint8Array } | { size: number });

/** Stores a file of a project; the caller keeps the attachment in a row. A large `size` is read through once here, for its hash. */
export function seedAttachment(world: World, { projectId, ...given }: NewFile): Attachment {
  const project = world.projects.get(projectId);
  if (!project) throw new RangeError(`no project has the id ${projectId}`);
  const { blobs, files } = world.storage;
  const blob = 'bytes' in given ? blobs.ofBytes(given.bytes) : blobs.generated(files.size + 1, given.size);
  return storeFile(world, { companyId: project.companyId, projectId }, given, blob);
}
