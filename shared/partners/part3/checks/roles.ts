import type { AnyCompany } from '../../../domain/company.ts';
import type { ConnectingRole, OfferedProject } from '../../../domain/contractors.ts';
import type { ProcoreClient } from '../../../procore/client.ts';
import { unlessRefused } from '../../../procore/diagnosis.ts';
import { atLeast, getOwnPermissions, levelOn, type OwnTool } from '../../../procore/operations/permissions.ts';
import type { PeopleContext } from '../../people.ts';

const isAdminOn = (tools: readonly OwnTool[], tool: string): boolean => atLeast(levelOn(tools, tool), 'Admin');

/** Admin on the company's Directory is admin of every project of it. Null: no. */
export async function roleInCompany(client: ProcoreClient<AnyCompany>): Promise<ConnectingRole | null> {
  const tools = await unlessRefused(getOwnPermissions(client, 'company'));
  return tools && isAdminOn(tools, 'Directory') ? 'company-directory' : null;
}

/** What makes the person one who may connect this project, by their levels there; null: nothing does. */
export async function roleInProject(client: ProcoreClient<AnyCompany>, projectId: string): Promise<ConnectingRole | null> {
  const tools = await unlessRefused(getOwnPermissions(client, { projectId }));
  if (!tools) return null;
  if (isAdminOn(tools, 'Directory')) return 'project-directory';
  return isAdminOn(tools, 'RFIs') && isAdminOn(tools, 'Submittals') ? 'rfis-and-submittals' : null;
}

/** The same of a project in their list: by the company, else by the project. */
export async function roleOn(
  { asOwnerIn }: PeopleContext,
  { companyId, projectId }: Pick<OfferedProject, 'companyId' | 'projectId'>,
): Promise<ConnectingRole | null> {
  const client = await asOwnerIn(companyId);
  return (await roleInCompany(client)) ?? roleInProject(client, projectId);
}
