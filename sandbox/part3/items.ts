import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { type By, commit, type Kind, type Part3World, rfiKind, submittalKind } from './commits.ts';
import { rfiSchema, submittalSchema } from './item-schemas.ts';
import type { OwnShare, RfiFields, SubmittalFields, SyncedItem } from './records.ts';
import { invalidFields, notFound, type Refused, refusedReference } from './refusals.ts';
import { ownedBy, ownOf } from './state.ts';

/** RFIs or submittals: what the sync brings, and which of its values refer to files and members of the project. */
export interface ItemKind<Fields extends SyncedItem> {
  kind: Kind<Fields & OwnShare>;
  schema: z.ZodType<Fields>;
  filesOf(fields: Fields): readonly string[];
  membersOf(fields: Fields): readonly (string | null)[];
}

const sharedMembers = ({ readers, ballInCourt, manager }: SyncedItem): (string | null)[] => [
  ...(readers ?? []),
  ...ballInCourt.map(({ memberId }) => memberId),
  manager?.memberId ?? null,
];

export const rfiItems: ItemKind<RfiFields> = {
  kind: rfiKind,
  schema: rfiSchema,
  filesOf: ({ files, replies }) => [...files, ...replies.flatMap((reply) => reply.files)],
  membersOf: (fields) => [
    ...sharedMembers(fields),
    ...fields.assignees.map(({ memberId }) => memberId),
    ...fields.replies.map(({ authorMemberId }) => authorMemberId),
  ],
};

export const submittalItems: ItemKind<SubmittalFields> = {
  kind: submittalKind,
  schema: submittalSchema,
  filesOf: ({ files, workflow }) => [...files, ...workflow.flatMap((slot) => slot.files)],
  membersOf: (fields) => [
    ...sharedMembers(fields),
    ...fields.distribution.map(({ memberId }) => memberId),
    ...fields.workflow.map(({ party }) => party.memberId),
  ],
};

export interface ItemPlace {
  organisation: string;
  projectId: string;
  externalKey: string;
}

interface Upserted<Item> {
  item: Item;
  outcome: 'created' | 'changed' | 'unchanged';
}

/**
 * Creates the item of an external key, or replaces what the sync owns of it. A repeat changes nothing, not even `modified`.
 * Refused: an archived project (409), a file that is not complete or a member who is not of this project (422).
 */
export function upsertItem<Fields extends SyncedItem>(
  part3: Part3World,
  items: ItemKind<Fields>,
  place: ItemPlace,
  body: unknown,
  by: By,
): Upserted<Fields & OwnShare> | Refused {
  const { state, world } = part3;
  const { organisation, projectId, externalKey } = place;
  const project = ownOf(state.projects, organisation, projectId);
  if (project === undefined) return notFound('project');
  if (project.status === 'archived') return { status: 409, code: 'project-archived', message: 'The project is archived.' };
  const parsed = items.schema.safeParse(body);
  if (!parsed.success) return invalidFields(parsed.error);
  const unknown = unknownReference(part3, items, place, parsed.data);
  if (unknown !== undefined) return unknown;
  const stored = itemAt(part3, items.kind, place);
  const own = {
    id: stored?.id ?? randomUUID(),
    projectId,
    externalKey,
    notes: stored?.notes ?? '',
    modified: world.clock.instant(),
  };
  const item = { ...parsed.data, ...own };
  if (stored !== undefined && isDeepStrictEqual({ ...item, modified: null }, { ...stored, modified: null }))
    return { item: stored, outcome: 'unchanged' };
  commit(part3, items.kind, { organisation, record: item }, by);
  return { item, outcome: stored === undefined ? 'created' : 'changed' };
}

/** The item under an external key of a project. */
export function itemAt<Item extends { projectId: string; externalKey: string }>(
  { state }: Part3World,
  kind: Kind<Item>,
  { organisation, projectId, externalKey }: ItemPlace,
): Item | undefined {
  const isIt = (item: Item): boolean => item.projectId === projectId && item.externalKey === externalKey;
  return ownedBy(kind.tableOf(state), organisation, isIt)[0];
}

function unknownReference<Fields extends SyncedItem>(
  { state }: Part3World,
  items: ItemKind<Fields>,
  { organisation, projectId }: ItemPlace,
  fields: Fields,
): Refused | undefined {
  for (const id of items.filesOf(fields)) {
    const file = ownOf(state.files, organisation, id);
    if (file?.projectId !== projectId || file.state === 'open')
      return refusedReference('files', `${id} is no complete file here`);
  }
  for (const id of items.membersOf(fields)) {
    if (id !== null && ownOf(state.members, organisation, id)?.projectId !== projectId)
      return refusedReference('memberId', `${id} is no member of this project`);
  }
  return undefined;
}
