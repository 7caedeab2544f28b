import { addTemplate } from '../kernel/directory.ts';
import { companyTools, everyTool, projectTools } from '../kernel/levels.ts';
import type { Id, PermissionTemplate } from '../kernel/model.ts';
import type { World } from '../kernel/world.ts';

/** The permission templates of one company, by what they are for. */
export interface Templates {
  companyAdmin: PermissionTemplate;
  employee: PermissionTemplate;
  projectAdmin: PermissionTemplate;
  designTeam: PermissionTemplate;
  siteTeam: PermissionTemplate;
  readOnly: PermissionTemplate;
  /** As HammerTech's guide prescribes: Standard on every company tool. */
  syncCompany: PermissionTemplate;
  /** As HammerTech's guide prescribes: for all projects, Directory Standard and Daily Log Admin. */
  syncProject: PermissionTemplate;
}

export function seedTemplates(world: World, companyId: Id): Templates {
  const company = (name: string, levels: PermissionTemplate['levels']): PermissionTemplate =>
    addTemplate(world, { companyId, name, type: 'company_tools', levels });
  const project = (name: string, levels: PermissionTemplate['levels']): PermissionTemplate =>
    addTemplate(world, { companyId, name, type: 'global', levels });
  return {
    companyAdmin: company('Company Administrator', everyTool(companyTools, 'Admin')),
    employee: company('Employee', { directory: 'Read Only', portfolio: 'Read Only', documents: 'Read Only' }),
    projectAdmin: project('Project Administrator', everyTool(projectTools, 'Admin')),
    designTeam: project('Design Team', {
      project_home: 'Read Only',
      directory: 'Read Only',
      rfis: 'Standard',
      submittals: 'Standard',
      drawings: 'Read Only',
    }),
    siteTeam: project('Site Team', { ...everyTool(projectTools, 'Read Only'), daily_log: 'Standard', admin: 'None' }),
    readOnly: project('Read Only on Everything', everyTool(projectTools, 'Read Only')),
    syncCompany: company('HammerTech Sync Company Permissions', everyTool(companyTools, 'Standard')),
    syncProject: project('HammerTech Sync Project Permissions', { directory: 'Standard', daily_log: 'Admin' }),
  };
}
