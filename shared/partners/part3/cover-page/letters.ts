import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const resolve = createRequire(import.meta.url).resolve;

/** DejaVu Sans: Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew and Arabic, and most symbols; no East Asian characters. */
const files = { plain: 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf', bold: 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf' } as const;

export interface Letters {
  readonly plain: Buffer;
  readonly bold: Buffer;
  /** The text as both fonts can draw it. `lacking`: some characters are replaced by code points, such as `[U+5F35]`. */
  drawable(text: string): { readonly text: string; readonly lacking: boolean };
}

let read: Promise<Letters> | undefined;

/** The fonts of a cover page, read once. */
export function letters(): Promise<Letters> {
  read ??= readLetters().catch((error: unknown) => {
    read = undefined;
    throw error;
  });
  return read;
}

async function readLetters(): Promise<Letters> {
  const { create } = await import('fontkit');
  const [plain, bold] = await Promise.all([readFile(resolve(files.plain)), readFile(resolve(files.bold))]);
  const known = [plain, bold].map((font) => {
    const opened = create(font);
    if (!('characterSet' in opened)) throw new Error('a file of one font was expected');
    return new Set(opened.characterSet);
  });
  const isDrawn = (code: number): boolean => code === newLine || known.every((set) => set.has(code));
  return {
    plain,
    bold,
    drawable(given) {
      let lacking = false;
      const text = [...withoutControls(given.normalize('NFC'))]
        .map((letter) => {
          const code = letter.codePointAt(0) ?? 0;
          if (isDrawn(code)) return letter;
          lacking = true;
          return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
        })
        .join('');
      return { text: breakable(text), lacking };
    },
  };
}

const newLine = 0x0a;

/** Allows a line break after this many letters in a row: without any, layout time is quadratic in the length. */
const breakable = (text: string): string => text.replaceAll(/\S{40}(?=\S)/gu, '$&\u200b');

/** Turns tabs into spaces; removes control characters (except line ends) and marks that change the text direction. */
const withoutControls = (text: string): string =>
  text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll('\t', ' ')
    .replaceAll(/(?!\n)[\p{Cc}\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]|\p{Variation_Selector}/gu, '');
