import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { commit, type Kind, type Part3World } from '../commits.ts';
import { emit } from '../events.ts';
import type { Answering, SignedEvent } from '../records.ts';
import { addedFile, addFile } from './files.ts';
import { type Move, moved } from './moves.ts';
import { acting } from './places.ts';

export const organisation = z.string();
export const author = z.string().meta({ description: 'Member id, mail address or first name.' });
export const addedFiles = z.array(addedFile);
export const finished = z.boolean().default(false).meta({ description: 'Ready at once, in one go.' });

/** The acts that only move an answer from one state to another. */
export const moveOf = <Name extends Move>(name: Name) => z.strictObject({ act: z.literal(name), organisation, id: z.guid() });

interface Begun {
  organisation: string;
  projectId: string;
  author: string;
  files: z.output<typeof addedFiles>;
  finished: boolean;
}

/** The first version of an answer: a draft, or ready in one go. */
export async function begun(part3: Part3World, { finished, ...place }: Begun): Promise<Answering> {
  const { organisation, projectId, files } = place;
  const member = acting(part3, organisation, projectId, place.author);
  return {
    id: randomUUID(),
    projectId,
    authorMemberId: member.id,
    fileIds: await added(part3, { organisation, projectId, actor: member.id }, files),
    state: finished ? 'ready' : 'draft',
    version: 1,
    receipt: null,
    block: null,
    preview: null,
    modified: part3.world.clock.instant(),
  };
}

/** What an edit changes in every answer: a new version, in draft, with other files if some are given. */
export async function edited(
  part3: Part3World,
  organisation: string,
  answer: Answering,
  files: z.output<typeof addedFiles> | undefined,
): Promise<Pick<Answering, 'fileIds' | 'state' | 'version' | 'block' | 'preview'>> {
  const { projectId, authorMemberId: actor, version } = answer;
  const state = moved(answer, 'edit');
  acting(part3, organisation, projectId, actor);
  const fileIds = files === undefined ? answer.fileIds : await added(part3, { organisation, projectId, actor }, files);
  return { fileIds, state, version: version + 1, block: null, preview: null };
}

async function added(
  part3: Part3World,
  place: Parameters<typeof addFile>[1],
  files: z.output<typeof addedFiles>,
): Promise<string[]> {
  const ids: string[] = [];
  for (const file of files) ids.push((await addFile(part3, place, file)).id);
  return ids;
}

/** Stores what its author did and signs the event if it is ready now. */
export function keep<Answer extends Answering>(
  part3: Part3World,
  kind: Kind<Answer>,
  organisation: string,
  answer: Answer,
  event: SignedEvent['type'],
): Answer {
  const record = { ...answer, modified: part3.world.clock.instant() };
  commit(part3, kind, { organisation, record }, { actor: record.authorMemberId, seq: null });
  const { id, projectId, version, state } = record;
  if (state === 'ready') emit(part3, organisation, event, { id, projectId, version });
  return record;
}
