import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { CoverPage } from '../../../shared/partners/part3/cover-page/contents.ts';
import { drawCoverPage } from '../../../shared/partners/part3/cover-page/draw.ts';
import { type DrawnLetter, lettersOfPdf } from '../../support/pdf-letters.ts';
import { wordsOfPdf } from '../../support/pdf-words.ts';

const page = (given: Partial<CoverPage> = {}): CoverPage => ({
  project: 'Harbour Tower',
  submittal: {
    number: '03 30 00-1',
    revision: '2',
    title: 'Concrete mix design',
    specSection: '03 30 00 Cast-in-place concrete',
  },
  response: 'Approved as Noted',
  author: { name: 'Ria Solà', company: 'North Studio' },
  comment: 'As shown.\nMind the cover.',
  steps: [
    { name: 'Sam Ito', kind: 'reviewer', required: true, doneAt: '2026-03-02T04:30:00.000Z' },
    { name: 'Ben Okoro', kind: 'submitter', required: false, doneAt: null },
  ],
  finishedAt: '2026-03-02T04:30:00.000Z',
  timeZone: 'America/Los_Angeles',
  fileNames: ['marked.pdf', 'calculation.xlsx'],
  ...given,
});

const sumOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

test('it says what is returned, by whom, after which review, with which files, in the days of the project', async () => {
  const [words, ...more] = await wordsOfPdf(await drawCoverPage(page()));
  expect(more).toEqual([]);
  for (const said of [
    'Submittal 03 30 00-1, revision 2',
    'Concrete mix design',
    'Project: Harbour Tower',
    'Spec section: 03 30 00 Cast-in-place concrete',
    'Response: Approved as Noted',
    'Returned by: Ria Solà, North Studio',
    'Date: 1 March 2026',
    'As shown. Mind the cover.',
    'Sam Ito, reviewer, required, done 1 March 2026, 20:30',
    'Ben Okoro, submitter, optional, not done',
    'marked.pdf',
    'calculation.xlsx',
  ])
    expect(words).toContain(said);
});

test('what is not known is left out, and what there is none of is said', async () => {
  const [words] = await wordsOfPdf(
    await drawCoverPage(
      page({
        submittal: { number: '7', revision: '', title: 'Doors', specSection: null },
        comment: '',
        steps: [],
        fileNames: [],
        finishedAt: null,
        author: { name: 'Ria', company: null },
      }),
    ),
  );
  expect(words).toContain('Submittal 7, revision 0');
  expect(words).not.toMatch(/Spec section|Date:/);
  expect(words).toMatch(/Comment None Review • No review steps Files returned • None/);
});

test('the same contents are the same bytes whenever they are drawn, and other contents are others', async () => {
  const first = await drawCoverPage(page());
  // a PDF counts whole seconds
  await new Promise((resolve) => setTimeout(resolve, 1100));
  expect(sumOf(await drawCoverPage(page()))).toBe(sumOf(first));
  expect(sumOf(await drawCoverPage(page({ response: 'Rejected' })))).not.toBe(sumOf(first));
});

test('a long comment goes on over further pages, and none of its words is lost', async () => {
  const spoken = Array.from({ length: 3000 }, (_, index) => `word${index}`);
  const pages = await wordsOfPdf(await drawCoverPage(page({ comment: spoken.join(' ') })));
  expect(pages.length).toBeGreaterThan(2);
  const seen = new Set(pages.join(' ').split(' '));
  expect(spoken.filter((word) => !seen.has(word))).toEqual([]);
  expect(pages.at(-1)).toContain('calculation.xlsx');
});

test.each([
  ['x', 20_000],
  ['張', 2500],
] as const)(
  'a long text of %s that no blank divides is laid out as fast as others, and no letter is lost',
  async (letter, count) => {
    const began = performance.now();
    const pages = await wordsOfPdf(await drawCoverPage(page({ comment: letter.repeat(count) })));
    // undivided it would be a minute, in which nothing else goes on
    expect(performance.now() - began).toBeLessThan(20_000);
    const drawn = letter === '張' ? '[U+5F35]' : letter;
    expect(pages.join('').replaceAll(/\s|\u200b/g, '')).toContain(drawn.repeat(count));
  },
);

test.each(['Ζωή Παπαδοπούλου', 'Дмитрий Щукин', 'Žofie Říhová', 'Nguyễn Thị Ánh', 'Արամ Խաչատրյան'])(
  'the name %s is drawn in its own letters',
  async (name) => {
    const [words] = await wordsOfPdf(await drawCoverPage(page({ author: { name, company: 'Ἀκρόπολις' } })));
    expect(words?.normalize('NFC')).toContain(name.normalize('NFC'));
    expect(words).not.toContain('U+');
  },
);

test.each(['محمد علي', 'שרה לוי'])('the name %s, written from right to left, keeps its letters', async (name) => {
  const [words = ''] = await wordsOfPdf(await drawCoverPage(page({ submittal: { ...page().submittal, title: name } })));
  for (const word of name.split(' ')) expect(words.normalize('NFKC')).toContain(word);
  expect(words).not.toContain('U+');
});

