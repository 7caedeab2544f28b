import { textOf } from '../browser.ts';

/** The words of a text without tags and spaces: the platforms may rewrite HTML. */
export const wordsOf = (html: string | null): string =>
  textOf(html ?? '')
    .normalize('NFC')
    .replace(/\s+/g, '');

export const inOneLine = (values: readonly unknown[]): string => values.map((value) => String(value ?? '–')).join(' · ');

/** Independent of their order. */
export const sorted = (values: readonly string[]): string => `[${[...values].sort().join(', ')}]`;

export interface NamedFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

/** A file by its name, size and hash. */
export const fileInWords = ({ name, size, sha256 }: NamedFile): string => `${name}, ${size} bytes, ${sha256}`;
