import { z } from 'zod';

/** The admin's three choices in the guide's words: existing = all | chosen | none, future = yes | no. */
export const projectChoice = z
  .strictObject({
    existing: z.enum(['all', 'chosen', 'none']),
    chosen: z.array(z.string().min(1).max(40)).max(10_000).default([]),
    future: z.boolean(),
  })
  .refine((choice) => choice.existing !== 'chosen' || choice.chosen.length > 0, {
    path: ['chosen'],
    message: 'name at least one project id when existing is "chosen"',
  });
export type ProjectChoice = z.infer<typeof projectChoice>;

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

/** The admin's own list, captured at sign-in and dated. */
export interface DatedProjectList {
  readonly capturedAt: string;
  readonly projects: readonly ListedProject[];
}

export const matchKinds = ['project', 'company'] as const;
export type MatchKind = (typeof matchKinds)[number];

/** How a pair was found: registration number first, then name (score 0..1), or a person's decision. */
export const matchBases = ['registration-number', 'project-number', 'name', 'person', 'none'] as const;
export type MatchBasis = (typeof matchBases)[number];

export interface RecordMatch {
  readonly kind: MatchKind;
  readonly partnerId: string;
  readonly partnerName: string;
  /** Of a project: the site's own zone (IANA), where the partner says one. */
  readonly partnerTimeZone?: string | null;
  readonly procoreId: string | null;
  readonly procoreName: string | null;
  readonly basis: MatchBasis;
  /** 1 for exact bases. */
  readonly score: number;
  readonly state: 'matched' | 'doubtful' | 'unmatched';
}

const count = z.int().min(0);

/** What going live would do to one project: counts and ten examples (the next issue deepens it). */
export const dryRunOfProject = z.object({
  procoreProjectId: z.string(),
  name: z.string(),
  create: count,
  update: count,
  leaveAlone: count,
  cannot: count,
  examples: z.array(z.string()),
});

export interface DryRun {
  readonly at: string;
  readonly projects: readonly Readonly<z.infer<typeof dryRunOfProject>>[];
}
