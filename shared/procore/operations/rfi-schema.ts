import { z } from 'zod';
import { dayOrNull, flagOrNull, id, idOrNull, textOrNull } from '../fields.ts';

/** Procore's own words [oas]; a word we do not know becomes `unknown`, which counts as none of them. */
const status = z.enum(['open', 'closed', 'draft', 'recycled', 'unknown']).catch('unknown');

const person = z.object({ id, name: textOrNull });
type Person = z.output<typeof person>;
const people = z
  .array(person)
  .nullish()
  .transform((all) => all ?? []);

const idsOf = (all: readonly Person[]): readonly string[] => all.map((one) => one.id);

/** Names as Procore shows them, by person. */
const namesOf = (...all: readonly (Person | null)[]): Readonly<Record<string, string>> =>
  Object.fromEntries(all.flatMap((one) => (one?.name ? [[one.id, one.name]] : [])));

/** A file on a record. `url` needs the token on its first hop only, and may expire; the id stays. */
const attachment = z
  .object({ id, name: textOrNull, filename: textOrNull, url: textOrNull })
  .transform((row) => ({ id: row.id, filename: row.filename ?? row.name ?? '', url: row.url }));

const attachments = z
  .array(attachment)
  .nullish()
  .transform((all) => all ?? []);

export const rfiReply = z
  .object({
    id,
    official: flagOrNull,
    answer_date: textOrNull,
    plain_text_body: textOrNull,
    rich_text_body: textOrNull,
    created_by: textOrNull,
    created_by_id: idOrNull,
    attachments,
  })
  .transform((row) => ({
    id: row.id,
    authorId: row.created_by_id,
    authorName: row.created_by,
    official: row.official ?? false,
    bodyText: row.plain_text_body ?? '',
    bodyHtml: row.rich_text_body ?? '',
    date: row.answer_date,
    attachments: row.attachments,
  }));

/** An answer to an RFI, as Procore stored it: its text may differ from that sent. `date` is an instant in UTC, whole seconds. */
export type RfiReply = z.output<typeof rfiReply>;

const question = z
  .object({
    id,
    question_date: textOrNull,
    created_by: textOrNull,
    plain_text_body: textOrNull,
    rich_text_body: textOrNull,
    attachments,
    answers: z
      .array(rfiReply)
      .nullish()
      .transform((all) => all ?? []),
  })
  .transform((row) => ({
    id: row.id,
    askedByName: row.created_by,
    askedAt: row.question_date,
    bodyText: row.plain_text_body ?? '',
    bodyHtml: row.rich_text_body ?? '',
    attachments: row.attachments,
    answers: row.answers,
  }));

const common = {
  id,
  number: textOrNull,
  subject: textOrNull,
  status,
  private: flagOrNull,
  due_date: dayOrNull,
  ball_in_courts: people,
  rfi_manager: person.nullish(),
  created_at: textOrNull,
  updated_at: textOrNull,
  time_resolved: textOrNull,
  deleted: flagOrNull,
};

type Common = z.output<z.ZodObject<typeof common>>;

/** Fields that the list and the single RFI share. If Procore does not say whether an RFI is private, it counts as private. */
const commonOf = (row: Common) => ({
  id: row.id,
  number: row.number,
  subject: row.subject ?? '',
  status: row.status,
  private: row.private ?? true,
  draft: row.status === 'draft',
  dueDate: row.due_date,
  ballInCourtIds: idsOf(row.ball_in_courts),
  managerId: row.rfi_manager?.id ?? null,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  resolvedAt: row.time_resolved,
  recycled: row.deleted === true || row.status === 'recycled',
});

const assignee = person.extend({ response_required: flagOrNull });

const listed = z.object({ ...common, assignees: z.array(assignee).nullish(), link: textOrNull });

export const listedRfi = listed.transform(({ assignees, link, ...row }) => ({
  ...commonOf(row),
  /** URL of its page in Procore. */
  link,
  assigneeIds: (assignees ?? []).map((one) => one.id),
  requiredAssigneeIds: (assignees ?? []).filter((one) => one.response_required === true).map((one) => one.id),
}));

/**
 * An RFI as in the list: without answers and distribution list, which only the single RFI has, and with who must answer, which
 * only the list has [oas, seen]. Instants are in UTC, whole seconds; the due date is a day in the project's zone.
 */
export type ListedRfi = z.output<typeof listedRfi>;

export const shownRfi = z
  .object({
    ...common,
    assignees: people,
    distribution_list: people,
    ball_in_court_role: textOrNull,
    draft: flagOrNull,
    questions: z.array(question).nullish(),
  })
  .transform(({ assignees, distribution_list, ball_in_court_role, draft, questions, ...row }) => {
    const asked = questions ?? [];
    const known = commonOf(row);
    return {
      ...known,
      draft: known.draft || draft === true,
      assigneeIds: idsOf(assignees),
      distributionIds: idsOf(distribution_list),
      names: namesOf(...assignees, ...distribution_list, ...row.ball_in_courts, row.rfi_manager ?? null),
      ballRole: ball_in_court_role,
      questions: asked.map(({ answers: _, ...one }) => one),
      answers: asked.flatMap(({ answers }) => answers),
    };
  });

/** One RFI with its questions and all answers. `ballRole`: `Creator`, `Assignees` or `RFI Manager`, null if nobody must act. */
export type Rfi = z.output<typeof shownRfi>;
