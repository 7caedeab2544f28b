import { accessLevels, companyTools, projectTools } from '../../kernel/levels.ts';
import type { Company, PermissionTemplate } from '../../kernel/model.ts';
import type { World } from '../../kernel/world.ts';
import { html, type Markup, type Part } from './html.ts';
import { actButton, choice, documentOf, hidden, table } from './parts.ts';

/** One company: its projects, its apps, its permission templates. */
export function companyPage(world: World, company: Company, said?: string): Markup {
  const back = `/page/companies/${company.id}`;
  return documentOf({
    title: company.name,
    above: [['/page', 'Simulated Procore']],
    said,
    content: html`<p class="quiet">Company id ${company.id}</p>
<h2>Projects</h2>
${table('Projects', ['Project', 'Time zone', 'State'], projectRows(world, company), 'This company has no project.')}
<h2>Apps</h2>
${table('Installed apps', ['App', 'Kind', 'State', 'Do'], appRows(world, company, back), 'No app is installed.')}
<h2>Permission templates</h2>
${table('Templates and the levels they give; tools not named have None', ['Template', 'Levels', 'Set a level'], templateRows(world, company, back), 'There is no template.')}`,
  });
}

function projectRows(world: World, { id }: Company): Part[][] {
  return world.projects
    .filter(({ companyId }) => companyId === id)
    .map((project) => [
      html`<a href="/page/projects/${project.id}">${[project.number, project.name].filter(Boolean).join(' – ')}</a>`,
      project.timeZone ?? 'not set',
      project.active ? 'active' : 'inactive',
    ]);
}

function appRows(world: World, { id: companyId }: Company, back: string): Part[][] {
  return world.installs
    .filter((install) => install.companyId === companyId)
    .flatMap(({ appId, connected }) => {
      const app = world.apps.get(appId);
      if (app === undefined) return [];
      const fields = { clientId: app.clientId, companyId };
      const button = connected
        ? actButton({ act: 'admin/apps/disconnect', label: 'Disconnect', about: app.name, back, fields })
        : actButton({ act: 'admin/apps/connect', label: 'Connect', about: app.name, back, fields });
      return [[app.name, app.kind, connected ? 'connected' : 'disconnected', button]];
    });
}

function templateRows(world: World, { id }: Company, back: string): Part[][] {
  return world.templates
    .filter(({ companyId }) => companyId === id)
    .map((template) => [template.name, levelsOf(template), levelForm(template, back)]);
}

const toolsOf = ({ type }: PermissionTemplate) => (type === 'company_tools' ? companyTools : projectTools);

function levelsOf(template: PermissionTemplate): string {
  const given = toolsOf(template).flatMap(({ key, name }) => {
    const level = template.levels[key] ?? 'None';
    return level === 'None' ? [] : [`${name}: ${level}`];
  });
  return given.join(', ') || 'none';
}

function levelForm(template: PermissionTemplate, back: string): Markup {
  const tools = toolsOf(template).map(({ name }) => name);
  return html`<form method="post" action="/page/admin/templates/edit">${hidden({ templateId: template.id, back })}
${choice(`Tool in ${template.name}`, 'tool', tools)} ${choice(`Level in ${template.name}`, 'level', accessLevels)}
<button>Set<span class="unseen"> in ${template.name}</span></button></form>`;
}
