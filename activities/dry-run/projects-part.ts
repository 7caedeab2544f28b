import { countsOf, type ForeseenRecord } from '../../shared/domain/dry-run.ts';
import type { RecordMatch } from '../../shared/domain/projects.ts';
import type { ProjectLink } from '../../shared/store/projects/project-links.ts';
import { type Pair, zoneCause } from '../checks/go-live.ts';
import type { ForeseenPart } from './part.ts';
import { cannot, leftAsItIs, sent } from './words.ts';

interface Projects {
  /** The company's id, under which the part is stored. */
  readonly procoreProjectId: string;
  readonly name: string;
  readonly matches: readonly RecordMatch[];
  /** Pairs that going live would link. */
  readonly pairs: readonly Pair[];
  /** Ids of the active projects that the sync user sees. */
  readonly visible: ReadonlySet<string>;
  readonly links: readonly ProjectLink[];
}

/** Which projects going live would link, and why it would not link the others. */
export function projectsPart({ procoreProjectId, name, ...projects }: Projects): Pick<ForeseenPart, 'part' | 'records'> {
  const records = projects.matches.filter(({ kind }) => kind === 'project').map((match) => foreseen(match, projects));
  const of = { scope: 'company', procoreProjectId, name, stream: 'projects' } as const;
  return { part: { ...of, ...countsOf(records), refused: null }, records };
}

function foreseen(match: RecordMatch, { pairs, visible, links }: Omit<Projects, 'procoreProjectId' | 'name'>): ForeseenRecord {
  const { partnerId, partnerName, procoreId, procoreName, state, basis } = match;
  const fields = { partnerProjectId: partnerId, procoreProjectId: procoreId };
  const named = { naturalKey: partnerId, label: partnerName.trim(), fields };
  const pair = pairs.find((one) => one.match.partnerId === partnerId);
  if (pair) {
    if (pair.timeZone === undefined) return cannot(named, zoneCause(pair));
    const isLinked = links.some((link) => link.procoreProjectId === procoreId && link.state !== 'unlinked');
    return isLinked
      ? leftAsItIs(named, 'It is linked already.')
      : sent(named, 'create', `It is linked with ${pair.project.name.trim()}, and kept in step from then on.`, false);
  }
  if (state !== 'matched' || procoreId === null) {
    if (basis === 'person') return leftAsItIs(named, 'A person chose to leave it out.');
    const seen = state === 'doubtful' ? 'may be another project in Procore' : 'has no counterpart in Procore';
    const words = { needed: 'Its counterpart in Procore, chosen by a person.', where: 'On this page: Matching.' };
    return cannot(named, { reason: 'unmatched-project', seen: `${partnerName.trim()} ${seen}.`, ...words });
  }
  if (visible.has(procoreId)) return leftAsItIs(named, 'It was not chosen to be kept in step.');
  return cannot(named, {
    reason: 'project-not-permitted',
    seen: `The sync user does not see ${procoreName ?? 'the project'} in Procore, or it is not active.`,
    needed: 'The sync user added to the project, or the project made active.',
    where: 'Procore: Company Tools → Directory → the sync user → Projects → Add.',
  });
}
