import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { connectTemporal } from '../../shared/temporal/connection.ts';
import { sealedDataConverter } from '../../shared/temporal/data-converter.ts';
import { bundleWorkflows } from '../../worker/bundle.ts';
import { createWorkers } from '../../worker/workers.ts';
import { makeNamespace, testCodecKeys } from '../workflow/namespace.ts';
import { createScript, quickPace, scripted } from '../workflow/script.ts';
import { recordedNamespace, recordings } from './recordings.ts';

/**
 * `npx tsx test/replay/record.ts <address> [version]`: plays each scenario on a real server and writes its histories beside this
 * file. Run it when a workflow is new or changed; what was recorded before stays, for living runs hold such histories.
 */
const [address, version = 'v1'] = process.argv.slice(2);
if (address === undefined) throw new Error('give the address of a Temporal server, and a version such as v1');
const folder = new URL('./histories/', import.meta.url);

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
await mkdir(folder, { recursive: true });
await makeNamespace(address, recordedNamespace).catch(() => undefined); // it is there from the last recording
const connection = await NativeConnection.connect({ address });
const client = connectTemporal({
  connectionOptions: { address },
  namespace: recordedNamespace,
  keys: testCodecKeys,
  caller: 'recorder',
});
const code = await bundleWorkflows();

for (const [name, play] of Object.entries(recordings)) {
  const script = createScript(quickPace);
  const workers = await createWorkers({
    connection,
    namespace: recordedNamespace,
    dataConverter: sealedDataConverter(recordedNamespace, testCodecKeys),
    workflowBundle: { code },
    activities: scripted(() => script),
    queues: ['workflows', 'checks', 'sync'],
  });
  const running = workers.map((worker) => worker.run());
  const ids = { tenantId: randomUUID(), subjectId: randomUUID() };
  try {
    await record(name, await play({ client, script, ...ids }));
  } finally {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
  }
}
await client.connection.close();
await connection.close();

async function record(name: string, workflowId: string): Promise<void> {
  for (const [index, runId] of (await runIdsOf(client, workflowId)).entries()) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const file = `${name}${index === 0 ? '' : `-run-${index + 1}`}__${version}.json`;
    await writeFile(new URL(file, folder), `${historyToJSON(history)}\n`);
    console.log(`${file}: ${history.events?.length ?? 0} events`);
  }
}

/** Oldest first. */
async function runIdsOf(temporal: Client, workflowId: string): Promise<string[]> {
  const found: string[] = [];
  for (let runId: string | undefined | null = (await temporal.workflow.getHandle(workflowId).describe()).runId; runId; ) {
    found.unshift(runId);
    const { events } = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
  }
  return found;
}
