import { z } from 'zod';
import type { RecordFields } from './deliveries.ts';
import { type FaultKind, faultKinds } from './faults.ts';

/**
 * What a dry run predicts for one record: going live (or the next cycle) would create it, change it, leave it alone, or cannot
 * send it until somebody acts.
 */
export const foreseenActs = ['create', 'update', 'leave-alone', 'cannot'] as const;
export type ForeseenAct = (typeof foreseenActs)[number];

/** One record of a dry run, with the reason in words. */
export interface ForeseenRecord {
  readonly naturalKey: string;
  /** What people call it. */
  readonly label: string;
  readonly does: ForeseenAct;
  /** It would wait for a person to push it: automation of this act is off. */
  readonly held: boolean;
  /** What was seen. */
  readonly why: string;
  /** Why it cannot be sent; who must act follows from it. Null if nothing blocks it. */
  readonly reason: FaultKind | null;
  readonly needed: string | null;
  readonly where: string | null;
  /** The owned fields as they would be sent; null if not known. */
  readonly fields: RecordFields | null;
}

const count = z.int().min(0);

/** How many records per act; `held` ones are among those that would be created or changed. */
export const foreseenCounts = z.object({ create: count, update: count, leaveAlone: count, cannot: count, held: count });
export type ForeseenCounts = Readonly<z.infer<typeof foreseenCounts>>;

export const nothingForeseen: ForeseenCounts = { create: 0, update: 0, leaveAlone: 0, cannot: 0, held: 0 };

/** Why a stream would be refused as a whole: none of it is sent until somebody acts. */
export const wholeRefusal = z.object({
  reason: z.enum(faultKinds),
  seen: z.string(),
  needed: z.string(),
  where: z.string(),
});
export type WholeRefusal = Readonly<z.infer<typeof wholeRefusal>>;

/** One stream of one project, or of the company as a whole: then the project's id and name are the company's. */
export interface DryRunPart extends ForeseenCounts {
  readonly scope: 'project' | 'company';
  readonly procoreProjectId: string;
  readonly name: string;
  readonly stream: string;
  readonly refused: WholeRefusal | null;
}

export interface DryRunOfProject extends ForeseenCounts {
  readonly procoreProjectId: string;
  readonly name: string;
  readonly streams: readonly Omit<DryRunPart, 'procoreProjectId' | 'name' | 'scope'>[];
}

/** A finished dry run. `at`: when it began, so nothing it reports was seen earlier. */
export interface DryRun {
  readonly dryRunId: string;
  readonly at: string;
  /** What belongs to no project; null: nothing was looked at. */
  readonly company: DryRunOfProject | null;
  readonly projects: readonly DryRunOfProject[];
}

export function countsOf(records: readonly Pick<ForeseenRecord, 'does' | 'held'>[]): ForeseenCounts {
  const doing = (act: ForeseenAct): number => records.filter(({ does }) => does === act).length;
  return {
    create: doing('create'),
    update: doing('update'),
    leaveAlone: doing('leave-alone'),
    cannot: doing('cannot'),
    held: records.filter(({ held }) => held).length,
  };
}

export const sumOf = (counts: readonly ForeseenCounts[]): ForeseenCounts =>
  counts.reduce(
    (sum, one) => ({
      create: sum.create + one.create,
      update: sum.update + one.update,
      leaveAlone: sum.leaveAlone + one.leaveAlone,
      cannot: sum.cannot + one.cannot,
      held: sum.held + one.held,
    }),
    nothingForeseen,
  );

/** The parts of a dry run, grouped: those of the company, and those of each project in the given order. */
export function gatheredParts(parts: readonly DryRunPart[]): Pick<DryRun, 'company' | 'projects'> {
  const company = byProject(parts.filter(({ scope }) => scope === 'company'));
  return { company: company[0] ?? null, projects: byProject(parts.filter(({ scope }) => scope === 'project')) };
}

function byProject(parts: readonly DryRunPart[]): readonly DryRunOfProject[] {
  const projects = new Map<string, DryRunPart[]>();
  for (const part of parts) projects.set(part.procoreProjectId, [...(projects.get(part.procoreProjectId) ?? []), part]);
  return [...projects].map(([procoreProjectId, own]) => ({
    procoreProjectId,
    name: own[0]?.name ?? '',
    ...sumOf(own),
    streams: own.map(({ procoreProjectId: _, name: __, scope: ___, ...part }) => part),
  }));
}
