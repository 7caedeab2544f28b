import { channel } from 'node:diagnostics_channel';
import { z } from 'zod';
import type { CrashPoint } from '../../activities/sync/crash-points.ts';
import { createSyncActivities, syncDependenciesOf } from '../../activities/sync/index.ts';
import { readEnvironments, workerEnvironment } from '../../shared/config/environment.ts';
import { timingsOf } from '../../shared/config/pace.ts';
import { partnerOriginsEnvironment } from '../../shared/config/partners.ts';
import { declarations } from '../../shared/partners/registry.ts';
import { rootKey, rootKeys } from '../../shared/security/keys.ts';
import { oneCodecKey } from '../../shared/security/payload-codec.ts';
import { createPool } from '../../shared/store/tenancy.ts';
import { connectTemporal } from '../../shared/temporal/connection.ts';
import { activityDependencies } from '../../worker/dependencies.ts';

/** A worker's activities in a process of its own, by the environment alone; what Temporal would call, its parent calls. */
export interface Asked {
  readonly tenantId: string;
  readonly projectLinkId: string;
  readonly generation: number;
  /** One cycle of each, side by side. */
  readonly streams: readonly string[];
  /**
   * The process kills itself, as `kill -9` does: where it first passes that point, or when the answer to its n-th write to a far side has come
   * and nothing was made of it yet.
   */
  readonly kill?: { readonly point: CrashPoint } | { readonly write: number };
}

export interface Answered {
  /** Deliveries that are still open, of all streams. */
  readonly open: number;
  /** To far sides. */
  readonly writes: number;
  /** Resident memory before, and the kernel's own high-water mark after. Bytes. */
  readonly beforeBytes: number;
  readonly peakBytes: number;
}

const log = { info: () => undefined, warn: () => undefined };

function activities(crashPoint: (point: CrashPoint) => void) {
  const [settings, partnerOrigins] = readEnvironments(workerEnvironment, partnerOriginsEnvironment);
  const deps = activityDependencies({
    settings,
    partnerOrigins,
    supportOf: (partner) => declarations[partner].support,
    timings: timingsOf('production'),
    pool: createPool(settings.DATABASE_URL, { max: 8 }),
    upkeepPool: createPool(settings.UPKEEP_DATABASE_URL, { max: 1 }),
    roots: rootKeys(rootKey(settings.ROOT_KEY_ID, settings.ROOT_KEY)),
    // nobody starts or stops a loop here: it never connects
    client: connectTemporal({
      connectionOptions: { address: '127.0.0.1:1' },
      namespace: 'default',
      keys: oneCodecKey(settings.CODEC_KEY_ID, settings.CODEC_KEY),
      caller: 'bench',
    }),
    log,
  });
  const surroundings = () => ({
    signal: new AbortController().signal,
    lane: 'polling' as const,
    heartbeat: () => undefined,
    onWait: () => undefined,
  });
  return createSyncActivities({ ...syncDependenciesOf(deps, crashPoint), surroundings });
}

let kill: Asked['kill'];
let writes = 0;

const dies = (): void => void process.kill(process.pid, 'SIGKILL');

const sync = activities((point) => {
  if (kill && 'point' in kill && kill.point === point) dies();
});

/** As Node tells of it before anybody else hears of the answer. */
const finished = z.object({ request: z.object({ method: z.string() }) });

channel('http.client.response.finish').subscribe((message) => {
  if (finished.parse(message).request.method === 'GET') return;
  writes += 1;
  if (kill && 'write' in kill && kill.write === writes) dies();
});

async function answerTo({ streams, kill: _, ...ref }: Asked): Promise<Answered> {
  const beforeBytes = process.memoryUsage.rss();
  const reports = await Promise.all(streams.map((stream) => sync.runStream({ ...ref, stream })));
  const open = reports.map((report) => {
    if ('waitUntilMs' in report) throw new Error(`a stated wait: ${report.why}`);
    return report.open;
  });
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  return { open: open.reduce((sum, one) => sum + one, 0), writes, beforeBytes, peakBytes };
}

process.on('message', (asked: Asked) => {
  kill = asked.kill;
  writes = 0;
  answerTo(asked).then(
    (answered) => process.send?.(answered),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.('listening');
