import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import type proto from '@temporalio/proto';
import pg from 'pg';
import { z } from 'zod';
import { searchAttributeNames as names } from '../../shared/domain/messages.ts';
import { oneCodecKey, payloadCodec } from '../../shared/security/payload-codec.ts';
import { connectTemporal } from '../../shared/temporal/connection.ts';
import type { TestStack } from './stack.ts';

/** How support finds and reads a run, and what was done to it: looked at past the product, in Temporal and Postgres themselves. */
export interface WatchedRun {
  readonly handle: WorkflowHandle;
  attributes(): Promise<{ needsAttention: unknown; stuckReason: unknown; waitingOn: unknown }>;
  /** The markdown page of its current details. */
  page(): Promise<string>;
  /** Rows of decisions, and Updates that its history has accepted: what somebody did to it. */
  interventions(): Promise<{ commands: number; updates: number }>;
  pendingWatch(stepId: string): Promise<PendingWatch | undefined>;
}

export interface PendingWatch {
  readonly activityId: string;
  readonly attempt: number;
  /** Undefined while an attempt is under way. */
  readonly nextAttemptMs: number | undefined;
}

export interface Watch {
  readonly client: Client;
  readonly rows: pg.Client;
  run(workflowId: string): WatchedRun;
  close(): Promise<void>;
}

const environment = z.object({
  TEMPORAL_ADDRESS: z.string(),
  TEMPORAL_NAMESPACE: z.string(),
  CODEC_KEY: z.string(),
  CODEC_KEY_ID: z.string(),
});

/** Eyes on the engines of a stack. */
export async function watchEngines(stack: TestStack): Promise<Watch> {
  const text = readFileSync(path.join(stack.stateDir, 'command-environment.json'), 'utf8');
  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace, ...key } = environment.parse(JSON.parse(text));
  const keys = oneCodecKey(key.CODEC_KEY_ID, key.CODEC_KEY);
  const client = connectTemporal({ connectionOptions: { address }, namespace, keys, caller: 'test' });
  const rows = new pg.Client({ connectionString: stack.adminDatabaseUrl() });
  await rows.connect();
  return {
    client,
    rows,
    run: (workflowId) => watchedRun(client, rows, payloadCodec(namespace, keys), workflowId),
    close: async () => {
      await rows.end();
      await client.connection.close();
    },
  };
}

function watchedRun(client: Client, rows: pg.Client, codec: PayloadCodec, workflowId: string): WatchedRun {
  const handle = client.workflow.getHandle(workflowId);
  const connectionId = workflowId.split(':')[2] ?? '';
  return {
    handle,
    attributes: async () => {
      const { typedSearchAttributes } = await handle.describe();
      const all = new Map<string, unknown>(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
      const of = (name: string): unknown => all.get(name);
      return {
        needsAttention: of(names.needsAttention),
        stuckReason: of(names.stuckReason),
        waitingOn: of(names.waitingOn),
      };
    },
    page: async () => (await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata')).currentDetails ?? '',
    interventions: async () => {
      const { rows: found } = await rows.query('select 1 from command where connection_id = $1', [connectionId]);
      const { events } = await handle.fetchHistory();
      const updates = events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes) ?? [];
      return { commands: found.length, updates: updates.length };
    },
    pendingWatch: async (stepId) => {
      const { events } = await handle.fetchHistory();
      const { raw } = await handle.describe();
      for (const pending of raw.pendingActivities ?? []) {
        const scheduled = events?.find((event) => scheduledId(event) === pending.activityId);
        const payloads = scheduled?.activityTaskScheduledEventAttributes?.input?.payloads ?? [];
        const [input] = await codec.decode(payloads);
        const watched = watchInput.safeParse(JSON.parse(Buffer.from(input?.data ?? []).toString() || '{}'));
        if (!watched.success || watched.data.stepId !== stepId) continue;
        const { activityId, attempt, nextAttemptScheduleTime: next } = pending;
        const nextAttemptMs = next?.seconds ? Number(next.seconds) * 1000 + (next.nanos ?? 0) / 1e6 : undefined;
        return { activityId: activityId ?? '', attempt: attempt ?? 0, nextAttemptMs };
      }
      return undefined;
    },
  };
}

const watchInput = z.object({ stepId: z.string(), known: z.string().nullable() });

const scheduledId = (event: proto.temporal.api.history.v1.IHistoryEvent): string | null | undefined =>
  event.activityTaskScheduledEventAttributes?.activityId;
