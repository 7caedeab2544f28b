import { z } from 'zod';
import type { BoundCompany } from '../../domain/company.ts';
import type { Query } from '../../http/far-side-url.ts';
import type { ProcoreClient } from '../contract.ts';
import { dayOrNull, flagOrNull, id, namedOrNull, textOrNull } from '../fields.ts';
import { collect, list, numericId, orAbsent, read, rest } from '../requests.ts';
import { fileLists, filesIn } from './submittal-files.ts';
import { submittalResponse } from './submittal-responses.ts';

const people = z.array(z.object({ id, name: textOrNull })).nullish();
type People = z.output<typeof people>;
const idsOf = (rows: People): readonly string[] => rows?.map((row) => row.id) ?? [];

/** Names as Procore shows them, by person. */
const namesOf = (...rows: readonly People[]): Readonly<Record<string, string>> =>
  Object.fromEntries(rows.flatMap((some) => some ?? []).flatMap((one) => (one.name ? [[one.id, one.name]] : [])));

const approver = z
  .object({
    id,
    user: namedOrNull,
    workflow_group_number: z.int(),
    approver_type: z.enum(['Submitter', 'Approver']).nullish(),
    response_required: flagOrNull,
    response: submittalResponse.nullish(),
    comment: textOrNull,
    sent_date: dayOrNull,
    returned_date: dayOrNull,
    due_date: dayOrNull,
    ...fileLists,
  })
  .transform((row) => ({
    id: row.id,
    userId: row.user?.id ?? null,
    userName: row.user?.name ?? null,
    step: row.workflow_group_number,
    type: row.approver_type ?? 'Approver',
    required: row.response_required ?? true,
    response: row.response ?? null,
    comment: row.comment,
    sentAt: row.sent_date,
    returnedAt: row.returned_date,
    dueDate: row.due_date,
    attachments: filesIn(row),
  }));

/**
 * One slot of a workflow. Slots of the same `step` are asked in parallel; one person may have several. `response` is null or
 * considered `pending` before an answer. Days are the project's, `YYYY-MM-DD`.
 */
export type SubmittalApprover = z.output<typeof approver>;

const submittal = z
  .object({
    id,
    number: textOrNull,
    revision: textOrNull,
    title: textOrNull,
    description: textOrNull,
    status: z.object({ name: textOrNull, status: z.enum(['Draft', 'Open', 'Closed']) }),
    specification_section: z.object({ number: textOrNull, description: textOrNull }).nullish().catch(null),
    private: flagOrNull,
    current_revision: flagOrNull,
    due_date: dayOrNull,
    submittal_manager: namedOrNull,
    ball_in_court: people,
    distribution_members: people,
    approvers: z.array(approver).nullish(),
    created_at: textOrNull,
    updated_at: z.string(),
    ...fileLists,
  })
  .transform((row) => ({
    id: row.id,
    number: row.number ?? '',
    revision: row.revision ?? '',
    title: row.title ?? '',
    description: row.description,
    /** Number and name of the specification section; null: none given. */
    specSection:
      [row.specification_section?.number, row.specification_section?.description].filter((part) => part).join(' ') || null,
    status: row.status.status,
    statusName: row.status.name ?? row.status.status,
    // If Procore does not say, it counts as private and as the current revision.
    private: row.private ?? true,
    currentRevision: row.current_revision ?? true,
    dueDate: row.due_date,
    managerId: row.submittal_manager?.id ?? null,
    ballInCourtIds: idsOf(row.ball_in_court),
    distributionIds: idsOf(row.distribution_members),
    names: namesOf(row.ball_in_court, row.distribution_members, row.submittal_manager ? [row.submittal_manager] : []),
    approvers: row.approvers ?? [],
    attachments: filesIn(row),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }));

/**
 * One revision of a submittal; other revisions have another id and the same `number`. `status` is what `statusName`, which may
 * be the company's own, counts as. Instants are UTC in whole seconds. List and single record of the same revision may differ in
 * `state` of files.
 */
export type Submittal = z.output<typeof submittal>;

/** Instants, both included, `YYYY-MM-DDTHH:MM:SSZ`. */
export interface InstantRange {
  readonly from: string;
  readonly until: string;
}

const submittalList = (projectId: string, filters: Query) =>
  list('listSubmittals', rest`v1.1/projects/${projectId}/submittals`, submittal, filters);

/**
 * All revisions changed in the range that the token may see, page by page, with steps and responses. Revisions that it may not
 * see are omitted silently, as are deleted ones: absence proves nothing. The list is not ordered by time of change.
 */
export function listSubmittals(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  { from, until }: InstantRange,
): AsyncIterable<readonly Submittal[]> {
  return client.pages(submittalList(projectId, { 'filters[updated_at]': `${from}...${until}` }));
}

/** Every revision of a project that the token may see, page by page. */
export function listAllSubmittals(client: ProcoreClient<BoundCompany>, projectId: string): AsyncIterable<readonly Submittal[]> {
  return client.pages(submittalList(projectId, {}));
}

/** This many ids keep a URL below what servers accept. */
const idsAtOnce = 100;

/** Those of the given submittals that the token may see. */
export async function submittalsById(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  submittalIds: readonly string[],
): Promise<readonly Submittal[]> {
  const wanted = [...new Set(submittalIds)].map((one) => numericId(one).value);
  const found: Submittal[] = [];
  for (let from = 0; from < wanted.length; from += idsAtOnce) {
    const some = wanted.slice(from, from + idsAtOnce);
    const rows = await collect(client.pages(submittalList(projectId, { 'filters[id]': some })));
    // Procore ignores unknown filters.
    found.push(...rows.filter((row) => some.includes(row.id)));
  }
  return found;
}

/** One submittal; undefined: it does not exist, or the token may not see it; Procore does not say which. */
export async function showSubmittal(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  submittalId: string,
): Promise<Submittal | undefined> {
  const path = rest`v1.1/projects/${projectId}/submittals/${submittalId}`;
  return (await orAbsent(client.call(read('showSubmittal', path, submittal))))?.value;
}

const deleted = z
  .object({ id, number: textOrNull, revision: textOrNull, title: textOrNull, deleted_at: textOrNull })
  .transform((row) => ({
    id: row.id,
    number: row.number ?? '',
    revision: row.revision ?? '',
    title: row.title ?? '',
    deletedAt: row.deleted_at,
  }));

/** A submittal in the recycle bin: this proves a deletion; absence does not. */
export type DeletedSubmittal = z.output<typeof deleted>;

/** The recycle bin. Only Admins of the tool may read it: others get 403. */
export function submittalRecycleBin(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
): AsyncIterable<readonly DeletedSubmittal[]> {
  const path = rest`v1.1/projects/${projectId}/submittals/recycle_bin`;
  return client.pages(list('listDeletedSubmittals', path, deleted));
}
