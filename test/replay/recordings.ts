import type { Client, WorkflowHandle } from '@temporalio/client';
import { Fault } from '../../shared/domain/faults.ts';
import { workflowIds } from '../../shared/domain/ids.ts';
import { startCare, startOnboarding, startProjectSync } from '../../shared/temporal/starts.ts';
import { eventually } from '../support/eventually.ts';
import { met, quietReport, type Script, stuckWith, waitingOn } from '../workflow/script.ts';

/** Payloads are bound to their namespace: histories are recorded, and replayed, as of this one. */
export const recordedNamespace = 'recorded';

export interface Stage {
  readonly client: Client;
  readonly script: Script;
  readonly tenantId: string;
  readonly subjectId: string;
}

/** Scenarios by name, `<workflow>__<what>`; each plays one workflow to its end and answers its id. */
export const recordings: Readonly<Record<string, (stage: Stage) => Promise<string>>> = {
  'onboarding__all-met': async (stage) => {
    const { handle, workflowId } = await onboardingOf(stage);
    await handle.result();
    return workflowId;
  },

  'onboarding__stuck-retried-skipped': async (stage) => {
    const { script } = stage;
    script.outcomes.set('verifyPartner', waitingOn('admin'));
    script.outcomes.set('verifyCompanyTemplate', stuckWith('permission-too-low'));
    script.outcomes.set('verifyCredentials', failingFirst('network', 4));
    script.outcomes.set('matchRecords', waitingOn('admin'));
    const { handle, workflowId } = await onboardingOf(stage);
    await eventually('the template is stuck', () => script.countOf('watchStep', 'verifyCompanyTemplate') >= 2);
    await update(handle, 'retryStep', { stepId: 'verifyCompanyTemplate' });
    await update(handle, 'skipStep', { stepId: 'verifyPartner', reason: 'checked by phone' });
    script.outcomes.set('verifyCompanyTemplate', met);
    await eventually('the matching waits', () => script.countOf('watchStep', 'matchRecords') >= 1);
    script.outcomes.set('matchRecords', met);
    await update(handle, 'provideInput', { stepId: 'matchRecords', commandId: stage.subjectId });
    await handle.result();
    return workflowId;
  },

  'onboarding__choice-changed': async (stage) => {
    const { script } = stage;
    script.outcomes.set('confirm', waitingOn('admin'));
    const { handle, workflowId } = await onboardingOf(stage);
    await eventually('the confirmation is awaited', () => script.countOf('watchStep', 'confirm') >= 1);
    script.rows.push({ stepId: 'assignProjects', state: 'pending', outcome: null, sinceMs: 0, reminders: 0 });
    await update(handle, 'retryStep', { stepId: 'assignProjects' });
    script.rows.length = 0;
    await eventually('the confirmation is awaited anew', () => script.countOf('checkStep', 'confirm') >= 2);
    script.outcomes.set('confirm', met);
    await handle.result();
    return workflowId;
  },

  'onboarding__owner-accepted-late': async (stage) => {
    const { client, script, tenantId, subjectId } = stage;
    script.outcomes.set('live', waitingOn('admin'));
    await startOnboarding(client, { tenantId, connectionId: subjectId, partner: 'part3' });
    const workflowId = workflowIds.onboarding(tenantId, subjectId);
    const handle = client.workflow.getHandle(workflowId);
    await eventually('all but the last step is done', () => script.countOf('watchStep', 'live') >= 1);
    await update(handle, 'retryStep', { stepId: 'authorizeContractor' });
    script.outcomes.set('live', met);
    await handle.result();
    return workflowId;
  },

  'onboarding__contractor-signs-in-again': async (stage) => {
    const { client, script, tenantId, subjectId } = stage;
    script.outcomes.set('live', waitingOn('admin'));
    await startOnboarding(client, { tenantId, connectionId: subjectId, partner: 'part3' });
    const workflowId = workflowIds.onboarding(tenantId, subjectId);
    const handle = client.workflow.getHandle(workflowId);
    await eventually('all but the last step is done', () => script.countOf('watchStep', 'live') >= 1);
    script.rows.push({ stepId: 'confirmRole', state: 'pending', outcome: null, sinceMs: 0, reminders: 0 });
    await update(handle, 'retryStep', { stepId: 'contractorSignsIn' });
    await update(handle, 'retryStep', { stepId: 'authorizeContractor' });
    script.rows.length = 0;
    await eventually('the role is asked for anew', () => script.countOf('checkStep', 'confirmRole') >= 2);
    script.outcomes.set('live', met);
    await handle.result();
    return workflowId;
  },

  'onboarding__parked-stopped': async (stage) => {
    const { script } = stage;
    script.outcomes.set('awaitCredentials', waitingOn('admin'));
    const { handle, workflowId } = await onboardingOf(stage);
    await eventually('it waits', () => script.countOf('watchStep') >= 2);
    script.outcomes.set('awaitCredentials', () => {
      throw new Fault('credential-rejected');
    });
    await update(handle, 'submitCredentials', { credentialId: stage.subjectId });
    await eventually('it is parked', () => script.countOf('watchStep') >= 4);
    await update(handle, 'stop', { commandId: stage.subjectId });
    await handle.result();
    return workflowId;
  },

  'projectSync__cycles-trouble-pause': async (stage) => {
    const { client, script, tenantId, subjectId } = stage;
    script.stream = failingFirst('vendor-unavailable', 4, { ...quietReport, created: 2 });
    await startProjectSync(client, { tenantId, projectLinkId: subjectId, partner: 'hammertech', generation: 1 });
    const workflowId = workflowIds.projectSync(tenantId, subjectId);
    const handle = client.workflow.getHandle(workflowId);
    await eventually('a cycle after the trouble', () => script.countOf('closeCycle') >= 1);
    script.stream = async () => ({ waitUntilMs: Date.now() + 1500, why: 'Procore’s hourly limit' });
    await update(handle, 'syncNow', {});
    script.stream = { ...quietReport, parked: 1, reasons: { 'unmatched-company': 1 } };
    await handle.signal('recordsChanged');
    await eventually('a cycle after the wait', () => script.countOf('closeCycle') >= 3);
    await update(handle, 'retryItems', { reason: 'unmatched-company' });
    await update(handle, 'pause', { reason: 'a template is being changed' });
    await update(handle, 'resume', {});
    script.pace.cyclesPerRun = 1;
    await update(handle, 'syncNow', {});
    await update(handle, 'syncNow', {});
    script.link = async () => ({ ...closedLink, pace: script.pace });
    await update(handle, 'stop', { commandId: subjectId });
    await handle.result();
    return workflowId;
  },

  'projectSync__refused-mended': async (stage) => {
    const { client, script, tenantId, subjectId } = stage;
    script.stream = async () => {
      throw new Fault('tool-disabled', { needed: 'Daily Log switched on', where: 'Tool Settings', sinceMs: 1_767_323_040_000 });
    };
    await startProjectSync(client, { tenantId, projectLinkId: subjectId, partner: 'hammertech', generation: 1 });
    const workflowId = workflowIds.projectSync(tenantId, subjectId);
    const handle = client.workflow.getHandle(workflowId);
    await eventually('a refused cycle', () => script.countOf('closeCycle') >= 1);
    await handle.signal('recordsChanged');
    await eventually('a cycle that leaves it alone', () => script.countOf('closeCycle') >= 2);
    script.pace.cyclesPerRun = 1;
    await update(handle, 'syncNow', {});
    script.stream = quietReport;
    await update(handle, 'syncNow', {});
    script.link = async () => ({ ...closedLink, pace: script.pace });
    await update(handle, 'stop', { commandId: subjectId });
    await handle.result();
    return workflowId;
  },

  'care__regressed-mended': async (stage) => {
    const { client, script, tenantId, subjectId } = stage;
    const round = { current: true, pace: script.pace, mended: [], regressed: [], standing: [] };
    const reason = 'permission-too-low' as const;
    script.round = { ...round, regressed: [{ stepId: 'verifyCompanyTemplate', reason }], standing: [reason] };
    await startCare(client, { tenantId, connectionId: subjectId, partner: 'hammertech', generation: 1 });
    const workflowId = workflowIds.care(tenantId, subjectId);
    const handle = client.workflow.getHandle(workflowId);
    await update(handle, 'retryStep', { stepId: 'verifyCompanyTemplate' });
    script.round = { ...round, mended: ['verifyCompanyTemplate'] };
    await eventually('a round by the timer', () => script.countOf('checkAll') >= 3);
    script.round = { ...round, current: false };
    await update(handle, 'stop', { commandId: subjectId });
    await handle.result();
    return workflowId;
  },

  'projectSync__owner-of-fault': async (stage) => {
    const { client, script, tenantId, subjectId } = stage;
    script.stream = async () => {
      throw new Fault('grant-lapsed', { owner: 'contractor', sinceMs: 1_767_323_040_000 });
    };
    await startProjectSync(client, { tenantId, projectLinkId: subjectId, partner: 'part3', generation: 1 });
    const workflowId = workflowIds.projectSync(tenantId, subjectId);
    const handle = client.workflow.getHandle(workflowId);
    await eventually('a refused cycle', () => script.countOf('closeCycle') >= 1);
    script.stream = async () => {
      throw new Fault('grant-lapsed');
    };
    await update(handle, 'syncNow', {});
    script.pace.cyclesPerRun = 1;
    await update(handle, 'syncNow', {});
    script.link = async () => ({ ...closedLink, pace: script.pace });
    await update(handle, 'stop', { commandId: subjectId });
    await handle.result();
    return workflowId;
  },

  'care__owner-of-fault': async (stage) => {
    const { client, script, tenantId, subjectId } = stage;
    const round = { current: true, pace: script.pace, mended: [], standing: ['grant-lapsed'] };
    const lapsed = { stepId: 'authorizeContractor', reason: 'grant-lapsed' };
    script.round = { ...round, regressed: [{ ...lapsed, owner: 'contractor' }] };
    await startCare(client, { tenantId, connectionId: subjectId, partner: 'part3', generation: 1 });
    const workflowId = workflowIds.care(tenantId, subjectId);
    const handle = client.workflow.getHandle(workflowId);
    await update(handle, 'retryStep', { stepId: 'authorizeContractor' });
    script.round = { ...round, regressed: [{ ...lapsed, owner: 'responder' }] };
    await update(handle, 'retryStep', { stepId: 'authorizeContractor' });
    script.round = { ...round, current: false, regressed: [], standing: [] };
    await update(handle, 'stop', { commandId: subjectId });
    await handle.result();
    return workflowId;
  },

  upkeep__round: async ({ client, subjectId }) => {
    const workflowId = `${workflowIds.upkeep()}-${subjectId}`;
    await client.workflow.execute('upkeep', { workflowId, taskQueue: 'workflows', args: [{}] });
    return workflowId;
  },
};

const closedLink = { current: false, companyId: '1', procoreProjectId: '2', streams: [], paused: false };

async function onboardingOf({ client, tenantId, subjectId }: Stage): Promise<{ handle: WorkflowHandle; workflowId: string }> {
  await startOnboarding(client, { tenantId, connectionId: subjectId, partner: 'hammertech' });
  const workflowId = workflowIds.onboarding(tenantId, subjectId);
  return { workflowId, handle: client.workflow.getHandle(workflowId) };
}

const update = (handle: WorkflowHandle, name: string, message: object): Promise<unknown> =>
  handle.executeUpdate(name, { args: [message] });

/** Beyond the fast phase, so that the slow one is in the history. */
function failingFirst(kind: 'network' | 'vendor-unavailable', times: number): () => Promise<typeof met>;
function failingFirst<Answer>(kind: 'network' | 'vendor-unavailable', times: number, then: Answer): () => Promise<Answer>;
function failingFirst(kind: 'network' | 'vendor-unavailable', times: number, then: unknown = met): () => Promise<unknown> {
  let failed = 0;
  return async () => {
    if (failed >= times) return then;
    failed += 1;
    throw new Fault(kind);
  };
}
