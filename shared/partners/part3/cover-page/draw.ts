import { type CoverPage, type Part, partsOf } from './contents.ts';
import { baseOf, lineAsSeen, runsBothWays } from './direction.ts';
import { type Letters, letters } from './letters.ts';

type Document = InstanceType<typeof import('pdfkit')>;

/** Text entirely in a right-to-left script is laid out by whole lines; other text word by word. */
const rightToLeft = /^[\p{Script=Arabic}\p{Script=Hebrew}\p{P}\s]+$/u;

const margin = 56;
const sizes = { title: 18, heading: 12, fact: 10, paragraph: 10, item: 10, note: 8 } as const;

/**
 * A cover page as a PDF, over several pages if needed. Deterministic: the same contents give the same bytes, without clock or
 * randomness. Characters that the fonts lack are shown as their code points, with a note on the page.
 */
export async function drawCoverPage(page: CoverPage): Promise<Buffer> {
  const [{ default: PdfDocument }, font] = await Promise.all([import('pdfkit'), letters()]);
  const document = new PdfDocument({
    size: 'A4',
    margin,
    // the file's identity is derived from these
    info: { Title: 'Cover page', Producer: 'Groundwork', Creator: 'Groundwork', CreationDate: new Date(0) },
  });
  const chunks: Buffer[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.once('end', resolve);
    document.once('error', reject);
  });
  document.registerFont('plain', font.plain);
  document.registerFont('bold', font.bold);
  drawParts(document, partsOf(page), font);
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

function drawParts(document: Document, parts: readonly Part[], { drawable }: Letters): void {
  let isLacking = false;
  const words = (given: string): string => {
    const { text, lacking } = drawable(given);
    isLacking ||= lacking;
    return text;
  };
  for (const part of parts) drawPart(document, part, words);
  if (isLacking) drawPart(document, { kind: 'note', text: lackingNote }, words);
}

const lackingNote =
  'Letters that this page cannot draw stand as their Unicode numbers, as in [U+5F35]. The words as they were written stand in Procore.';

function drawPart(document: Document, part: Part, words: (text: string) => string): void {
  const { kind } = part;
  const text = words(part.text);
  if (kind === 'heading' || kind === 'note') document.moveDown(1);
  document.fontSize(sizes[kind]);
  const name = kind === 'fact' ? `${part.name}: ` : '';
  const indent = name === '' ? 0 : document.font('bold').widthOfString(name);
  if (name !== '') document.text(name, { continued: true });
  document.font(kind === 'title' || kind === 'heading' ? 'bold' : 'plain');
  const drawn = kind === 'item' ? `• ${text}` : text;
  if (rightToLeft.test(text)) document.text(drawn, { features: [] });
  else document.text(runsBothWays(text) ? linesAsSeen(document, drawn, { base: baseOf(name + text), indent }) : drawn);
  document.moveDown(kind === 'title' ? 0.5 : 0.25);
}

/** Breaks bidirectional text into lines, as the visual order is known only per line. `indent`: of the first line. */
function linesAsSeen(
  document: Document,
  text: string,
  given: { readonly base: ReturnType<typeof baseOf>; readonly indent: number },
): string {
  const widest = document.page.width - 2 * margin - 1;
  const blank = document.widthOfString(' ');
  const lines = text.split('\n').flatMap((paragraph, at) => {
    const broken: string[][] = [[]];
    let width = at === 0 ? given.indent : 0;
    for (const word of paragraph.split(' ')) {
      const wordWidth = document.widthOfString(word);
      if (width + wordWidth > widest && width > 0) {
        broken.push([]);
        width = 0;
      }
      broken.at(-1)?.push(word);
      width += wordWidth + (runsBothWays(word) ? 2 : 1) * blank;
    }
    return broken;
  });
  return lines.map((words) => lineAsSeen(words, given.base)).join('\n');
}
