import { takingPart } from '../../shared/domain/projects.ts';
import type { Step } from '../../shared/domain/steps.ts';
import type { Connection } from '../../shared/store/connections/connections.ts';
import { listMatches } from '../../shared/store/connections/matches.ts';
import type { StoredStep } from '../../shared/store/connections/steps.ts';
import { knownLevels } from '../../shared/store/projects/project-levels.ts';
import { findAdminProjects } from '../../shared/store/projects/project-lists.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { hasCompanyStreams, linksLag } from './project-pairs.ts';
import type { Round } from './round.ts';

/** Whole lists are not compared more often than this, however short the rounds. */
const leastMatchingMs = 60_000;

/** A project that appeared in Procore's list within this time may still appear in the partner's list at any hour. */
const newForMs = 7 * 24 * 3_600_000;

/**
 * Whether a step is due in this round of care. A `done` step whose check costs more than one call is not repeated in every round:
 * lists of both sides are compared every sixth round; every round while a record has no counterpart or a project is new; and at
 * once when a new project has appeared. Links are remade when they differ from what pairs and zones say. A decision that changed
 * what a step rests on makes it due at once.
 */
export async function isDue(
  deps: ActivityDependencies,
  connection: Connection,
  { step, row }: { readonly step: Step; readonly row: StoredStep },
  { listed }: Pick<Round, 'listed'>,
): Promise<boolean> {
  const { tenantId, partner, modules } = connection;
  if (row.state !== 'done') return true;
  if (step.comparesLists) return withTenant(deps.pool, tenantId, (db) => matchingIsDue(deps, db, connection, row));
  if (step.check !== 'live' || row.checkedAt === null) return true;
  const wantsCompanyLink = hasCompanyStreams(deps.partners[partner], modules);
  return withTenant(deps.pool, tenantId, (db) => linksLag(db, connection.connectionId, { wantsCompanyLink, listed }));
}

async function matchingIsDue(
  { timings }: ActivityDependencies,
  db: Db,
  connection: Connection,
  { checkedAt, outcome }: StoredStep,
): Promise<boolean> {
  if (checkedAt === null) return true;
  const isOlderThan = (ms: number): boolean => Date.now() - checkedAt.getTime() >= ms;
  const came = await unpairedSince(db, connection);
  if (came.some((since) => since > checkedAt)) return true;
  const lacks = outcome?.state === 'met' && (outcome.warnings ?? []).length > 0;
  const mayStillCome = came.some((since) => Date.now() - since.getTime() < newForMs);
  return isOlderThan(lacks || mayStillCome ? Math.max(timings.careRoundMs, leastMatchingMs) : 6 * timings.careRoundMs);
}

/** Since when the sync user sees each project that takes part and has no counterpart. */
async function unpairedSince(db: Db, { connectionId, projectChoice }: Connection): Promise<readonly Date[]> {
  const takesPart = takingPart(projectChoice, (await findAdminProjects(db, connectionId)) ?? null);
  const paired = new Set(
    (await listMatches(db, connectionId)).flatMap(({ kind, state, procoreId }) =>
      kind === 'project' && state === 'matched' ? [procoreId] : [],
    ),
  );
  const unpaired = (await knownLevels(db, connectionId)).filter(
    ({ projectId }) => !paired.has(projectId) && takesPart({ procoreId: projectId, basis: 'none' }),
  );
  return unpaired.map(({ since }) => since);
}
