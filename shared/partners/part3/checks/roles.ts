import type { AnyCompany } from '../../../domain/company.ts';
import type { ConnectingRole, OfferedProject } from '../../../domain/contractors.ts';
import type { ProcoreClient } from '../../../procore/client.ts';
import { unlessRefused } from '../../../procore/diagnosis.ts';
import { atLeast, getOwnPermissions, levelOn, type OwnTool } from '../../../procore/operations/permissions.ts';
import type { PeopleContext } from '../../people.ts';

const isAdminOn = (tools: readonly OwnTool[], tool: string): boolean => atLeast(levelOn(tools, tool), 'Admin');

/** An admin on the company's Directory is admin of every project in it. Null: not one. */
export async function roleInCompany(client: ProcoreClient<AnyCompany>): Promise<ConnectingRole | null> {
  const tools = await unlessRefused(getOwnPermissions(client, 'company'));
  return tools && isAdminOn(tools, 'Directory') ? 'company-directory' : null;
}

/** The role by which the person may connect this project, from their levels there; null: none. */
export async function roleInProject(client: ProcoreClient<AnyCompany>, projectId: string): Promise<ConnectingRole | null> {
  const tools = await unlessRefused(getOwnPermissions(client, { projectId }));
  if (!tools) return null;
  if (isAdminOn(tools, 'Directory')) return 'project-directory';
  return isAdminOn(tools, 'RFIs') && isAdminOn(tools, 'Submittals') ? 'rfis-and-submittals' : null;
}

/** Their role in a project of their list: by the company, else by the project. */
export async function roleOn(
  { asOwnerIn }: PeopleContext,
  { companyId, projectId }: Pick<OfferedProject, 'companyId' | 'projectId'>,
): Promise<ConnectingRole | null> {
  const client = await asOwnerIn(companyId);
  return (await roleInCompany(client)) ?? roleInProject(client, projectId);
}