/** The letters of a comment as they stand on paper; blanks are left out. */
async function drawnComment(comment: string): Promise<readonly DrawnLetter[]> {
  const drawn = await lettersOfPdf(await drawCoverPage(page({ comment, steps: [] })));
  const said = drawn.map(({ letter }) => letter).join('');
  const [from, until] = [said.indexOf('Comment') + 'Comment'.length, said.indexOf('Review')];
  return drawn.slice(from, until).filter(({ letter }) => letter.trim() !== '');
}

/** Line by line from above, each read from left to right. */
function asItStands(drawn: readonly DrawnLetter[]): readonly string[] {
  const heights = [...new Set(drawn.map(({ y }) => y))].sort((one, other) => other - one);
  return heights.map((height) =>
    drawn
      .filter(({ y }) => y === height)
      .sort((one, other) => one.x - other.x)
      .map(({ letter }) => letter)
      .join(''),
  );
}

const mirrored = (text: string): string => [...text].reverse().join('');

test.each([
  ['alone', 'שלום עולם טוב', mirrored('שלוםעולםטוב')],
  ['of Arabic', 'دار', mirrored('دار')],
  ['among others', 'Door שלום עולם טוב end', `Door${mirrored('שלוםעולםטוב')}end`],
  ['with a number between', 'Door קומה 12 צפון end', `Door${mirrored('צפון')}12${mirrored('קומה')}end`],
  ['with others among them', 'שלום Door two עולם', `${mirrored('עולם')}Doortwo${mirrored('שלום')}`],
] as const)('words from right to left stand so on paper, letter by letter and word by word: %s', async (_, comment, expected) => {
  const drawn = await drawnComment(comment);
  expect(asItStands(drawn).map((line) => line.normalize('NFKC'))).toEqual([expected]);
});

test('text of both directions that is longer than a line stands line by line in the order in which it is read, and inside the margins', async () => {
  const names = Array.from({ length: 40 }, (_, index) => (index % 8 === 0 ? 'Door' : (['שלום', 'עולם', 'טוב'][index % 3] ?? '')));
  const drawn = await drawnComment(names.join(' '));
  const lines = asItStands(drawn);
  expect(lines.length).toBeGreaterThan(2);
  const asRead = lines.map((line) => line.replaceAll(/\p{Script=Hebrew}+/gu, mirrored));
  expect(asRead.join('')).toBe(names.join(''));
  for (const { x, width } of drawn) expect([x >= 56, x + width <= 595.28 - 56]).toEqual([true, true]);
});

test.each([
  ['Latin', 'x\u0302ab', 'x', '\u0302'],
  ['Hebrew', 'ש\u05b8לום', 'ש', '\u05b8'],
  ['Arabic', 'ح\u0650سن', 'ح', '\u0650'],
])('a mark that no letter holds stands on its own letter and takes no place: %s', async (_, comment, letter, mark) => {
  const drawn = await drawnComment(comment);
  const of = (wanted: string) => drawn.find((one) => one.letter.normalize('NFKC') === wanted);
  const [base, sign] = [of(letter), of(mark)];
  if (!base || !sign) throw new Error(`not drawn: ${JSON.stringify(drawn)}`);
  expect(sign.width).toBe(0);
  // signs without a width are drawn to either side of where they stand
  expect(sign.x).toBeGreaterThanOrEqual(base.x - base.width / 2);
  expect(sign.x).toBeLessThanOrEqual(base.x + base.width);
  const places = drawn.filter(({ width }) => width > 0).sort((one, other) => one.x - other.x);
  for (const [at, { x, width }] of places.slice(0, -1).entries()) expect(places[at + 1]?.x).toBeCloseTo(x + width, 0);
});

test('a very long word stands on as many lines as it needs, inside the margins, and no letter of it over another', async () => {
  const word = Array.from({ length: 400 }, (_, index) => 'abcdefghij'[index % 10]).join('');
  const drawn = await drawnComment(word);
  const letters = drawn.filter(({ letter }) => letter !== '\u200b');
  const lines = asItStands(letters);
  expect(lines.join('')).toBe(word);
  expect(lines.length).toBeGreaterThan(3);
  for (const { x, width } of letters) expect([x >= 56, x + width <= 595.28 - 56]).toEqual([true, true]);
  expect(new Set(letters.map(({ x, y }) => `${x.toFixed(1)} ${y}`)).size).toBe(400);
});

test('letters that the fonts lack stand as their numbers, and the page says so', async () => {
  const [words] = await wordsOfPdf(await drawCoverPage(page({ author: { name: '張偉 (Wei)', company: null } })));
  expect(words).toContain('[U+5F35][U+5049] (Wei)');
  expect(words).toContain('cannot draw');
});

test('broken letters, controls and turned directions break nothing', async () => {
  const [words] = await wordsOfPdf(
    await drawCoverPage(page({ comment: 'a\u0000b\ud800c\u202ed\tE\r\nf\u{1F469}\u200d\u{1F52C}' })),
  );
  expect(words).toContain('ab[U+D800]cd E f');
});
