import { z } from 'zod';
import { farSideId } from '../../domain/ids.ts';

/**
 * Part3's records as far as we read them (contracts section 7; all assumed, docs/partners/part3.md). Unknown fields are ignored.
 * One unusable value that nothing depends on never fails its page: it becomes null. Fields that decide whether something is sent
 * (state, version, steps) must be readable, else the record is invalid.
 */
const textOrNull = z
  .string()
  .nullish()
  .transform((value) => (value === undefined || value === '' ? null : value));
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const ids = z
  .array(farSideId)
  .nullish()
  .transform((value) => value ?? []);
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

/** An instant, normalised to UTC. Null if it is no date. */
const instantOrNull = z.iso
  .datetime({ offset: true })
  .transform((value) => new Date(value).toISOString())
  .nullable()
  .catch(null);
const instant = z.iso.datetime({ offset: true }).transform((value) => new Date(value).toISOString());

export const project = z.object({
  id: farSideId,
  name: textOrNull,
  number: textOrNull,
  status: z.enum(['active', 'archived', 'unknown']).catch('unknown'),
  modified: instantOrNull,
});
export type Part3Project = z.output<typeof project>;

export const companyRoles = ['prime-consultant', 'consultant', 'general-contractor', 'owner', 'unknown'] as const;

/** A company's role in one project. */
export const company = z.object({
  id: farSideId,
  projectId: farSideId,
  name: textOrNull,
  role: z.enum(companyRoles).catch('unknown'),
  modified: instantOrNull,
});
export type Part3Company = z.output<typeof company>;

export const member = z.object({
  id: farSideId,
  projectId: farSideId,
  companyId: farSideId,
  name: textOrNull,
  email: textOrNull,
  /** Whether this person returns documents to the contractor. */
  returns: flag,
  /** Members who left stay in the list. */
  leftAt: instantOrNull,
  modified: instantOrNull,
});
export type Part3Member = z.output<typeof member>;

/** A synced item: what identifies it, and its content as it is there, which is ours. */
export const item = z.looseObject({
  id: farSideId,
  projectId: farSideId,
  externalKey: z.string().min(1),
  status: z.enum(['open', 'closed', 'withdrawn', 'unknown']).catch('unknown'),
  modified: instantOrNull,
});
export type Part3Item = z.output<typeof item>;

/** What is read of an item whose content is too large. */
export const itemOutline = { fields: ['id', 'projectId', 'externalKey', 'status', 'modified'], row: item };

export const answerStates = ['draft', 'in-review', 'ready', 'returned', 'blocked', 'recalled'] as const;

const receipt = z.object({ version: z.int(), externalId: z.string().min(1), at: instantOrNull });

const answering = {
  id: farSideId,
  projectId: farSideId,
  authorMemberId: farSideId,
  fileIds: ids,
  state: z.enum(answerStates),
  version: z.int().min(1),
  /** Of the newest returned version; stays when the answer is edited afterwards. */
  receipt: receipt.nullish().transform((value) => value ?? null),
  modified: instantOrNull,
};

export const rfiAnswer = z.object({ ...answering, rfiId: farSideId, bodyHtml: text, official: flag });
export type RfiAnswer = z.output<typeof rfiAnswer>;

/** What is read of an answer, of either kind, that is too large to read whole. */
const answerOutline = z.object({
  id: farSideId,
  projectId: farSideId,
  authorMemberId: farSideId,
  state: z.enum(answerStates),
  receipt: receipt.nullish().transform((value) => value ?? null),
  modified: instantOrNull,
});
const outlineFields = ['id', 'projectId', 'authorMemberId', 'state', 'receipt', 'modified'];

export const rfiAnswerOutline = {
  fields: [...outlineFields, 'rfiId'],
  row: answerOutline
    .extend({ rfiId: farSideId })
    .transform(({ rfiId, ...outline }) => ({ ...outline, part3ItemId: rfiId, tooLarge: true as const })),
};
export type LargeAnswer = z.output<typeof rfiAnswerOutline.row>;

/** A step of the design team's internal review; a required one that is not done holds the return. */
const reviewStep = z.object({
  kind: z.enum(['reviewer', 'submitter', 'unknown']).catch('unknown'),
  required: z.boolean(),
  memberId: farSideId,
  doneAt: instant.nullable(),
});

export const submittalReturn = z.object({
  ...answering,
  submittalId: farSideId,
  slot: farSideId,
  responseName: text,
  comment: text,
  steps: z.array(reviewStep),
});
export type SubmittalReturn = z.output<typeof submittalReturn>;

export const submittalReturnOutline = {
  fields: [...outlineFields, 'submittalId'],
  row: answerOutline
    .extend({ submittalId: farSideId })
    .transform(({ submittalId, ...outline }): LargeAnswer => ({ ...outline, part3ItemId: submittalId, tooLarge: true })),
};

export const file = z.object({
  id: farSideId,
  projectId: farSideId,
  name: textOrNull,
  contentType: textOrNull,
  /** Bytes. */
  size: z.int().min(0),
  /** Lower-case hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  state: z.enum(['open', 'complete', 'gone']),
  /** Bytes received so far. */
  received: z.int().min(0),
});
export type Part3File = z.output<typeof file>;

/** A page of any list. */
export const pageOf = <Row extends z.ZodType>(row: Row) =>
  z.object({ items: z.array(row), nextCursor: z.string().min(1).nullable() });
