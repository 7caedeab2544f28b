import { channel } from 'node:diagnostics_channel';
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
  /** One cycle each, one after the other. */
  readonly streams: readonly string[];
  /** The process kills itself, as `kill -9` does, at the n-th crash point or the n-th answer of a far side, whichever kind is named. */
  readonly kill?: { readonly at: 'point' | 'answer'; readonly nth: number };
}

export interface Answered {
  /** Deliveries that are still open, for each stream. */
  readonly open: readonly number[];
  /** Resident memory before, and the kernel's own high-water mark after. Bytes. */
  readonly beforeBytes: number;
  readonly peakBytes: number;
  /** How often the process could have been killed. */
  readonly passed: { readonly points: readonly CrashPoint[]; readonly answers: number };
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

const points: CrashPoint[] = [];
let answers = 0;
let asked: Asked | undefined;

const dies = (): void => void process.kill(process.pid, 'SIGKILL');

const sync = activities((point) => {
  points.push(point);
  if (asked?.kill?.at === 'point' && points.length === asked.kill.nth) dies();
});

// the answer is here, and nothing was made of it yet
channel('http.client.response.finish').subscribe(() => {
  answers += 1;
  if (asked?.kill?.at === 'answer' && answers === asked.kill.nth) dies();
});

async function answerTo({ streams, kill: _, ...ref }: Asked): Promise<Answered> {
  const beforeBytes = process.memoryUsage.rss();
  const open: number[] = [];
  for (const stream of streams) {
    const report = await sync.runStream({ ...ref, stream });
    if ('waitUntilMs' in report) throw new Error(`a stated wait: ${report.why}`);
    open.push(report.open);
  }
  return { open, beforeBytes, peakBytes: process.resourceUsage().maxRSS * 1024, passed: { points, answers } };
}

process.on('message', (message: Asked) => {
  asked = message;
  points.length = 0;
  answers = 0;
  answerTo(message).then(
    (answered) => process.send?.(answered),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.('listening');
