import type { Connection } from '../../shared/store/connections.ts';
import type { StoredStep } from '../../shared/store/steps.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { hasCompanyStreams, linksLag } from './project-pairs.ts';

/** Comparing whole lists more often than this serves nobody, however short the rounds. */
const leastMatchingMs = 60_000;

/**
 * Whether a step's turn has come in this round of care. What costs more than a call waits as long as it stands: levels on every project
 * are read daily (facts/steps-and-calls.md section 2), lists of both sides are compared in every sixth round, or in each one while a
 * record has no counterpart. A decision that changed what a step rests on makes it due at once.
 */
export async function isDue(deps: ActivityDependencies, connection: Connection, row: StoredStep): Promise<boolean> {
  const { projectLevelsMs, careRoundMs } = deps.timings;
  const isOlderThan = (ms: number): boolean => row.checkedAt === null || Date.now() - row.checkedAt.getTime() >= ms;
  switch (row.stepId) {
    case 'verifyProjectTemplate':
      return row.state !== 'done' || isOlderThan(projectLevelsMs);
    case 'matchRecords': {
      const lacks = row.outcome?.state === 'met' && (row.outcome.warnings ?? []).length > 0;
      return row.state !== 'done' || isOlderThan(lacks ? Math.max(careRoundMs, leastMatchingMs) : 6 * careRoundMs);
    }
    case 'live': {
      const isNews = row.state !== 'done' || row.checkedAt === null;
      if (isNews) return true;
      const { tenantId, connectionId, partner, modules } = connection;
      const hasCompany = hasCompanyStreams(deps.partners[partner], modules);
      return withTenant(deps.pool, tenantId, (db) => linksLag(db, connectionId, hasCompany));
    }
    default:
      return true;
  }
}
