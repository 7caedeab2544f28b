import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { FileBytes } from './bytes.ts';
import { type By, commit, fileKind, type Part3World } from './commits.ts';
import type { StoredFile } from './records.ts';
import { invalidFields, notFound, type Refused } from './refusals.ts';
import { ownedBy, ownOf } from './state.ts';

/** Maximum bytes of a file; assumed. */
export const maxFileBytes = 250 * 1024 * 1024;

const fileSchema = z.strictObject({
  projectId: z.guid(),
  externalKey: z.string().min(1).max(300),
  name: z.string().min(1).max(255),
  contentType: z.string().regex(/^[\w.+-]+\/[\w.+-]+$/, 'is no media type'),
  size: z.int().min(1).max(maxFileBytes),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is not 64 hexadecimal digits'),
});

/** A file as the API shows it; `received` is the progress of an upload. */
export function viewOf({ seed: _, ...file }: StoredFile, bytes: FileBytes): object {
  const received = file.state === 'gone' ? 0 : bytes.received({ id: file.id, size: file.size, seed: _ });
  return { ...file, received };
}

/** Announces a file. The same key with the same bytes is the same file, however often; with other bytes it is refused (409). */
export function createFile(
  part3: Part3World,
  organisation: string,
  body: unknown,
  by: By,
): { file: StoredFile; outcome: 'created' | 'known' } | Refused {
  const { state, world } = part3;
  const parsed = fileSchema.safeParse(body);
  if (!parsed.success) return invalidFields(parsed.error);
  const { projectId, externalKey, size, sha256 } = parsed.data;
  if (ownOf(state.projects, organisation, projectId) === undefined) return notFound('project');
  const [known] = ownedBy(
    state.files,
    organisation,
    (file) => file.projectId === projectId && file.externalKey === externalKey && file.state !== 'gone',
  );
  if (known !== undefined) {
    const isSame = known.size === size && known.sha256 === sha256;
    return isSame
      ? { file: known, outcome: 'known' }
      : { status: 409, code: 'key-taken', message: 'Another file stands under this key.' };
  }
  const record: StoredFile = {
    ...parsed.data,
    id: randomUUID(),
    state: 'open',
    seed: null,
    modified: world.clock.instant(),
  };
  return { file: commit(part3, fileKind, { organisation, record }, by), outcome: 'created' };
}
