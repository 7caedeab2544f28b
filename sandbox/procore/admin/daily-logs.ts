import type { Day, Id } from '../../kernel/model.ts';
import type { DayHeader, ManpowerLog } from '../../kernel/model-daily-log.ts';
import type { World } from '../../kernel/world.ts';
import { byHand } from '../actor.ts';
import { setDayState } from '../acts/day-headers.ts';
import { createManpower, deleteManpower, type ManpowerFields, updateManpower } from '../acts/manpower.ts';
import { adminOf, mustProject } from './subjects.ts';

/** Daily Log: completes a day, or reopens it with `completed: false`. */
export function completeDay(
  world: World,
  { projectId, date, completed = true, by }: { projectId: Id; date: Day; completed?: boolean; by?: Id },
): DayHeader {
  const project = mustProject(world, projectId);
  return setDayState(world, adminOf(world, project.companyId, by), project, date, { completed });
}

/** Daily Log: a person writes a manpower entry by hand. */
export function writeManpowerByHand(
  world: World,
  { projectId, by, ...fields }: { projectId: Id; by: Id } & ManpowerFields,
): ManpowerLog {
  return createManpower(world, byHand(by), mustProject(world, projectId), fields);
}

/** Daily Log: a person changes an entry, e.g. approves it with `status: 'approved'` or corrects its workers. */
export function editManpowerByHand(world: World, { id, by, ...fields }: { id: Id; by: Id } & ManpowerFields): ManpowerLog {
  const log = mustManpower(world, id);
  return updateManpower(world, byHand(by), mustProject(world, log.projectId), log, fields);
}

/** Daily Log: a person deletes an entry. */
export function deleteManpowerByHand(world: World, { id, by }: { id: Id; by: Id }): void {
  const log = mustManpower(world, id);
  deleteManpower(world, byHand(by), mustProject(world, log.projectId), log);
}

function mustManpower(world: World, id: Id): ManpowerLog {
  const log = world.manpowerLogs.get(id);
  if (!log) throw new RangeError(`no manpower entry has the id ${id}`);
  return log;
}
