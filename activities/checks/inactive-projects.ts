import { type Fault, faultIn } from '../../shared/domain/faults.ts';
import type { ListedProject } from '../../shared/domain/projects.ts';
import { linkingStep } from '../../shared/domain/steps.ts';
import { findProjects } from '../../shared/procore/operations/projects.ts';
import { type ConnectionCause, showConnectionCauses } from '../../shared/store/attention.ts';
import type { Connection } from '../../shared/store/connections/connections.ts';
import { listProjectLinks, noteActivity, type ProjectLink } from '../../shared/store/projects/project-links.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { openCheck } from './context.ts';
import { isLinked } from './project-pairs.ts';

/**
 * Pauses links whose projects were made inactive in Procore, each as one attention item, and resumes them once the project is
 * active again. `listed`: the active projects as this round of care read them; undefined if it did not, and then nothing changes.
 * Only links missing from that list cost a call, one for all of them; a project that Procore does not show at all does not count
 * as inactive.
 */
export async function holdInactive(
  deps: ActivityDependencies,
  connection: Connection,
  listed: readonly ListedProject[] | undefined,
): Promise<void> {
  if (!listed) return;
  const { tenantId, connectionId } = connection;
  const links = await withTenant(deps.pool, tenantId, async (db) => (await listProjectLinks(db, connectionId)).filter(isLinked));
  const seen = await activityOf(deps, connection, links, listed);
  if (!seen) return;
  await withTenant(deps.pool, tenantId, async (db) => {
    await noteActivity(db, connectionId, seen);
    const waiting = (await listProjectLinks(db, connectionId)).filter((link) => isLinked(link) && link.inactiveSince !== null);
    await showConnectionCauses(db, { tenantId, connectionId, family: 'inactive' }, waiting.map(causeOf));
  });
}

interface Activity {
  readonly active: readonly string[];
  readonly inactive: readonly string[];
}

/** Undefined if Procore could not be asked now. */
async function activityOf(
  deps: ActivityDependencies,
  { tenantId, connectionId, partner }: Connection,
  links: readonly ProjectLink[],
  listed: readonly ListedProject[],
): Promise<Activity | undefined> {
  const active = new Set(listed.map(({ id }) => id));
  const missing = links.map(({ procoreProjectId }) => procoreProjectId).filter((id) => !active.has(id));
  if (missing.length === 0) return { active: [...active], inactive: [] };
  try {
    const stepId = linkingStep(deps.plans[partner].steps);
    const { context } = await openCheck(deps, { tenantId, connectionId, stepId }, deps.surroundings());
    const found = await findProjects(await context.boundService(), missing);
    const idsOf = (isActive: boolean) => found.filter((one) => one.active === isActive).map(({ id }) => id);
    return { active: [...active, ...idsOf(true)], inactive: idsOf(false) };
  } catch (error) {
    const fault: Fault | undefined = faultIn(error);
    if (!fault) throw error;
    deps.log.info({ kind: fault.kind }, 'projects that are not listed could not be looked up in this round');
    return undefined;
  }
}

const causeOf = ({ procoreProjectId, procoreProjectName }: ProjectLink): ConnectionCause => {
  const name = procoreProjectName.trim();
  return {
    reason: 'project-not-permitted',
    subject: `inactive:${procoreProjectId}`,
    seen: `“${name}” is inactive in Procore: nothing is read or written for it. What comes meanwhile is caught up with.`,
    needed: 'The project made active again, or no longer kept in step.',
    where: `Procore: Company Tools → Portfolio → ${name} → Admin → General → Active.`,
  };
};
