import { z } from 'zod';
import { given } from '../../kernel/given.ts';
import { type Part3World, returnKind } from '../commits.ts';
import type { ReviewStep, SubmittalReturn } from '../records.ts';
import { ownOf } from '../state.ts';
import { addedFiles, author, begun, edited, finished, keep, moveOf, organisation } from './answering.ts';
import { Forbidden } from './forbidden.ts';
import { moved } from './moves.ts';
import { acting, must } from './places.ts';

const stepSchema = z.strictObject({
  kind: z.enum(['reviewer', 'submitter']),
  required: z.boolean().default(true),
  member: author,
});

export const returnActSchema = z
  .discriminatedUnion('act', [
    z.strictObject({
      act: z.literal('draft'),
      organisation,
      submittalId: z.guid(),
      slot: z.string().min(1).meta({ description: "The place in the submittal's workflow that it answers." }),
      author,
      responseName: z.string(),
      comment: z.string().default(''),
      files: addedFiles.default([]),
      steps: z.array(stepSchema).default([]),
      finished,
    }),
    moveOf('edit').extend({
      responseName: z.string().exactOptional(),
      comment: z.string().exactOptional(),
      slot: z.string().min(1).exactOptional(),
      files: addedFiles.exactOptional(),
    }),
    moveOf('review'),
    z.strictObject({
      act: z.literal('do-step'),
      organisation,
      id: z.guid(),
      index: z.int().min(0).meta({ description: 'Place among the review steps, from 0.' }),
    }),
    z.strictObject({
      act: z.literal('reopen-step'),
      organisation,
      id: z.guid(),
      index: z.int().min(0).meta({ description: 'Place among the review steps, from 0.' }),
      staysReady: z
        .boolean()
        .default(false)
        .meta({ description: 'The return keeps its state, as a faulty Part3 would say it; else it is in review again.' }),
    }),
    moveOf('finish').extend({
      despiteOpenSteps: z
        .boolean()
        .default(false)
        .meta({ description: 'Ready although a required step is not done, as a faulty Part3 would say it.' }),
    }),
    moveOf('recall'),
  ])
  .meta({ id: 'Part3ReturnAct' });
type ReturnAct = z.output<typeof returnActSchema>;

/** What a responder and the reviewers do with the return of a submittal. Finishing requires that every required step is done. */
export async function actOnReturn(part3: Part3World, body: ReturnAct): Promise<SubmittalReturn> {
  return keep(part3, returnKind, body.organisation, await changed(part3, body), 'submittal-return.ready');
}

async function changed(part3: Part3World, body: ReturnAct): Promise<SubmittalReturn> {
  const { organisation } = body;
  if (body.act === 'draft') return drafted(part3, body);
  const answer = must(ownOf(part3.state.returns, organisation, body.id), 'return');
  switch (body.act) {
    case 'edit': {
      const { responseName, comment, slot, files } = body;
      const steps = answer.steps.map((step) => ({ ...step, doneAt: null }));
      const kept = { ...answer, ...given({ responseName, comment, slot }), steps };
      return { ...kept, ...(await edited(part3, organisation, answer, files)) };
    }
    case 'do-step':
      return stepDone(part3, organisation, answer, body.index);
    case 'reopen-step':
      return stepReopened(answer, body.index, body.staysReady);
    case 'finish':
      if (!body.despiteOpenSteps) needSteps(answer.steps);
      return { ...answer, state: moved(answer, 'finish') };
    case 'review':
    case 'recall':
      return { ...answer, state: moved(answer, body.act) };
  }
}

async function drafted(part3: Part3World, body: Extract<ReturnAct, { act: 'draft' }>): Promise<SubmittalReturn> {
  const { organisation, submittalId, slot, responseName, comment } = body;
  const { projectId } = must(ownOf(part3.state.submittals, organisation, submittalId), 'submittal');
  const steps = body.steps.map(({ kind, required, member }) => ({
    kind,
    required,
    memberId: acting(part3, organisation, projectId, member).id,
    doneAt: null,
  }));
  if (body.finished) needSteps(steps);
  return { ...(await begun(part3, { ...body, projectId })), submittalId, slot, responseName, comment, steps };
}

function stepDone(part3: Part3World, organisation: string, answer: SubmittalReturn, index: number): SubmittalReturn {
  const step = must(answer.steps[index], 'review step');
  if (answer.state !== 'in-review') throw new Forbidden(`it is ${answer.state}: there is nothing to review`);
  acting(part3, organisation, answer.projectId, step.memberId);
  const steps = answer.steps.map((one, at) => (at === index ? { ...one, doneAt: part3.world.clock.instant() } : one));
  return { ...answer, steps };
}

/** A done step is reopened, as long as nothing was returned. */
function stepReopened(answer: SubmittalReturn, index: number, staysReady: boolean): SubmittalReturn {
  must(answer.steps[index], 'review step');
  if (answer.state !== 'in-review' && answer.state !== 'ready' && answer.state !== 'blocked')
    throw new Forbidden(`it is ${answer.state}: there is no step to open again`);
  const steps = answer.steps.map((one, at) => (at === index ? { ...one, doneAt: null } : one));
  return { ...answer, steps, state: staysReady ? answer.state : 'in-review' };
}

function needSteps(steps: readonly ReviewStep[]): void {
  if (steps.some(({ required, doneAt }) => required && doneAt === null))
    throw new Forbidden('a required review step is not done');
}
