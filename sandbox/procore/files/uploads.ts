import { randomUUID } from 'node:crypto';
import type { Segment, Upload } from '../../kernel/model-files.ts';
import type { World } from '../../kernel/world.ts';
import { type Actor, commit } from '../actor.ts';
import { invalid } from '../refusal.ts';
import { uploadLifeMs } from './attachments.ts';

/** Sending to the storage must start within an hour [doc]. */
export const startWithinMs = 3_600_000;
/** Every part but the last is at least so large [doc: 5 MB, taken as the storage's 5 MiB]. Bytes. */
const leastPartBytes = 5 * 1024 * 1024;

export type NewUpload = Pick<
  Upload,
  'companyId' | 'projectId' | 'userId' | 'filename' | 'contentType' | 'asDownload' | 'size'
> & {
  segments: readonly Pick<Segment, 'size' | 'sha256' | 'md5'>[] | null;
};

/** Not idempotent. 422 for parts that are too small or do not add up to the size [inf]. */
export function createUpload(world: World, actor: Actor, { segments, ...given }: NewUpload): Upload {
  if (segments?.length === 0) throw invalid('segments', 'is empty');
  if (segments?.slice(0, -1).some(({ size }) => size < leastPartBytes)) throw invalid('segments', 'has a part that is too small');
  const total = segments?.reduce((sum, { size }) => sum + size, 0);
  if (total !== undefined && given.size !== null && total !== given.size) throw invalid('size', 'is not that of the segments');
  return keep(world, actor, 'create', {
    ...given,
    uuid: randomUUID(),
    size: given.size ?? total ?? null,
    segments: segments?.map((segment) => ({ ...segment, etag: null, part: null })) ?? null,
    status: segments ? 'ready' : 'non_segmented',
    createdAtMs: world.clock.nowMs(),
    blobId: null,
    attachmentId: null,
  });
}

/** A part has come and its sums are right; one that came before in its place is forgotten. */
export function receiveSegment(
  world: World,
  actor: Actor,
  upload: Upload,
  index: number,
  come: { etag: string; part: string },
): Upload {
  const before = upload.segments?.[index]?.part;
  if (before) world.storage.blobs.dropPart(before);
  const segments = upload.segments?.map((segment, at) => (at === index ? { ...segment, ...come } : segment)) ?? null;
  return keep(world, actor, 'update', { ...upload, segments, status: 'receiving' });
}

/** The whole file of an upload without segments has come. */
export function receiveWhole(world: World, actor: Actor, upload: Upload, part: string, size: number, sha256: string): Upload {
  const blob = world.storage.blobs.ofParts([part], size, sha256);
  return keep(world, actor, 'update', { ...upload, size, blobId: blob.id });
}

/** Puts the parts together. 422 unless the storage's tags of all parts are named in order; done once more it changes nothing [inf]. */
export function completeUpload(world: World, actor: Actor, upload: Upload, etags: readonly string[]): Upload {
  const { segments } = upload;
  if (!segments) throw invalid('segments', 'were not announced');
  const known = segments.map(({ etag }) => etag);
  if (known.some((etag, index) => etag === null || etag !== etags[index]) || etags.length !== known.length)
    throw invalid('segments', 'do not name every part that was received');
  if (upload.status === 'complete') return upload;
  const parts = segments.flatMap(({ part }) => (part === null ? [] : [part]));
  const blob = world.storage.blobs.ofParts(parts, upload.size ?? 0);
  return keep(world, actor, 'update', { ...upload, status: 'complete', blobId: blob.id });
}

export const hasExpired = (world: World, { createdAtMs }: Upload): boolean => world.clock.nowMs() > createdAtMs + uploadLifeMs;

function keep(world: World, actor: Actor, action: 'create' | 'update', upload: Upload): Upload {
  const { uuid, companyId, projectId } = upload;
  const blob = upload.blobId === null ? undefined : world.storage.blobs.table.get(upload.blobId);
  const row = { ...upload, sha256: blob?.sha256 ?? null };
  commit(world, actor, { resource: 'uploads', id: uuid, action, companyId, projectId, row });
  return world.storage.uploads.put(upload);
}
