import type { World } from '../../kernel/world.ts';
import { html, type Markup } from './html.ts';
import { documentOf, table } from './parts.ts';

/** Where everything starts: the companies. */
export function companiesPage(world: World): Markup {
  const rows = world.companies
    .all()
    .map(({ id, name }) => [
      html`<a href="/page/companies/${id}">${name}</a>`,
      id,
      world.projects.filter((project) => project.companyId === id).length,
    ]);
  return documentOf({
    title: 'Simulated Procore',
    content: html`<p>What an admin does in Procore's own screens, on simulated companies. Everything takes effect at once.</p>
${table('Companies', ['Company', 'Id', 'Projects'], rows, 'There is no company.')}
<p><a href="/page/switches">Switches: how this Procore behaves where nobody knows for sure</a></p>`,
  });
}
