import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { canonicalHash } from '../../../domain/canonical-json.ts';
import { isStillUsable, type SourceFile, uploadFile } from '../../../procore/files.ts';
import type { KeptUpload, ProjectContext } from '../../stream.ts';
import type { Part3Client } from '../client.ts';
import { notThere } from '../files.ts';
import type { Part3File } from '../schema.ts';
import type { AnswerFile } from './content.ts';
import type { MadeFile } from './kinds.ts';
import { asPerson, responderOf } from './persons.ts';

const nameOf = ({ name, id }: Part3File): string => name ?? id;

/** An answer, and the author whose grant sends its files. */
interface OfAnswer {
  readonly naturalKey: string;
  readonly memberId: string;
}

/**
 * Files of answers: what they are, and their transfer to Procore. An upload is kept until a write uses it, and is reused for the
 * same file of the same answer by the same user as long as Procore keeps it: an answer that is refused repeatedly transfers its
 * bytes once (docs/adr/0037).
 */
export function answerFiles({ files, uploads, project, responders, signal, nowMs }: ProjectContext, part3: Part3Client) {
  const shown = new Map<string, Promise<Part3File>>();

  function fileOf(fileId: string): Promise<Part3File> {
    const known = shown.get(fileId) ?? part3.file(fileId);
    shown.set(fileId, known);
    return known;
  }

  /** Streams the file with the author's own grant; its bytes are checked where they are read. */
  async function ready({ naturalKey, memberId }: OfAnswer, fileKey: string, source: SourceFile) {
    if (!files) throw new Error('answers with files need a way to carry them');
    const procoreUserId = responderOf(responders, memberId)?.procoreUserId ?? '';
    const known = (await uploads.of(naturalKey)).find((one) => one.fileKey === fileKey && one.procoreUserId === procoreUserId);
    if (known && isStillUsable(known, nowMs)) return known;
    const made = await asPerson(responders, memberId, (procore) =>
      uploadFile(procore, files, project.procoreProjectId, source, { signal }),
    );
    const upload: KeptUpload = { fileKey, procoreUserId, uploadId: made.uploadId, askedAtMs: made.askedAtMs };
    await uploads.keep(naturalKey, upload);
    return upload;
  }

  async function ofPart3(of: OfAnswer, fileId: string): Promise<KeptUpload> {
    const file = await part3.file(fileId);
    if (file.state !== 'complete') throw notThere(file);
    const [fileName, contentType] = [nameOf(file), file.contentType ?? 'application/octet-stream'];
    const { size, sha256 } = file;
    const chunks = Readable.from(part3.readFile(file));
    return ready(of, canonicalHash({ fileId, fileName, contentType, sha256 }), { fileName, contentType, size, chunks });
  }

  return {
    of: (fileIds: readonly string[]): Promise<readonly AnswerFile[]> =>
      Promise.all(
        fileIds.map(async (fileId) => {
          const file = await fileOf(fileId);
          return { name: nameOf(file), sha256: file.sha256 };
        }),
      ),
    async uploads(of: OfAnswer, fileIds: readonly string[]): Promise<readonly KeptUpload[]> {
      const made: KeptUpload[] = [];
      for (const fileId of fileIds) made.push(await ofPart3(of, fileId));
      return made;
    },
    /** Uploads a file that we made. */
    uploadMade(of: OfAnswer, { bytes, ...made }: MadeFile): Promise<KeptUpload> {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return ready(of, canonicalHash({ ...made, sha256 }), {
        ...made,
        size: bytes.length,
        chunks: Readable.from([bytes]),
      });
    },
    /**
     * Claims the uploads for one write: whatever its outcome, the next one uses others. False: some were already taken or
     * replaced.
     */
    take: (naturalKey: string, taken: readonly KeptUpload[]): Promise<boolean> =>
      uploads.take(
        naturalKey,
        taken.map(({ uploadId }) => uploadId),
      ),
    /** Returns uploads of a write that surely did not use them. */
    async giveBack(naturalKey: string, taken: readonly KeptUpload[]): Promise<void> {
      for (const upload of taken) await uploads.keep(naturalKey, upload);
    },
  };
}
export type AnswerFiles = ReturnType<typeof answerFiles>;
