import type { Id, Project } from '../../kernel/model.ts';
import type { Submittal } from '../../kernel/model-submittals.ts';
import type { World } from '../../kernel/world.ts';
import { mayOnProject } from '../permissions.ts';

export const isSubmittalAdmin = (world: World, personId: Id, project: Project): boolean =>
  mayOnProject(world, personId, project, 'submittals', 'Admin');

/** A private one is seen by Admins, its manager, the members of its workflow and its distribution only [sup]. */
export function seesSubmittal(world: World, personId: Id, project: Project, submittal: Submittal): boolean {
  if (!submittal.private || isSubmittalAdmin(world, personId, project)) return true;
  return (
    submittal.managerId === personId ||
    submittal.distributionIds.includes(personId) ||
    submittal.approvers.some(({ userId }) => userId === personId)
  );
}
