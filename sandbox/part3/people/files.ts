import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { commit, fileKind, type Part3World } from '../commits.ts';
import { maxFileBytes } from '../files.ts';
import type { StoredFile } from '../records.ts';
import { ownOf } from '../state.ts';
import { must } from './places.ts';

/** A file that a person adds: its text, or a number of bytes generated from a seed. */
export const addedFile = z.strictObject({
  name: z.string().min(1),
  contentType: z.string().default('application/pdf'),
  text: z.string().min(1).exactOptional(),
  sizeBytes: z.int().min(1).max(maxFileBytes).exactOptional(),
  seed: z.string().min(1).exactOptional().meta({ description: 'The same seed makes the same bytes; by default the name.' }),
});
type AddedFile = z.output<typeof addedFile>;

/**
 * Stores what a person uploads in Part3's screens and returns its record. Generated files are read through once for their hash.
 */
export async function addFile(
  part3: Part3World,
  place: { organisation: string; projectId: string; actor: string },
  { name, contentType, text, sizeBytes = 1000, seed }: AddedFile,
): Promise<StoredFile> {
  const { bytes } = part3.state;
  const { organisation, projectId, actor } = place;
  const written = text === undefined ? undefined : Buffer.from(text);
  const kept = { id: randomUUID(), size: written?.length ?? sizeBytes, seed: written === undefined ? (seed ?? name) : null };
  if (written !== undefined) await bytes.append(kept, Readable.from([written]));
  const sha256 = written === undefined ? await bytes.sha256(kept) : createHash('sha256').update(written).digest('hex');
  const modified = part3.world.clock.instant();
  const record: StoredFile = { ...kept, projectId, externalKey: null, name, contentType, sha256, state: 'complete', modified };
  return commit(part3, fileKind, { organisation, record }, { actor, seq: null });
}

export const fileActSchema = z
  .discriminatedUnion('act', [
    z.strictObject({ act: z.literal('add'), organisation: z.string(), projectId: z.guid(), file: addedFile }),
    z.strictObject({ act: z.literal('vanish'), organisation: z.string(), id: z.guid() }),
  ])
  .meta({ id: 'Part3FileAct' });

/** A file is added to a project, or its bytes are lost. */
export async function actOnFile(part3: Part3World, body: z.output<typeof fileActSchema>): Promise<StoredFile> {
  const { organisation } = body;
  if (body.act === 'add') return addFile(part3, { organisation, projectId: body.projectId, actor: organisation }, body.file);
  const stored = must(ownOf(part3.state.files, organisation, body.id), 'file');
  part3.state.bytes.discard(stored);
  const record: StoredFile = { ...stored, state: 'gone', modified: part3.world.clock.instant() };
  return commit(part3, fileKind, { organisation, record }, { actor: organisation, seq: null });
}
