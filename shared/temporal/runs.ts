import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { MessageName } from '../domain/messages.ts';
import { recordsChangedSignal } from '../domain/messages.ts';
import { partnerNames } from '../domain/partners.ts';
import type { MailInput, OnboardingInput } from '../domain/workflow-inputs.ts';
import { startCare, startMail, startOnboarding, startProjectSync } from './starts.ts';
import { sendUpdate, type UpdateEnd } from './updates.ts';

/** A run that the database wants. */
export interface WantedRun {
  readonly workflowId: string;
  readonly workflowType: 'onboarding' | 'care' | 'projectSync';
  /** The connection, or the project link. */
  readonly subjectId: string;
  readonly partner: string;
  readonly generation: number;
}

/** Temporal for our processes: every call has a deadline, starts are explicit, Updates never throw. */
export interface TemporalRuns {
  startOnboarding(input: OnboardingInput): Promise<boolean>;
  startWanted(tenantId: string, run: WantedRun): Promise<void>;
  /** Sends a queued mail at once; false: not now, upkeep will. */
  sendMail(input: MailInput): Promise<boolean>;
  tell(workflowId: string, name: MessageName, message: unknown, updateId: string): Promise<UpdateEnd>;
  deliverCommand(workflowId: string, name: MessageName, message: unknown, updateId: string): Promise<UpdateEnd['kind']>;
  /** A wake-up without content. The sender must make sure that none is pending. */
  signalRecordsChanged(workflowId: string): Promise<boolean>;
  listRunning(): AsyncIterable<string>;
  stop(workflowId: string, reason: string): Promise<void>;
  reachable(): Promise<boolean>;
}

export interface Deadlines {
  readonly startMs: number;
  readonly updateMs: number;
}

export function temporalRuns(
  client: Client,
  { startMs, updateMs }: Deadlines = { startMs: 5000, updateMs: 10_000 },
): TemporalRuns {
  const inTime = <Answer>(call: () => Promise<Answer>): Promise<Answer> => client.withDeadline(Date.now() + startMs, call);
  const tell: TemporalRuns['tell'] = (workflowId, name, message, updateId) =>
    sendUpdate(client, { workflowId, name, message, updateId, deadlineMs: updateMs });
  return {
    tell,
    startOnboarding: (input) => succeeds(inTime(() => startOnboarding(client, input))),
    sendMail: (input) => succeeds(inTime(() => startMail(client, input))),
    startWanted: (tenantId, run) => inTime(() => startWanted(client, tenantId, run)),
    deliverCommand: async (...update) => (await tell(...update)).kind,
    signalRecordsChanged: (workflowId) =>
      succeeds(inTime(() => client.workflow.getHandle(workflowId).signal(recordsChangedSignal))),
    listRunning: () => livingRuns(client),
    stop: (workflowId, reason) => inTime(() => askToEnd(client, workflowId, reason)),
    reachable: () => succeeds(inTime(() => client.connection.workflowService.getSystemInfo({}))),
  };
}

const succeeds = (call: Promise<unknown>): Promise<boolean> =>
  call.then(
    () => true,
    () => false,
  );

async function startWanted(client: Client, tenantId: string, run: WantedRun): Promise<void> {
  const partner = partnerNames.find((name) => name === run.partner);
  if (partner === undefined) throw new Error(`no partner is called ${run.partner}`);
  const { subjectId, generation } = run;
  switch (run.workflowType) {
    case 'onboarding':
      await startOnboarding(client, { tenantId, connectionId: subjectId, partner });
      return;
    case 'care':
      await startCare(client, { tenantId, connectionId: subjectId, partner, generation });
      return;
    case 'projectSync':
      await startProjectSync(client, { tenantId, projectLinkId: subjectId, partner, generation });
  }
}

async function* livingRuns(client: Client): AsyncIterable<string> {
  const query = `ExecutionStatus = 'Running' AND WorkflowType IN ('onboarding', 'care', 'projectSync')`;
  for await (const { workflowId } of client.workflow.list({ query })) yield workflowId;
}

/** Requests cancellation, with the reason that the UI shows. Ignores a run that has already ended. */
async function askToEnd(client: Client, workflowId: string, reason: string): Promise<void> {
  const { namespace, identity } = client.options;
  const request = { namespace, identity, workflowExecution: { workflowId }, requestId: randomUUID(), reason };
  await client.connection.workflowService.requestCancelWorkflowExecution(request).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}

const notFound = 5;
const isNotFound = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === notFound;
