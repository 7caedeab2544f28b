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
export interface ListedProject {
  readonly id: string;
  readonly name: string;
  readonly number: string | null;
  readonly city: string | null;
  readonly timeZone: string | null;
  readonly active: boolean;
}

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
  readonly procoreId: string | null;
  readonly procoreName: string | null;
  readonly basis: MatchBasis;
  /** 1 for exact bases. */
  readonly score: number;
  readonly state: 'matched' | 'doubtful' | 'unmatched';
}

/** What going live would do, per project: counts and ten examples (the next issue deepens it). */
export interface DryRun {
  readonly at: string;
  readonly projects: readonly {
    readonly procoreProjectId: string;
    readonly name: string;
    readonly create: number;
    readonly update: number;
    readonly leaveAlone: number;
    readonly cannot: number;
    readonly examples: readonly string[];
  }[];
}
