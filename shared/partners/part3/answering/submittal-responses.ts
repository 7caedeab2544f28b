import { canonicalHash } from '../../../domain/canonical-json.ts';
import type { RecordFields } from '../../../domain/deliveries.ts';
import { Fault } from '../../../domain/faults.ts';
import { respond } from '../../../procore/operations/submittal-approvers.ts';
import { listSubmittalResponses, type SubmittalResponse } from '../../../procore/operations/submittal-responses.ts';
import { type Submittal, type SubmittalApprover, showSubmittal } from '../../../procore/operations/submittals.ts';
import { foldName } from '../../names.ts';
import type { Cause, ProjectContext } from '../../stream.ts';
import type { Part3Client } from '../client.ts';
import type { SubmittalReturn } from '../schema.ts';
import { settings } from '../settings.ts';
import { contentOf, excerptOf, versionOf } from './content.ts';
import { coverOf, isCover, withoutCover } from './cover.ts';
import { itemsAsRead } from './items-as-read.ts';
import type { AnswerKind, AnswerSource, AnswerTarget } from './kinds.ts';
import { asPerson, responderOf, seesNothing } from './persons.ts';
import { foreseenReturn } from './preview-contents.ts';
import { currentStepOf, isAnswered } from './workflow.ts';

/** Returns of submittals: each is the response in its author's own slot. */
export const submittalResponses: AnswerKind<SubmittalReturn> = {
  itemWord: 'submittal',
  handMade: 'leave',
  source: (part3, context) => submittalSource(part3, context),
  target: (context) => submittalTarget(context),
  foreseen: (context, draft, item) => foreseenReturn(context, draft, item && 'workflow' in item ? item : undefined),
};

function submittalSource(part3: Part3Client, context: ProjectContext): AnswerSource<SubmittalReturn> {
  const { partnerProjectId: projectId } = context.project;
  const { coverPage } = settings.parse(context.settings).submittals;
  return {
    list: (updatedSince) => part3.submittalReturns({ projectId, updatedSince }),
    show: part3.submittalReturn,
    settle: part3.settleReturn,
    preview: part3.previewReturn,
    wishOf: ({ responseName }) => ({ official: false, responseName }),
    items: () => part3.submittals({ projectId }),
    itemOf: ({ submittalId }) => submittalId,
    slotOf: ({ slot }) => slot,
    // Part3 lets nobody finish before every required step is done; checked again here
    isHeld: ({ steps }) => steps.some(({ required, doneAt }) => required && doneAt === null),
    fieldsOf: ({ responseName, comment, receipt }, files) => ({
      response: foldName(responseName),
      content: contentOf(comment, withoutCover(files.map(({ name }) => name))),
      version: versionOf(comment, files),
      // what was returned before stays as it was
      ...(coverPage && receipt === null && { coverPage: 'yes' }),
    }),
    labelOf: ({ responseName }, author) => `Return of ${author}, “${responseName}”`,
  };
}

