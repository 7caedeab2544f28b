/**
 * The least calls to Procore's API: what ours are counted against. `least…` holds what the facts ask of each kind of work; `bare…` is the
 * line of facts/steps-and-calls.md section 2 as it stands, without what is read before going live and before a correction (docs/benchmarks.md).
 * `pages`: full pages of the largest size that Procore allows.
 */
export const pageRows = 300;
const pages = (rows: number): number => Math.max(1, Math.ceil(rows / pageRows));

/** Lists of one company. */
export interface CompanySize {
  readonly linked: number;
  readonly active: number;
  readonly vendors: number;
}

/** Proofs; the matching of vendors and, for each project, whom entries may be made for. */
export const bareOnboarding = ({ linked, active, vendors }: CompanySize): number =>
  4 + pages(linked) + pages(active) + linked + pages(vendors) + linked;

/** The same, and what the preview of a project rests on: what stands in its window, and which days are completed. */
export const leastOnboarding = (size: CompanySize): number => bareOnboarding(size) + 2 * size.linked;

/** One project and cycle: what stands in its window, which days are completed, one call each entry or correction; none without any. */
export const leastManpower = (toWrite: number): number => (toWrite === 0 ? 0 : 2 + toWrite);

/** A day that goes on: one call each correction, whatever a person may have done to the entry or the day meanwhile. */
export const bareCorrections = (toWrite: number): number => toWrite;

/** What stands in each project against what was written: one sum each, where both sides agree. */
export const leastReconcile = (projects: number): number => projects;

/** One company in an hour in which nothing changed. */
export const leastCareRound = ({ linked }: CompanySize): number => pages(linked) + 3;

/** Part3, one project: both lists of what changed, each cycle. */
export const leastCycles = (cycles: number): number => 2 * cycles;

/** Items that come in: one call each changed RFI, none for a submittal beyond its list, one each new file. */
export const leastItems = ({ changedRfis, newFiles }: { readonly changedRfis: number; readonly newFiles: number }): number =>
  changedRfis + newFiles;

/** Answers and returns: shown, sent and shown again; two calls each file, which is announced in parts; one where the ball is passed on. */
export const leastAnswers = (answers: {
  readonly replies: number;
  readonly responses: number;
  readonly files: number;
  readonly advanced: number;
}): number => 3 * (answers.replies + answers.responses) + 2 * answers.files + answers.advanced;
