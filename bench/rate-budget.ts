import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import type { Clock } from '../shared/http/clock.ts';
import { startBenchDatabase } from './database.ts';
import { type QuickTime, quickClock, quickClockSql } from './rates/clock.ts';
import { type FarSide, startFarSide } from './rates/far-side.ts';
import type { Stream } from './rates/load.ts';
import type { Play } from './rates/process.ts';
import { type BenchResult, spreadOf, thisMachine } from './result.ts';

/** The first is dropped. */
const rounds = 5;
const gates = { goodput: 0.95, refusals: 0.01, fairness: 0.95 };
const speed = 5;
const forMs = 30_000;
/** The hour is the tighter window in the second 10 s, and begins anew in the third. */
const hour = { callsLeft: 150, leftMs: 25_000 };
/** What the limits allow in that time: a short window, the rest of the hour, a short window of the next hour. */
const allowed = 100 + 50 + 100;
const tenants = Array.from({ length: 20 }, (_, index) => `tenant-${index}`);

interface Round {
  /** Part of what the limits allow that was answered. */
  readonly goodput: number;
  readonly refusals: number;
  /** Jain's index over what each tenant's polling was given. */
  readonly fairness: number;
  readonly answersMs: readonly number[];
}

/**
 * Twenty tenants of one credential and company, one ten times as heavy as each other, on two processes, at a fixed rate of about
 * twice what the limits allow. Ours: the budget that workers share. Theirs: the same client without one, which waits after a 429.
 */
export async function run(): Promise<BenchResult> {
  const time: QuickTime = { fromMs: Date.now(), speed };
  const clock = quickClock(time);
  const [database, farSide] = await Promise.all([startBenchDatabase(), startFarSide(clock)]);
  const processes = await Promise.all([startProcess(), startProcess()]);
  try {
    const { serveUrl, adminUrl } = await database.create('rates');
    await asAdmin(adminUrl, quickClockSql(time));
    const play = (side: Play['side']) => playRound(processes, farSide, clock, { side, time, databaseUrl: serveUrl });
    const ours: Round[] = [];
    const theirs: Round[] = [];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await play('shared budget'));
      theirs.push(await play('back off'));
    }
    return resultOf(ours.slice(1), theirs.slice(1));
  } finally {
    for (const process of processes) process.disconnect();
    await Promise.all([database.stop(), farSide.close()]);
  }
}

/** Each process has half of everybody's calls. */
const streams: readonly Stream[] = [
  ...tenants.flatMap((tenant, index) => {
    const weight = index === 0 ? 10 : 1;
    return [
      { tenant, lane: 'polling' as const, parts: 3 * weight, atStart: 2 * weight, perSecond: (5 / 29) * weight },
      { tenant, lane: 'answers' as const, parts: 1, atStart: 0, perSecond: 0.15 / 20 },
    ];
  }),
  { tenant: 'tenant-0', lane: 'backfill', parts: 5, atStart: 0, perSecond: 0.5 },
];

async function playRound(
  processes: readonly ChildProcess[],
  farSide: FarSide,
  clock: Clock,
  play: Pick<Play, 'side' | 'time' | 'databaseUrl'>,
): Promise<Round> {
  const budgetKey = randomUUID();
  farSide.begin(hour);
  const load: Play = { ...play, budgetKey, streams, forMs, origin: farSide.origin };
  const [waits] = await Promise.all([Promise.all(processes.map((process) => told(process, load))), clock.wait(forMs)]);
  const { served, refused } = farSide.counts();
  const polled = tenants.map((tenant) => served.filter((call) => call.tenant === tenant && call.lane === 'polling').length);
  return { goodput: served.length / allowed, refusals: refused, fairness: jain(polled), answersMs: waits.flat() };
}

async function told(process: ChildProcess, play: Play): Promise<readonly number[]> {
  process.send(play);
  const [answersMs] = await once(process, 'message');
  return answersMs;
}

async function startProcess(): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./rates/process.ts', import.meta.url)));
  await once(child, 'message');
  return child;
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const admin = new Client({ connectionString: url });
  await admin.connect();
  await admin.query(statement);
  await admin.end();
}

/** 1: all alike; 1/n: one has everything. */
function jain(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  return sum ** 2 / (shares.length * shares.reduce((total, share) => total + share ** 2, 0));
}

function percentile95(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length * 0.95)] ?? 0;
}

function resultOf(ours: readonly Round[], theirs: readonly Round[]): BenchResult {
  const part = (name: string, gate: string, of: (round: Round) => number, unit: string) => {
    const [one, other] = [spreadOf(ours.map(of), unit), spreadOf(theirs.map(of), unit)];
    return { name, gate, ratio: one.median, ok: true, ours: one, theirs: other, rounds: ours.length };
  };
  const against = (measured: ReturnType<typeof part>) => ({ ...measured, ratio: measured.ours.median / measured.theirs.median });
  const goodput = part('goodput', `>= ${gates.goodput} of the limit`, (round) => round.goodput, 'of the limit');
  const refusals = against(part('429s', `<= ${gates.refusals} of theirs`, (round) => round.refusals, '429s'));
  const fairness = part('fairness', `>= ${gates.fairness}`, (round) => round.fairness, 'Jain');
  const answers = against(part('an answer, p95', 'reported', (round) => percentile95(round.answersMs) / 1000, 's'));
  const parts = [
    { ...goodput, ok: goodput.ratio >= gates.goodput },
    { ...refusals, ok: refusals.ratio <= gates.refusals },
    { ...fairness, ok: fairness.ratio >= gates.fairness },
    answers,
  ] as const;
  const [first] = parts;
  return { ...first, name: 'rate-budget', ok: parts.every(({ ok }) => ok), machine: thisMachine(), parts };
}
