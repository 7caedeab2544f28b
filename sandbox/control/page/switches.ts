import type { ListedSwitch } from '../../kernel/switches.ts';
import type { World } from '../../kernel/world.ts';
import { html, type Markup, type Part } from './html.ts';
import { choice, documentOf, hidden, table } from './parts.ts';

/** What the grades of evidence mean, in words. */
const grades: Record<ListedSwitch['evidence'], string> = {
  doc: 'official text',
  oas: 'operation data',
  sup: 'support pages',
  sbx: "others' observation",
  '3p': 'third party',
  inf: 'inferred',
  unk: 'unknown',
};

/** Every switch with its meaning and a form to set it. */
export function switchesPage(world: World, said?: string): Markup {
  const rows = world.switches
    .list()
    .map((one): Part[] => [
      html`<code>${one.name}</code>`,
      one.describes,
      grades[one.evidence],
      one.value === one.byDefault ? 'default' : 'changed',
      form(one),
    ]);
  return documentOf({
    title: 'Switches',
    above: [['/page', 'Simulated Procore']],
    said,
    content: html`<p>Where Procore publishes nothing, or its documents contradict each other, the behaviour is a switch.</p>
${table('Switches', ['Switch', 'What it decides', 'Evidence', 'State', 'Set'], rows, 'There is no switch.')}`,
  });
}

function form({ name, values, value }: ListedSwitch): Markup {
  const field =
    values === 'number'
      ? html`<input type="number" name="value" value="${String(value)}" min="0" step="any" aria-label="Value of ${name}">`
      : choice(`Value of ${name}`, 'value', values.map(String), String(value));
  return html`<form method="post" action="/page/switches">${hidden({ name })}${field} <button>Set<span class="unseen"> ${name}</span></button></form>`;
}