function submittalTarget(context: ProjectContext): AnswerTarget<SubmittalReturn> {
  const { responders, responses, project } = context;
  const { procoreProjectId } = project;
  const wish = settings.parse(context.settings).submittals;
  const read = itemsAsRead(context, (procore, submittalId) => showSubmittal(procore, procoreProjectId, submittalId));
  const userOf = (memberId: string) => responderOf(responders, memberId)?.procoreUserId ?? null;
  const nameOf = (memberId: string) => responderOf(responders, memberId)?.name ?? 'The author';

  const offered = new Map<string, Promise<readonly SubmittalResponse[]>>();

  /** What a Procore response means in Part3, folded; one without a meaning there is no answer of ours. */
  function meaningOf(responseId: string, name: string): string {
    const mapped = responses.find((one) => one.responseId === responseId)?.partnerName;
    return mapped ? foldName(mapped) : `procore: ${name}`;
  }

  function fieldsOf({ response, comment, attachments }: SubmittalApprover): RecordFields {
    const fileNames = attachments.map(({ filename }) => filename);
    return {
      response: response === null ? null : meaningOf(response.id, response.name),
      content: contentOf(comment ?? '', withoutCover(fileNames)),
      ...(fileNames.some(isCover) && { coverPage: 'yes' }),
    };
  }

  /** The project's responses, listed once per cycle and author: one withdrawn meanwhile is refused when it is given. */
  function offeredTo(memberId: string): Promise<readonly SubmittalResponse[]> {
    const known = offered.get(memberId);
    if (known) return known;
    const asked = asPerson(responders, memberId, (procore) => listSubmittalResponses(procore, procoreProjectId));
    offered.set(memberId, asked);
    asked.catch(() => offered.delete(memberId));
    return asked;
  }

  /** The response to answer with: mapped by a person or by its plain name, and offered on the project now. */
  async function responseFor({ responseName }: SubmittalReturn, memberId: string): Promise<string | undefined> {
    const meant = foldName(responseName);
    const mapped = responses.filter(
      ({ state, partnerName }) => state === 'mapped' && partnerName !== null && foldName(partnerName) === meant,
    );
    if (mapped.length === 0) return undefined;
    const offers = await offeredTo(memberId);
    return mapped.find(({ responseId }) => offers.some(({ id }) => id === responseId))?.responseId;
  }

  const chosen = new Map<string, string>();

  return {
    async said({ itemId, memberId, slot }, meant) {
      const submittal = await read.byWhoMay(memberId, itemId);
      const place = submittal?.approvers.find(({ id }) => id === slot);
      if (!place || !isAnswered(place)) return [];
      const fields = fieldsOf(place);
      // a slot holds one response: an identical one is ours already, any other is a person's
      const ours = canonicalHash(fields).slice(0, 32) === meant ? true : ('unknown' as const);
      const words = `${place.response?.name ?? 'no response'}, “${excerptOf(place.comment ?? '')}”`;
      return [{ id: place.id, fields, ours, words }];
    },

    async heldUp({ itemId, memberId, slot }, answer) {
      const submittal = await read.asAuthor(memberId, itemId);
      if (!submittal) throw seesNothing(memberId, nameOf(memberId), 'the submittal');
      if (submittal.status !== 'Open') return notOpen(submittal, `is ${submittal.statusName}`);
      if (!submittal.currentRevision)
        return { ...notOpen(submittal, 'has a later revision'), needed: 'A return of the later revision; and leave this one' };
      const place = submittal.approvers.find(({ id }) => id === slot);
      if (!place || place.userId !== userOf(memberId))
        return notInCourt(submittal, `${nameOf(memberId)} has no such place there now`);
      if (isAnswered(place)) return answeredOtherwise(submittal, place);
      if (place.step !== currentStepOf(submittal.approvers) || !submittal.ballInCourtIds.some((id) => id === place.userId))
        return notInCourt(submittal, `the ball is not with ${nameOf(memberId)}`);
      const responseId = await responseFor(answer, memberId);
      if (responseId === undefined) return unmapped(answer.responseName);
      chosen.set(answer.id, responseId);
      return undefined;
    },

    async coverOf({ itemId, memberId }, answer, finishedAt) {
      const submittal = wish.coverPage ? await read.asAuthor(memberId, itemId) : undefined;
      if (!submittal) return undefined;
      const responseId = chosen.get(answer.id);
      const response = responses.find((one) => one.responseId === responseId)?.name ?? answer.responseName;
      return coverOf(context, { submittal, response, answer, finishedAt });
    },

    async send({ itemId, memberId, slot }, { answer, uploadIds }, mayStillSend) {
      read.forget(itemId);
      const responseId = chosen.get(answer.id);
      if (responseId === undefined) throw new Fault('unmapped-response', { effect: 'surely-not-done' });
      const given = await asPerson(responders, memberId, (procore) =>
        respond(
          procore,
          {
            approverId: slot,
            projectId: procoreProjectId,
            submittalId: itemId,
            responseId,
            comment: answer.comment === '' ? null : answer.comment,
            uploadIds,
            sendEmails: wish.sendEmails,
          },
          mayStillSend,
        ),
      ).catch((error: unknown) => {
        offered.delete(memberId); // the refusal may mean that the offered responses changed
        throw error;
      });
      if (!given?.responseId) return { targetId: slot, echoed: {} };
      const response = { id: given.responseId, name: '', considered: null };
      return { targetId: slot, echoed: fieldsOf({ ...emptySlot, ...given, id: slot, response }) };
    },

    async afterwards({ itemId, memberId }) {
      const submittal = await read.byWhoMay(memberId, itemId);
      const holders = (submittal?.ballInCourtIds ?? []).map(
        (id) => submittal?.approvers.find(({ userId }) => userId === id)?.userName ?? 'somebody in Procore',
      );
      return { ballInCourt: [...new Set(holders)], official: null };
    },
  };
}

const emptySlot = {
  userId: null,
  userName: null,
  step: 0,
  type: 'Approver',
  required: true,
  sentAt: null,
  dueDate: null,
} as const;

const where = ({ number, revision }: Submittal): string => `Procore → Submittals → ${number} rev. ${revision}`;

const notOpen = (submittal: Submittal, seen: string): Cause => ({
  reason: 'record-closed',
  subject: `submittal:${submittal.id}`,
  seen: `Submittal ${submittal.number} rev. ${submittal.revision} ${seen}`,
  needed: 'The submittal open again: the return goes out by itself then; or leave it',
  where: where(submittal),
});

const notInCourt = (submittal: Submittal, seen: string): Cause => ({
  reason: 'not-in-court',
  subject: `submittal:${submittal.id}`,
  seen: `Submittal ${submittal.number} rev. ${submittal.revision}: ${seen}`,
  needed: 'The ball with the author, in the step they answer: the return goes out by itself then',
  where: where(submittal),
});

const answeredOtherwise = (submittal: Submittal, { response }: SubmittalApprover): Cause => ({
  reason: 'conflict',
  subject: `submittal:${submittal.id}`,
  seen: `Submittal ${submittal.number} rev. ${submittal.revision} was answered in Procore meanwhile: “${response?.name}”`,
  needed: 'A person’s choice: leave what stands there, or change it in Procore',
  where: where(submittal),
});

const unmapped = (responseName: string): Cause => ({
  reason: 'unmapped-response',
  subject: `response:${foldName(responseName)}`,
  seen: `“${responseName}” is no response that the project offers in Procore now`,
  needed: 'A response of Procore’s that means this: the return goes out by itself then',
  where: 'The connection’s page → Responses',
});
