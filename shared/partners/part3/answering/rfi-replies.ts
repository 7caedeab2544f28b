import { canonicalHash } from '../../../domain/canonical-json.ts';
import type { RecordFields } from '../../../domain/deliveries.ts';
import { type Fault, faultIn } from '../../../domain/faults.ts';
import { createReply, type RfiReply } from '../../../procore/operations/rfi-replies.ts';
import { advanceBallInCourt, type Rfi, rfisById, setAccepted, showRfi } from '../../../procore/operations/rfis.ts';
import type { Cause, MayStillSend, ProjectContext, WriteAnswer } from '../../stream.ts';
import type { RfiAnswer } from '../schema.ts';
import { settings } from '../settings.ts';
import { contentOf, excerptOf, versionOf } from './content.ts';
import { itemsAsRead } from './items-as-read.ts';
import type { AnswerKind, AnswerTarget } from './kinds.ts';
import { markAsMeant } from './official-mark.ts';
import { asPerson, responderOf, seesNothing } from './persons.ts';
import { foreseenRfi } from './preview-contents.ts';
import { unlessRefused } from './refused.ts';

/** Answers to RFIs: each becomes a reply by its author. */
export const rfiReplies: AnswerKind<RfiAnswer> = {
  itemWord: 'rfi',
  // an RFI can hold any number of replies by one person
  handMade: 'beside',
  source: (part3, { project: { partnerProjectId: projectId } }) => ({
    list: (updatedSince) => part3.rfiAnswers({ projectId, updatedSince }),
    show: part3.rfiAnswer,
    settle: part3.settleAnswer,
    preview: part3.previewAnswer,
    wishOf: ({ official }) => ({ official, responseName: '' }),
    items: () => part3.rfis({ projectId }),
    itemOf: ({ rfiId }) => rfiId,
    slotOf: () => '',
    isHeld: () => false,
    fieldsOf: ({ bodyHtml }, files) => ({
      content: contentOf(
        bodyHtml,
        files.map(({ name }) => name),
      ),
      version: versionOf(bodyHtml, files),
    }),
    labelOf: ({ bodyHtml }, author) => `Answer of ${author} to an RFI, “${excerptOf(bodyHtml)}”`,
  }),
  target: (context) => rfiTarget(context),
  foreseen: (context, draft, item) => foreseenRfi(context, draft, item && 'replies' in item ? item : undefined),
};

const bodyOf = ({ bodyHtml, bodyText }: RfiReply): string => (bodyHtml === '' ? bodyText : bodyHtml);

const fieldsOf = (reply: RfiReply): RecordFields => ({
  content: contentOf(
    bodyOf(reply),
    reply.attachments.map(({ filename }) => filename),
  ),
});

