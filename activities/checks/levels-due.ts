import { newestTurn, type Pacing } from '../../shared/domain/turns.ts';
import type { LevelsWish } from '../../shared/partners/contract.ts';
import type { Stream } from '../../shared/partners/stream.ts';
import { atLeast, type ToolNeed } from '../../shared/procore/operations/permissions.ts';
import type { CallsOnProject, KnownLevels } from '../../shared/store/projects/project-levels.ts';

/**
 * The fewest calls an hour that Procore grants a credential (facts/procore.md section 2.5), and the share of them used to read
 * levels.
 */
const fewestCallsPerHour = 600;
const shareOfCalls = 0.1;

const hourMs = 3_600_000;

/** While somebody has the page open, levels this old are read again. */
const freshWhileWatchedMs = 60_000;

export interface LevelFacts {
  readonly known: readonly KnownLevels[];
  readonly calls: readonly CallsOnProject[];
  readonly streams: readonly Pick<Stream, 'name' | 'needs'>[];
  /** `all`: a step they rest on changed, or somebody asks. `all-but-fresh`: somebody has the page open. */
  readonly ask: 'all' | 'all-but-fresh' | 'due';
}

/** Asks about all of them, without a limit: for an onboarding, where nothing is proven yet. */
export const askAboutAll = (known: readonly KnownLevels[]): LevelsWish => ({
  known: new Map(known.map(({ projectId, tools }) => [projectId, tools])),
  pick: (projectIds) => projectIds,
  most: Number.POSITIVE_INFINITY,
});

/**
 * Levels are mostly learned from what streams do anyway: a refused call puts a project's levels in doubt; an accepted write
 * proves the level it takes. A manifest is read for a project that is new, in doubt, or lacks something; for every project after
 * a change that all of them rest on; and otherwise once per `everyMs`, each project at its own time, unless calls have proven all
 * that is needed since.
 */
export function levelsWish(facts: LevelFacts, { nowMs, everyMs }: Pacing): LevelsWish {
  const known = new Map(facts.known.map((one) => [one.projectId, one]));
  const calls = new Map(facts.calls.map((one) => [one.projectId, one]));
  const readLately = facts.known.filter(({ readAt }) => nowMs - readAt.getTime() < hourMs).length;

  function urgency(projectId: string, needs: readonly ToolNeed[], turnMs: number): number | undefined {
    const levels = known.get(projectId);
    if (!levels || needs.some(({ tool }) => !levels.tools.some((one) => one.tool === tool))) return 0;
    const readMs = levels.readAt.getTime();
    const own = calls.get(projectId);
    const proven = own ? provenBy(own, facts.streams) : [];
    const contradicts = ({ tool, level, atMs }: Proof): boolean =>
      atMs > readMs && levels.tools.some((one) => one.tool === tool && !atLeast(one.level ?? 'None', level));
    if (own?.refused || proven.some(contradicts)) return 1;
    // a tool that is off in a project that is not linked does not matter
    const lacks = ({ tool, level }: ToolNeed): boolean =>
      levels.tools.some((one) => one.tool === tool && !atLeast(one.level ?? 'None', level) && (!one.off || own !== undefined));
    if (needs.some(lacks)) return 2;
    if (facts.ask === 'all' || (facts.ask === 'all-but-fresh' && nowMs - readMs > freshWhileWatchedMs)) return 3;
    const isProven = ({ tool, level }: ToolNeed): boolean =>
      proven.some((proof) => proof.tool === tool && atLeast(proof.level, level) && proof.atMs >= turnMs);
    return readMs < turnMs && !needs.every(isProven) ? 4 : undefined;
  }

  return {
    known: new Map(facts.known.map(({ projectId, tools }) => [projectId, tools])),
    most: Math.max(1, Math.floor(fewestCallsPerHour * shareOfCalls) - readLately),
    pick(projectIds, needs) {
      const ages = (projectId: string): number => known.get(projectId)?.readAt.getTime() ?? 0;
      return [...projectIds]
        .sort()
        .flatMap((projectId, place) => {
          const turnMs = newestTurn(place / projectIds.length, { nowMs, everyMs });
          const how = urgency(projectId, needs, turnMs);
          return how === undefined ? [] : [{ projectId, how }];
        })
        .sort((left, right) => left.how - right.how || ages(left.projectId) - ages(right.projectId))
        .map(({ projectId }) => projectId);
    },
  };
}

interface Proof extends ToolNeed {
  readonly atMs: number;
}

/** An accepted write shows at least Standard on the tools that its stream writes to; it does not show more than that. */
function provenBy({ wrote }: CallsOnProject, streams: LevelFacts['streams']): readonly Proof[] {
  return wrote.flatMap(({ stream, at }) => {
    const needs = streams.find(({ name }) => name === stream)?.needs ?? [];
    return needs
      .filter(({ level }) => atLeast(level, 'Standard'))
      .map(({ tool }): Proof => ({ tool, level: 'Standard', atMs: at.getTime() }));
  });
}
