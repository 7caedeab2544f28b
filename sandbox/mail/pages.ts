import { html, type Markup } from '../control/page/html.ts';
import { style } from '../control/page/style.ts';
import type { Message } from './state.ts';

/** How the list names a mail's own page. */
export const pathOf = ({ id }: Message): string => `/mails/${id}`;

const page = (title: string, main: Markup): string =>
  html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css"></head><body><main><h1>${title}</h1>${main}</main></body></html>`
    .markup;

/** The newest first: to whom, what about, when. */
export function listPage(messages: readonly Message[], to: string | undefined): string {
  const title = to === undefined ? 'Mail of the sandbox' : `Mail to ${to}`;
  if (messages.length === 0) {
    return page(
      title,
      html`<p>No mail has come${to === undefined ? '' : ' to this address'} yet. Nothing leaves this machine: whatever is sent ends here.</p>`,
    );
  }
  const rows = messages.map(
    (message) =>
      html`<tr><td><a href="${pathOf(message)}">${message.subject || '(no subject)'}</a></td><td>${message.to.join(', ')}</td><td>${message.at}</td></tr>`,
  );
  return page(
    title,
    html`<p class="quiet">Nothing leaves this machine: whatever is sent ends here.</p><div class="scroll"><table><caption>${messages.length} mails, newest first</caption><thead><tr><th scope="col">Subject</th><th scope="col">To</th><th scope="col">At</th></tr></thead><tbody>${rows}</tbody></table></div>`,
  );
}

/** One mail: its head, its text, and its HTML in a frame that runs no script; links open in a window of their own. */
export function mailPage(message: Message): string {
  const facts = [
    ['From', message.from],
    ['To', message.to.join(', ')],
    ['At', message.at],
    ['Message-ID', message.messageId],
  ].map(([word, fact]) => html`<tr><th scope="row">${word}</th><td>${fact}</td></tr>`);
  const frame =
    message.html === null
      ? html`<p>This mail has no HTML.</p>`
      : html`<iframe title="The mail as HTML" src="${pathOf(message)}/html" sandbox="allow-popups allow-popups-to-escape-sandbox" style="width:100%;height:32rem;border:1px solid"></iframe>`;
  return page(
    message.subject || '(no subject)',
    html`<p><a href="/">All mail</a></p><table><tbody>${facts}</tbody></table><h2>As HTML</h2>${frame}<h2>As text</h2><pre style="white-space:pre-wrap">${message.text}</pre><p><a href="${pathOf(message)}/source">As it came</a></p>`,
  );
}

export const stylesheet = style;
