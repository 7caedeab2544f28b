import type { MatchBasis, MatchKind, RecordMatch } from '../domain/projects.ts';
import { nameScore } from './names.ts';

/** A record of either side, reduced to what it can be matched by. */
export interface Matchable {
  readonly id: string;
  readonly name: string;
  /** Exact identifiers, folded: a registration number, a project number. */
  readonly marks: readonly string[];
  readonly timeZone?: string | null;
}

export interface MatchRules {
  readonly kind: MatchKind;
  /** The basis recorded for an equal mark. */
  readonly markBasis: Extract<MatchBasis, 'registration-number' | 'project-number' | 'e-mail'>;
  /** From this score on, a name alone is enough (0.92). */
  readonly sureFrom: number;
  /** From this score on, a person should look at it. */
  readonly doubtFrom: number;
}

export const projectRules: MatchRules = {
  kind: 'project',
  markBasis: 'project-number',
  sureFrom: 0.92,
  doubtFrom: 0.7,
};

export const companyRules: MatchRules = { ...projectRules, kind: 'company', markBasis: 'registration-number' };

export const personRules: MatchRules = { ...projectRules, kind: 'person', markBasis: 'e-mail' };

/**
 * Pairs the partner's records with Procore's: first by a person's decision, then by equal marks, then by name. Every partner
 * record is returned exactly once, in its order, and no Procore record is `matched` twice: a record with a rival on either side
 * is `doubtful`. Each round judges all of its records against the same state, so the order of the records does not matter.
 */
export function matchRecords(
  rules: MatchRules,
  partner: readonly Matchable[],
  procore: readonly Matchable[],
  decided: readonly RecordMatch[] = [],
): readonly RecordMatch[] {
  const results = decisionsOf(rules.kind, partner, procore, decided);
  const rounds: readonly Round[] = [matchByMark, matchByName];
  for (const round of rounds) {
    const taken = new Set(
      [...results.values()].flatMap(({ state, procoreId }) => (state === 'matched' && procoreId ? [procoreId] : [])),
    );
    const open = partner.filter(({ id }) => !results.has(id));
    for (const match of round({ rules, open, procore, taken })) results.set(match.partnerId, match);
  }
  return partner.flatMap(({ id }) => results.get(id) ?? []);
}

interface Sides {
  readonly rules: MatchRules;
  /** Partner records without a result yet. */
  readonly open: readonly Matchable[];
  readonly procore: readonly Matchable[];
  /** Procore records that are matched already. */
  readonly taken: ReadonlySet<string>;
}

type Round = (sides: Sides) => readonly RecordMatch[];

const shareMark = (left: Matchable, right: Matchable): boolean => left.marks.some((mark) => right.marks.includes(mark));

/** Sure if exactly one record on each side has the mark; records without an equal mark are left for the next round. */
const matchByMark: Round = ({ rules, open, procore, taken }) =>
  open.flatMap((record) => {
    const same = procore.filter((other) => shareMark(record, other));
    const [best] = byLikeness(record, same);
    if (!best) return [];
    const alone = same.length === 1 && open.filter((other) => shareMark(other, best.record)).length === 1;
    return [pair(rules, record, alone && !taken.has(best.record.id) ? 'matched' : 'doubtful', rules.markBasis, 1, best.record)];
  });

const matchByName: Round = ({ rules, open, procore, taken }) => {
  const free = procore.filter(({ id }) => !taken.has(id));
  return open.map((record) => {
    const [best, second] = byLikeness(record, free);
    if (!best || best.score < rules.doubtFrom) return pair(rules, record, 'unmatched', 'none', 0);
    const rivalHere = open.some(({ id, name }) => id !== record.id && nameScore(name, best.record.name) >= rules.sureFrom);
    const rivalThere = second !== undefined && second.score >= Math.min(best.score, rules.sureFrom);
    // If their marks agreed, the round before would have paired them.
    const contradicts = record.marks.length > 0 && best.record.marks.length > 0;
    const sure = best.score >= rules.sureFrom && !rivalHere && !rivalThere && !contradicts;
    return pair(rules, record, sure ? 'matched' : 'doubtful', 'name', best.score, best.record);
  });
};

const pair = (
  rules: MatchRules,
  record: Matchable,
  state: RecordMatch['state'],
  basis: MatchBasis,
  score: number,
  other?: Matchable,
): RecordMatch => ({
  kind: rules.kind,
  partnerId: record.id,
  partnerName: record.name,
  partnerTimeZone: record.timeZone ?? null,
  procoreId: other?.id ?? null,
  procoreName: other?.name ?? null,
  procoreTimeZone: other?.timeZone ?? null,
  basis,
  score,
  state,
});

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
    // If the counterpart is gone, the pair must be decided again.
    const state = decision.procoreId !== null && !other ? 'doubtful' : decision.state;
    const partnerTimeZone = record.timeZone ?? null;
    results.set(record.id, {
      ...decision,
      partnerName: record.name,
      partnerTimeZone,
      procoreName: other?.name ?? decision.procoreName,
      procoreTimeZone: other?.timeZone ?? null,
      state,
    });
  }
  return results;
}

const byLikeness = (record: Matchable, among: readonly Matchable[]): readonly { record: Matchable; score: number }[] =>
  among
    .map((other) => ({ record: other, score: nameScore(record.name, other.name) }))
    .sort((left, right) => right.score - left.score || (left.record.id < right.record.id ? -1 : 1));
