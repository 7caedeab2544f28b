import { isDeepStrictEqual } from 'node:util';
import { workflowIds } from '../../shared/domain/ids.ts';
import { type ListedProject, type RecordMatch, takingPart } from '../../shared/domain/projects.ts';
import type { Partner } from '../../shared/partners/contract.ts';
import { isServing } from '../../shared/partners/stream.ts';
import { appliedDecision } from '../../shared/store/commands.ts';
import { type Connection, findConnection } from '../../shared/store/connections/connections.ts';
import { listMatches } from '../../shared/store/connections/matches.ts';
import { unwantRun } from '../../shared/store/desired-runs.ts';
import { listProjectLinks, type ProjectLink, unlinkProject } from '../../shared/store/projects/project-links.ts';
import { findAdminProjects } from '../../shared/store/projects/project-lists.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { agreedZone } from '../zones.ts';

/** Whether a project link is in force. */
export const isLinked = ({ scope, state }: ProjectLink): boolean => scope === 'project' && state !== 'unlinked';

/** Whether any stream to be synced belongs to no project. */
export const hasCompanyStreams = ({ streams }: Pick<Partner, 'streams'>, modules: readonly string[]): boolean =>
  streams.some((stream) => stream.scope === 'company' && isServing(stream, modules));

const isPair = ({ kind, state }: RecordMatch): boolean => kind === 'project' && state === 'matched';

/** Whether a person chose another counterpart for the link's project of the partner, or none. */
const isDecidedOtherwise = (link: ProjectLink, matches: readonly RecordMatch[]): boolean =>
  matches.some(
    ({ kind, basis, partnerId, procoreId }) =>
      kind === 'project' && basis === 'person' && partnerId === link.partnerProjectId && procoreId !== link.procoreProjectId,
  );

interface Sides {
  /** Matched pairs of projects that the admin's choice includes. */
  readonly pairs: readonly RecordMatch[];
  /** Linked projects whose pair a person has since changed, or that the choice excludes. */
  readonly parted: readonly ProjectLink[];
  /** The other linked projects. */
  readonly kept: readonly ProjectLink[];
}

/** Pairs and links of a connection under its current decisions. */
async function sidesOf(db: Db, { connectionId, projectChoice }: Connection): Promise<Sides> {
  const takesPart = takingPart(projectChoice, (await findAdminProjects(db, connectionId)) ?? null);
  const matches = await listMatches(db, connectionId);
  const links = (await listProjectLinks(db, connectionId)).filter(isLinked);
  const basisOf = ({ partnerProjectId, procoreProjectId }: ProjectLink): RecordMatch['basis'] =>
    matches.find(
      ({ kind, partnerId, procoreId }) => kind === 'project' && partnerId === partnerProjectId && procoreId === procoreProjectId,
    )?.basis ?? 'none';
  const isParted = (link: ProjectLink): boolean =>
    isDecidedOtherwise(link, matches) || !takesPart({ procoreId: link.procoreProjectId, basis: basisOf(link) });
  return {
    pairs: matches.filter((match) => isPair(match) && takesPart(match)),
    parted: links.filter(isParted),
    kept: links.filter((link) => !isParted(link)),
  };
}

interface Wanted {
  readonly wantsCompanyLink: boolean;
  /** Projects as Procore lists them now, if known. */
  readonly listed: readonly ListedProject[] | undefined;
}

/**
 * Whether links and pairs of projects differ, the company's link is missing, a link waits for its time zone, one of the two sides
 * has another zone now, or another backfill was chosen than a link shows: then going live has work to do again.
 */
export async function linksLag(db: Db, connectionId: string, { wantsCompanyLink, listed }: Wanted): Promise<boolean> {
  const connection = await findConnection(db, connectionId);
  if (!connection) return false;
  const links = await listProjectLinks(db, connectionId);
  if (wantsCompanyLink && !links.some(({ scope, state }) => scope === 'company' && state !== 'unlinked')) return true;
  const chosen = (await appliedDecision(db, connectionId, 'choose-backfill'))?.input;
  if (chosen !== undefined && links.some((link) => isLinked(link) && !isDeepStrictEqual(link.backfill, chosen))) return true;
  const { pairs, parted, kept } = await sidesOf(db, connection);
  const current = new Map(listed?.map((project) => [project.id, project]));
  const hasItsZone = (link: ProjectLink, { partnerTimeZone = null }: RecordMatch): boolean => {
    const project = current.get(link.procoreProjectId);
    if (link.timeZone === null || !project) return link.timeZone !== null;
    const zones = { procoreTimeZone: project.timeZone, partnerTimeZone };
    return project.timeZone === link.procoreTimeZone && agreedZone(zones, Date.now()) === link.timeZone;
  };
  const stands = (match: RecordMatch): boolean =>
    kept.some(
      (link) => link.procoreProjectId === match.procoreId && link.partnerProjectId === match.partnerId && hasItsZone(link, match),
    );
  return parted.length > 0 || pairs.some((match) => !stands(match));
}

/** Ends the links that decisions have parted since. What was written for them stays in Procore. */
export async function endPartedLinks(db: Db, connection: Connection): Promise<void> {
  for (const { projectLinkId } of (await sidesOf(db, connection)).parted) {
    await unlinkProject(db, projectLinkId);
    await unwantRun(db, workflowIds.projectSync(connection.tenantId, projectLinkId));
  }
}
