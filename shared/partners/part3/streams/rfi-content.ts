import type { ListedRfi, Rfi } from '../../../procore/operations/rfis.ts';
import type { RfiFields } from '../fields.ts';
import { eachOnce, type ItemFile } from './content.ts';
import { type ItemPeople, readersOf, type Team } from './taking-part.ts';

export const peopleOfRfi = (rfi: Rfi): ItemPeople => ({
  isPrivate: rfi.private,
  asked: [...rfi.assigneeIds, ...rfi.distributionIds],
  party: [...rfi.assigneeIds, ...rfi.distributionIds, ...rfi.ballInCourtIds, rfi.managerId],
});

/** An RFI as Part3 keeps it; only the list shows who must answer, and its page. */
export function contentOfRfi(
  rfi: Rfi,
  { requiredAssigneeIds, link }: Pick<ListedRfi, 'requiredAssigneeIds' | 'link'>,
  team: Team,
): RfiFields {
  const party = (id: string) => team.partyOf(id, rfi.names);
  const [first] = rfi.questions;
  return {
    number: rfi.number ?? '',
    revision: null,
    subject: rfi.subject,
    status: rfi.status === 'closed' ? 'closed' : 'open',
    isPrivate: rfi.private,
    readers: readersOf(team, peopleOfRfi(rfi)),
    ballInCourt: rfi.ballInCourtIds.map(party),
    manager: rfi.managerId === null ? null : party(rfi.managerId),
    dueOn: rfi.dueDate,
    questionHtml: rfi.questions.map(({ bodyHtml, bodyText }) => bodyHtml || bodyText).join('<hr>'),
    askedByName: first?.askedByName ?? null,
    askedAt: first?.askedAt ?? null,
    assignees: rfi.assigneeIds.map((id) => ({ ...party(id), required: requiredAssigneeIds.includes(id) })),
    replies: rfi.answers.map((answer) => ({
      key: answer.id,
      authorName: answer.authorName ?? '',
      authorMemberId: team.membersOf([answer.authorId])[0] ?? null,
      bodyHtml: answer.bodyHtml || answer.bodyText,
      official: answer.official,
      repliedAt: answer.date ?? rfi.updatedAt ?? rfi.createdAt ?? new Date(0).toISOString(),
      files: answer.attachments.map(({ id }) => id),
    })),
    files: rfi.questions.flatMap(({ attachments }) => attachments.map(({ id }) => id)),
    link,
  };
}

export const filesOfRfi = ({ questions, answers }: Rfi): readonly ItemFile[] =>
  eachOnce(
    [...questions, ...answers].flatMap(({ attachments }) =>
      attachments.map(({ id, filename, url }) => ({ id, name: filename, contentType: null, url })),
    ),
  );
