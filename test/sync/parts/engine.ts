import type { CrashHook } from '../../../activities/sync/crash-points.ts';
import type { ClientsWish, OpenedClients, SyncDependencies } from '../../../activities/sync/dependencies.ts';
import { createSyncActivities } from '../../../activities/sync/index.ts';
import type { World } from '../../../sandbox/kernel/world.ts';
import { type Timings, timingsOf } from '../../../shared/config/pace.ts';
import { createMemory } from '../../../shared/domain/memory.ts';
import type { StreamReport } from '../../../shared/domain/workflow-inputs.ts';
import type { Partner } from '../../../shared/partners/contract.ts';
import { settingsInForce } from '../../../shared/partners/settings-in-force.ts';
import { readingOnly } from '../../../shared/procore/reading-only.ts';
import type { ProjectLink } from '../../../shared/store/projects/project-links.ts';
import { plans } from '../../../workflows/plans/index.ts';
import type { TestStore } from '../../support/store.ts';

/** Short enough that a far side that hangs is met within a test; waits are made to pass in the database. */
export const groundTimings = (pace: Partial<Timings> = {}): Timings => ({
  ...timingsOf('demo'),
  httpDeadlineMs: 5000,
  claimLeaseMs: 12_000,
  settleMs: 60_000,
  ...pace,
});

/** What one worker remembers, whomever it works for. */
export function createWorkerMemory() {
  let passedMs = 0;
  return {
    memory: createMemory(() => Date.now() + passedMs),
    /** What is asked once in so long is asked again. */
    pass(ms: number): void {
      passedMs += ms + 1;
    },
  };
}
export type WorkerMemory = ReturnType<typeof createWorkerMemory>;

export interface EngineParts {
  readonly store: TestStore;
  /** Where Procore is, and what truly stands there. */
  readonly sandbox: { readonly world: World; readonly urls: { readonly api: string } };
  readonly timings: Timings;
  readonly partner: Partner;
  openClients(wish: ClientsWish): Promise<OpenedClients>;
  /** The engine's clock: the sandbox's own where it is moved by hand. */
  nowMs?: () => number;
  /** Of the worker that works for other connections too; one of its own where left out. */
  worker?: WorkerMemory | undefined;
}

type Side = 'procore' | 'hammertech';

export interface Parked {
  readonly reason: string;
  readonly owner: string;
  readonly subject: string;
  readonly seen: string;
  readonly records: number;
}

/** The engine of sync on one connection, and what is asked of it in tests. */
export function createEngine({ store, sandbox: { world, urls }, timings, partner, openClients, ...given }: EngineParts) {
  const { nowMs = Date.now, worker = createWorkerMemory() } = given;
  const dependencies: SyncDependencies = {
    pool: store.pool,
    timings,
    plans,
    environment: urls.api,
    streamsOf: () => partner.streams,
    settingsOf: (_, stored, consents) => settingsInForce(partner, stored, consents),
    openClients,
    openReading: async (wish) => {
      const { procore, partnerClient, ...others } = await openClients(wish);
      return { ...others, procore: readingOnly(procore), partnerClient: partner.readingOnly(partnerClient) };
    },
    pseudonymsOf: async () => (value) => `p-${value}`,
    surroundings: () => ({
      heartbeat: () => undefined,
      onWait: () => undefined,
      lane: 'polling',
      signal: new AbortController().signal,
    }),
    memory: worker.memory,
    crashPoint: () => undefined,
    nowMs,
  };
  const activitiesWith = (crashPoint?: CrashHook) => createSyncActivities({ ...dependencies, ...(crashPoint && { crashPoint }) });
  const asked = { procore: world.ledger.last, hammertech: world.ledger.last };

  async function cycle(link: ProjectLink, stream: string, crashPoint?: CrashHook): Promise<StreamReport> {
    const { tenantId, projectLinkId, generation } = link;
    const report = await activitiesWith(crashPoint).runStream({ tenantId, projectLinkId, generation, stream });
    if ('waitUntilMs' in report) throw new Error(`a stated wait: ${report.why}`);
    return report;
  }

  /** All waits that stand in the store are over. */
  async function timePasses({ projectLinkId }: ProjectLink): Promise<void> {
    await store.admin.query(
      `UPDATE delivery SET lease_until = lease_until - interval '1 hour', next_look_at = next_look_at - interval '1 hour',
         telling_until = telling_until - interval '1 hour' WHERE project_link_id = $1`,
      [projectLinkId],
    );
  }

  /** To a side since the last asking. */
  function requests(side: Side): readonly { readonly method: string; readonly path: string }[] {
    const entries = world.ledger.after(asked[side], { side }, 100_000);
    asked[side] = world.ledger.last;
    return entries.map(({ method, path }) => ({ method, path }));
  }

  return {
    dependencies,
    activities: activitiesWith(),
    /** The same, told at every crash point. */
    activitiesWith,
    cycle,
    timePasses,
    /** Cycles until nothing is open and everything is told, letting the waits pass in between. */
    async settle(link: ProjectLink, cycleOnce: () => Promise<StreamReport>): Promise<StreamReport> {
      for (let cycles = 0; cycles < 12; cycles += 1) {
        const report = await cycleOnce();
        if (report.open === 0) return report;
        await timePasses(link);
      }
      throw new Error('still open after twelve cycles');
    },
    /** What is asked once in so long is asked again. */
    remembersNothingSince: worker.pass,
    worker,
    /** Open items of a link. */
    async items({ projectLinkId }: ProjectLink): Promise<readonly Parked[]> {
      const { rows } = await store.admin.query<Parked>(
        `SELECT reason, owner, subject, seen, records FROM attention_item
         WHERE project_link_id = $1 AND resolved_at IS NULL ORDER BY reason, subject`,
        [projectLinkId],
      );
      return rows;
    },
    async settings({ connectionId }: Pick<ProjectLink, 'connectionId'>, settings: unknown): Promise<void> {
      const text = JSON.stringify(settings);
      await store.admin.query('UPDATE connection SET partner_settings = $2 WHERE connection_id = $1', [connectionId, text]);
    },
    requests,
    /** The same, as `METHOD path`. */
    calls: (side: Side): readonly string[] => requests(side).map(({ method, path }) => `${method} ${path}`),
  };
}
