import type { Day, Id, Project } from '../../kernel/model.ts';
import type { Attachment } from '../../kernel/model-files.ts';
import type { Submittal } from '../../kernel/model-submittals.ts';
import type { World } from '../../kernel/world.ts';
import { type Actor, commit } from '../actor.ts';
import { todayOf } from '../daily-log/dates.ts';
import { onlyGiven } from '../given.ts';
import { mayOnProject } from '../permissions.ts';
import { forbidden, invalid } from '../refusal.ts';
import { mintSubmittalId } from './ids.ts';
import { isSubmittalAdmin } from './sight.ts';
import { memberId, type PlannedSteps, slotsOf, unansweredCopies } from './slots.ts';
import { kindOf, knownStatus, statusOfKind } from './statuses.ts';
import { startedSlots } from './workflow.ts';

/** What a writer says of a submittal. `undefined`: not mentioned. */
export interface SubmittalFields {
  number?: string | undefined;
  revision?: string | undefined;
  title?: string | undefined;
  description?: string | null | undefined;
  type?: string | null | undefined;
  private?: boolean | undefined;
  receivedFromId?: Id | null | undefined;
  responsibleContractorId?: Id | null | undefined;
  distributionIds?: readonly Id[] | undefined;
  dueDate?: Day | null | undefined;
  steps?: PlannedSteps | undefined;
  attachments?: readonly Attachment[] | undefined;
  /** For Admins only [oas], down to the last. */
  statusId?: Id | null | undefined;
  managerId?: Id | null | undefined;
  submitBy?: Day | null | undefined;
  issueDate?: Day | null | undefined;
  receivedDate?: Day | null | undefined;
  requiredOnSiteDate?: Day | null | undefined;
}

const adminFields = ['statusId', 'managerId', 'submitBy', 'issueDate', 'receivedDate', 'requiredOnSiteDate'] as const;

/**
 * Adds a submittal; of a `source` it becomes the next revision: the same number, a new id, the same workflow unanswered unless one is
 * given [inf]. Nothing recognises a repeat. Below Admin it is private unless said otherwise [sup]; without a status it is open [unk].
 */
export function createSubmittal(
  world: World,
  actor: Actor,
  project: Project,
  fields: SubmittalFields,
  source?: Submittal,
): Submittal {
  if (!mayOnProject(world, actor.personId, project, 'submittals', 'Standard')) throw forbidden();
  refuseAdminFields(world, actor, project, fields);
  const now = world.clock.instant();
  const blank: Submittal = {
    id: '',
    companyId: project.companyId,
    projectId: project.id,
    number: '',
    revision: '0',
    sourceId: null,
    currentRevision: true,
    title: '',
    description: null,
    type: null,
    statusId: statusOfKind(world, project.companyId, 'Open').id,
    private: !isSubmittalAdmin(world, actor.personId, project),
    managerId: null,
    receivedFromId: null,
    responsibleContractorId: null,
    distributionIds: [],
    dueDate: null,
    submitBy: null,
    issueDate: null,
    receivedDate: null,
    requiredOnSiteDate: null,
    attachments: [],
    approvers: [],
    distributions: [],
    openDate: null,
    closedAt: null,
    deletedAt: null,
    createdBy: actor.personId,
    clientId: actor.clientId,
    createdAt: now,
    updatedAt: now,
  };
  const base = source ? { ...blank, ...inherited(world, project, source) } : blank;
  const row = settled(world, project, { ...base, ...resolved(world, project, base, fields), ...sourceOf(world, source) });
  const created = save(world, actor, 'create', { ...row, id: mintSubmittalId(world) });
  if (source) supersede(world, actor, created);
  return created;
}

/** Changes a submittal. Admins any; others what they made themselves, as long as it is a draft [inf]. */
export function updateSubmittal(world: World, actor: Actor, submittal: Submittal, fields: SubmittalFields): Submittal {
  const project = projectOf(world, submittal);
  const ownDraft = submittal.createdBy === actor.personId && kindOf(world, submittal) === 'Draft';
  const wanted = ownDraft ? 'Standard' : 'Admin';
  if (!mayOnProject(world, actor.personId, project, 'submittals', wanted)) throw forbidden();
  refuseAdminFields(world, actor, project, fields);
  return change(world, actor, { ...submittal, ...resolved(world, project, submittal, fields) });
}

