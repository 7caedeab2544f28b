import { setMaxListeners } from 'node:events';
import { z } from 'zod';
import { claimedCompany } from '../../shared/domain/company.ts';
import { faultIn } from '../../shared/domain/faults.ts';
import type { Lane } from '../../shared/domain/lanes.ts';
import type { Clock } from '../../shared/http/clock.ts';
import type { RateBudget } from '../../shared/procore/budget.ts';
import { createProcoreClient } from '../../shared/procore/client.ts';
import { secretOf } from '../../shared/security/secret.ts';

/** Calls of one tenant in one lane: `atStart` at once, then at a fixed rate, whatever becomes of them. */
export interface Stream {
  readonly tenant: string;
  readonly lane: Lane;
  readonly parts: number;
  readonly atStart: number;
  readonly perSecond: number;
}

export interface LoadSettings {
  readonly origin: string;
  readonly budgetKey: string;
  readonly streams: readonly Stream[];
  readonly forMs: number;
}

/** As in production. */
const timings = { httpDeadlineMs: 20_000, inlineWaitMs: 20_000 };

/**
 * Plays the load with our own client and answers how long each call of the lane of answers took, in milliseconds; one that had none by
 * the end took until then. A wait that the client does not sit out is slept and called again, as a workflow does it.
 */
export async function playLoad(budget: RateBudget, clock: Clock, settings: LoadSettings): Promise<readonly number[]> {
  const endMs = clock.nowMs() + settings.forMs;
  const over = new AbortController();
  setMaxListeners(0, over.signal);
  const answersMs: number[] = [];
  const underWay: Promise<void>[] = [];
  const clients = new Map<string, Client>();
  const callOnce = async ({ tenant, lane }: Stream, part: string): Promise<void> => {
    const bornMs = clock.nowMs();
    const asker = { budgetKey: settings.budgetKey, lane, tenant, part: `${tenant}-${part}` };
    const client = clients.get(`${lane}-${asker.part}`) ?? clientOf(budget, clock, settings.origin, asker, over.signal);
    clients.set(`${lane}-${asker.part}`, client);
    await untilAnswered(client, clock, over.signal);
    if (lane === 'answers') answersMs.push(clock.nowMs() - bornMs);
  };
  const arrivals = settings.streams.flatMap((stream) => arrivalsOf(stream, endMs - settings.forMs, endMs));
  for (const { stream, part, atMs } of arrivals.sort((one, other) => one.atMs - other.atMs)) {
    if (atMs > clock.nowMs()) await clock.wait(atMs - clock.nowMs());
    underWay.push(callOnce(stream, part));
  }
  await clock.wait(Math.max(0, endMs - clock.nowMs()));
  over.abort(new Error('the round is over'));
  await Promise.all(underWay);
  return answersMs;
}

/** Evenly spread, each stream from a moment of its own. */
function arrivalsOf(stream: Stream, fromMs: number, endMs: number) {
  const gapMs = 1000 / stream.perSecond;
  const firstMs = fromMs + Math.random() * gapMs;
  const later = Array.from({ length: Math.max(0, Math.ceil((endMs - firstMs) / gapMs)) }, (_, turn) => firstMs + turn * gapMs);
  return [...Array.from({ length: stream.atStart }, () => fromMs), ...later].map((atMs, turn) => ({
    stream,
    part: String(turn % stream.parts),
    atMs,
  }));
}

type Client = ReturnType<typeof clientOf>;

function clientOf(
  budget: RateBudget,
  clock: Clock,
  origin: string,
  asker: { budgetKey: string; lane: Lane; tenant: string; part: string },
  signal: AbortSignal,
) {
  const token = { principal: 'service' as const, bearer: async () => secretOf('a token'), rejected: () => undefined };
  const client = createProcoreClient({ origin, company: claimedCompany('1'), token, budget, asker, timings, clock, signal });
  const path = `/rest/v1.0/${asker.tenant}/${asker.lane}`;
  return () => client.call({ operationId: 'readNothing', method: 'GET', path, answer: z.unknown(), effect: 'read' });
}

async function untilAnswered(call: Client, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await call();
      return;
    } catch (error) {
      if (signal.aborted) return;
      const waitUntilMs = faultIn(error)?.detail.waitUntilMs;
      if (waitUntilMs === undefined) throw error;
      await clock.wait(Math.max(0, waitUntilMs - clock.nowMs()), signal).catch(() => undefined);
    }
  }
}
