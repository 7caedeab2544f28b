import type { Id } from '../../kernel/model.ts';
import type { FileState, StoredFile } from '../../kernel/model-files.ts';
import type { World } from '../../kernel/world.ts';

/** What becomes of a file without its record changing: it is gone (404 or 410), not to be had yet, or there again. */
export function setFileState(world: World, { fileId, state }: { fileId: Id; state: FileState }): StoredFile {
  const file = world.storage.files.get(fileId);
  if (!file) throw new RangeError(`no file has the id ${fileId}`);
  return world.storage.files.put({ ...file, state });
}
