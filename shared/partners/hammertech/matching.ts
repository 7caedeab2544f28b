import type { MatchBasis, MatchKind, RecordMatch } from '../../domain/projects.ts';
import { nameScore } from './names.ts';

/** A record of either side, reduced to what it may be matched by. */
export interface Matchable {
  readonly id: string;
  readonly name: string;
  /** Exact marks, folded: a registration number, a project number. */
  readonly marks: readonly string[];
}

export interface MatchRules {
  readonly kind: MatchKind;
  /** What an equal mark is called. */
  readonly markBasis: Extract<MatchBasis, 'registration-number' | 'project-number'>;
  /** From this score on a name alone is enough (0.92). */
  readonly sureFrom: number;
  /** From here on it is worth a person's look. */
  readonly doubtFrom: number;
}

export const projectRules: MatchRules = {
  kind: 'project',
  markBasis: 'project-number',
  sureFrom: 0.92,
  doubtFrom: 0.7,
};

export const companyRules: MatchRules = { ...projectRules, kind: 'company', markBasis: 'registration-number' };

/**
 * Pairs the partner's records with Procore's: what a person decided stands; then equal marks; then names. Every partner record comes
 * back exactly once, in its order, and no Procore record is `matched` twice: whoever has a rival on either side is `doubtful`.
 */
export function matchRecords(
  rules: MatchRules,
  partner: readonly Matchable[],
  procore: readonly Matchable[],
  decided: readonly RecordMatch[] = [],
): readonly RecordMatch[] {
  const results = decisionsOf(rules.kind, partner, procore, decided);
  const taken = new Set(
    [...results.values()].flatMap(({ state, procoreId }) => (state === 'matched' && procoreId ? [procoreId] : [])),
  );
  const put = (record: Matchable, state: RecordMatch['state'], basis: MatchBasis, score: number, other?: Matchable): void => {
    if (state === 'matched' && other) taken.add(other.id);
    results.set(record.id, {
      kind: rules.kind,
      partnerId: record.id,
      partnerName: record.name,
      procoreId: other?.id ?? null,
      procoreName: other?.name ?? null,
      basis,
      score,
      state,
    });
  };

  const byMark = partner.filter(({ id }) => !results.has(id));
  const bearers = countBy(partner.flatMap(({ marks }) => marks));
  for (const record of byMark) {
    const same = procore.filter(({ marks }) => marks.some((mark) => record.marks.includes(mark)));
    const [best] = byLikeness(record, same);
    if (!best) continue;
    const sure = same.length === 1 && record.marks.every((mark) => bearers.get(mark) === 1) && !taken.has(best.record.id);
    put(record, sure ? 'matched' : 'doubtful', rules.markBasis, 1, best.record);
  }

  const byName = byMark.filter(({ id }) => !results.has(id));
  for (const record of byName) {
    const [best, second] = byLikeness(
      record,
      procore.filter(({ id }) => !taken.has(id)),
    );
    if (!best || best.score < rules.doubtFrom) {
      put(record, 'unmatched', 'none', 0);
      continue;
    }
    const rivalHere = byName.some(({ id, name }) => id !== record.id && nameScore(name, best.record.name) >= rules.sureFrom);
    const rivalThere = second !== undefined && second.score >= Math.min(best.score, rules.sureFrom);
    // Had their marks agreed, they would have met above.
    const contradicts = record.marks.length > 0 && best.record.marks.length > 0;
    const sure = best.score >= rules.sureFrom && !rivalHere && !rivalThere && !contradicts;
    put(record, sure ? 'matched' : 'doubtful', 'name', best.score, best.record);
  }
  return partner.flatMap(({ id }) => results.get(id) ?? []);
}

/** Decisions of people whose partner record still exists, with both names as they are now. */
function decisionsOf(
  kind: MatchKind,
  partner: readonly Matchable[],
  procore: readonly Matchable[],
  decided: readonly RecordMatch[],
): Map<string, RecordMatch> {
  const records = new Map(partner.map((record) => [record.id, record]));
  const others = new Map(procore.map((record) => [record.id, record]));
  const results = new Map<string, RecordMatch>();
  for (const decision of decided) {
    const record = records.get(decision.partnerId);
    if (decision.kind !== kind || decision.basis !== 'person' || !record) continue;
    const other = decision.procoreId === null ? undefined : others.get(decision.procoreId);
    // A counterpart that is gone leaves the pair to be decided anew.
    const state = decision.procoreId !== null && !other ? 'doubtful' : decision.state;
    results.set(record.id, { ...decision, partnerName: record.name, procoreName: other?.name ?? decision.procoreName, state });
  }
  return results;
}

const countBy = (marks: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const mark of marks) counts.set(mark, (counts.get(mark) ?? 0) + 1);
  return counts;
};

const byLikeness = (record: Matchable, among: readonly Matchable[]): readonly { record: Matchable; score: number }[] =>
  among
    .map((other) => ({ record: other, score: nameScore(record.name, other.name) }))
    .sort((left, right) => right.score - left.score || (left.record.id < right.record.id ? -1 : 1));
