import { z } from 'zod';
import { commandInputs, isOfOnboarding, stepOfCommand } from '../../shared/domain/commands.ts';
import { cureOf, runbookOf } from '../../shared/domain/faults.ts';
import { endShown, type Outcome } from '../../shared/domain/steps.ts';
import { findConnection, noteLook } from '../../shared/store/connections/connections.ts';
import { findStep, listSteps, type StoredStep } from '../../shared/store/connections/steps.ts';
import { connectionRun, type Decision, decide } from '../delivery.ts';
import { invalid, notFound, Problem } from '../problem.ts';
import { type Caller, nothing, type Route, route } from '../route.ts';
import { changeAnswers, connectionParams, id, pageOf, reason, stepView } from '../schemas.ts';
import { judgeBackfill, judgeResponse } from './contractor-choices.ts';
import { judgeChoice } from './project-choice.ts';

const stepParams = z.strictObject({
  connectionId: id('connection'),
  stepId: z.string().regex(/^[a-zA-Z]{1,40}$/, 'send the id of a step, such as verifyCredentials'),
});

const viewOf = (step: StoredStep) => ({
  stepId: step.stepId,
  title: step.title,
  owner: step.outcome !== null && step.outcome.state !== 'met' ? step.outcome.on : step.owner,
  state: step.state,
  since: step.since.toISOString(),
  outcome: step.outcome && told(step.outcome),
  cure: step.outcome?.state === 'stuck' ? cureOf(step.outcome.reason, step.outcome.needed) : null,
  runbook: step.outcome?.state === 'stuck' ? runbookOf(step.outcome.reason) : null,
  reminderDueAt: step.remindedAt.at(-1)?.toISOString() ?? null,
  checkedAt: step.checkedAt?.toISOString() ?? null,
  doneAt: step.doneAt?.toISOString() ?? null,
  doneBy: step.doneBy,
  regressedAt: step.regressedAt?.toISOString() ?? null,
});

/** An end that lies behind is not told. */
function told(outcome: Outcome): Outcome {
  if (outcome.state === 'met') return outcome;
  const { untilMs: _, ...says } = outcome;
  const untilMs = endShown(outcome, Date.now());
  return untilMs === null ? says : { ...says, untilMs };
}

const input = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('choose-projects'), input: commandInputs['choose-projects'] }),
  z.strictObject({ kind: z.literal('confirm-future'), input: commandInputs['confirm-future'] }),
  z.strictObject({ kind: z.literal('confirm'), input: commandInputs.confirm }),
  z.strictObject({ kind: z.literal('decide-match'), input: commandInputs['decide-match'] }),
  z.strictObject({ kind: z.literal('map-response'), input: commandInputs['map-response'] }),
  z.strictObject({ kind: z.literal('choose-backfill'), input: commandInputs['choose-backfill'] }),
]);

/** A decision about one step of one connection of the caller; throws `not-found` if either is not theirs. */
export function onStep(
  caller: Caller,
  params: { readonly connectionId: string; readonly stepId: string },
  what: Pick<Decision, 'kind' | 'input' | 'why'>,
): (db: Parameters<Parameters<Caller['inTenant']>[0]>[0]) => Promise<Decision> {
  return async (db) => {
    const connection = await findConnection(db, params.connectionId);
    const step = connection && (await findStep(db, params.connectionId, params.stepId));
    if (connection === undefined || step === undefined) throw notFound();
    if (connection.stage !== 'onboarding' && (isOfOnboarding(what.kind) || what.kind === 'skipStep'))
      throw new Problem('not-now', `The onboarding is over (${connection.stage}); this step was decided in it.`);
    return {
      ...what,
      connectionId: params.connectionId,
      workflowId: connectionRun(caller.tenantId, connection),
      subject: `step:${params.stepId}`,
    };
  };
}

export const stepRoutes: readonly Route[] = [
  route({
    id: 'listSteps',
    method: 'get',
    path: '/v1/connections/{connectionId}/steps',
    scope: 'read',
    family: 'Steps',
    summary: 'Every step of the onboarding, in the order of the plan',
    description: 'While this is being read, waiting steps are looked at every few seconds.',
    params: connectionParams,
    query: nothing,
    body: nothing,
    answers: { 200: { says: 'The steps', schema: pageOf(stepView) } },
    handle: async ({ params }, caller) => {
      const steps = await caller.inTenant(async (db) => {
        if ((await findConnection(db, params.connectionId)) === undefined) throw notFound();
        await noteLook(db, params.connectionId);
        return listSteps(db, params.connectionId);
      });
      return { status: 200, body: { items: steps.map(viewOf), nextCursor: null } };
    },
  }),
  route({
    id: 'readStep',
    method: 'get',
    path: '/v1/connections/{connectionId}/steps/{stepId}',
    scope: 'read',
    family: 'Steps',
    summary: 'One step: what was seen, what is needed, where',
    params: stepParams,
    query: nothing,
    body: nothing,
    answers: { 200: { says: 'The step', schema: stepView } },
    handle: async ({ params }, caller) => {
      const step = await caller.inTenant((db) => findStep(db, params.connectionId, params.stepId));
      if (step === undefined) throw notFound();
      return { status: 200, body: viewOf(step) };
    },
  }),
  route({
    id: 'retryStep',
    method: 'post',
    path: '/v1/connections/{connectionId}/steps/{stepId}/retry',
    scope: 'operate',
    family: 'Steps',
    summary: 'Check now',
    params: stepParams,
    query: nothing,
    body: nothing,
    answers: changeAnswers,
    handle: ({ params }, caller, dependencies) =>
      decide(caller, dependencies, onStep(caller, params, { kind: 'retryStep', input: { stepId: params.stepId } })),
  }),
  route({
    id: 'skipStep',
    method: 'post',
    path: '/v1/connections/{connectionId}/steps/{stepId}/skip',
    scope: 'operate',
    family: 'Steps',
    summary: 'Skip a step that may be skipped',
    description: 'Never ownership, credentials, role, company or project choice, or the confirmation.',
    params: stepParams,
    query: nothing,
    body: z.strictObject({ reason }),
    example: { reason: 'Agreed with the customer by phone' },
    answers: changeAnswers,
    handle: ({ params, body }, caller, dependencies) =>
      decide(
        caller,
        dependencies,
        onStep(caller, params, { kind: 'skipStep', input: { stepId: params.stepId, reason: body.reason }, why: body.reason }),
      ),
  }),
  route({
    id: 'provideInput',
    method: 'post',
    path: '/v1/connections/{connectionId}/steps/{stepId}/input',
    scope: 'admin',
    family: 'Steps',
    summary: 'Give a step what it waits for',
    params: stepParams,
    query: nothing,
    body: input,
    example: { kind: 'choose-projects', input: { existing: 'all', chosen: [], future: true } },
    answers: changeAnswers,
    handle: ({ params, body }, caller, dependencies) => {
      if (stepOfCommand[body.kind] !== params.stepId)
        throw invalid('kind', `send this kind to the step ${stepOfCommand[body.kind]}`);
      return decide(caller, dependencies, async (db) => {
        const decision = await onStep(caller, params, { kind: body.kind, input: body.input })(db);
        if (body.kind === 'choose-backfill') judgeBackfill(body.input, 'input.since');
        if (body.kind === 'map-response') await judgeResponse(db, params.connectionId, body.input.responseId, 'input.responseId');
        if (body.kind === 'choose-projects') await judgeChoice(db, params.connectionId, body.input, 'input.chosen');
        return decision;
      });
    },
  }),
];
