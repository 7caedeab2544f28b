import type { IncomingMessage } from 'node:http';
import type { Upload } from '../kernel/model-files.ts';
import type { World } from '../kernel/world.ts';
import type { Actor } from '../procore/actor.ts';
import { receiveSegment, receiveWhole } from '../procore/files/uploads.ts';
import { done, refused, type StorageAnswer } from './answers.ts';
import { readFileForm } from './form.ts';
import { receivePart } from './receiving.ts';
import { type Admission, admissionOf, admissionOfForm } from './signed.ts';

/** A request on its way through the storage. */
export interface StorageCall {
  world: World;
  seq: number;
  request: IncomingMessage;
  path: string;
  query: URLSearchParams;
}

/** The largest file that is taken without its size being announced. Bytes. */
const maxWholeBytes = 5 * 1024 * 1024 * 1024;

/** A part of an upload, with the headers that came with its address and the sum it was announced with. */
export async function putSegment(call: StorageCall): Promise<StorageAnswer> {
  const { world, request, path, query } = call;
  const turnedAway = refusalOf(admissionOf(world, 'PUT', path, query));
  if (turnedAway) return turnedAway;
  const [uuid = '', number = ''] = path.split('/').slice(2);
  const upload = world.storage.uploads.get(uuid);
  const segment = upload?.segments?.[Number(number) - 1];
  if (!upload || !segment || upload.status === 'complete') return refused(404, 'NoSuchUpload');
  if (request.headers['x-amz-content-sha256'] !== segment.sha256) return refused(403, 'SignatureDoesNotMatch');
  if (request.headers['content-length'] === undefined) return refused(411, 'MissingContentLength');
  if (Number(request.headers['content-length']) !== segment.size) return refused(400, 'IncompleteBody');
  const come = await receivePart(world.storage.blobs, request, segment.size);
  if (come.sha256 !== segment.sha256 || (segment.md5 !== null && come.md5 !== segment.md5)) {
    world.storage.blobs.dropPart(come.part);
    return refused(400, 'BadDigest');
  }
  const current = world.storage.uploads.get(uuid) ?? upload;
  receiveSegment(world, actorOf(call, upload), current, Number(number) - 1, { etag: come.md5, part: come.part });
  return done(200, { etag: `"${come.md5}"` });
}

/** A whole file as a form: all fields as they were given, and the part `file` last. */
export async function postForm(call: StorageCall): Promise<StorageAnswer> {
  const { world, request } = call;
  const form = await readFileForm(request, request.headers['content-type'] ?? '');
  if (!form) return refused(400, 'MalformedPOSTRequest');
  const upload = world.storage.uploads.get(form.fields['key']?.split('/')[1] ?? '');
  const turnedAway = refusalOf(admissionOfForm(world, form.fields));
  if (turnedAway || !upload || upload.segments) {
    // read to its end: whoever still sends hears no answer
    for await (const _ of form.file);
    return turnedAway ?? refused(404, 'NoSuchUpload');
  }
  const come = await receivePart(world.storage.blobs, form.file, upload.size ?? maxWholeBytes);
  if (upload.size !== null && come.size !== upload.size) {
    world.storage.blobs.dropPart(come.part);
    return refused(400, 'EntityTooSmall');
  }
  receiveWhole(world, actorOf(call, upload), upload, come.part, come.size, come.sha256);
  return done(204, { etag: `"${come.md5}"` });
}

/** The bytes of a file, as the attachment it is. */
export function getObject({ world, path, query }: StorageCall): StorageAnswer {
  const turnedAway = refusalOf(admissionOf(world, 'GET', path, query));
  if (turnedAway) return turnedAway;
  const file = world.storage.files.get(path.split('/')[3] ?? '');
  const blob = file && world.storage.blobs.table.get(file.attachment.blobId);
  if (file?.state !== 'available' || !blob) return refused(404, 'NoSuchKey');
  const { filename, contentType, size } = file.attachment;
  return {
    status: 200,
    headers: {
      'content-type': contentType,
      'content-length': String(size),
      'content-disposition': `attachment; filename="file"; filename*=UTF-8''${encodeURIComponent(filename)}`,
    },
    body: world.storage.blobs.read(blob),
  };
}

function refusalOf(admission: Admission): StorageAnswer | undefined {
  if (admission === 'admitted') return undefined;
  return refused(403, admission === 'expired' ? 'AccessDenied' : 'SignatureDoesNotMatch');
}

/** The storage knows nobody: what it is sent is of whoever made the upload. */
const actorOf = ({ seq }: StorageCall, { userId }: Upload): Actor => ({ personId: userId, clientId: null, seq });
