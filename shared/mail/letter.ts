/** A mail, written once and rendered as text and as HTML, so that both say the same. */
export interface Letter {
  readonly subject: string;
  /** Our own sentences; a name in them is a `Name`, never part of the text. */
  readonly paragraphs: readonly Sentence[];
  readonly button?: { readonly label: string; readonly url: string };
  /** Why the reader gets it, and how to change that. */
  readonly why: readonly Sentence[];
}

/** A name given by others. */
export interface Name {
  readonly name: string;
}

export type Sentence = readonly (string | Name)[];

/** Builds a sentence; each template value is a name. */
export const say = (words: TemplateStringsArray, ...names: readonly string[]): Sentence =>
  words.flatMap((word, at) => [word, ...(at < names.length ? [{ name: names[at] ?? '' }] : [])]);

export interface RenderedLetter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export function renderLetter({ subject, paragraphs, button, why }: Letter): RenderedLetter {
  const text = [
    ...paragraphs.map(inText),
    ...(button === undefined ? [] : [`${button.label}:\n${button.url}`]),
    '--',
    ...why.map(inText),
  ].join('\n\n');
  const html = [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>',
    escaped(subject),
    '</title></head><body style="font:16px/1.5 sans-serif;max-width:36em">',
    ...paragraphs.map((sentence) => `<p>${inHtml(sentence)}</p>`),
    ...(button === undefined
      ? []
      : [
          `<p><a href="${escaped(button.url)}" style="display:inline-block;padding:.6em 1.2em;background:#0b57a4;color:#fff;text-decoration:none">${escaped(button.label)}</a></p>`,
          `<p style="font-size:14px">${escaped(button.url)}</p>`,
        ]),
    ...why.map((sentence) => `<p style="font-size:14px;color:#4a4f57">${inHtml(sentence)}</p>`),
    '</body></html>',
  ].join('');
  return { subject, text: `${text}\n`, html };
}

const inText = (sentence: Sentence): string =>
  sentence.map((part) => (typeof part === 'string' ? part : unlinked(part.name))).join('');
const inHtml = (sentence: Sentence): string =>
  sentence.map((part) => escaped(typeof part === 'string' ? part : unlinked(part.name))).join('');

/**
 * A name that mail programs do not turn into a link or a telephone number: a zero-width character that no URL may contain (WORD
 * JOINER) breaks up anything that looks like one.
 */
export const unlinked = (name: string): string => name.replaceAll(/[.:/@\\]|\d(?=\d)/g, (mark) => `${mark}\u2060`);

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (letter) => entities[letter] ?? letter);
