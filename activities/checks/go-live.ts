import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { BackfillChoice } from '../../shared/domain/contractors.ts';
import { workflowIds } from '../../shared/domain/ids.ts';
import { partnerTitles } from '../../shared/domain/partners.ts';
import { type ListedProject, type RecordMatch, takingPart } from '../../shared/domain/projects.ts';
import { type CheckContext, type CheckResult, met } from '../../shared/partners/contract.ts';
import type { PeopleContext } from '../../shared/partners/people.ts';
import { type ConnectionCause, showConnectionCauses } from '../../shared/store/attention.ts';
import { writeOnce } from '../../shared/store/commands.ts';
import { type Connection, moveConnection } from '../../shared/store/connections/connections.ts';
import { type DesiredRun, wantRun } from '../../shared/store/desired-runs.ts';
import { linkProject, listProjectLinks, type ProjectLink } from '../../shared/store/projects/project-links.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import { notYet } from '../../shared/temporal/failures.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { agreedZone, zoneSeen } from '../zones.ts';
import { type OpenedCheck, stillRests } from './context.ts';
import { endPartedLinks, hasCompanyStreams } from './project-pairs.ts';

export interface Pair {
  readonly match: RecordMatch;
  readonly project: ListedProject;
  /** IANA. Undefined if unknown, or if the zones disagree: then nothing can be dated and nothing is sent. */
  readonly timeZone: string | undefined;
}

/**
 * Goes live: project links, wanted loops and the stage become durable together, only if the decisions are still those that were
 * checked; then the loops are started. A project whose time zone is unknown is linked and waits as an attention item, without a
 * loop. Repeating it changes only what pairs and choices have changed since, and has a loop run now if another backfill was chosen;
 * a loop that could not be started is started by `upkeep`.
 */
export async function goLive(deps: ActivityDependencies, opened: OpenedCheck): Promise<CheckResult> {
  const { connection, context } = opened;
  const { projectChoice: choice } = connection;
  const pairs = context.people ? boundPair(context.people) : pairsOf(context, await context.activeProjects());
  const wantsCompanyLink = hasCompanyStreams(deps.partners[connection.partner], connection.modules);
  const durable = await withTenant(deps.pool, connection.tenantId, async (db) => {
    const current = await stillRests(db, opened);
    if (!current) throw notYet('What was checked was replaced meanwhile');
    if (current.stage === 'live') await endPartedLinks(db, current);
    // an admin who wants only future projects goes live without one
    if (pairs.length === 0 && choice?.existing !== 'none') return 'nothing-to-link';
    return makeDurable(db, current, pairs, { wantsCompanyLink, backfill: context.people?.decided.backfill?.choice ?? null });
  });
  if (durable === 'nothing-to-link') return nothingToLink;
  if (!durable) return notNow;
  const { runs, woken } = durable;
  const starts = await Promise.allSettled(runs.map((run) => deps.runs.startWanted(connection.tenantId, run)));
  const late = starts.filter(({ status }) => status === 'rejected').length;
  if (late > 0) deps.log.warn({ connectionId: connection.connectionId, late }, 'loops could not be started now; upkeep will');
  // the row that asks for a cycle reaches those that cannot be told at once
  await Promise.all(woken.map((workflowId) => deps.runs.signalRecordsChanged(workflowId)));
  const unknown = pairs.filter(({ timeZone }) => timeZone === undefined);
  return met(
    { projects: pairs.length, loops: pairs.length - unknown.length },
    {},
    unknown.map((pair) => `${pair.project.name.trim()} waits. ${zoneSeen(pair.project.name, zonesOf(pair))}`).slice(0, 10),
  );
}

const zonesOf = ({ match, project }: Pick<Pair, 'match' | 'project'>) => ({
  procoreTimeZone: project.timeZone,
  partnerTimeZone: match.partnerTimeZone ?? null,
});

/** Pairs of projects that take part, among those that the sync user sees. */
export function pairsOf(
  { connection, adminProjects, matches }: CheckContext,
  visible: readonly ListedProject[],
): readonly Pair[] {
  const listed = new Map(visible.map((project) => [project.id, project]));
  const takesPart = takingPart(connection.projectChoice, adminProjects);
  return matches.flatMap((match): Pair[] => {
    const project = match.procoreId === null ? undefined : listed.get(match.procoreId);
    if (match.kind !== 'project' || match.state !== 'matched' || !project || !takesPart(match)) return [];
    return [{ match, project, timeZone: agreedZone(zonesOf({ match, project }), Date.now()) }];
  });
}

