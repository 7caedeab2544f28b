import type { CompanyUser, Membership, Project } from '../../kernel/model.ts';
import { isFields } from '../../kernel/request.ts';
import { addToProject, removeFromProject } from '../acts/memberships.ts';
import { type Call, hasProjectLevel, idParam, needProjectLevel, visibleProject } from '../call.ts';
import { withoutNulls } from '../exact.ts';
import { found, passes, rangeFilter } from '../filters.ts';
import { givenId } from '../given.ts';
import { pageOf, sorted, usualPages } from '../paging.ts';
import { notFound } from '../refusal.ts';
import type { Answer, Route } from '../routing.ts';
import { compactUser, fullName, personOf, projectUser } from '../views/users.ts';

interface Member {
  id: string;
  member: Membership;
  user: CompanyUser;
}

function membersOf(call: Call, project: Project): Member[] {
  return call.world.memberships
    .filter((member) => member.projectId === project.id)
    .flatMap((member) => {
      const user = call.world.companyUsers.get(`${project.companyId}:${member.personId}`);
      return user?.active ? [{ id: member.personId, member, user }] : [];
    });
}

/** Any member sees the list; without Directory read only names [doc]. */
function list(call: Call): Answer {
  const project = visibleProject(call);
  const { world, query } = call;
  const created = rangeFilter(query, 'created_at');
  const updated = rangeFilter(query, 'updated_at');
  const compact = query.get('view') === 'compact' || !hasProjectLevel(call, project, 'directory', 'Read Only');
  const rows = membersOf(call, project).filter(
    ({ member, user }) =>
      passes(query, 'id', user.personId) &&
      passes(query, 'vendor_id', user.vendorId) &&
      passes(query, 'origin_id', user.originId) &&
      passes(query, 'employee', user.isEmployee) &&
      passes(query, 'permission_template', member.templateId) &&
      created(member.createdAt) &&
      updated(member.updatedAt) &&
      found(query, [fullName(personOf(world, user)), personOf(world, user).email]),
  );
  const ordered = sorted(call, rows, ({ user }) => ({ name: fullName(personOf(world, user)) }));
  const print = ({ user, member }: Member) => (compact ? compactUser(world, user) : projectUser(world, user, member.templateId));
  return pageOf(call, ordered, print, usualPages);
}

/** Keys whose value is null are left out [oas]. */
function show(call: Call): Answer {
  const project = needProjectLevel(call, 'directory', 'Read Only');
  const known = membersOf(call, project).find(({ id }) => id === idParam(call, 'id'));
  if (!known) throw notFound();
  return { status: 200, body: withoutNulls(projectUser(call.world, known.user, known.member.templateId)) };
}

/** Needs project Directory Admin (the granular "Create and Edit Users" of Standard is not modelled). */
function add(call: Call): Answer {
  const project = needProjectLevel(call, 'directory', 'Admin');
  const user = call.world.companyUsers.get(`${project.companyId}:${idParam(call, 'id')}`);
  if (!user?.active) throw notFound();
  const fields = isFields(call.body['user']) ? call.body['user'] : {};
  const templateId = givenId(fields, 'permission_template_id');
  const member = addToProject(call.world, call.actor, { project, personId: user.personId, templateId });
  return { status: 201, body: withoutNulls(projectUser(call.world, user, member.templateId)) };
}

function remove(call: Call): Answer {
  const project = needProjectLevel(call, 'directory', 'Admin');
  if (!removeFromProject(call.world, call.actor, project, idParam(call, 'id'))) throw notFound();
  return { status: 204 };
}

const users = '/rest/v1.0/projects/{project_id}/users';

export const projectUserRoutes: readonly Route[] = [
  { method: 'GET', path: users, answer: list },
  { method: 'GET', path: `${users}/{id}`, answer: show },
  { method: 'POST', path: `${users}/{id}/actions/add`, answer: add },
  { method: 'DELETE', path: `${users}/{id}/actions/remove`, answer: remove },
];
