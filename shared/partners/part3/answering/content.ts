import { createHash } from 'node:crypto';
import { withoutMarks } from './marks.ts';

/**
 * A hash that identical answers share: of their words without markup and blanks, and of their file names. Procore may rewrite
 * HTML (facts/security.md section 2), so texts are compared only in this way.
 */
export function contentOf(html: string, fileNames: readonly string[]): string {
  const words = plainText(html).replaceAll(/\s+/g, '');
  return createHash('sha256')
    .update(JSON.stringify([words, [...fileNames].sort()]))
    .digest('hex')
    .slice(0, 32);
}

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
function plainText(html: string): string {
  return withoutMarks(html)
    .replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return named[name.toLowerCase()] ?? whole;
      return letterOf(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal));
    })
    .normalize('NFC')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The character of a numeric reference; U+FFFD if there is none, as in HTML. */
function letterOf(code: number): string {
  const isHalf = code >= 0xd800 && code <= 0xdfff;
  return code === 0 || isHalf || code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
}
