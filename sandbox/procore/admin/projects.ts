import { findTool, projectTools } from '../../kernel/levels.ts';
import type { Id, Project } from '../../kernel/model.ts';
import type { World } from '../../kernel/world.ts';
import {
  createProject as create,
  type ProjectFields,
  setManpowerContacts as setContacts,
  setProjectTools,
  updateProject,
} from '../acts/projects.ts';
import { addVendorToProject as addVendor, removeVendorFromProject as removeVendor } from '../acts/vendors.ts';
import { adminOf, mustProject } from './subjects.ts';

interface OnProject {
  projectId: Id;
  /** The person who does it; by default the company's first admin. */
  by?: Id;
}

/** Portfolio: creates a project; users marked "add to all new projects" join it. */
export function createProject(
  world: World,
  { companyId, by, ...fields }: { companyId: Id; by?: Id; name: string } & ProjectFields,
): Project {
  return create(world, adminOf(world, companyId, by), companyId, fields);
}

/** Project Admin: changes fields; `active: false` deactivates, `active: true` brings back. */
export function editProject(world: World, { projectId, by, ...fields }: OnProject & ProjectFields): Project {
  const project = mustProject(world, projectId);
  return updateProject(world, adminOf(world, project.companyId, by), project, fields);
}

/** Project Admin, Tool Settings: switches one tool (key, name or number) on or off. */
export function switchProjectTool(
  world: World,
  { projectId, by, tool, active }: OnProject & { tool: string; active: boolean },
): Project {
  const project = mustProject(world, projectId);
  const known = findTool(projectTools, tool);
  if (!known) throw new RangeError(`no project tool is called ${tool}`);
  const others = project.tools.filter((key) => key !== known.key);
  return setProjectTools(world, adminOf(world, project.companyId, by), project, active ? [...others, known.key] : others);
}

/** Daily Log settings: what the company of a manpower entry is picked from. */
export function setManpowerContacts(
  world: World,
  { projectId, by, setting }: OnProject & { setting: Project['manpowerContacts'] },
): Project {
  const project = mustProject(world, projectId);
  return setContacts(world, adminOf(world, project.companyId, by), project, setting);
}

/** Project Directory: adds a company vendor; false when it was there. */
export function addVendorToProject(world: World, { projectId, by, vendorId }: OnProject & { vendorId: Id }): boolean {
  const project = mustProject(world, projectId);
  if (world.vendors.get(vendorId)?.companyId !== project.companyId)
    throw new RangeError(`no vendor of this company has the id ${vendorId}`);
  return addVendor(world, adminOf(world, project.companyId, by), project, vendorId);
}

/** Project Directory: removes a vendor; false when it was not there. */
export function removeVendorFromProject(world: World, { projectId, by, vendorId }: OnProject & { vendorId: Id }): boolean {
  const project = mustProject(world, projectId);
  return removeVendor(world, adminOf(world, project.companyId, by), project, vendorId);
}
