import { randomUUID } from 'node:crypto';
import { type Client, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { workflowIds } from '../../shared/domain/ids.ts';
import type { Message, MessageName } from '../../shared/domain/messages.ts';
import type { PartnerName } from '../../shared/domain/partners.ts';
import type { CareInput, OnboardingInput, ProjectSyncInput } from '../../shared/domain/workflow-inputs.ts';
import { startCare, startOnboarding, startProjectSync } from '../../shared/temporal/starts.ts';
import type { Script } from './script.ts';

/** A run of the test's own, of ids nobody else has. */
export interface Begun<Input> {
  readonly input: Input;
  readonly workflowId: string;
  readonly handle: WorkflowHandle;
}

export async function beginOnboarding(client: Client, partner: PartnerName = 'hammertech'): Promise<Begun<OnboardingInput>> {
  const input: OnboardingInput = { tenantId: randomUUID(), connectionId: randomUUID(), partner };
  await startOnboarding(client, input);
  return begun(client, input, workflowIds.onboarding(input.tenantId, input.connectionId));
}

export async function beginSync(client: Client, generation = 1): Promise<Begun<ProjectSyncInput>> {
  const input: ProjectSyncInput = { tenantId: randomUUID(), projectLinkId: randomUUID(), partner: 'hammertech', generation };
  await startProjectSync(client, input);
  return begun(client, input, workflowIds.projectSync(input.tenantId, input.projectLinkId));
}

export async function beginCare(client: Client, partner: PartnerName = 'hammertech'): Promise<Begun<CareInput>> {
  const input: CareInput = { tenantId: randomUUID(), connectionId: randomUUID(), partner, generation: 1 };
  await startCare(client, input);
  return begun(client, input, workflowIds.care(input.tenantId, input.connectionId));
}

/** Of this test, whether they have ended or not. */
const handles: WorkflowHandle[] = [];

function begun<Input>(client: Client, input: Input, workflowId: string): Begun<Input> {
  const handle = client.workflow.getHandle(workflowId);
  handles.push(handle);
  return { input, workflowId, handle };
}

/** Ends what a test that failed has left running: the next one's script would be asked by it. */
export async function endLeftRuns(): Promise<void> {
  for (const handle of handles.splice(0))
    await handle.terminate('its test is over').catch((error: unknown) => {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    });
}

/** Sends an Update and answers what came back; a refusal is its sentence. */
export async function tell<Name extends MessageName>(
  { handle }: { readonly handle: WorkflowHandle },
  name: Name,
  message: Message<Name>,
): Promise<unknown> {
  return await handle.executeUpdate(name, { args: [message] });
}

/** The sentence with which an Update was refused; fails where it was not. */
export async function refusalOf(update: Promise<unknown>): Promise<string> {
  try {
    await update;
  } catch (error) {
    if (error instanceof Error && error.cause instanceof Error) return error.cause.message;
    throw error;
  }
  throw new Error('the Update was not refused');
}

/** The page that support reads, as the UI asks for it. */
export async function detailsOf(handle: WorkflowHandle): Promise<string> {
  const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return metadata.currentDetails ?? '';
}

/** Ends a loop by its row, so that nothing of it is left under way when the next test moves the clock; it may see that before it is told. */
export async function finish(run: { readonly handle: WorkflowHandle }, script: Script): Promise<void> {
  script.link = async () => ({
    current: false,
    pace: script.pace,
    companyId: '1',
    procoreProjectId: '2',
    streams: [],
    paused: false,
  });
  script.round = async () => ({ current: false, pace: script.pace, regressed: [], mended: [], standing: [] });
  await tell(run, 'stop', { commandId: randomUUID() }).catch((error: unknown) => {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  });
  await run.handle.result();
}
