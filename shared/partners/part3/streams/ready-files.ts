import { Fault, faultIn } from '../../../domain/faults.ts';
import { type Spooled, spool } from '../../../http/spool.ts';
import { downloadFile, type ProcoreFiles } from '../../../procore/files.ts';
import { showRfi } from '../../../procore/operations/rfis.ts';
import { showSubmittal } from '../../../procore/operations/submittals.ts';
import type { Cause, ProjectContext } from '../../stream.ts';
import { idInKey, itemOfFile } from './content.ts';
import { filesOfRfi } from './rfi-content.ts';
import { filesOfSubmittal } from './submittal-content.ts';

/** A file on disk, ready to be announced to Part3. */
export interface ReadyFile {
  readonly spooled: Spooled;
  readonly contentType: string;
  readonly name: string | null;
}

export interface ReadyFiles {
  /** Downloads a file to disk; returns why it cannot be fetched. Temporary failures are thrown. */
  prepare(fileKey: string, address: Readonly<Record<string, string>>, alive: () => void): Promise<Cause | undefined>;
  of(fileKey: string): ReadyFile;
  done(fileKey: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Procore files spooled to disk for Part3: the checksum is announced before the first byte, which in memory would take the whole
 * file. Downloaded as the connection's owner, before the write is claimed: a large file takes longer than a claim lasts.
 */
export function createReadyFiles(context: Pick<ProjectContext, 'procore' | 'project' | 'files' | 'signal'>): ReadyFiles {
  const { procore, project, signal } = context;
  const ready = new Map<string, ReadyFile>();

  async function fetched(url: string, alive: () => void): Promise<ReadyFile> {
    const files = accessOf(context.files);
    const { stream, contentType, fileName, size, measure } = await downloadFile(procore, files, url, {
      signal,
      onProgress: alive,
    });
    try {
      const spooled = await spool(stream, { folder: files.spoolFolder, segmentBytes: files.maxBytes, maxBytes: files.maxBytes });
      const isWhole = (size === null || size === spooled.size) && measure().sha256 === spooled.sha256;
      if (isWhole) return { spooled, contentType, name: fileName };
      await spooled.close();
      throw new Fault('file-unavailable', { seen: `It has ${spooled.size} bytes instead of ${size}.` });
    } finally {
      stream.destroy();
    }
  }

  /** The file's current URL, as URLs expire. Undefined: its item does not name it any more, or is not visible. */
  async function urlNow(fileKey: string): Promise<string | undefined> {
    const itemKey = itemOfFile(fileKey);
    const { procoreProjectId: projectId } = project;
    const files = itemKey.includes(':rfi:')
      ? await showRfi(procore, projectId, idInKey(itemKey)).then((rfi) => rfi && filesOfRfi(rfi))
      : await showSubmittal(procore, projectId, idInKey(itemKey)).then((one) => one && filesOfSubmittal(one));
    return files?.find(({ id }) => id === idInKey(fileKey))?.url ?? undefined;
  }

  async function fetchedAtLast(fileKey: string, known: string, alive: () => void): Promise<ReadyFile> {
    try {
      if (known !== '') return await fetched(known, alive);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      const now = await urlNow(fileKey);
      if (now === undefined || now === known) throw error;
      return fetched(now, alive);
    }
    const now = await urlNow(fileKey);
    if (now === undefined) throw new Fault('file-unavailable', { seen: 'Procore names no address of it.' });
    return fetched(now, alive);
  }

  return {
    async prepare(fileKey, address, alive) {
      if (ready.has(fileKey)) return undefined;
      try {
        ready.set(fileKey, await fetchedAtLast(fileKey, address['url'] ?? '', alive));
        return undefined;
      } catch (error) {
        const fault = faultIn(error);
        if (fault && isOfFile(fault)) return causeOf(fault, fileKey, address);
        throw error;
      }
    },
    of(fileKey) {
      const file = ready.get(fileKey);
      if (!file) throw new Error('a file is made ready before it is sent');
      return file;
    },
    async done(fileKey) {
      await ready.get(fileKey)?.spooled.close();
      ready.delete(fileKey);
    },
    async close() {
      for (const key of [...ready.keys()]) await this.done(key);
    },
  };
}

/**
 * Whether the fault is about one file, and no reason to hold the others: a reader may be refused a single file. The item streams
 * report if they are refused everything.
 */
const isOfFile = ({ kind, detail }: Fault): boolean =>
  kind === 'file-unavailable' ||
  ((detail.status === 403 || detail.status === 404) && (kind === 'person-lacks-access' || kind === 'company-not-visible'));

const isUnavailable = (error: unknown): error is Fault => error instanceof Fault && error.kind === 'file-unavailable';

function causeOf({ kind, detail }: Fault, fileKey: string, { label, screen }: Readonly<Record<string, string>>): Cause {
  const isRefused = kind !== 'file-unavailable';
  return {
    reason: 'file-unavailable',
    subject: `file:${idInKey(fileKey)}`,
    seen: `${label ?? 'A file'}: ${detail.seen ?? 'it cannot be fetched from Procore.'}`,
    needed: isRefused
      ? 'Whoever connected the project may open it in Procore; it comes by itself then'
      : 'The file attached again in Procore, or removed there',
    where: screen ?? 'Procore: Project → the item → Attachments',
  };
}

function accessOf(files: ProcoreFiles | undefined): ProcoreFiles {
  if (!files) throw new Error('this stream carries files, and was given no way to them');
  return files;
}
