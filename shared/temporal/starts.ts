import type { Client, WorkflowStartOptions } from '@temporalio/client';
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { taskQueues, workflowIds } from '../domain/ids.ts';
import { searchAttributeNames } from '../domain/messages.ts';
import {
  type CareInput,
  careInput,
  type MailInput,
  mailInput,
  type OnboardingInput,
  onboardingInput,
  type ProjectSyncInput,
  projectSyncInput,
} from '../domain/workflow-inputs.ts';

/**
 * The only ways to start our runs (except upkeep's Schedule). The id is the canonical one; a live run is left alone, an ended
 * one may be started again. Returns the run's id.
 */
export const startOnboarding = (client: Client, input: OnboardingInput): Promise<string> =>
  start(
    client,
    'onboarding',
    workflowIds.onboarding(input.tenantId, input.connectionId),
    onboardingInput.parse(input),
    'onboarding',
  );

export const startCare = (client: Client, input: CareInput): Promise<string> =>
  start(client, 'care', workflowIds.care(input.tenantId, input.connectionId), careInput.parse(input), 'live');

export const startProjectSync = (client: Client, input: ProjectSyncInput): Promise<string> =>
  start(
    client,
    'projectSync',
    workflowIds.projectSync(input.tenantId, input.projectLinkId),
    projectSyncInput.parse(input),
    'syncing',
  );

/** Sends what waits in an outbox; one run per queued mail. */
export async function startMail(client: Client, input: MailInput): Promise<string> {
  const handle = await client.workflow.start('mail', {
    workflowId: workflowIds.mail(input.tenantId, input.mailId),
    taskQueue: taskQueues.workflows,
    args: [mailInput.parse(input)],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: 'mail',
    typedSearchAttributes: [{ key: defineSearchAttributeKey(searchAttributeNames.tenant, 'KEYWORD'), value: input.tenantId }],
  });
  return handle.firstExecutionRunId;
}

type AnyInput = OnboardingInput | CareInput | ProjectSyncInput;

async function start(client: Client, type: string, workflowId: string, input: AnyInput, stage: string): Promise<string> {
  const options: WorkflowStartOptions = {
    workflowId,
    taskQueue: taskQueues.workflows,
    args: [input],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `${type} · ${input.partner}`,
    typedSearchAttributes: foundBy(input, stage),
  };
  const handle = await client.workflow.start(type, options);
  return handle.firstExecutionRunId;
}

const foundBy = (input: AnyInput, stage: string): SearchAttributePair[] => [
  { key: defineSearchAttributeKey(searchAttributeNames.tenant, 'KEYWORD'), value: input.tenantId },
  { key: defineSearchAttributeKey(searchAttributeNames.partner, 'KEYWORD'), value: input.partner },
  { key: defineSearchAttributeKey(searchAttributeNames.stage, 'KEYWORD'), value: stage },
];
