import { html, type Markup } from './html.ts';
import { documentOf } from './parts.ts';

/** For whoever comes without the token. */
export function doorway(said?: string): Markup {
  return documentOf({
    title: 'Sandbox: show the control token',
    said,
    content: html`<p>This page acts as an admin of the simulated Procore, so it asks for the control token once. It stands in
<code>.groundwork/run.json</code> as <code>procore.controlToken</code>.</p>
<form method="post" action="/page/sign-in"><label>Control token <input type="password" name="token" autocomplete="off" required></label><button>Open</button></form>`,
  });
}

/** What was refused, and the way back. */
export function refusalPage(title: string, details: readonly string[], back: string): Markup {
  return documentOf({
    title: 'That did not work',
    content: html`<p>${title}</p>
${details.length === 0 ? null : html`<ul>${details.map((detail) => html`<li>${detail}</li>`)}</ul>`}
<p><a href="${back}">Back</a></p>`,
  });
}
