import { html, type Markup, type Part } from './html.ts';

export interface Document {
  title: string;
  /** The pages above this one, from the top: address and name. */
  above?: readonly (readonly [address: string, name: string])[];
  /** What has just been done, said to screen readers too. */
  said?: string | undefined;
  content: Part;
}

/** A whole page. */
export function documentOf({ title, above = [], said, content }: Document): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Sandbox</title>
<link rel="stylesheet" href="/page/style.css">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<nav aria-label="Where you are">${above.map(([address, name]) => html`<a href="${address}">${name}</a> › `)}<span aria-current="page">${title}</span></nav>
</header>
<main id="content" tabindex="-1">
<h1>${title}</h1>
${said === undefined ? null : html`<p class="said" role="status">${said}</p>`}
${content}
</main>
</body>
</html>`;
}

export interface Act {
  /** Where the form goes below `/page`, e.g. `admin/tools/switch`. */
  act: string;
  /** The page to come back to. */
  back: string;
  /** Hidden fields; words `true` and `false` become booleans. */
  fields: Readonly<Record<string, string>>;
  label: string;
  /** What it is done to, for those who hear the button alone. */
  about: string;
}

/** A button that does one thing. */
export function actButton({ act, back, fields, label, about }: Act): Markup {
  return html`<form method="post" action="/page/${act}">${hidden({ ...fields, back })}<button>${label}<span class="unseen"> ${about}</span></button></form>`;
}

/** Hidden fields of a form. */
export function hidden(fields: Readonly<Record<string, string>>): Markup[] {
  return Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
}

/** A choice under a label that is heard, not seen. Without a chosen option the browser asks for one before it sends the form. */
export function choice(label: string, name: string, options: readonly string[], chosen?: string): Markup {
  const items = options.map((option) =>
    option === chosen ? html`<option selected>${option}</option>` : html`<option>${option}</option>`,
  );
  const none = chosen === undefined ? html`<option value="">choose</option>` : null;
  return html`<select name="${name}" aria-label="${label}" required>${none}${items}</select>`;
}

/** A table that scrolls sideways where it is too wide, by keyboard too; a sentence instead where it has no rows. */
export function table(caption: string, head: readonly string[], rows: readonly (readonly Part[])[], empty: string): Markup {
  if (rows.length === 0) return html`<p class="quiet">${empty}</p>`;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody>
</table></div>`;
}
