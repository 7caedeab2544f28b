import type { Told } from '../comparison.ts';
import { awaitedIn, carriedRfis, carriedSubmittals, isOpen, type Sides } from './sides.ts';
import { inOneLine, sorted, wordsOf } from './told.ts';
import type { Part3Rfi, Part3Submittal, Part3Truth, ProcoreRfi, ProcoreSubmittal } from './truth.ts';

/** What Part3 should show of Procore's RFIs and submittals, and what it shows, in the same words. */
type Item = Part3Rfi | Part3Submittal;

/** The items that are not withdrawn; an item at Part3 belongs to the record in Procore that its key ends with. */
const standing = <Some extends Item>(items: readonly Some[]): readonly Some[] =>
  items.filter(({ status }) => status !== 'withdrawn');

const placeOf = (kind: 'rfi' | 'submittal', { externalKey }: Item): string =>
  new RegExp(`:${kind}:(\\d+)$`).exec(externalKey)?.[0] ?? externalKey;

/** The members, as Part3 names them, among people of Procore. */
const membersOf = ({ team }: Sides, userIds: readonly (string | null)[]): string =>
  sorted([...new Set(userIds.flatMap((userId) => team.memberOf(userId) ?? []))]);

const membersIn = (parties: readonly { readonly memberId: string | null }[]): string =>
  sorted(parties.flatMap(({ memberId }) => memberId ?? []));

/** Everybody may read an item; a private one only its parties. */
const readersOf = (sides: Sides, isPrivate: boolean, parties: readonly (string | null)[]): string =>
  isPrivate ? membersOf(sides, parties) : 'everybody';

const readersIn = ({ readers }: Item): string => (readers === null ? 'everybody' : sorted(readers));

export const expectedRfis = (sides: Sides): readonly Told[] =>
  carriedRfis(sides).map((rfi) => ({ place: `:rfi:${rfi.id}`, says: saysRfi(sides, rfi) }));

function saysRfi(sides: Sides, rfi: ProcoreRfi): string {
  const { ball, assigneeIds, distributionIds, managerId } = rfi;
  const replies = sides.procore.replies.filter(({ rfiId }) => rfiId === rfi.id);
  return inOneLine([
    rfi.number ?? '',
    rfi.subject,
    rfi.state,
    rfi.private,
    rfi.dueDate,
    wordsOf(rfi.question.body),
    readersOf(sides, rfi.private, [...assigneeIds, ...distributionIds, ...ball.holderIds, managerId]),
    membersOf(sides, ball.holderIds),
    membersOf(sides, assigneeIds),
    sorted(
      replies.map(({ authorId, official, body, attachments }) =>
        inOneLine([sides.team.memberOf(authorId), official, wordsOf(body), attachments.length]),
      ),
    ),
  ]);
}

export const toldOfRfis = ({ part3 }: { readonly part3: Part3Truth }): readonly Told[] =>
  standing(part3.rfis).map((rfi) => ({
    place: placeOf('rfi', rfi),
    says: inOneLine([
      rfi.number,
      rfi.subject,
      rfi.status,
      rfi.isPrivate,
      rfi.dueOn,
      wordsOf(rfi.questionHtml),
      readersIn(rfi),
      membersIn(rfi.ballInCourt),
      membersIn(rfi.assignees),
      sorted(
        rfi.replies.map(({ authorMemberId, official, bodyHtml, files }) =>
          inOneLine([authorMemberId, official, wordsOf(bodyHtml), files.length]),
        ),
      ),
    ]),
  }));

export const expectedSubmittals = (sides: Sides): readonly Told[] =>
  carriedSubmittals(sides).map((submittal) => ({ place: `:submittal:${submittal.id}`, says: saysSubmittal(sides, submittal) }));

function saysSubmittal(sides: Sides, submittal: ProcoreSubmittal): string {
  const { approvers, distributionIds, managerId } = submittal;
  const awaited = awaitedIn(sides, submittal);
  const parties = [...awaited, ...distributionIds, ...approvers.map(({ userId }) => userId), managerId];
  return inOneLine([
    submittal.number,
    submittal.revision,
    submittal.title,
    isOpen(submittal) ? 'open' : 'closed',
    !submittal.currentRevision,
    submittal.private,
    submittal.dueDate,
    readersOf(sides, submittal.private, parties),
    membersOf(sides, awaited),
    membersOf(sides, distributionIds),
    sorted(
      approvers.map(({ id, step, required, userId, comment, attachments }) =>
        inOneLine([id, step, required, sides.team.memberOf(userId), responseIn(sides, id), wordsOf(comment), attachments.length]),
      ),
    ),
  ]);
}

/** The response in a slot, by its name in Part3; a pending one is no response. */
function responseIn({ procore, meanings }: Sides, slotId: string): string | undefined {
  const last = procore.responses.findLast(({ id }) => id === slotId);
  return last === undefined || last.considered === 'pending' ? undefined : (meanings.get(last.name) ?? last.name);
}

export const toldOfSubmittals = ({ part3 }: { readonly part3: Part3Truth }): readonly Told[] =>
  standing(part3.submittals).map((submittal) => ({
    place: placeOf('submittal', submittal),
    says: inOneLine([
      submittal.number,
      submittal.revision,
      submittal.title,
      submittal.status,
      submittal.superseded,
      submittal.isPrivate,
      submittal.dueOn,
      readersIn(submittal),
      membersIn(submittal.ballInCourt),
      membersIn(submittal.distribution),
      sorted(
        submittal.workflow.map(({ slot, step, required, party, responseName, comment, files }) =>
          inOneLine([slot, step, required, party.memberId, responseName, wordsOf(comment), files.length]),
        ),
      ),
    ]),
  }));
