import { workflowIds } from '../../shared/domain/ids.ts';
import type { ListedProject, RecordMatch } from '../../shared/domain/projects.ts';
import type { CheckContext, Partner } from '../../shared/partners/contract.ts';
import { unwantRun } from '../../shared/store/desired-runs.ts';
import { listMatches } from '../../shared/store/matches.ts';
import { listProjectLinks, type ProjectLink, unlinkProject } from '../../shared/store/project-links.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import type { ConnectionRef } from '../contract.ts';

const isLinked = ({ scope, state }: ProjectLink): boolean => scope === 'project' && state !== 'unlinked';

/** Whether something is to be synced that belongs to no project. */
export const hasCompanyStreams = ({ streams }: Pick<Partner, 'streams'>, modules: readonly string[]): boolean =>
  streams.some(({ scope, module }) => scope === 'company' && modules.includes(module));

const isPair = ({ kind, state }: RecordMatch): boolean => kind === 'project' && state === 'matched';

/** Whether a person chose another counterpart for the link's project of the partner, or none. */
const isDecidedOtherwise = (link: ProjectLink, matches: readonly RecordMatch[]): boolean =>
  matches.some(
    ({ kind, basis, partnerId, procoreId }) =>
      kind === 'project' && basis === 'person' && partnerId === link.partnerProjectId && procoreId !== link.procoreProjectId,
  );

/** Whether links and pairs of projects differ, the company's link is missing, or a link waits for its time zone: then going live has something to do again. */
export async function linksLag(db: Db, connectionId: string, wantsCompanyLink: boolean): Promise<boolean> {
  const matches = await listMatches(db, connectionId);
  const all = await listProjectLinks(db, connectionId);
  if (wantsCompanyLink && !all.some(({ scope, state }) => scope === 'company' && state !== 'unlinked')) return true;
  const links = all.filter(isLinked);
  const stands = (match: RecordMatch): boolean =>
    links.some(
      (link) => link.procoreProjectId === match.procoreId && link.partnerProjectId === match.partnerId && link.timeZone !== null,
    );
  return matches.some((match) => isPair(match) && !stands(match)) || links.some((link) => isDecidedOtherwise(link, matches));
}

/** Ends the links of pairs that a person has parted since. */
export async function endPartedLinks(db: Db, ref: ConnectionRef, matches: readonly RecordMatch[]): Promise<void> {
  const links = (await listProjectLinks(db, ref.connectionId)).filter(isLinked);
  for (const { projectLinkId } of links.filter((link) => isDecidedOtherwise(link, matches))) {
    await unlinkProject(db, projectLinkId);
    await unwantRun(db, workflowIds.projectSync(ref.tenantId, projectLinkId));
  }
}

/**
 * Whether a pair may be linked after the admin's go: it is linked already, a person paired it, or the admin's choice covers it.
 * Where future projects are left out, those of the admin's own list are the existing ones.
 */
export function mayLink(
  { connection, adminProjects }: CheckContext,
  links: readonly ProjectLink[],
  match: RecordMatch,
  project: ListedProject,
): boolean {
  const choice = connection.projectChoice;
  if (match.basis === 'person' || choice === null || choice.future || choice.existing === 'chosen') return true;
  if (links.some((link) => isLinked(link) && link.procoreProjectId === project.id)) return true;
  return choice.existing === 'all' && (adminProjects?.projects ?? []).some(({ id }) => id === project.id);
}
