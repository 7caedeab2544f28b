import type { Upload } from '../../kernel/model-files.ts';
import { isFields } from '../../kernel/request.ts';
import { signedFields, signedUrl } from '../../storage/signed.ts';
import { type Call, ownCompany, visibleProject } from '../call.ts';
import { givenFlag, givenText, givenWholeNumber } from '../given.ts';
import { badRequest, missing, notFound, Refusal } from '../refusal.ts';
import { type Answer, type Route, versions } from '../routing.ts';
import { completeUpload, createUpload, hasExpired, type NewUpload, startWithinMs } from './uploads.ts';

/** Where an upload belongs: the company of the path, or a project that the caller sees. */
function placeOf(call: Call): Pick<Upload, 'companyId' | 'projectId'> {
  if (call.params['project_id'] === undefined) return { companyId: ownCompany(call).company.id, projectId: null };
  const { id, companyId } = visibleProject(call);
  return { companyId, projectId: id };
}

function create(call: Call): Answer {
  const { body, world } = call;
  const filename = givenText(body, 'response_filename');
  if (!filename && call.version !== '1.0') throw missing('response_filename');
  const upload = createUpload(world, call.actor, {
    ...placeOf(call),
    userId: call.person.id,
    filename: filename || 'upload',
    contentType: givenText(body, 'response_content_type') || 'application/octet-stream',
    asDownload: givenFlag(body, 'attachment_content_disposition') ?? false,
    size: sizeOf(body, 'size') ?? null,
    segments: segmentsOf(body),
  });
  return { status: 201, body: instructionsOf(call, upload) };
}

function segmentsOf(body: Record<string, unknown>): NewUpload['segments'] {
  const given = body['segments'];
  if (given === undefined || given === null) return null;
  if (!Array.isArray(given) || !given.every(isFields)) throw badRequest('segments is invalid');
  return given.map((segment) => {
    const [size, sha256] = [sizeOf(segment, 'size'), givenText(segment, 'sha256')?.toLowerCase()];
    if (size === undefined || !sha256 || !/^[0-9a-f]{64}$/.test(sha256)) throw badRequest('segments is invalid');
    return { size, sha256, md5: givenText(segment, 'md5')?.toLowerCase() || null };
  });
}

function sizeOf(fields: Record<string, unknown>, name: string): number | undefined {
  const size = givenWholeNumber(fields, name) ?? undefined;
  if (size !== undefined && size < 0) throw badRequest(`${name} is invalid`);
  return size;
}

/** What to send where. Addresses and fields are opaque to callers [doc]; the names of the fields are those of a usual storage. */
function instructionsOf({ world }: Call, upload: Upload): object {
  const expiresAtMs = upload.createdAtMs + startWithinMs;
  const key = `${upload.companyId}/${upload.uuid}`;
  if (!upload.segments)
    return {
      uuid: upload.uuid,
      url: `${world.storage.origin}/`,
      fields: signedFields(world, key, expiresAtMs),
      status: upload.status,
    };
  const segments = upload.segments.map(({ size, sha256, md5 }, index) => ({
    size,
    sha256,
    md5,
    url: signedUrl(world, 'PUT', `/${key}/${index + 1}`, expiresAtMs),
    headers: { 'x-amz-content-sha256': sha256, 'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64') },
  }));
  return { uuid: upload.uuid, segments, status: upload.status };
}

/** Only who made an upload may use it [doc]; for others it is not there [inf]. */
function ownUpload(call: Call): Upload {
  const place = placeOf(call);
  const upload = call.world.storage.uploads.get(call.params['uuid'] ?? '');
  const isHere = upload?.companyId === place.companyId && upload.projectId === place.projectId;
  if (!upload || !isHere || upload.userId !== call.person.id) throw notFound();
  if (hasExpired(call.world, upload) && upload.attachmentId === null)
    throw new Refusal(410, { errors: ['The upload has expired.'] });
  return upload;
}

/** The shape of a shown upload is not published [unk]. */
function shown({ uuid, status, segments }: Upload): Answer {
  const parts = segments?.map(({ size, sha256, md5, etag }) => ({ size, sha256, md5, etag }));
  return { status: 200, body: { uuid, status, ...(parts && { segments: parts }) } };
}

/** Tags as the storage gave them, with their quotes or without. */
function complete(call: Call): Answer {
  const upload = ownUpload(call);
  const given = call.body['segments'];
  if (!Array.isArray(given) || !given.every(isFields)) throw badRequest('segments is invalid');
  const etags = given.map((segment) => givenText(segment, 'etag')?.replaceAll('"', '') ?? '');
  return shown(completeUpload(call.world, call.actor, upload, etags));
}

const scopes = ['/companies/{company_id}/uploads', '/projects/{project_id}/uploads'];

export const uploadRoutes: readonly Route[] = scopes.flatMap((path) => [
  ...versions(['1.0', '1.1'], { method: 'POST', path, answer: create }),
  ...versions(['1.0', '1.1'], { method: 'GET', path: `${path}/{uuid}`, answer: (call) => shown(ownUpload(call)) }),
  ...versions(['1.0', '1.1'], { method: 'PATCH', path: `${path}/{uuid}`, answer: complete }),
]);
