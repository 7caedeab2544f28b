import { z } from 'zod';

/** The admin's three choices in the guide's words: existing = all | chosen | none, future = yes | no. */
export const projectChoice = z
  .strictObject({
    existing: z.enum(['all', 'chosen', 'none']),
    chosen: z.array(z.string().min(1).max(40)).max(10_000).default([]),
    future: z.boolean(),
  })
  .refine((choice) => choice.existing !== 'none' || choice.future, {
    path: ['future'],
    message: 'with existing "none" send true, or nothing is connected at all (to end it, stop the connection)',
  })
  .refine((choice) => choice.existing !== 'chosen' || choice.chosen.length > 0, {
    path: ['chosen'],
    message: 'name at least one project id when existing is "chosen"',
  });
export type ProjectChoice = z.infer<typeof projectChoice>;

/** A choice and when it was made: projects in the admin's list by then exist, later ones are future. */
export interface DatedChoice extends ProjectChoice {
  readonly chosenAt: string;
}

/** A Procore project as listed to a person or the sync user. */
export const listedProject = z.object({
  id: z.string(),
  name: z.string(),
  number: z.string().nullable(),
  city: z.string().nullable(),
  timeZone: z.string().nullable(),
  active: z.boolean(),
});
export type ListedProject = Readonly<z.infer<typeof listedProject>>;

/** A project of the admin's list, and when it first appeared there. */
export const seenProject = listedProject.extend({ since: z.string() });
export type SeenProject = Readonly<z.infer<typeof seenProject>>;

/** The admin's own list, inactive projects included: captured at sign-in, renewed by a further one, dated. */
export interface DatedProjectList {
  readonly capturedAt: string;
  readonly projects: readonly SeenProject[];
  /** On how many of them the sync user was at the latest look, and when that number last grew; null before the first look. */
  readonly progress?: { readonly on: number; readonly grewAt: string | null } | null;
}

/**
 * Which projects a choice includes: the chosen ones, or all that existed, plus later ones if it says so. A project exists if the
 * admin's list held it when they chose, or when the list was first captured. Without a list existing and future cannot be told
 * apart.
 */
export function coverage(choice: DatedChoice, list: DatedProjectList | null): (projectId: string) => boolean {
  const chosen = new Set(choice.existing === 'chosen' ? choice.chosen : []);
  if (list === null) return (id) => chosen.has(id) || (choice.existing === 'all' && choice.future);
  const first = Math.min(...list.projects.map(({ since }) => Date.parse(since)));
  const until = Math.max(Date.parse(choice.chosenAt), Number.isFinite(first) ? first : 0);
  const existing = new Set(list.projects.filter(({ since }) => Date.parse(since) <= until).map(({ id }) => id));
  return (id) => chosen.has(id) || (existing.has(id) ? choice.existing === 'all' : choice.future);
}

export const matchKinds = ['project', 'company', 'person'] as const;
export type MatchKind = (typeof matchKinds)[number];

/**
 * How a pair was found: an exact mark first (for a person the e-mail address), then the name (score 0..1), or by a person's
 * decision.
 */
export const matchBases = ['registration-number', 'project-number', 'e-mail', 'name', 'person', 'none'] as const;
export type MatchBasis = (typeof matchBases)[number];

export interface RecordMatch {
  readonly kind: MatchKind;
  readonly partnerId: string;
  readonly partnerName: string;
  /** For a project: the site's own zone (IANA), if the partner gives one. */
  readonly partnerTimeZone?: string | null;
  readonly procoreId: string | null;
  readonly procoreName: string | null;
  /**
   * For a project: Procore's own name of its zone when the lists were last compared; null if it has none, or nobody has looked
   * yet.
   */
  readonly procoreTimeZone?: string | null;
  readonly basis: MatchBasis;
  /** 1 for exact bases. */
  readonly score: number;
  readonly state: 'matched' | 'doubtful' | 'unmatched';
}

export interface MatchCoverage {
  readonly matched: number;
  readonly of: number;
  /** Whole percent, rounded down: 100 only if nothing is left. 100 if there is nothing to match. */
  readonly percent: number;
}

/** How much of one side has a counterpart; records that a person said have none are settled, and not counted. */
export function coverageOf(matches: readonly RecordMatch[], kind: MatchKind): MatchCoverage {
  const counted = matches.filter((match) => match.kind === kind && !(match.state === 'unmatched' && match.basis === 'person'));
  const matched = counted.filter(({ state }) => state === 'matched').length;
  const percent = counted.length === 0 ? 100 : Math.floor((100 * matched) / counted.length);
  return { matched, of: counted.length, percent };
}

/**
 * Whether a pair of projects takes part. A pair made by hand adds to "all existing"; with a choice of single projects, or of
 * none, only the choice counts. Before anything is chosen every pair takes part.
 */
export function takingPart(
  choice: DatedChoice | null,
  list: DatedProjectList | null,
): (pair: Pick<RecordMatch, 'procoreId' | 'basis'>) => boolean {
  if (choice === null) return ({ procoreId }) => procoreId !== null;
  const covers = coverage(choice, list);
  return ({ procoreId, basis }) => procoreId !== null && (covers(procoreId) || (choice.existing === 'all' && basis === 'person'));
}

/** Whether a new choice means the same as the previous one: repeating a choice changes nothing. */
export function sameChoice(before: DatedChoice | null, after: DatedChoice, list: DatedProjectList | null): boolean {
  if (before === null || before.existing !== after.existing || before.future !== after.future) return false;
  const [was, is] = [coverage(before, list), coverage(after, list)];
  const ids = [...before.chosen, ...after.chosen, ...(list?.projects ?? []).map(({ id }) => id)];
  return ids.every((id) => was(id) === is(id));
}
