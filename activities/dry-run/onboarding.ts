import { canonicalHash } from '../../shared/domain/canonical-json.ts';
import { Fault, type FaultKind } from '../../shared/domain/faults.ts';
import { partnerTitles } from '../../shared/domain/partners.ts';
import { type CheckResult, met } from '../../shared/partners/contract.ts';
import { isServing } from '../../shared/partners/stream.ts';
import { listProjects } from '../../shared/procore/operations/projects.ts';
import { readingOnly } from '../../shared/procore/reading-only.ts';
import { beginDryRun, partKey, storePart } from '../../shared/store/projects/dry-runs.ts';
import { listProjectLinks, type ProjectLink } from '../../shared/store/projects/project-links.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { notYet } from '../../shared/temporal/failures.ts';
import type { OpenedCheck } from '../checks/context.ts';
import { type Pair, pairsOf } from '../checks/go-live.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { syncDependenciesOf } from '../sync/index.ts';
import type { OpenedSides } from '../sync/open-stream.ts';
import { type ForeseenPart, foreseePart } from './part.ts';
import { projectsPart } from './projects-part.ts';
import { partOf, type Target } from './targets.ts';

/** These block one stream of one project, and are shown with it; any other refusal blocks the step until it is resolved. */
const ownStreamAlone = new Set<FaultKind>(['tool-disabled', 'account-shared']);

/**
 * What going live would do: every stream of the modules that are on, for every project that takes part. Each part becomes durable
 * by itself, so that after a lost worker the next one continues with the first missing part. It only reads the far sides.
 */
export async function dryRun(deps: ActivityDependencies, opened: OpenedCheck): Promise<CheckResult> {
  const { connection, context } = opened;
  const { tenantId, connectionId, partner, modules } = connection;
  const around = deps.surroundings();
  const procore = readingOnly(await context.boundService());
  const partnerClient = deps.partners[partner].readingOnly(await context.partnerClient());
  const visible = await listProjects(procore, 'active');
  const pairs = pairsOf(context, visible);
  const { begun, links } = await withTenant(deps.pool, tenantId, async (db) => ({
    begun: await beginDryRun(db, tenantId, { connectionId, link: null, basis: basisOf(opened), at: new Date() }),
    links: await listProjectLinks(db, connectionId),
  }));
  const keep = async ({ part, records }: Pick<ForeseenPart, 'part' | 'records'>): Promise<void> => {
    const kept = await withTenant(deps.pool, tenantId, (db) => storePart(db, tenantId, begun.dryRunId, part, records));
    if (!kept) throw notYet('What was checked was replaced meanwhile');
  };
  const projects = pairs.flatMap((pair) => projectTarget(pair, links));
  const { companyId } = procore.company;
  const company = {
    procoreProjectId: companyId,
    name: connection.companyName ?? partnerTitles[partner],
    project: undefined,
    link: linkOf(links, companyId),
  };
  const { settings } = context.connection;
  const { matches } = context;
  const sides: OpenedSides = {
    procore,
    partnerClient,
    connection,
    settings,
    matches,
    projects: projects.map(({ project }) => project),
  };
  await keep(projectsPart({ ...company, matches, pairs, links, visible: new Set(visible.map(({ id }) => id)) }));
  const streams = deps.partners[partner].streams.filter((stream) => isServing(stream, modules));
  for (const target of [...projects, company]) {
    for (const stream of streams.filter(({ scope }) => (scope === 'project') === (target.project !== undefined))) {
      const part = partOf(tenantId, settings, target, stream);
      if (begun.done.has(partKey({ procoreProjectId: part.procoreProjectId, stream: stream.name }))) continue;
      around.heartbeat({ project: part.procoreProjectId, stream: stream.name });
      const foreseen = await foreseePart(syncDependenciesOf(deps), around, sides, part);
      if (foreseen.fault && !ownStreamAlone.has(foreseen.fault.kind)) throw named(part.name, foreseen.fault);
      await keep(foreseen);
    }
  }
  return met({ projects: pairs.length }, { dryRunId: begun.dryRunId });
}

/** All it rests on except the far sides: what was seen under another basis is void. */
const basisOf = ({ connection, basis, context }: OpenedCheck): string =>
  canonicalHash({
    basis: { ...basis },
    modules: connection.modules,
    settings: context.connection.settings,
    choice: connection.projectChoice,
    matches: context.matches,
  });

const linkOf = (links: readonly ProjectLink[], procoreProjectId: string): ProjectLink | undefined =>
  links.find((link) => link.procoreProjectId === procoreProjectId);

/** Empty if the zone is unknown: nothing can be dated, which its line among the projects says. */
function projectTarget(
  { match, project: { id, name }, timeZone }: Pair,
  links: readonly ProjectLink[],
): readonly (Target & { readonly project: NonNullable<Target['project']> })[] {
  if (timeZone === undefined) return [];
  const link = linkOf(links, id);
  const project = {
    projectLinkId: link?.projectLinkId ?? '',
    procoreProjectId: id,
    partnerProjectId: match.partnerId,
    timeZone,
    startDate: link?.startDate ?? null,
  };
  return [{ procoreProjectId: id, name: name.trim(), project, link }];
}

const named = (name: string, fault: Fault): Fault =>
  new Fault(fault.kind, { ...fault.detail, seen: `${name}: ${fault.detail.seen ?? fault.message}` }, fault);
