import type { Project } from '../../kernel/model.ts';
import type { DailyLogEntry } from '../../kernel/model-daily-log.ts';
import { type Call, hasProjectLevel } from '../call.ts';
import { isCompleted } from './day-headers.ts';

/** Whether the caller is a Daily Log admin here. */
export const isAdminOf = (call: Call, project: Project): boolean => hasProjectLevel(call, project, 'daily_log', 'Admin');

/** Admin sees all; others see what is approved and what they wrote themselves [sup]. */
export function maySee(call: Call, project: Project, entry: DailyLogEntry): boolean {
  return entry.status === 'approved' || entry.createdBy === call.person.id || isAdminOf(call, project);
}

/** Standard changes own entries, Admin anybody's [sup]. */
export function mayChange(call: Call, project: Project, entry: DailyLogEntry): boolean {
  if (isAdminOf(call, project)) return true;
  return entry.createdBy === call.person.id && hasProjectLevel(call, project, 'daily_log', 'Standard');
}

/** What an answer says under `permissions`; a completed day counts as far as the switch closes it. */
export function permissionsOn(call: Call, project: Project, entry: DailyLogEntry) {
  const may = mayChange(call, project, entry) && !closedFor(call, project, entry);
  return { can_update: may, can_delete: may };
}

function closedFor(call: Call, project: Project, entry: DailyLogEntry): boolean {
  const rule = call.world.switches.get('completedDay');
  if (rule === 'allow' || !isCompleted(call.world, project.id, entry.date)) return false;
  return rule === '422' || !isAdminOf(call, project);
}
