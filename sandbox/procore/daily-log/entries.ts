import type { Day, Project } from '../../kernel/model.ts';
import type { DailyLogEntry, EntryOf } from '../../kernel/model-daily-log.ts';
import { mintId, type World } from '../../kernel/world.ts';
import { type Actor, commit } from '../actor.ts';
import { onlyGiven } from '../given.ts';
import { mayOnProject } from '../permissions.ts';
import { forbidden, invalid, missing } from '../refusal.ts';
import { readDatetime, readDay, todayOf } from './dates.ts';
import { isCompleted } from './day-headers.ts';
import type { DailyLogKind, EntryFields } from './kind.ts';

/** Adds an entry. Nothing recognises a repeat: the same call twice leaves two entries. */
export function createEntry<Columns extends object, Fields extends EntryFields>(
  kind: DailyLogKind<Columns, Fields>,
  world: World,
  actor: Actor,
  project: Project,
  fields: Fields,
): EntryOf<Columns> {
  const table = kind.tableOf(world);
  const draft = {
    ...emptyEntry(world, actor, project),
    ...kind.blank,
    ...resolveCommon(project, fields),
    ...kind.resolve(world, project, fields),
  };
  refuseEmpty(kind, draft);
  refuseCompletedDay(world, actor, project, draft.date);
  const ofTheDay = table.filter((row) => row.projectId === project.id && row.date === draft.date);
  const position = ofTheDay.reduce((highest, row) => Math.max(highest, row.position), 0) + 1;
  const created = table.put({ ...draft, id: mintId(world, project.companyId), position });
  record(kind, world, actor, 'create', created);
  return created;
}

/**
 * Changes an entry; both its old and its new day must be open. Only a Daily Log admin sets the status; what was rejected is
 * pending again once its author changes it [sup].
 */
export function updateEntry<Columns extends object, Fields extends EntryFields>(
  kind: DailyLogKind<Columns, Fields>,
  world: World,
  actor: Actor,
  entry: EntryOf<Columns>,
  fields: Fields,
): EntryOf<Columns> {
  const project = projectOf(world, entry);
  const isAdmin = isLogAdmin(world, actor, project);
  if (fields.status !== undefined && !isAdmin) throw forbidden();
  const status = fields.status ?? (entry.status === 'rejected' && !isAdmin ? 'pending' : entry.status);
  const row = {
    ...entry,
    ...resolveCommon(project, fields),
    ...kind.resolve(world, project, fields),
    status,
    updatedAt: world.clock.instant(),
  };
  refuseEmpty(kind, row);
  refuseCompletedDay(world, actor, project, entry.date);
  refuseCompletedDay(world, actor, project, row.date);
  const updated = kind.tableOf(world).put(row);
  record(kind, world, actor, 'update', updated);
  return updated;
}

/** Deletes an entry for good; it lives on only in the ledger. */
export function deleteEntry<Columns extends object, Fields extends EntryFields>(
  kind: DailyLogKind<Columns, Fields>,
  world: World,
  actor: Actor,
  entry: EntryOf<Columns>,
): void {
  refuseCompletedDay(world, actor, projectOf(world, entry), entry.date);
  kind.tableOf(world).delete(entry.id);
  record(kind, world, actor, 'delete', entry);
}

function emptyEntry(world: World, actor: Actor, project: Project): DailyLogEntry {
  const now = world.clock.instant();
  const pending = !isLogAdmin(world, actor, project) && world.switches.get('pendingEntries') === 'pending-below-admin';
  return {
    id: '',
    companyId: project.companyId,
    projectId: project.id,
    date: world.switches.get('undatedEntry') === 'today' ? todayOf(world, project) : null,
    datetime: null,
    locationId: null,
    segmentId: null,
    status: pending ? 'pending' : 'approved',
    position: 0,
    createdBy: actor.personId,
    clientId: actor.clientId,
    createdAt: now,
    updatedAt: now,
  };
}

function resolveCommon(project: Project, fields: EntryFields): Partial<DailyLogEntry> {
  const { date, datetime, locationId, segmentId } = fields;
  if (date !== undefined && datetime !== undefined) throw invalid('base', 'only one of date and datetime may be given');
  return {
    ...onlyGiven({ locationId, segmentId }),
    ...(date === undefined ? {} : { date: readDay(date), datetime: null }),
    ...(datetime === undefined ? {} : readDatetime(project, datetime)),
  };
}

function refuseEmpty<Columns extends object, Fields extends EntryFields>(
  kind: DailyLogKind<Columns, Fields>,
  row: Columns,
): void {
  for (const [name, value] of Object.entries(kind.mandatory(row))) if (value === null) throw missing(name);
}

/** Refuses a write to a completed day, as the switch says [unk]. */
function refuseCompletedDay(world: World, actor: Actor, project: Project, date: Day | null): void {
  const rule = world.switches.get('completedDay');
  if (rule === 'allow' || !isCompleted(world, project.id, date)) return;
  if (rule === '422') throw invalid('date', 'is on a day that has been completed');
  if (!isLogAdmin(world, actor, project)) throw forbidden('The daily log of this day is completed.');
}

function isLogAdmin(world: World, actor: Actor, project: Project): boolean {
  return mayOnProject(world, actor.personId, project, 'daily_log', 'Admin');
}

function projectOf(world: World, { projectId }: DailyLogEntry): Project {
  const project = world.projects.get(projectId);
  if (!project) throw new Error(`an entry names a project that does not exist: ${projectId}`);
  return project;
}

function record<Columns extends object, Fields extends EntryFields>(
  { resource }: DailyLogKind<Columns, Fields>,
  world: World,
  actor: Actor,
  action: 'create' | 'update' | 'delete',
  row: DailyLogEntry,
): void {
  const { id, companyId, projectId } = row;
  commit(world, actor, { resource, id, action, companyId, projectId, row });
}
