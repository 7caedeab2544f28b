import { Readable } from 'node:stream';
import { Fault } from '../../../domain/faults.ts';
import { isStillUsable, type Uploaded, uploadFile } from '../../../procore/files.ts';
import type { ProjectContext } from '../../stream.ts';
import type { Part3Client } from '../client.ts';
import type { Part3File } from '../schema.ts';
import type { MadeFile } from './kinds.ts';
import { asPerson } from './persons.ts';

const nameOf = ({ name, id }: Part3File): string => name ?? id;

/** Files of answers: their names, and how they come to Procore. Uploads live as long as the cycle; an unused one is deleted by Procore. */
export function answerFiles({ files, project, responders, signal, nowMs }: ProjectContext, part3: Part3Client) {
  const shown = new Map<string, Promise<Part3File>>();
  const uploaded = new Map<string, Uploaded>();

  function fileOf(fileId: string): Promise<Part3File> {
    const known = shown.get(fileId) ?? part3.file(fileId);
    shown.set(fileId, known);
    return known;
  }

  /** By the author's own grant, in a stream; the sums of both sides are compared. */
  async function upload(memberId: string, fileId: string): Promise<string> {
    if (!files) throw new Error('answers with files need a way to carry them');
    const key = `${memberId}|${fileId}`;
    const known = uploaded.get(key);
    if (known && isStillUsable(known, nowMs)) return known.uploadId;
    const file = await part3.file(fileId);
    const fileName = nameOf(file);
    const source = {
      fileName,
      contentType: file.contentType ?? 'application/octet-stream',
      size: file.size,
      chunks: Readable.from(part3.readFile(file)),
    };
    const made = await asPerson(responders, memberId, (procore) =>
      uploadFile(procore, files, project.procoreProjectId, source, { signal }),
    );
    if (made.sha256 !== file.sha256)
      throw new Fault('file-unavailable', { seen: `${fileName}: what was sent is not what came.`, effect: 'surely-not-done' });
    uploaded.set(key, made);
    return made.uploadId;
  }

  return {
    names: (fileIds: readonly string[]): Promise<readonly string[]> =>
      Promise.all(fileIds.map(async (fileId) => nameOf(await fileOf(fileId)))),
    async uploads(memberId: string, fileIds: readonly string[]): Promise<readonly string[]> {
      const ids: string[] = [];
      for (const fileId of fileIds) ids.push(await upload(memberId, fileId));
      return ids;
    },
    /** A file of our own making; an upload of it that is not used is an orphan. */
    async uploadMade(memberId: string, { bytes, ...made }: MadeFile): Promise<string> {
      if (!files) throw new Error('answers with files need a way to carry them');
      const source = { ...made, size: bytes.length, chunks: Readable.from([bytes]) };
      const { uploadId } = await asPerson(responders, memberId, (procore) =>
        uploadFile(procore, files, project.procoreProjectId, source, { signal }),
      );
      return uploadId;
    },
    /** A file goes with one write: whatever became of that, the next one takes a new upload. */
    spent(memberId: string, fileIds: readonly string[]): void {
      for (const fileId of fileIds) uploaded.delete(`${memberId}|${fileId}`);
    },
  };
}
export type AnswerFiles = ReturnType<typeof answerFiles>;
