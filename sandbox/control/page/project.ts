import { dayIn } from '../../kernel/clock.ts';
import { projectTools } from '../../kernel/levels.ts';
import type { Day, Project } from '../../kernel/model.ts';
import type { World } from '../../kernel/world.ts';
import { isCompleted } from '../../procore/daily-log/day-headers.ts';
import { ianaZone } from '../../procore/time-zones.ts';
import { entriesOf } from './entries.ts';
import { html, type Markup, type Part } from './html.ts';
import { actButton, documentOf, table } from './parts.ts';

const dayMs = 86_400_000;

/** Yesterday on site: the last day that is over, where the seed's records end. */
export function lastDay(world: World, project: Project): Day {
  return dayIn(ianaZone(project.timeZone), world.clock.nowMs() - dayMs);
}

/** One project: a day of its log, its tools, and the accounts of apps on it. */
export function projectPage(world: World, project: Project, day: Day, said?: string): Markup {
  const company = world.companies.get(project.companyId);
  const back = `/page/projects/${project.id}?day=${day}`;
  return documentOf({
    title: [project.number, project.name].filter(Boolean).join(' – '),
    above: [
      ['/page', 'Simulated Procore'],
      [`/page/companies/${project.companyId}`, company?.name ?? 'Company'],
    ],
    said,
    content: html`<p class="quiet">Project id ${project.id} · ${project.timeZone ?? 'no time zone'} · ${project.active ? 'active' : 'inactive'}</p>
${stateButton(project, back)}
<h2>Daily log of ${day}</h2>
<form method="get" action="/page/projects/${project.id}"><label>Day <input type="date" name="day" value="${day}"></label><button>Show</button></form>
${dayState(world, project, day, back)}
${table(`Entries of ${day}`, ['Kind', 'What', 'Company', 'By', 'Status', 'Do'], entriesOf(world, project, day, back), 'Nothing was entered on this day.')}
<h2>Tools</h2>
${table('Tools of this project', ['Tool', 'State', 'Do'], toolRows(project, back), 'There is no tool.')}
<h2>Accounts of apps</h2>
${table('Accounts of apps in the company directory', ['Account', 'On this project', 'Do'], accountRows(world, project, back), 'No app has an account.')}`,
  });
}

function stateButton(project: Project, back: string): Markup {
  const fields = { projectId: project.id, active: String(!project.active) };
  const label = project.active ? 'Deactivate' : 'Activate';
  return actButton({ act: 'admin/projects/edit', label, about: project.name, back, fields });
}

function dayState(world: World, project: Project, date: Day, back: string): Markup {
  const completed = isCompleted(world, project.id, date);
  const fields = { projectId: project.id, date, completed: String(!completed) };
  const label = completed ? 'Reopen the day' : 'Complete the day';
  return html`<p>This day is ${completed ? 'completed' : 'open'}. ${actButton({ act: 'admin/daily-logs/complete-day', label, about: date, back, fields })}</p>`;
}

function toolRows(project: Project, back: string): Part[][] {
  return projectTools.map(({ key, name, required }) => {
    const active = project.tools.includes(key);
    const fields = { projectId: project.id, tool: key, active: String(!active) };
    const label = active ? 'Switch off' : 'Switch on';
    const button = actButton({ act: 'admin/tools/switch', label, about: name, back, fields });
    return [name, active ? 'on' : 'off', required ? 'always on' : button];
  });
}

function accountRows(world: World, project: Project, back: string): Part[][] {
  return world.companyUsers
    .filter((user) => user.companyId === project.companyId && user.active)
    .flatMap(({ personId, defaultTemplateId }) => {
      const person = world.people.get(personId);
      if (person === undefined || person.serviceOfAppId === null) return [];
      const name = `${person.firstName} ${person.lastName}`;
      const member = world.memberships.get(`${project.id}:${personId}`);
      const fields = { projectId: project.id, personId };
      const template = member?.templateId ? world.templates.get(member.templateId)?.name : undefined;
      const there = member?.source === 'manifest' ? 'permitted, by its manifest' : `member, ${template ?? 'no template'}`;
      const byDefault = world.templates.get(defaultTemplateId ?? '')?.name ?? 'no template';
      return member === undefined
        ? [
            [
              name,
              'no',
              actButton({ act: 'admin/users/put-on-project', label: `Add with ${byDefault}`, about: name, back, fields }),
            ],
          ]
        : [[name, there, actButton({ act: 'admin/users/take-off-project', label: 'Remove', about: name, back, fields })]];
    });
}
