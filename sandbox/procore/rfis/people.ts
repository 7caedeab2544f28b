import type { Id, Project } from '../../kernel/model.ts';
import type { World } from '../../kernel/world.ts';
import { activeUser } from '../permissions.ts';
import { Refusal } from '../refusal.ts';
import type { RfiFields } from './fields.ts';
import { mayBeManager, memberOf } from './rights.ts';

/** 400 by field, the one shape of an RFI's refusal that was seen [sbx]. */
export const refused = (field: string, message: string): Refusal => new Refusal(400, { errors: { [field]: [message] } });

/** Refuses people an RFI cannot have: assignees below Standard, managers without the right to be one [sup], strangers. */
export function checkPeople(world: World, project: Project, fields: RfiFields): void {
  const { managerId, assigneeIds = [], distributionIds = [] } = fields;
  if (managerId && !mayBeManager(memberOf(world, project, managerId))) throw refused('rfi_manager', 'invalid');
  for (const id of assigneeIds) if (!memberOf(world, project, id).writes) throw refused('assignees', 'invalid');
  for (const id of distributionIds) if (!isOn(world, project, id)) throw refused('distribution', 'invalid');
}

const isOn = (world: World, project: Project, personId: Id): boolean =>
  activeUser(world, personId, project.companyId) !== undefined &&
  (world.memberships.get(`${project.id}:${personId}`) !== undefined || memberOf(world, project, personId).reads);

/** Required assignees are assignees [oas]: others are refused; who is an assignee no longer is not required either. */
export function requiredOf(fields: RfiFields, assigneeIds: readonly Id[], before: readonly Id[]): readonly Id[] {
  const { requiredAssigneeIds } = fields;
  if (requiredAssigneeIds === undefined) return before.filter((id) => assigneeIds.includes(id));
  if (requiredAssigneeIds.some((id) => !assigneeIds.includes(id))) throw refused('required_assignees', 'must be assignees');
  return requiredAssigneeIds;
}
