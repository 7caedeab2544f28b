import type { Day, Id } from '../../kernel/model.ts';
import type { DayHeader, EntryOf, EntryStatus, ManpowerLog } from '../../kernel/model-daily-log.ts';
import type { World } from '../../kernel/world.ts';
import { byHand } from '../actor.ts';
import { setDayState } from '../daily-log/day-headers.ts';
import { createEntry, deleteEntry, updateEntry } from '../daily-log/entries.ts';
import type { AnyKind, DailyLogKind, EntryFields } from '../daily-log/kind.ts';
import { type ManpowerFields, manpower } from '../daily-log/manpower.ts';
import { adminOf, mustProject } from './subjects.ts';

/** Daily Log: completes a day, or reopens it with `completed: false`. */
export function completeDay(
  world: World,
  { projectId, date, completed = true, by }: { projectId: Id; date: Day; completed?: boolean; by?: Id },
): DayHeader {
  const project = mustProject(world, projectId);
  return setDayState(world, adminOf(world, project.companyId, by), project, date, { completed });
}

/** Daily Log: a person writes an entry by hand. */
export function writeByHand<Columns extends object, Fields extends EntryFields>(
  world: World,
  kind: DailyLogKind<Columns, Fields>,
  { projectId, by }: { projectId: Id; by: Id },
  fields: Fields,
): EntryOf<Columns> {
  return createEntry(kind, world, byHand(by), mustProject(world, projectId), fields);
}

/** Daily Log: a person changes an entry. */
export function editByHand<Columns extends object, Fields extends EntryFields>(
  world: World,
  kind: DailyLogKind<Columns, Fields>,
  { id, by }: { id: Id; by: Id },
  fields: Fields,
): EntryOf<Columns> {
  return updateEntry(kind, world, byHand(by), mustEntry(world, kind, id), fields);
}

/** Daily Log: a person deletes an entry. */
export function deleteByHand<Columns extends object, Fields extends EntryFields>(
  world: World,
  kind: DailyLogKind<Columns, Fields>,
  { id, by }: { id: Id; by: Id },
): void {
  deleteEntry(kind, world, byHand(by), mustEntry(world, kind, id));
}

/** Daily Log: an admin approves a pending entry, rejects it, or takes the decision back. */
export function decideByHand(world: World, kind: AnyKind, { id, by }: { id: Id; by?: Id | undefined }, status: EntryStatus) {
  const entry = mustEntry(world, kind, id);
  return updateEntry(kind, world, adminOf(world, entry.companyId, by), entry, { status });
}

export function writeManpowerByHand(world: World, given: { projectId: Id; by: Id } & ManpowerFields): ManpowerLog {
  const { projectId, by, ...fields } = given;
  return writeByHand(world, manpower, { projectId, by }, fields);
}

export function editManpowerByHand(world: World, { id, by, ...fields }: { id: Id; by: Id } & ManpowerFields): ManpowerLog {
  return editByHand(world, manpower, { id, by }, fields);
}

export function deleteManpowerByHand(world: World, given: { id: Id; by: Id }): void {
  deleteByHand(world, manpower, given);
}

function mustEntry<Columns extends object, Fields extends EntryFields>(
  world: World,
  kind: DailyLogKind<Columns, Fields>,
  id: Id,
): EntryOf<Columns> {
  const entry = kind.tableOf(world).get(id);
  if (!entry) throw new RangeError(`no entry of ${kind.resource} has the id ${id}`);
  return entry;
}
