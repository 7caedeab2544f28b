import { getDocument, OPS } from 'pdfjs-dist/legacy/build/pdf.mjs';

/** A letter as it stands on paper: points from the left and the lower edge. */
export interface DrawnLetter {
  readonly letter: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Each letter of a PDF's first page where it was drawn, in the order of drawing, as another library than the one that made it reads it. */
export async function lettersOfPdf(bytes: Uint8Array): Promise<readonly DrawnLetter[]> {
  const document = await getDocument({ data: new Uint8Array(bytes), useSystemFonts: false, verbosity: 0 }).promise;
  const { fnArray, argsArray } = await (await document.getPage(1)).getOperatorList();
  const drawn: DrawnLetter[] = [];
  let [x, y, size] = [0, 0, 0];
  for (const [at, operation] of fnArray.entries()) {
    const args = argsArray[at];
    if (operation === OPS.setFont) size = Number(args[1]);
    else if (operation === OPS.setTextMatrix)
      [x, y] = [...(args[0] ?? args)].slice(4).map(Number) as [number, number]; // a matrix of six
    else if (operation === OPS.showText)
      for (const glyph of args[0]) {
        if (typeof glyph === 'number') x -= (glyph / 1000) * size;
        else {
          const width = (glyph.width / 1000) * size;
          drawn.push({ letter: glyph.unicode, x, y, width });
          x += width;
        }
      }
  }
  await document.destroy();
  return drawn;
}
