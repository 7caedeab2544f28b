import { z } from 'zod';
import { canonicalHash } from '../../../domain/canonical-json.ts';
import { type RecordFields, showsExactly } from '../../../domain/deliveries.ts';
import type { Facts, KnownRecords, TargetRecord } from '../../stream.ts';
import type { RfiFields, SubmittalFields } from '../fields.ts';

/** A file of an item in Procore. `url` may expire; the id stays. */
const sourceFile = z.object({ id: z.string(), name: z.string(), contentType: z.string().nullable(), url: z.string().nullable() });
export type ItemFile = z.output<typeof sourceFile>;

/** An item as it is sent to Part3, except that its files are Procore ids. */
export type ItemContent = RfiFields | SubmittalFields;

export interface ReadItem {
  /** Its natural key, under which Part3 keeps it. */
  readonly key: string;
  readonly content: ItemContent;
  readonly files: readonly ItemFile[];
}

export type ItemKind = 'rfi' | 'submittal';

/** `procore:{company}:{project}:{kind}:{id}` */
export const itemKeyOf = (kind: ItemKind, companyId: string, projectId: string, id: string): string =>
  `procore:${companyId}:${projectId}:${kind}:${id}`;

export const idInKey = (key: string): string => key.slice(key.lastIndexOf(':') + 1);

/** A file's natural key, which contains that of its item. */
export const fileKeyOf = (itemKey: string, fileId: string): string => `${itemKey}:file:${fileId}`;

export const itemOfFile = (fileKey: string): string => fileKey.slice(0, fileKey.lastIndexOf(':file:'));

/** Each file once, in the original order. */
export const eachOnce = (files: readonly ItemFile[]): readonly ItemFile[] => [
  ...new Map(files.map((file) => [file.id, file])).values(),
];

export const factsOf = ({ content, files }: Pick<ReadItem, 'content' | 'files'>): Facts => ({
  content: JSON.stringify(content),
  files: JSON.stringify(files),
});

/** The source content in a record of an item; undefined if it is erased. */
export function sourceIn(carried: Readonly<Record<string, unknown>>): Pick<ReadItem, 'content' | 'files'> | undefined {
  const { content, files } = carried;
  if (typeof content !== 'string' || typeof files !== 'string') return undefined;
  return { content: JSON.parse(content), files: z.array(sourceFile).parse(JSON.parse(files)) };
}

/** Part3 file ids by Procore file ids, as the record was mapped. */
const fileIds = z.record(z.string(), z.string());

export const filesMappedIn = ({ fileIds: mapped = '{}' }: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  fileIds.parse(JSON.parse(mapped));

/** The content with Part3's file ids; files that are not there yet are left out. */
export function withFiles<Content extends ItemContent>(content: Content, known: Readonly<Record<string, string>>): Content {
  const inPart3 = (ids: readonly string[]): readonly string[] => ids.flatMap((id) => known[id] ?? []);
  const parts =
    'replies' in content
      ? { replies: content.replies.map((reply) => ({ ...reply, files: inPart3(reply.files) })) }
      : { workflow: content.workflow.map((slot) => ({ ...slot, files: inPart3(slot.files) })) };
  return { ...content, ...parts, files: inPart3(content.files) };
}

/** The record for an item now: with the files that have come to Part3 so far. */
export async function recordOf(key: string, facts: Facts, known: KnownRecords): Promise<TargetRecord> {
  const source = sourceIn(facts);
  if (!source) throw new Error('an item is mapped from what was read of it');
  const written = await known.writtenOf(
    'attachments',
    source.files.map(({ id }) => fileKeyOf(key, id)),
  );
  const mapped = Object.fromEntries(
    source.files.flatMap(({ id }) => {
      const targetId = written.get(fileKeyOf(key, id))?.targetId;
      return targetId === undefined ? [] : [[id, targetId]];
    }),
  );
  const content = withFiles(source.content, mapped);
  const { content: text, files } = factsOf(source);
  return {
    naturalKey: key,
    searchKey: key,
    fields: { ...shownOf({ ...content }), wantedFiles: canonicalHash(source.files.map(({ id }) => id).sort()) },
    address: {
      label: `${'replies' in content ? 'RFI' : 'Submittal'} ${content.number}`,
      screen: `Part3 → the project → ${'replies' in content ? 'RFIs' : 'Submittals'} → ${content.number}`,
      content: String(text),
      files: String(files),
      fileIds: JSON.stringify(mapped),
    },
    empty: false,
  };
}

const ownedOfBoth = ['number', 'revision', 'status', 'isPrivate', 'readers', 'ballInCourt', 'manager', 'dueOn', 'files', 'link'];
const ownedOfRfi = ['subject', 'questionHtml', 'askedByName', 'askedAt', 'assignees', 'replies'];
const ownedOfSubmittal = ['title', 'statusName', 'superseded', 'workflow', 'distribution', 'responseNames'];

/** The fields of an item that we own: number and status in plain, the whole as one hash. */
export function shownOf(item: Readonly<Record<string, unknown>>): RecordFields {
  const owned = [...ownedOfBoth, ...('replies' in item ? ownedOfRfi : ownedOfSubmittal)];
  const { number, status } = item;
  return {
    number: String(number ?? ''),
    status: String(status ?? ''),
    content: canonicalHash(owned.map((name) => [name, item[name] ?? null])),
  };
}

/** Ignores which files are wanted: those that have arrived are in the content. */
export const agrees = (seen: RecordFields, { wantedFiles: _, ...meant }: RecordFields): boolean => showsExactly(seen, meant);
