import type { ServiceKind } from '../../domain/credentials.ts';
import type { SetUpTask } from '../../domain/set-up.ts';
import type { SetUpOffer, SetUpRecipe, TemplateRecipe } from '../contract.ts';
import { kindNamed } from './credential-kinds/index.ts';
import { guide } from './settings.ts';

const companyTemplate: TemplateRecipe = { name: guide.companyTemplate, levels: { everyTool: guide.companyLevel } };
const projectTemplate: TemplateRecipe = { name: guide.projectTemplate, levels: guide.projectTools };

const projectLevels = guide.projectTools.map(({ tool, level }) => `${tool} ${level}`).join(', ');
const templates = 'In Procore: Company Tools → Permissions';
const user = 'In Procore: Company Tools → Directory → {user}';

/** HammerTech's guide, line by line (help centre, article 360004046655), as tasks that can be done for the admin. */
const offers: Readonly<Record<SetUpTask, Omit<SetUpOffer, 'task'>>> = {
  'company-template': {
    title: `Create the company permissions template “${companyTemplate.name}”: ${guide.companyLevel} on every company tool`,
    byHand: {
      needed: `A company permissions template “${companyTemplate.name}” with ${guide.companyLevel} on each tool.`,
      where: `${templates} → Company Permissions Templates → Create.`,
    },
  },
  'project-template': {
    title: `Create the project permissions template “${projectTemplate.name}”, applicable to all projects: ${projectLevels}`,
    byHand: {
      needed: `A project permissions template “${projectTemplate.name}”, applicable to all projects, with ${projectLevels}.`,
      where: `${templates} → Project Permissions Templates → Create.`,
    },
  },
  'user-templates': {
    title: 'Give these templates to the sync user',
    byHand: { needed: 'The sync user has the templates.', where: `${user} → Permissions.` },
  },
  'new-projects': {
    title: 'Add the sync user to all new projects',
    byHand: { needed: 'The box “Add user to all new projects” is ticked.', where: `${user} → Permissions.` },
  },
  projects: {
    title: 'Add the sync user to the projects that are chosen',
    byHand: {
      needed: `The sync user is on the chosen projects, with ${projectTemplate.name}.`,
      where: `${user} → Projects → Add.`,
    },
  },
  'old-templates': {
    title: 'Replace its template on projects where the one it has there gives too little',
    byHand: {
      needed: `On each of its projects the sync user has ${projectTemplate.name}.`,
      where: 'In Procore: Project → Directory → {user} → Permission Template.',
    },
  },
};

/** All of the guide if templates decide; only what the Directory needs for new projects if an app's manifest does. */
const byRights: Readonly<Record<'templates' | 'manifest', readonly SetUpTask[]>> = {
  templates: ['company-template', 'project-template', 'user-templates', 'new-projects', 'projects', 'old-templates'],
  manifest: ['project-template', 'user-templates', 'new-projects'],
};

export function setUpFor(kind: ServiceKind): SetUpRecipe {
  const { rightsFrom } = kindNamed(kind);
  const tasks = byRights[rightsFrom].map((task) => ({ task, ...offers[task] }));
  return { ...(rightsFrom === 'templates' && { companyTemplate }), projectTemplate, tasks };
}