/** Stores a changed row: dates its steps, its opening and its closing, and moves `updated_at`. */
export function change(world: World, actor: Actor, submittal: Submittal): Submittal {
  const row = settled(world, projectOf(world, submittal), submittal);
  return save(world, actor, 'update', { ...row, updatedAt: world.clock.instant() });
}

/** Puts a submittal into the recycle bin; Admin only. */
export function deleteSubmittal(world: World, actor: Actor, submittal: Submittal): Submittal {
  if (!isSubmittalAdmin(world, actor.personId, projectOf(world, submittal))) throw forbidden();
  const now = world.clock.instant();
  return save(world, actor, 'delete', { ...submittal, deletedAt: now, updatedAt: now });
}

/** Takes it out of the recycle bin as it was; Admin only. The API has no operation for this, only Procore's screen. */
export function restoreSubmittal(world: World, actor: Actor, submittal: Submittal): Submittal {
  if (!isSubmittalAdmin(world, actor.personId, projectOf(world, submittal))) throw forbidden();
  return change(world, actor, { ...submittal, deletedAt: null });
}

export function projectOf(world: World, { projectId }: Submittal): Project {
  const project = world.projects.get(projectId);
  if (!project) throw new Error(`a submittal names a project that does not exist: ${projectId}`);
  return project;
}

/** All revisions under one number, oldest first; deleted ones are left out. */
export function revisionsOf(world: World, { projectId, number }: Pick<Submittal, 'projectId' | 'number'>): Submittal[] {
  return world.submittals
    .filter((row) => row.projectId === projectId && row.number === number && row.deletedAt === null)
    .sort((a, b) => Number(a.revision) - Number(b.revision));
}

function refuseAdminFields(world: World, actor: Actor, project: Project, fields: SubmittalFields): void {
  const asked = adminFields.some((name) => fields[name] !== undefined);
  if (asked && !isSubmittalAdmin(world, actor.personId, project)) throw forbidden();
}

function resolved(
  world: World,
  project: Project,
  known: Submittal,
  { statusId, managerId, distributionIds, steps, attachments, ...plain }: SubmittalFields,
): Partial<Submittal> {
  if (plain.number === '') throw invalid('number', "can't be blank");
  return {
    ...onlyGiven(plain),
    ...(statusId === undefined ? {} : { statusId: knownStatus(world, project.companyId, statusId).id }),
    ...(managerId === undefined ? {} : { managerId: managerId && memberId(world, project, managerId) }),
    ...(distributionIds && { distributionIds: [...new Set(distributionIds)].map((id) => memberId(world, project, id)) }),
    ...(steps && { approvers: slotsOf(world, project, steps, known.approvers) }),
    ...(attachments && { attachments: [...known.attachments, ...attachments] }),
  };
}

/** Everything that follows from the status and the answers. */
function settled(world: World, project: Project, row: Submittal): Submittal {
  const kind = kindOf(world, row);
  const today = todayOf(world, project);
  return {
    ...row,
    approvers: startedSlots(world, row, today),
    openDate: row.openDate ?? (kind === 'Open' ? today : null),
    closedAt: kind === 'Closed' ? (row.closedAt ?? world.clock.instant()) : null,
  };
}

function inherited(world: World, project: Project, source: Submittal): Partial<Submittal> {
  const { title, description, type, managerId, receivedFromId, responsibleContractorId, distributionIds } = source;
  const approvers = unansweredCopies(world, project, source);
  return {
    title,
    description,
    type,
    private: source.private,
    managerId,
    receivedFromId,
    responsibleContractorId,
    distributionIds,
    approvers,
  };
}

/** Number and revision of a revision are not for its writer to say. */
function sourceOf(world: World, source: Submittal | undefined): Partial<Submittal> {
  if (!source) return {};
  const numbers = revisionsOf(world, source).map(({ revision }) => Number(revision));
  const newest = Math.max(0, ...numbers.filter(Number.isFinite));
  return { number: source.number, revision: String(newest + 1), sourceId: source.id };
}

function supersede(world: World, actor: Actor, newer: Submittal): void {
  const current = revisionsOf(world, newer).filter((row) => row.currentRevision && row.id !== newer.id);
  for (const older of current)
    save(world, actor, 'update', { ...older, currentRevision: false, updatedAt: world.clock.instant() });
}

function save(world: World, actor: Actor, action: 'create' | 'update' | 'delete', row: Submittal): Submittal {
  const { id, companyId, projectId } = row;
  commit(world, actor, { resource: 'submittals', id, action, companyId, projectId, row: world.submittals.put(row) });
  return row;
}
