import { z } from 'zod';
import { accessLevels, type Levels } from '../kernel/levels.ts';
import { createTemplate, editTemplate, grantPermission } from '../procore/admin/templates.ts';
import {
  addToAllProjects,
  addToAllProjectsSlowly,
  editUser,
  inviteUser,
  putOnProject,
  setCompanyDirectoryLevel,
  takeOffProject,
} from '../procore/admin/users.ts';
import { type Verb, verb } from './admin.ts';
import { idField, personField, withPeople } from './fields.ts';

const by = personField.exactOptional();
const level = z.enum(accessLevels);
const inCompany = { companyId: idField, personId: personField, by };
const onProject = { projectId: idField, personId: personField, by };

const userFields = {
  email: z.email().exactOptional(),
  firstName: z.string().exactOptional(),
  lastName: z.string().exactOptional(),
  jobTitle: z.string().nullable().exactOptional(),
  isEmployee: z.boolean().exactOptional(),
  vendorId: idField.nullable().exactOptional(),
  active: z.boolean().exactOptional(),
  addToNewProjects: z.boolean().exactOptional(),
  defaultTemplateId: idField.nullable().exactOptional(),
  companyTemplateId: idField.nullable().exactOptional(),
};

const levelsSchema: z.ZodType<Levels> = z.record(z.string(), level);

/** Directory and Permissions: people, their templates, and what templates allow. */
export const peopleVerbs: readonly Verb[] = [
  verb('users', 'edit', 'Changes a directory record.', z.strictObject({ ...inCompany, ...userFields }), (world, body) =>
    editUser(world, withPeople(world, body)),
  ),
  verb(
    'users',
    'invite',
    'Adds a person to a company.',
    z.strictObject({ companyId: idField, by, ...userFields, email: z.email(), lastName: z.string().min(1) }),
    (world, body) => inviteUser(world, withPeople(world, body)),
  ),
  verb(
    'users',
    'set-directory-level',
    'Gives a person this level on the company Directory, by a company template.',
    z.strictObject({ ...inCompany, level }),
    (world, body) => setCompanyDirectoryLevel(world, withPeople(world, body)),
  ),
  verb(
    'users',
    'put-on-project',
    'Adds a person to a project, or gives a member another template.',
    z.strictObject({ ...onProject, templateId: idField.exactOptional() }),
    (world, body) => putOnProject(world, withPeople(world, body)),
  ),
  verb('users', 'take-off-project', 'Removes a person from a project.', z.strictObject(onProject), (world, body) => ({
    removed: takeOffProject(world, withPeople(world, body)),
  })),
  verb(
    'users',
    'add-to-all-projects',
    'Puts a person on every active project.',
    z.strictObject({ ...inCompany, templateId: idField.exactOptional() }),
    (world, body) => addToAllProjects(world, withPeople(world, body)),
  ),
  verb(
    'users',
    'add-to-all-projects-slowly',
    'The same as it runs in a big company: one project every so many milliseconds by the sandbox clock.',
    z.strictObject({ ...inCompany, templateId: idField.exactOptional(), everyMs: z.int().min(1) }),
    (world, body) => ({ projectIds: addToAllProjectsSlowly(world, withPeople(world, body)) }),
  ),
  verb(
    'templates',
    'create',
    'Creates a permission template; levels by tool key.',
    z.strictObject({
      companyId: idField,
      projectId: idField.nullable().exactOptional(),
      name: z.string().min(1),
      type: z.enum(['company_tools', 'global', 'project_specific']),
      levels: levelsSchema,
      by,
    }),
    (world, body) => createTemplate(world, withPeople(world, body)),
  ),
  verb(
    'templates',
    'edit',
    'Sets the level of one tool in a template.',
    z.strictObject({ templateId: idField, tool: z.string(), level, by }),
    (world, body) => editTemplate(world, withPeople(world, body)),
  ),
  verb(
    'templates',
    'grant',
    'Ticks a granular permission of one tool in a project template, e.g. `mark_official_responses` of RFIs.',
    z.strictObject({ templateId: idField, tool: z.string(), permission: z.string().min(1), by }),
    (world, body) => grantPermission(world, withPeople(world, body)),
  ),
];
