import { dayIn, instantOf } from '../../kernel/clock.ts';
import type { Day, Id, Instant, Project } from '../../kernel/model.ts';
import type { ManpowerLog } from '../../kernel/model-daily-log.ts';
import { mintId, type World } from '../../kernel/world.ts';
import { type Actor, commit } from '../actor.ts';
import { decimalString } from '../hours.ts';
import { mayOnProject } from '../permissions.ts';
import { forbidden, invalid } from '../refusal.ts';
import { ianaZone } from '../time-zones.ts';
import { isCompleted } from './day-headers.ts';
import { contactOf } from './manpower-options.ts';

/** What a writer says of an entry. `undefined`: not mentioned. */
export interface ManpowerFields {
  /** As sent; a malformed one is stored as null without complaint [doc]. */
  date?: string | null | undefined;
  datetime?: string | null | undefined;
  numWorkers?: number | null | undefined;
  /** Hours per worker, as a decimal string. */
  numHours?: string | null | undefined;
  contactId?: Id | null | undefined;
  userId?: Id | null | undefined;
  costCodeId?: Id | null | undefined;
  locationId?: Id | null | undefined;
  tradeId?: Id | null | undefined;
  notes?: string | null | undefined;
  status?: 'pending' | 'approved' | undefined;
}

/** Adds an entry. Nothing recognises a repeat: the same call twice leaves two entries. */
export function createManpower(world: World, actor: Actor, project: Project, fields: ManpowerFields): ManpowerLog {
  const now = world.clock.instant();
  const dated = fields.date !== undefined || fields.datetime !== undefined;
  const undated = world.switches.get('undatedEntry') === 'today' ? todayOf(world, project) : null;
  const isAdmin = mayOnProject(world, actor.personId, project, 'daily_log', 'Admin');
  const pending = !isAdmin && world.switches.get('pendingEntries') === 'pending-below-admin';
  const draft: ManpowerLog = {
    id: '',
    companyId: project.companyId,
    projectId: project.id,
    date: dated ? null : undated,
    datetime: null,
    numWorkers: null,
    numHours: null,
    contactId: null,
    userId: null,
    vendorId: null,
    costCodeId: null,
    locationId: null,
    tradeId: null,
    notes: null,
    status: pending ? 'pending' : 'approved',
    position: 0,
    createdBy: actor.personId,
    clientId: actor.clientId,
    createdAt: now,
    updatedAt: now,
  };
  const { status: _, ...given } = fields;
  const row = { ...draft, ...resolve(world, project, given) };
  refuseCompletedDay(world, actor, project, row.date);
  const ofTheDay = world.manpowerLogs.filter((log) => log.projectId === project.id && log.date === row.date);
  const position = ofTheDay.reduce((highest, log) => Math.max(highest, log.position), 0) + 1;
  const created = world.manpowerLogs.put({ ...row, id: mintId(world, project.companyId), position });
  record(world, actor, 'create', created);
  return created;
}

/** Changes an entry; both its old and its new day must be open. Only a Daily Log admin changes the status. */
export function updateManpower(
  world: World,
  actor: Actor,
  project: Project,
  log: ManpowerLog,
  fields: ManpowerFields,
): ManpowerLog {
  if (fields.status !== undefined && !mayOnProject(world, actor.personId, project, 'daily_log', 'Admin')) throw forbidden();
  const row = { ...log, ...resolve(world, project, fields), updatedAt: world.clock.instant() };
  refuseCompletedDay(world, actor, project, log.date);
  refuseCompletedDay(world, actor, project, row.date);
  const updated = world.manpowerLogs.put(row);
  record(world, actor, 'update', updated);
  return updated;
}

/** Deletes an entry for good; it lives on only in the ledger. */
export function deleteManpower(world: World, actor: Actor, project: Project, log: ManpowerLog): void {
  refuseCompletedDay(world, actor, project, log.date);
  world.manpowerLogs.delete(log.id);
  record(world, actor, 'delete', log);
}

/** Refuses a write to a completed day, as the switch says [unk]. */
export function refuseCompletedDay(world: World, actor: Actor, project: Project, date: Day | null): void {
  const rule = world.switches.get('completedDay');
  if (rule === 'allow' || !isCompleted(world, project.id, date)) return;
  if (rule === '422') throw invalid('date', 'is on a day that has been completed');
  if (!mayOnProject(world, actor.personId, project, 'daily_log', 'Admin'))
    throw forbidden('The daily log of this day is completed.');
}

export function todayOf(world: World, project: Project): Day {
  return dayIn(ianaZone(project.timeZone), world.clock.nowMs());
}

/** Checks and converts what was sent into columns of the row. */
function resolve(world: World, project: Project, fields: ManpowerFields): Partial<ManpowerLog> {
  const { date, datetime, numWorkers, numHours, contactId, userId, ...rest } = fields;
  if (date !== undefined && datetime !== undefined) throw invalid('base', 'only one of date and datetime may be given');
  const row: Partial<ManpowerLog> = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  if (date !== undefined) Object.assign(row, { date: readDay(date), datetime: null });
  if (datetime !== undefined) Object.assign(row, readDatetime(project, datetime));
  if (numWorkers !== undefined) {
    if (numWorkers !== null && (!Number.isInteger(numWorkers) || numWorkers < 0))
      throw invalid('num_workers', 'must be greater than or equal to 0');
    row.numWorkers = numWorkers;
  }
  if (numHours !== undefined) row.numHours = numHours === null ? null : readHours(world, numHours);
  if (contactId !== undefined) Object.assign(row, readContact(world, project, contactId));
  if (userId !== undefined) row.userId = userId === null ? null : readMember(world, project, userId);
  return row;
}

function readHours(world: World, text: string): string {
  const hours = decimalString(text, world.switches.get('hoursDecimals'));
  if (hours === null || hours.startsWith('-')) throw invalid('num_hours', 'is not a number');
  return hours;
}

function readContact(world: World, project: Project, id: Id | null): Pick<ManpowerLog, 'contactId' | 'vendorId'> {
  if (id === null) return { contactId: null, vendorId: null };
  const known = contactOf(world, project, id);
  if (known) return known;
  if (world.switches.get('unknownContact') === 'refuse-422') throw invalid('contact_id', 'is not a contact of this project');
  return { contactId: null, vendorId: null };
}

function readMember(world: World, project: Project, id: Id): Id {
  if (!world.memberships.get(`${project.id}:${id}`)) throw invalid('user_id', 'is not on this project');
  return id;
}

export function readDay(text: string | null): Day | null {
  if (text === null || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(ms) || instantOf(ms).slice(0, 10) !== text ? null : text;
}

function readDatetime(project: Project, text: string | null): { date: Day | null; datetime: Instant | null } {
  const ms = text === null || !/^\d{4}-\d{2}-\d{2}T/.test(text) ? Number.NaN : Date.parse(text);
  if (Number.isNaN(ms)) return { date: null, datetime: null };
  return { date: dayIn(ianaZone(project.timeZone), ms), datetime: instantOf(ms) };
}

function record(world: World, actor: Actor, action: 'create' | 'update' | 'delete', row: ManpowerLog): void {
  const { id, companyId, projectId } = row;
  commit(world, actor, { resource: 'manpower_logs', id, action, companyId, projectId, row });
}
