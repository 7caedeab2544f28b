import type { ResponseMapping } from '../../../domain/contractors.ts';
import { startOfDay } from '../../../domain/local-dates.ts';
import type { SubmittalFile } from '../../../procore/operations/submittal-files.ts';
import type { Submittal, SubmittalApprover } from '../../../procore/operations/submittals.ts';
import type { SubmittalFields } from '../fields.ts';
import { eachOnce, type ItemFile } from './content.ts';
import { type ItemPeople, readersOf, type Team } from './taking-part.ts';

/** Holders of the ball are current approvers; slots of other steps make a person a party only. */
export const peopleOfSubmittal = (submittal: Submittal): ItemPeople => ({
  isPrivate: submittal.private,
  asked: [...submittal.ballInCourtIds, ...submittal.distributionIds],
  party: [
    ...submittal.ballInCourtIds,
    ...submittal.distributionIds,
    ...submittal.approvers.map(({ userId }) => userId),
    submittal.managerId,
  ],
});

export interface SubmittalTerms {
  readonly team: Team;
  readonly responses: readonly ResponseMapping[];
  /** IANA zone of the project, whose days Procore writes. */
  readonly timeZone: string;
}

/** One revision as Part3 keeps it; a replaced revision is closed. */
export function contentOfSubmittal(submittal: Submittal, terms: SubmittalTerms): SubmittalFields {
  const { team, responses } = terms;
  const party = (id: string) => team.partyOf(id, submittal.names);
  const superseded = !submittal.currentRevision;
  return {
    number: submittal.number,
    revision: submittal.revision,
    title: submittal.title,
    status: superseded || submittal.status === 'Closed' ? 'closed' : 'open',
    statusName: submittal.statusName,
    superseded,
    isPrivate: submittal.private,
    readers: readersOf(team, peopleOfSubmittal(submittal)),
    ballInCourt: submittal.ballInCourtIds.map(party),
    manager: submittal.managerId === null ? null : party(submittal.managerId),
    dueOn: submittal.dueDate,
    workflow: submittal.approvers.map((slot) => slotOf(slot, terms)),
    distribution: submittal.distributionIds.map(party),
    responseNames: [...new Set(responses.flatMap(({ state, partnerName }) => (state === 'mapped' ? (partnerName ?? []) : [])))],
    files: submittal.attachments.map(({ id }) => id),
    link: null,
  };
}

function slotOf(slot: SubmittalApprover, { team, responses, timeZone }: SubmittalTerms): SubmittalFields['workflow'][number] {
  const { userId, userName, response, returnedAt } = slot;
  const names = userId !== null && userName ? { [userId]: userName } : {};
  // before an answer Procore shows null, or the project's pending response
  const given = response === null || response.considered === 'pending' ? null : response;
  const mapped = responses.find(({ responseId }) => responseId === given?.id)?.partnerName;
  return {
    slot: slot.id,
    step: Math.max(1, slot.step),
    kind: slot.type === 'Submitter' ? 'submitter' : 'approver',
    party: userId === null ? { name: userName ?? 'Nobody', memberId: null } : team.partyOf(userId, names),
    required: slot.required,
    dueOn: slot.dueDate,
    responseName: given === null ? null : (mapped ?? given.name),
    comment: slot.comment,
    respondedAt: given === null || returnedAt === null ? null : new Date(startOfDay(returnedAt, timeZone)).toISOString(),
    files: slot.attachments.map(({ id }) => id),
  };
}

export const filesOfSubmittal = ({ attachments, approvers }: Submittal): readonly ItemFile[] =>
  eachOnce([...attachments, ...approvers.flatMap((slot) => slot.attachments)].map(sourceFileOf));

const sourceFileOf = ({ id, filename, contentType, url }: SubmittalFile): ItemFile => ({ id, name: filename, contentType, url });
