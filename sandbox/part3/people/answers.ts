import { z } from 'zod';
import { given } from '../../kernel/given.ts';
import { answerKind, type Part3World } from '../commits.ts';
import type { RfiAnswer } from '../records.ts';
import { ownOf } from '../state.ts';
import { addedFiles, author, begun, edited, finished, keep, moveOf, organisation } from './answering.ts';
import { moved } from './moves.ts';
import { must } from './places.ts';

export const answerActSchema = z
  .discriminatedUnion('act', [
    z.strictObject({
      act: z.literal('draft'),
      organisation,
      rfiId: z.guid(),
      author,
      bodyHtml: z.string(),
      official: z.boolean().default(false),
      files: addedFiles.default([]),
      finished,
    }),
    moveOf('edit').extend({
      bodyHtml: z.string().exactOptional(),
      official: z.boolean().exactOptional(),
      files: addedFiles.exactOptional(),
    }),
    moveOf('review'),
    moveOf('finish'),
    moveOf('recall'),
  ])
  .meta({ id: 'Part3AnswerAct' });
type AnswerAct = z.output<typeof answerActSchema>;

/** What a responder does with an answer to an RFI. */
export async function actOnAnswer(part3: Part3World, body: AnswerAct): Promise<RfiAnswer> {
  return keep(part3, answerKind, body.organisation, await changed(part3, body), 'rfi-answer.ready');
}

async function changed(part3: Part3World, body: AnswerAct): Promise<RfiAnswer> {
  const { organisation } = body;
  const { state } = part3;
  if (body.act === 'draft') {
    const { rfiId, bodyHtml, official } = body;
    const { projectId } = must(ownOf(state.rfis, organisation, rfiId), 'RFI');
    return { ...(await begun(part3, { ...body, projectId })), rfiId, bodyHtml, official };
  }
  const answer = must(ownOf(state.answers, organisation, body.id), 'answer');
  if (body.act !== 'edit') return { ...answer, state: moved(answer, body.act) };
  const { bodyHtml, official, files } = body;
  return { ...answer, ...given({ bodyHtml, official }), ...(await edited(part3, organisation, answer, files)) };
}
