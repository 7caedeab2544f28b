import type { Day, Project } from '../../kernel/model.ts';
import type { DayHeader } from '../../kernel/model-daily-log.ts';
import { mintId, type World } from '../../kernel/world.ts';
import { type Actor, commit } from '../actor.ts';

/** The header of a day; made on first sight, as a day that nobody completed. */
export function dayHeader(world: World, project: Project, date: Day): DayHeader {
  return (
    world.dayHeaders.get(`${project.id}:${date}`) ??
    world.dayHeaders.put({
      id: mintId(world, project.companyId),
      projectId: project.id,
      date,
      completed: false,
      completedBy: null,
      completedAt: null,
      distributed: false,
      distributedBy: null,
      distributedAt: null,
    })
  );
}

/** Completes or reopens a day, and notes a distribution. */
export function setDayState(
  world: World,
  actor: Actor,
  project: Project,
  date: Day,
  state: { completed?: boolean | undefined; distributed?: boolean | undefined },
): DayHeader {
  const header = dayHeader(world, project, date);
  const now = world.clock.instant();
  const { completed = header.completed, distributed = header.distributed } = state;
  const updated = world.dayHeaders.put({
    ...header,
    completed,
    completedBy: completed ? actor.personId : null,
    completedAt: completed ? now : null,
    distributed,
    distributedBy: distributed ? actor.personId : null,
    distributedAt: distributed ? now : null,
  });
  commit(world, actor, {
    resource: 'daily_log_headers',
    id: updated.id,
    action: 'update',
    companyId: project.companyId,
    projectId: project.id,
    row: updated,
  });
  return updated;
}

export function isCompleted(world: World, projectId: string, date: Day | null): boolean {
  return date !== null && (world.dayHeaders.get(`${projectId}:${date}`)?.completed ?? false);
}
