/**
 * The contents of a cover page. Instants in UTC; nothing depends on the clock, so the same version of a return gives the same
 * file.
 */
export interface CoverPage {
  readonly project: string;
  readonly submittal: {
    readonly number: string;
    readonly revision: string;
    readonly title: string;
    /** Null: Procore gives none. */
    readonly specSection: string | null;
  };
  /** In Procore's words. */
  readonly response: string;
  readonly author: { readonly name: string; readonly company: string | null };
  /** Plain text, lines kept. */
  readonly comment: string;
  readonly steps: readonly {
    readonly name: string;
    readonly kind: 'reviewer' | 'submitter' | 'unknown';
    readonly required: boolean;
    readonly doneAt: string | null;
  }[];
  /** When the return was finished; null: not known. */
  readonly finishedAt: string | null;
  /** IANA zone of the project, in which days and times are written. */
  readonly timeZone: string;
  readonly fileNames: readonly string[];
}

/** A line or a paragraph of the page. */
export type Part =
  | { readonly kind: 'title' | 'heading' | 'paragraph' | 'item' | 'note'; readonly text: string }
  | { readonly kind: 'fact'; readonly name: string; readonly text: string };

/** The page from top to bottom. */
export function partsOf(page: CoverPage): readonly Part[] {
  const { project, submittal, response, author, comment, steps, finishedAt, timeZone, fileNames } = page;
  const fact = (name: string, text: string | null): readonly Part[] => (text ? [{ kind: 'fact', name, text }] : []);
  const listed = (heading: string, lines: readonly string[]): readonly Part[] => [
    { kind: 'heading', text: heading },
    ...lines.map((text): Part => ({ kind: 'item', text })),
  ];
  return [
    { kind: 'title', text: `Submittal ${submittal.number}, revision ${submittal.revision || '0'}` },
    { kind: 'paragraph', text: submittal.title },
    ...fact('Project', project),
    ...fact('Spec section', submittal.specSection),
    ...fact('Response', response),
    ...fact('Returned by', author.company === null ? author.name : `${author.name}, ${author.company}`),
    ...fact('Date', finishedAt === null ? null : dayIn(timeZone, finishedAt)),
    { kind: 'heading', text: 'Comment' },
    { kind: 'paragraph', text: comment === '' ? 'None' : comment },
    ...listed('Review', steps.length === 0 ? ['No review steps'] : steps.map((step) => stepInWords(step, timeZone))),
    ...listed('Files returned', fileNames.length === 0 ? ['None'] : fileNames),
  ];
}

function stepInWords({ name, kind, required, doneAt }: CoverPage['steps'][number], timeZone: string): string {
  const role = kind === 'unknown' ? 'reviewer' : kind;
  const done = doneAt === null ? 'not done' : `done ${dayIn(timeZone, doneAt)}, ${timeIn(timeZone, doneAt)}`;
  return `${name}, ${role}, ${required ? 'required' : 'optional'}, ${done}`;
}

const dayIn = (timeZone: string, at: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'long', year: 'numeric' }).format(new Date(at));

const timeIn = (timeZone: string, at: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', timeZoneName: 'short' }).format(new Date(at));
