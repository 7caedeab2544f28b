/** Markup that is safe to send as it is. */
export interface Markup {
  readonly markup: string;
}

/** What can stand in a template: markup as it is, text escaped, lists one after another, and nothing. */
export type Part = Markup | string | number | null | undefined | readonly Part[];

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A template whose parts are escaped unless they are markup themselves. Attributes are written in double quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: strings.reduce((text, string, index) => text + textOf(parts[index - 1]) + string) };
}

function textOf(part: Part): string {
  if (part === null || part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number') {
    return String(part).replace(/[&<>"']/g, (letter) => entities[letter] ?? letter);
  }
  return isMarkup(part) ? part.markup : part.map(textOf).join('');
}

function isMarkup(part: Markup | readonly Part[]): part is Markup {
  return 'markup' in part;
}