function rfiTarget(context: ProjectContext): AnswerTarget<RfiAnswer> {
  const { responders, project } = context;
  const { procoreProjectId } = project;
  const wish = settings.parse(context.settings).rfis;
  const read = itemsAsRead(context, (procore, rfiId) => showRfi(procore, procoreProjectId, rfiId));
  const userOf = (memberId: string) => responderOf(responders, memberId)?.procoreUserId ?? null;

  return {
    async said({ itemId, memberId }, meant) {
      const author = userOf(memberId);
      const rfi = author === null ? undefined : await read.byWhoMay(memberId, itemId);
      return (rfi?.answers ?? [])
        .filter(({ authorId }) => authorId === author)
        .map((reply) => {
          const fields = fieldsOf(reply);
          // an identical reply by the author is this one; any other counts as ours if it was not there before
          const ours = canonicalHash(fields).slice(0, 32) === meant ? true : ('unknown' as const);
          return { id: reply.id, fields, ours, words: `“${excerptOf(bodyOf(reply))}”` };
        });
    },

    async heldUp({ itemId, memberId }) {
      const rfi = await read.asAuthor(memberId, itemId);
      if (!rfi) throw seesNothing(memberId, nameOf(memberId), 'the RFI');
      if (rfi.status !== 'open' || rfi.recycled || rfi.draft) return notOpen(rfi);
      const holds = rfi.ballInCourtIds.some((id) => id === userOf(memberId));
      return wish.requireBall && !holds ? notInCourt(rfi, nameOf(memberId)) : undefined;
    },

    async send({ itemId, memberId }, { answer, uploadIds }, mayStillSend) {
      read.forget(itemId);
      const official = answer.official && wish.official === 'when-allowed';
      const reply = { body: answer.bodyHtml, uploadIds, sendEmails: wish.sendEmails };
      return asPerson(responders, memberId, async (procore): Promise<WriteAnswer> => {
        const post = (as: { official?: boolean }): Promise<RfiReply> =>
          createReply(procore, procoreProjectId, itemId, { ...reply, ...as }, mayStillSend);
        if (!official) return answered(await post({}));
        try {
          return answered(await post({ official }), 'asked for');
        } catch (error) {
          if (!isForbidden(error) || !mayStillSend()) throw error;
          return answered(await post({}), 'not allowed');
        }
      });
    },

    async afterwards(place, answer, replyId, mayStillSend) {
      const { itemId, memberId } = place;
      const rfi = await read.byWhoMay(memberId, itemId);
      const reply = rfi?.answers.find(({ id }) => id === replyId);
      if (!rfi || !reply) return { ballInCourt: rfi ? holdersOf(rfi) : [], official: null };
      const isMarkable = answer !== undefined && wish.official === 'when-allowed';
      const { official, held } = isMarkable
        ? await markAsMeant(context, place, answer, reply, mayStillSend)
        : { official: reply.official };
      // a later version edits what was returned: the ball's current position is not part of it
      const passes = wish.advanceBall && (answer?.receipt ?? null) === null;
      const passed = passes ? await ballPassed(rfi, memberId, replyId, mayStillSend) : rfi;
      const closes = wish.close === 'when-allowed' && answer?.official && official && passed.status === 'open';
      const closed = closes ? await closedBy(memberId, itemId, mayStillSend) : undefined;
      return { ballInCourt: holdersOf(closed ?? passed), official, held };
    },
  };

  /** The RFI after passing on the author's ball, if the reply left it with them and nobody else must answer. */
  async function ballPassed(rfi: Rfi, memberId: string, replyId: string, mayStillSend: MayStillSend): Promise<Rfi> {
    const author = userOf(memberId);
    const isTheirs = rfi.status === 'open' && rfi.ballRole === 'Assignees' && rfi.ballInCourtIds.some((id) => id === author);
    // a later reply may be a question back
    const isLast = rfi.answers.every(({ id }) => BigInt(id) <= BigInt(replyId));
    if (!isTheirs || !isLast || author === null) return rfi;
    const isAwaited = awaitedWith(rfi, author, replyId);
    const advanced = await unlessRefused(() =>
      asPerson(responders, memberId, async (procore) => {
        // only the list shows who must answer
        const isOnlyTheirs = rfi.assigneeIds.every((id) => id === author);
        const required = isOnlyTheirs ? [] : (await rfisById(procore, procoreProjectId, [rfi.id]))[0]?.requiredAssigneeIds;
        if (required === undefined) return undefined;
        // where answers are required, only those move the ball
        const isBeside = required.length > 0 && !required.includes(author);
        if (isBeside || required.some(isAwaited) || !mayStillSend()) return undefined;
        return advanceBallInCourt(procore, procoreProjectId, rfi.id, mayStillSend);
      }),
    );
    return advanced ?? rfi;
  }

  function closedBy(memberId: string, rfiId: string, mayStillSend: MayStillSend): Promise<Rfi | undefined> {
    if (!mayStillSend()) return Promise.resolve(undefined);
    return unlessRefused(() =>
      asPerson(responders, memberId, (procore) => setAccepted(procore, procoreProjectId, rfiId, true, mayStillSend)),
    );
  }

  /** Names of who must act next; for the contractor's people only their role is known here. */
  function holdersOf({ ballInCourtIds, ballRole }: Rfi): readonly string[] {
    const known = ballInCourtIds.map((id) => responders.all.find(({ procoreUserId }) => procoreUserId === id)?.name);
    return [...new Set(known.map((name) => name ?? ballRole ?? 'somebody in Procore'))];
  }

  function nameOf(memberId: string): string {
    return responderOf(responders, memberId)?.name ?? 'The author';
  }
}

/**
 * Whether somebody's answer is still to come in this round, as far as the replies tell: the manager may have asked all of them
 * again, and Procore does not show when. Who has not answered since the manager's last reply, since an earlier answer of the
 * author, or less often than the author, is waited for.
 */
function awaitedWith({ answers, managerId }: Rfi, author: string, replyId: string): (userId: string) => boolean {
  const idsOf = (userId: string | null) => answers.filter(({ authorId }) => authorId === userId).map(({ id }) => BigInt(id));
  const asked = managerId === author ? [] : idsOf(managerId);
  const repliesOf = (userId: string) => idsOf(userId).filter((id) => userId === managerId || asked.every((said) => said < id));
  const earlier = repliesOf(author).filter((id) => id < BigInt(replyId));
  return (userId) => {
    const theirs = repliesOf(userId);
    const isSilentSince = (said: bigint): boolean => theirs.every((id) => id < said);
    return userId !== author && (theirs.length <= earlier.length || earlier.some(isSilentSince));
  };
}

/** Besides what is meant, the result of the wish to be official: stored with the delivery, and shown. */
const answered = (reply: RfiReply, wished?: 'asked for' | 'not allowed'): WriteAnswer => ({
  targetId: reply.id,
  echoed: { ...fieldsOf(reply), ...(wished && { official: reply.official ? 'yes' : `no, ${wished}` }) },
});

function isForbidden(error: unknown): boolean {
  const fault: Fault | undefined = faultIn(error);
  return fault?.detail.status === 403 && fault.detail.effect === 'surely-not-done';
}

const notOpen = ({ id, number, status }: Rfi): Cause => ({
  reason: 'record-closed',
  subject: `rfi:${id}`,
  seen: `RFI ${number ?? id} is ${status} in Procore`,
  needed: 'The RFI open again: the answer goes out by itself then; or leave it',
  where: `Procore → RFIs → ${number ?? id}`,
});

const notInCourt = ({ id, number }: Rfi, name: string): Cause => ({
  reason: 'not-in-court',
  subject: `rfi:${id}`,
  seen: `The ball of RFI ${number ?? id} is not with ${name}`,
  needed: 'The ball with the author: the answer goes out by itself then',
  where: `Procore → RFIs → ${number ?? id}`,
});
