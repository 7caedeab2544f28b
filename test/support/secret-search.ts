import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** A place where something readable might have been left. */
export interface Haystack {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Find {
  readonly where: string;
  /** Kind of the secret and how it was written; never the secret. */
  readonly what: string;
}

/** Shorter than this, a word turns up by chance. */
const shortestSecret = 12;

/** Looks for every secret as plain text, in base64 at each of its three alignments, hex, and as it stands in URLs and JSON. */
export function searchSecrets(
  secrets: readonly { readonly value: string; readonly kind: string }[],
  haystacks: readonly Haystack[],
): Find[] {
  const needles = secrets
    .filter(({ value }) => value.length >= shortestSecret)
    .flatMap(({ value, kind }) => writtenForms(value).map(([form, text]) => ({ kind, form, text })));
  const finds = new Map<string, Find>();
  for (const { name, bytes } of haystacks) {
    for (const { kind, form, text } of needles) {
      if (bytes.includes(text)) finds.set(`${name}|${kind}|${form}`, { where: name, what: `${kind} as ${form}` });
    }
  }
  return [...finds.values()];
}

function writtenForms(value: string): [string, string][] {
  const bytes = Buffer.from(value);
  const forms: [string, string][] = [
    ['plain', value],
    ['hex', bytes.toString('hex')],
    ['url', encodeURIComponent(value)],
    ['json', JSON.stringify(value).slice(1, -1)],
  ];
  for (const offset of [0, 1, 2]) {
    // the first and last characters depend on the neighbours; what is between does not
    const inner = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
      .slice(offset === 0 ? 0 : 4, -2);
    forms.push([`base64+${offset}`, inner], [`base64url+${offset}`, inner.replaceAll('+', '-').replaceAll('/', '_')]);
  }
  // many secrets look the same in several forms: each text is looked for once
  return [...new Map(forms.reverse().map(([form, text]) => [text, form])).entries()].map(([text, form]) => [form, text]);
}

/** Every file below a folder. One that vanishes while it is read is left out. */
export function filesBelow(folder: string, only: (file: string) => boolean = () => true): Haystack[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((relative) => {
    const file = path.join(folder, relative);
    try {
      return only(file) && statSync(file).isFile() ? [{ name: relative, bytes: readFileSync(file) }] : [];
    } catch {
      return [];
    }
  });
}
