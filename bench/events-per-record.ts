import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { startSandbox } from '../sandbox/start.ts';
import { bundleWorkflows, writeWorkflowBundle } from '../worker/bundle.ts';
import { startBenchDatabase } from './database.ts';
import { startBenchTemporal } from './engines.ts';
import { type FirstSync, firstSync } from './first-sync.ts';
import { costOf } from './histories.ts';
import { projectNumber } from './linked-project.ts';
import { type PageActivities, pageSize } from './page-by-page-workflow.ts';
import { type BenchResult, spreadOf, thisMachine } from './result.ts';
import { quietRuntime } from './temporal.ts';

const gates = { perRecord: 0.01, perRun: 500 };
const leastRecords = 5000;
/** The first is dropped. */
const rounds = 5;

/**
 * What a project's first sync of thirty days costs Temporal, per source record. Ours: one activity per stream and cycle. Theirs: one
 * activity per page, which reads the same records and writes nothing.
 */
export async function run(): Promise<BenchResult> {
  quietRuntime();
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'groundwork-bundle-'));
  const workflowBundle = path.join(scratch, 'workflows.bundle.js');
  const [database, temporal] = await Promise.all([
    startBenchDatabase(),
    startBenchTemporal(),
    writeWorkflowBundle(workflowBundle),
  ]);
  const [ours, theirs]: FirstSync[][] = [[], []];
  try {
    for (let round = 0; round < rounds; round += 1) {
      const urls = await database.create(`round_${round}`);
      ours?.push(await firstSync({ database: urls, temporalAddress: temporal.address, workflowBundle }));
      theirs?.push(await pageByPage(temporal.address));
    }
  } finally {
    await Promise.all([database.stop(), temporal.stop(), rm(scratch, { recursive: true })]);
  }
  return resultOf(ours?.slice(1) ?? [], theirs?.slice(1) ?? []);
}

function resultOf(ours: readonly FirstSync[], theirs: readonly FirstSync[]): BenchResult {
  const records = Math.min(...ours.map((sync) => sync.records));
  if (records < leastRecords) throw new Error(`${records} records are too few to tell`);
  if (theirs.some((sync, round) => sync.records !== ours[round]?.records))
    throw new Error('the two sides read different sources');
  const part = (name: string, gate: string, of: (sync: FirstSync) => number, unit: string) => {
    const [one, other] = [spreadOf(ours.map(of), unit), spreadOf(theirs.map(of), unit)];
    return { name, ratio: one.median / other.median, gate, ok: true, ours: one, theirs: other, rounds: ours.length };
  };
  const perRecord = part('history', `<= ${gates.perRecord} per record`, eventsPerRecord, 'events per record');
  const perRun = part('longest run', `<= ${gates.perRun} events`, ({ cost }) => cost.eventsOfRun, 'events');
  const actions = part('billable actions', 'reported', ({ cost, records: read }) => cost.actions / read, 'actions per record');
  const parts = [
    { ...perRecord, ok: perRecord.ours.most <= gates.perRecord },
    { ...perRun, ok: perRun.ours.most <= gates.perRun },
    actions,
  ] as const;
  const [first] = parts;
  return { ...first, name: 'events-per-record', ok: parts.every(({ ok }) => ok), machine: thisMachine(), parts };
}

const eventsPerRecord = ({ cost, records }: FirstSync): number => cost.events / records;

async function pageByPage(address: string): Promise<FirstSync> {
  const sandbox = await startSandbox();
  const [connection, clientConnection] = await Promise.all([
    NativeConnection.connect({ address }),
    Connection.connect({ address }),
  ]);
  try {
    const project = sandbox.hammertech.projects.find(({ record }) => record.number === projectNumber)?.record;
    const source = sandbox.hammertech.signIns.filter(({ record }) => record.projectId === project?.id);
    const activities: PageActivities = {
      takePage: async (skip) => source.slice(skip, skip + pageSize).length,
    };
    const taskQueue = `pages-${randomUUID()}`;
    const code = await bundleWorkflows(fileURLToPath(new URL('./page-by-page-workflow.ts', import.meta.url)));
    const worker = await Worker.create({ connection, taskQueue, activities, workflowBundle: { code } });
    const client = new Client({ connection: clientConnection });
    return await worker.runUntil(async () => {
      const handle = await client.workflow.start('pageByPage', { taskQueue, workflowId: taskQueue });
      const records: number = await handle.result();
      return { records, entries: 0, cost: await costOf(client, taskQueue, handle.firstExecutionRunId) };
    });
  } finally {
    await Promise.all([connection.close(), clientConnection.close(), sandbox.close()]);
  }
}
