import type { DatedProjectList, ListedProject, ProjectChoice } from '../../shared/domain/projects.ts';
import { findAdminProjects } from '../../shared/store/projects/project-lists.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { type FieldError, Problem } from '../problem.ts';

/**
 * Refuses chosen projects that are not in the admin's own list, or inactive in it, by their ids. If there is no list yet, the
 * choice is stored, and its step judges it once there is one. `field`: the place of the ids in the request.
 */
export async function judgeChoice(db: Db, connectionId: string, choice: ProjectChoice, field: string): Promise<void> {
  if (choice.existing !== 'chosen') return;
  const list = await findAdminProjects(db, connectionId);
  const errors = list ? faultsOf(list, choice.chosen, field) : [];
  const [first] = errors;
  if (first) throw new Problem('invalid-input', `${first.field}: ${first.message}`, { errors });
}

function faultsOf(list: DatedProjectList, chosen: readonly string[], field: string): readonly FieldError[] {
  const known = new Map(list.projects.map((project) => [project.id, project]));
  const unknown = chosen.filter((id) => !known.has(id));
  const inactive = chosen.flatMap((id): readonly ListedProject[] => {
    const project = known.get(id);
    return project && !project.active ? [project] : [];
  });
  const day = list.capturedAt.slice(0, 10);
  return [
    ...(unknown.length > 0
      ? [
          {
            field,
            message: `leave out ${idsOf(unknown)}: the admin’s list of ${day} does not hold them; if they came later, compare again: let an admin sign in once more`,
          },
        ]
      : []),
    ...(inactive.length > 0
      ? [
          {
            field,
            message: `leave out ${idsOf(inactive.map(({ id, name }) => `${id} (${name.trim()})`))}: inactive in Procore on ${day}; if that has changed, compare again: let an admin sign in once more`,
          },
        ]
      : []),
  ];
}

const mostNamed = 20;

const idsOf = (ids: readonly string[]): string =>
  ids.length > mostNamed ? `${ids.slice(0, mostNamed).join(', ')} and ${ids.length - mostNamed} more` : ids.join(', ');
