import { z } from 'zod';
import type { RfiFields, SubmittalFields } from './records.ts';

const text = z.string();
const textOrNull = z.string().nullable();
const instant = z.iso.datetime({ offset: true });
const id = z.guid();
const party = z.strictObject({ name: text.min(1), memberId: id.nullable() });

const synced = {
  number: text,
  revision: textOrNull,
  status: z.enum(['open', 'closed', 'withdrawn']),
  isPrivate: z.boolean(),
  readers: z.array(id).nullable(),
  ballInCourt: z.array(party),
  manager: party.nullable(),
  dueOn: z.iso.date().nullable(),
  files: z.array(id),
  link: z.url().nullable(),
};

const reply = z.strictObject({
  key: text.min(1),
  authorName: text,
  authorMemberId: id.nullable(),
  bodyHtml: text,
  official: z.boolean(),
  repliedAt: instant,
  files: z.array(id),
});

/** Everything the sync owns of an RFI; no field may be missing or added. */
export const rfiSchema: z.ZodType<RfiFields> = z.strictObject({
  ...synced,
  subject: text,
  questionHtml: text,
  askedByName: textOrNull,
  askedAt: instant.nullable(),
  assignees: z.array(party.extend({ required: z.boolean() })),
  replies: z.array(reply),
});

const workflowSlot = z.strictObject({
  slot: text.min(1),
  step: z.int().min(1),
  kind: z.enum(['submitter', 'approver']),
  party,
  required: z.boolean(),
  dueOn: z.iso.date().nullable(),
  responseName: textOrNull,
  comment: textOrNull,
  respondedAt: instant.nullable(),
  files: z.array(id),
});

/** The same for a submittal. */
export const submittalSchema: z.ZodType<SubmittalFields> = z.strictObject({
  ...synced,
  title: text,
  statusName: text,
  superseded: z.boolean(),
  workflow: z.array(workflowSlot),
  distribution: z.array(party),
  responseNames: z.array(text.min(1)),
});
