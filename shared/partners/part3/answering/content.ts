import { createHash } from 'node:crypto';

/**
 * What identical answers have in common: their words without marks and spaces, and the names of their files. Procore may rewrite HTML
 * (facts/security.md section 2), so no two texts are compared otherwise.
 */
export function contentOf(html: string, fileNames: readonly string[]): string {
  const words = plainText(html).replaceAll(/\s+/g, '');
  return createHash('sha256')
    .update(JSON.stringify([words, [...fileNames].sort()]))
    .digest('hex')
    .slice(0, 32);
}

/** How an answer begins, for people. */
export function excerptOf(html: string): string {
  const words = plainText(html);
  return words.length > 60 ? `${words.slice(0, 60)}…` : words;
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** A text without its marks, its lines kept. */
export const linesOf = (html: string): string =>
  html
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/<br\b[^>]*>|<\/(?:p|div|li|tr|h[1-6])\s*>/gi, '\n')
    .split('\n')
    .map(plainText)
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();

/** A text without its marks, on one line. */
function plainText(html: string): string {
  return html
    .replaceAll(/<(script|style)\b[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->/gi, '')
    .replaceAll(/<\/?[a-z][^>]*>/gi, ' ')
    .replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return named[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    })
    .normalize('NFC')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
