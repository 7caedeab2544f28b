import type { Id, Membership, PermissionTemplate, Project } from '../../kernel/model.ts';
import type { World } from '../../kernel/world.ts';
import { type Actor, commit } from '../actor.ts';
import { invalid } from '../refusal.ts';

/** A template that can be used on the project, or a 422. */
export function projectTemplate(world: World, project: Project, templateId: Id): PermissionTemplate {
  const template = world.templates.get(templateId);
  const usable =
    template?.companyId === project.companyId &&
    (template.type === 'global' || (template.type === 'project_specific' && template.projectId === project.id));
  if (!template || !usable) throw invalid('permission_template_id', 'is not a template of this project');
  return template;
}

export interface MemberToAdd {
  project: Project;
  personId: Id;
  /** Absent: the user's default template. */
  templateId?: Id | null | undefined;
}

/** Adds a login to a project. A member keeps the template they have, whatever is asked for [doc]. */
export function addToProject(world: World, actor: Actor, member: MemberToAdd): Membership {
  const { project, personId } = member;
  const known = world.memberships.get(`${project.id}:${personId}`);
  if (known?.source === 'directory') return known;
  const chosen = checkMember(world, member);
  const now = world.clock.instant();
  return putMember(world, actor, known ? 'update' : 'create', {
    projectId: project.id,
    personId,
    templateId: chosen,
    source: 'directory',
    createdAt: known?.createdAt ?? now,
    updatedAt: now,
  });
}

/** The template with which a login would join, or a 422 where it cannot. */
export function checkMember(world: World, { project, personId, templateId }: MemberToAdd): Id | null {
  const user = world.companyUsers.get(`${project.companyId}:${personId}`);
  if (!user?.active) throw invalid('user_id', 'is not an active user of this company');
  const chosen = templateId ?? user.defaultTemplateId;
  if (chosen !== null) projectTemplate(world, project, chosen);
  return chosen;
}

/** Gives a member another template. */
export function changeTemplate(world: World, actor: Actor, { project, personId, templateId }: MemberToAdd): Membership {
  const known = world.memberships.get(`${project.id}:${personId}`);
  if (!known) throw invalid('user_id', 'is not on this project');
  if (templateId) projectTemplate(world, project, templateId);
  return putMember(world, actor, 'update', {
    ...known,
    templateId: templateId ?? null,
    source: 'directory',
    updatedAt: world.clock.instant(),
  });
}

export function removeFromProject(world: World, actor: Actor, project: Project, personId: Id): boolean {
  const known = world.memberships.get(`${project.id}:${personId}`);
  if (!known) return false;
  world.memberships.delete(`${project.id}:${personId}`);
  record(world, actor, 'delete', known);
  return true;
}

function putMember(world: World, actor: Actor, action: 'create' | 'update', row: Membership): Membership {
  const member = world.memberships.put(row);
  record(world, actor, action, member);
  return member;
}

function record(world: World, actor: Actor, action: 'create' | 'update' | 'delete', row: Membership): void {
  commit(world, actor, {
    resource: 'project_users',
    id: `${row.projectId}:${row.personId}`,
    action,
    companyId: world.projects.get(row.projectId)?.companyId ?? null,
    projectId: row.projectId,
    row,
  });
}
