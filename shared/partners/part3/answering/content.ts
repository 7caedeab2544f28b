import { createHash } from 'node:crypto';
import { withoutMarks } from './marks.ts';

/**
 * A hash by which an answer is recognised in Procore: of its words without markup and blanks, and of its file names. Procore may
 * rewrite HTML (facts/security.md section 2) and shows no checksum of a file, so what stands there is compared only in this way.
 */
export const contentOf = (html: string, fileNames: readonly string[]): string =>
  hashOf([plainText(html).replaceAll(/\s+/g, ''), [...fileNames].sort()]);

/** A file of an answer, as its own side knows it. */
export interface AnswerFile {
  readonly name: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/**
 * A hash by which its own side tells one version of an answer from another: of its words, of where they link to, and of the bytes of
 * its files. Versions that differ in their markup alone are the same, unless it is markup that changes what is said (10² and 102).
 */
export const versionOf = (html: string, files: readonly AnswerFile[]): string =>
  hashOf([plainText(withSignals(html)), targetsIn(html), files.map(({ name, sha256 }) => `${sha256} ${name}`).sort()]);

const hashOf = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

/** What is raised, lowered, struck out or put in, marked by letters of no alphabet. */
const withSignals = (html: string): string =>
  html.replaceAll(/<(\/?)(sup|sub|del|strike|s|ins)\b[^<>]*>/gi, (_, end: string, name: string) =>
    end === '' ? `\ue000${name.toLowerCase()}\ue001` : '\ue002',
  );

/** Values of attributes that lead somewhere, in their order. */
const targetsIn = (html: string): readonly string[] =>
  [...html.matchAll(/\b(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi)].map(([, doubly, singly, bare]) =>
    withoutEntities(doubly ?? singly ?? bare ?? ''),
  );

const excerptLetters = 60;

/** The beginning of an answer, for people. */
export function excerptOf(html: string): string {
  const words = plainText(html);
  const begun = [...words.slice(0, 2 * excerptLetters)].slice(0, excerptLetters).join('');
  return begun.length < words.length ? `${begun}…` : words;
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** A text without its markup, with its line breaks. */
export const linesOf = (html: string): string =>
  html
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/<br\b[^<>]*>|<\/(?:p|div|li|tr|h[1-6])\s*>/gi, '\n')
    .split('\n')
    .map(plainText)
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();

/** A text without its markup, on one line. */
const plainText = (html: string): string => withoutEntities(withoutMarks(html)).normalize('NFC').replaceAll(/\s+/g, ' ').trim();

const withoutEntities = (html: string): string =>
  html.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? whole;
    return letterOf(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal));
  });

/** The character of a numeric reference; U+FFFD if there is none, as in HTML. */
function letterOf(code: number): string {
  const isHalf = code >= 0xd800 && code <= 0xdfff;
  return code === 0 || isHalf || code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
}
