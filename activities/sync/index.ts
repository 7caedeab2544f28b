import { workflowIds } from '../../shared/domain/ids.ts';
import { pace } from '../../shared/domain/workflow-inputs.ts';
import { settingsInForce } from '../../shared/partners/settings-in-force.ts';
import { isServing, type Stream } from '../../shared/partners/stream.ts';
import { pagesOriginOf } from '../../shared/procore/pages.ts';
import { readingOnly } from '../../shared/procore/reading-only.ts';
import { markRunSeen } from '../../shared/store/desired-runs.ts';
import { findLinkOfConnection, type LinkOfConnection, noteCycle, pauseLink } from '../../shared/store/projects/project-links.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { partnerClient, serviceClient } from '../clients.ts';
import type { LinkRef, OpenedLink, SyncActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { dryRunStream } from '../dry-run/link.ts';
import { type CrashHook, neverCrashes } from './crash-points.ts';
import type { SyncDependencies } from './dependencies.ts';
import { resolveItem, retryItems } from './items.ts';
import { peopleClients } from './people.ts';
import { runStream } from './run-stream.ts';

/** Purpose of the keyed pseudonyms of gathered facts. */
const pseudonymPurpose = 'sign-in';

/** The activities of a project's loop. `crashPoint` is for tests. */
export function createSyncActivities(dependencies: SyncDependencies): SyncActivities {
  const { pool, timings } = dependencies;
  return {
    openCycle: (input) => openCycle(dependencies, input),
    runStream: (input) => runStream(dependencies, input),
    async closeCycle({ tenantId, projectLinkId, ...end }) {
      await withTenant(pool, tenantId, (db) => noteCycle(db, projectLinkId, end));
    },
    retryItems: (input) => retryItems(dependencies, input),
    resolveItem: (input) => resolveItem(dependencies, input),
    dryRunStream: (input) => dryRunStream(dependencies, input),
    async setPaused({ tenantId, projectLinkId, paused, reason }) {
      await withTenant(pool, tenantId, (db) => pauseLink(db, projectLinkId, paused, reason));
    },
  };

  /** A link runs the streams of its own scope whose module is on. */
  function runsOn(stream: Stream, { link, modules }: LinkOfConnection): boolean {
    return stream.scope === link.scope && isServing(stream, modules);
  }

  async function openCycle(
    { streamsOf }: SyncDependencies,
    { tenantId, projectLinkId, generation }: LinkRef & { readonly generation: number },
  ): Promise<OpenedLink> {
    return withTenant(pool, tenantId, async (db) => {
      const linked = await findLinkOfConnection(db, projectLinkId);
      const alive = linked !== undefined && linked.companyId !== null && linked.link.state !== 'unlinked';
      const ended = linked?.stage === 'disconnected' || linked?.stage === 'expired';
      const wanted = alive && !ended && linked.link.generation === generation;
      const current = wanted && (await markRunSeen(db, workflowIds.projectSync(tenantId, projectLinkId), generation));
      const streams = linked ? streamsOf(linked.partner).filter((stream) => runsOn(stream, linked)) : [];
      return {
        current,
        pace: pace.parse(timings),
        companyId: linked?.companyId ?? '',
        procoreProjectId: linked?.link.procoreProjectId ?? '',
        streams: streams.map((stream) => stream.name),
        paused: linked?.link.state === 'paused' || linked?.stage !== 'live',
      };
    });
  }
}

/** The sync engine's dependencies, from those of the worker. */
export function syncDependenciesOf(all: ActivityDependencies, crashPoint: CrashHook = neverCrashes): SyncDependencies {
  const openClients: SyncDependencies['openClients'] = async (wish) => {
    const { tenantId, projectLinkId, partner, company, service, login, around } = wish;
    const sharer = { tenantId, partId: projectLinkId };
    const sides =
      all.partners[partner].principal === 'people'
        ? await peopleClients(all, wish)
        : { procore: await serviceClient(all, sharer, company, service, around) };
    const { files, apiOrigin } = all.procore;
    const pagesOrigin = pagesOriginOf(apiOrigin);
    return { ...sides, partnerClient: partnerClient(all, tenantId, partner, login, around), files, pagesOrigin };
  };
  return {
    pool: all.pool,
    timings: all.timings,
    plans: all.plans,
    memory: all.memory,
    environment: all.procore.apiOrigin,
    streamsOf: (partner) => all.partners[partner].streams,
    settingsOf: (partner, stored, consents) => settingsInForce(all.partners[partner], stored, consents),
    openClients,
    openReading: async (wish) => {
      const { procore, partnerClient: client, ...others } = await openClients(wish);
      return { ...others, procore: readingOnly(procore), partnerClient: all.partners[wish.partner].readingOnly(client) };
    },
    pseudonymsOf: (tenantId) => withTenant(all.pool, tenantId, (db) => all.vault.pseudonyms(db, pseudonymPurpose)),
    surroundings: all.surroundings,
    crashPoint,
    nowMs: Date.now,
  };
}
