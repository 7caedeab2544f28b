import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lane } from '../../shared/domain/lanes.ts';
import type { Clock } from '../../shared/http/clock.ts';

/** What the far side let through since the round began. */
export interface Counts {
  /** By tenant, the calls of each lane. */
  readonly served: readonly { readonly tenant: string; readonly lane: Lane }[];
  readonly refused: number;
}

/**
 * Procore's rate limits (3,600 an hour, 100 in 10 s) and its headers as the sandbox gives them, with nothing behind them. Windows follow
 * each other without a gap, so that what the limits allow is the same whatever is called.
 */
export interface FarSide {
  readonly origin: string;
  /** Begins a round: a new short window, and an hour of which so many calls and milliseconds are left. */
  begin(hour: { readonly callsLeft: number; readonly leftMs: number }): void;
  /** What has happened so far, and nothing that comes later. */
  counts(): Counts;
  close(): Promise<void>;
}

const lengthMs = { hour: 3_600_000, spike: 10_000 };
const limits = { hour: 3600, spike: 100 };

export async function startFarSide(clock: Clock): Promise<FarSide> {
  let windows = [newWindow('spike', clock.nowMs(), 0), newWindow('hour', clock.nowMs(), 0)];
  let served: Counts['served'][number][] = [];
  let refused = 0;
  const server = createServer((request, response) => {
    const nowMs = clock.nowMs();
    const [tighter] = windows.map((window) => window.count(nowMs)).sort((one, other) => one.left - other.left);
    const { limit = 0, left = 0, resetAtMs = 0 } = tighter ?? {};
    const [, , , tenant = '', lane = ''] = (request.url ?? '').split('/');
    if (left < 0) refused += 1;
    else served.push({ tenant, lane: lane as Lane }); // the path is made by load.ts
    response.writeHead(left < 0 ? 429 : 200, {
      'content-type': 'application/json',
      date: new Date(nowMs).toUTCString(),
      'x-rate-limit-limit': String(limit),
      'x-rate-limit-remaining': String(Math.max(0, left)),
      'x-rate-limit-reset': String(Math.ceil(resetAtMs / 1000)),
    });
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    origin: `http://127.0.0.1:${port}`,
    begin({ callsLeft, leftMs }) {
      const nowMs = clock.nowMs();
      windows = [newWindow('spike', nowMs, 0), newWindow('hour', nowMs + leftMs - lengthMs.hour, limits.hour - callsLeft)];
      [served, refused] = [[], 0];
    },
    counts: () => ({ served: [...served], refused }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Calls refused count too, as Procore counts them. */
function newWindow(name: 'hour' | 'spike', openedAtMs: number, already: number) {
  let openedMs = openedAtMs;
  let calls = already;
  const limit = limits[name];
  return {
    count(nowMs: number) {
      const passed = Math.floor((nowMs - openedMs) / lengthMs[name]);
      if (passed > 0) [openedMs, calls] = [openedMs + passed * lengthMs[name], 0];
      calls += 1;
      return { limit, left: limit - calls, resetAtMs: openedMs + lengthMs[name] };
    },
  };
}