/** The one project that a contractor connected. Its items have no local dates, so an unknown zone blocks nothing. */
function boundPair({ boundProject, invitation, offered }: PeopleContext): readonly Pair[] {
  const offer = offered.find(({ projectId }) => projectId === boundProject?.id);
  if (boundProject === null || invitation === null) return [];
  const { partnerProjectId: partnerId, partnerProjectName: partnerName } = invitation;
  const sides = { partnerId, partnerName, procoreId: boundProject.id, procoreName: boundProject.name };
  const procoreTimeZone = offer?.timeZone ?? null;
  const timeZone = agreedZone({ procoreTimeZone, partnerTimeZone: null }, Date.now()) ?? 'Etc/UTC';
  const { id, name } = boundProject;
  const project = { id, name, number: offer?.number ?? null, city: offer?.city ?? null, timeZone: procoreTimeZone, active: true };
  return [{ match: { kind: 'project', ...sides, basis: 'person', score: 1, state: 'matched' }, project, timeZone }];
}

interface MadeDurable {
  readonly runs: readonly DesiredRun[];
  /** Loops that are to bring over by another choice than before. */
  readonly woken: readonly string[];
}

/** Undefined if the connection may not go live any more. */
async function makeDurable(
  db: Db,
  connection: Connection,
  pairs: readonly Pair[],
  { wantsCompanyLink, backfill }: { readonly wantsCompanyLink: boolean; readonly backfill: BackfillChoice | null },
): Promise<MadeDurable | undefined> {
  const { tenantId, connectionId, partner } = connection;
  if (!(await moveConnection(db, connectionId, 'live'))) return undefined;
  const before = await listProjectLinks(db, connectionId);
  const runs: DesiredRun[] = [];
  const woken: string[] = [];
  const want = async (run: Omit<DesiredRun, 'generation' | 'partner'>): Promise<void> => {
    runs.push({ ...run, partner, generation: await wantRun(db, tenantId, { ...run, partner }) });
  };
  for (const pair of pairs) {
    const { match, project, timeZone } = pair;
    const link = await linkProject(db, {
      tenantId,
      connectionId,
      procoreProjectId: project.id,
      procoreProjectName: project.name,
      partnerProjectId: match.partnerId,
      partnerProjectName: match.partnerName,
      procoreTimeZone: project.timeZone,
      timeZone: timeZone ?? null,
      basis: match.basis,
      backfill,
    });
    if (timeZone === undefined) continue;
    const { projectLinkId } = link;
    const workflowId = workflowIds.projectSync(tenantId, projectLinkId);
    await want({ workflowId, workflowType: 'projectSync', subjectId: projectLinkId });
    const linked = before.find((one) => one.projectLinkId === projectLinkId);
    if (linked && !isDeepStrictEqual(linked.backfill, link.backfill)) {
      const asked = { tenantId, commandId: randomUUID(), connectionId, projectLinkId };
      await writeOnce(db, { ...asked, kind: 'syncNow', input: { reason: 'another backfill was chosen' }, actorId: 'system' });
      woken.push(workflowId);
    }
  }
  if (wantsCompanyLink) {
    const { projectLinkId } = await linkCompany(db, connection);
    const workflowId = workflowIds.projectSync(tenantId, projectLinkId);
    await want({ workflowId, workflowType: 'projectSync', subjectId: projectLinkId });
  }
  await want({ workflowId: workflowIds.care(tenantId, connectionId), workflowType: 'care', subjectId: connectionId });
  const undated = pairs.filter(({ timeZone }) => timeZone === undefined);
  await showConnectionCauses(db, { tenantId, connectionId, family: 'project' }, undated.map(zoneCause));
  if (connection.stage !== 'live') {
    await appendAudit(db, tenantId, [{ actorId: 'system', action: 'connection.live', subject: `connection:${connectionId}` }]);
  }
  return { runs, woken };
}

/** The link of the company as a whole; its loop runs the streams that belong to no project. */
function linkCompany(db: Db, { tenantId, connectionId, partner, boundCompanyId, companyName }: Connection): Promise<ProjectLink> {
  return linkProject(db, {
    tenantId,
    connectionId,
    scope: 'company',
    procoreProjectId: boundCompanyId ?? '',
    procoreProjectName: companyName ?? '',
    partnerProjectId: connectionId,
    partnerProjectName: partnerTitles[partner],
    procoreTimeZone: null,
    timeZone: null,
    basis: 'none',
  });
}

/** The cause for a pair that cannot be dated. */
export function zoneCause(pair: Pair): ConnectionCause {
  const { project } = pair;
  return {
    reason: 'time-zone-unknown',
    subject: `project:${project.id}`,
    seen: zoneSeen(project.name, zonesOf(pair)),
    needed: 'One of Procore’s own time zones, the one the site keeps: without it no entry can be dated.',
    where: `In Procore: ${project.name.trim()} → Admin → General → Timezone.`,
  };
}

const nothingToLink: CheckResult = {
  outcome: {
    state: 'stuck',
    reason: 'unmatched-project',
    on: 'admin',
    seen: 'No pair of projects is left to connect.',
    needed: 'At least one pair of projects that the sync user is on.',
    where: 'On this page: Matching.',
  },
};

const notNow: CheckResult = {
  outcome: {
    state: 'stuck',
    reason: 'conflict',
    on: 'support',
    seen: 'The connection was ended or expired meanwhile.',
    needed: 'A new onboarding, if it is still wanted.',
    where: 'On this page: Start again.',
  },
};
