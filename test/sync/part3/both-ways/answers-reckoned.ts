import type { TrueRecord } from '../../../../sandbox/kernel/ledger.ts';
import type { RfiReply } from '../../../../sandbox/kernel/model-rfis.ts';
import type { SubmittalApprover } from '../../../../sandbox/kernel/model-submittals.ts';
import type { Answering, RfiAnswer, SubmittalReturn } from '../../../../sandbox/part3/records.ts';
import { statusOfKind } from '../../../../sandbox/procore/submittals/statuses.ts';
import { awaitedSlots, isAnswered } from '../../../../sandbox/procore/submittals/workflow.ts';
import type { ItemsGround } from '../items-ground.ts';
import { answersOf, returnsOf } from './in-part3.ts';
import { submittalsOf } from './in-procore.ts';

/** Something that was said in Procore through our app, by whom, and in which words. */
interface Said {
  readonly id: string;
  readonly place: string;
  readonly author: string;
  readonly words: string;
}

/** An answer of Part3: where it belongs, whose it is, and the words of each version that was ever finished. */
interface Given {
  readonly answer: Answering;
  readonly place: string;
  readonly author: string;
  readonly finished: readonly string[];
  readonly words: string;
}

/**
 * How answers and what became of them in Procore differ, both by the sandbox's ledger: one thing said for each answer that was returned, by
 * its author and in its words, none without an answer, and none held back that could go.
 */
export function answerDifferences(ground: ItemsGround): string[] {
  return [...replyDifferences(ground), ...responseDifferences(ground)];
}

/** Whether the author said something there at Procore's own screen: after a sending that nobody heard of, what came may be ours, in other words. */
const hasSaidByHand = (
  ground: ItemsGround,
  resource: string,
  author: string,
  isThere: (record: TrueRecord) => boolean,
): boolean =>
  ground.world.ledger
    .records(resource)
    .some((one) => isThere(one) && one.history.some(({ actor, clientId }) => actor === author && !oursIn(ground, clientId)));

const hasReplied = (ground: ItemsGround, place: string, author: string): boolean =>
  hasSaidByHand(ground, 'rfi-replies', author, ({ current }) => (current as RfiReply | null)?.rfiId === place);

/** Items about these may stand: nobody but a person can tell whether what was said by hand is the answer. */
export function undecidable(ground: ItemsGround): ReadonlySet<string> {
  const answers = answersOf(ground).filter(({ rfiId, authorMemberId }) =>
    hasReplied(ground, procoreRfiOf(ground, rfiId), authorOf(ground, authorMemberId)),
  );
  const returns = returnsOf(ground).filter(({ slot }) =>
    ground.world.ledger
      .records('submittal-responses')
      .some(({ id, history }) => id === slot && history.some(({ clientId }) => !oursIn(ground, clientId))),
  );
  return new Set([...answers, ...returns].map(({ id }) => `record:answer:${id}`));
}

const procoreRfiOf = (ground: ItemsGround, part3Id: string): string =>
  ground
    .rfis()
    .find(({ id }) => id === part3Id)
    ?.externalKey.split(':')
    .at(-1) ?? '';

const wordsOf = (text: string, sums: readonly string[]): string => JSON.stringify([text, [...sums].sort()]);

function sumsIn(ground: ItemsGround, fileIds: readonly string[]): readonly string[] {
  return fileIds.map((id) => ground.files().find((file) => file.id === id)?.sha256 ?? 'no such file');
}

const authorOf = ({ ids, members }: ItemsGround, memberId: string): string => (memberId === members.ria ? ids.ria : ids.sam);

/** All versions that the ledger knows of an answer, as soon as each was finished. */
function finishedIn(ground: ItemsGround, resource: string, id: string): readonly unknown[] {
  const record = ground.world.ledger.records(resource).find((one) => one.id === id);
  return (record?.history ?? []).map(({ row }) => row).filter((row) => Object(row).state === 'ready');
}

const oursIn = ({ world }: ItemsGround, clientId: string | null): boolean =>
  world.apps.find(({ kind }) => kind === 'ours')?.clientId === clientId;

function replyDifferences(ground: ItemsGround): string[] {
  const { world, project } = ground;
  const words = ({ bodyHtml, fileIds }: RfiAnswer): string => wordsOf(bodyHtml, sumsIn(ground, fileIds));
  const given = answersOf(ground).map(
    (answer): Given => ({
      answer,
      place: procoreRfiOf(ground, answer.rfiId),
      author: authorOf(ground, answer.authorMemberId),
      words: words(answer),
      finished: finishedIn(ground, 'part3-answers', answer.id).map((row) => words(row as RfiAnswer)), // as the sandbox commits it
    }),
  );
  const replies = world.ledger
    .records('rfi-replies')
    .filter((one) => one.projectId === project.id && oursIn(ground, one.authorClientId) && one.current !== null);
  const said = replies.map(({ id, author, current }): Said => {
    const { rfiId, body, attachments } = current as RfiReply; // as the sandbox commits it
    return {
      id,
      place: rfiId,
      author,
      words: wordsOf(
        body,
        attachments.map(({ sha256 }) => sha256),
      ),
    };
  });
  const doubles = unclaimed(given, said);
  const receipts = given.flatMap(({ answer }) => answer.receipt?.externalId ?? []);
  const shared = receipts.filter((id, at) => receipts.indexOf(id) !== at).map((id) => `two answers were returned as reply ${id}`);
  const astray = replies
    .filter(({ author, current }) => author !== (current as RfiReply).authorId)
    .map(({ id }) => `reply ${id} was entered for somebody else`);
  return [...doubles, ...shared, ...astray, ...given.flatMap((one) => rfiAnswerDifferences(ground, one, said))];
}

/** Each thing said is some answer's own: by its receipt, or else by its author and words; no answer has two. */
function unclaimed(given: readonly Given[], said: readonly Said[]): string[] {
  const byReceipt = new Map(given.flatMap((one) => (one.answer.receipt ? [[one.answer.receipt.externalId, one] as const] : [])));
  const free = given.filter(({ answer }) => answer.receipt === null);
  return said.flatMap((one) => {
    const isOf = (answer: Given): boolean =>
      answer.place === one.place && answer.author === one.author && answer.finished.includes(one.words);
    const owner = byReceipt.get(one.id);
    if (owner) return isOf(owner) ? [] : [`${one.id} is not what its answer ${owner.answer.id} says: ${JSON.stringify(one)}`];
    const at = free.findIndex(isOf);
    if (at < 0) return [`nobody gave ${JSON.stringify(one)}, or it stands twice`];
    free.splice(at, 1);
    return [];
  });
}

function rfiAnswerDifferences(ground: ItemsGround, given: Given, said: readonly Said[]): string[] {
  const { answer, author, place, words } = given;
  const own = said.find(({ id }) => id === answer.receipt?.externalId);
  if (answer.state === 'returned') return own?.words === words ? [] : [`answer ${answer.id} is returned without its reply`];
  if (answer.state === 'ready') return [`answer ${answer.id} is finished, and nobody says what became of it`];
  if (answer.state !== 'blocked') return [];
  const rfi = ground.world.rfis.get(place);
  const isNamed = rfi && [...rfi.assigneeIds, ...rfi.distributionIds].includes(author);
  const isOpen = rfi?.state === 'open' && rfi.recycledAt === null;
  const isSaidOtherwise = said.some((one) => one.place === place && one.author === author && one.words !== words);
  const isUndecided = answer.block?.code === 'outcome-unknown' && hasReplied(ground, place, author);
  const mayWait = isUndecided || !isNamed || !isOpen || (given.finished.length > 1 && isSaidOtherwise);
  return mayWait ? [] : [`answer ${answer.id} waits for ${answer.block?.code}, and could go`];
}

function responseDifferences(ground: ItemsGround): string[] {
  const { world, project } = ground;
  const words = ({ responseName, comment, fileIds }: SubmittalReturn): string =>
    wordsOf(`${responseName}|${comment}`, sumsIn(ground, fileIds));
  const given = returnsOf(ground).map((answer): Given & { readonly slot: string } => ({
    answer,
    place: answer.slot,
    slot: answer.slot,
    author: authorOf(ground, answer.authorMemberId),
    words: words(answer),
    finished: finishedIn(ground, 'part3-returns', answer.id).map((row) => words(row as SubmittalReturn)), // as the sandbox commits it
  }));
  const acts = world.ledger
    .records('submittal-responses')
    .filter(({ projectId }) => projectId === project.id)
    .flatMap((record) => oursOf(ground, record));
  const twice = acts.filter(({ id }, at) => acts.findIndex((one) => one.id === id) !== at);
  const strange = acts.filter(
    (one) =>
      !given.some(({ place, author, finished }) => place === one.place && author === one.author && finished.includes(one.words)),
  );
  return [
    ...twice.map(({ id }) => `slot ${id} was answered by us twice`),
    ...strange.map((one) => `nobody gave ${JSON.stringify(one)}`),
    ...given.flatMap((one) => returnDifferences(ground, one)),
  ];
}

function oursOf(ground: ItemsGround, { id, history }: TrueRecord): readonly Said[] {
  return history.flatMap(({ actor, clientId, row }) => {
    if (!oursIn(ground, clientId)) return [];
    const { name, comment, attachments } = row as SubmittalApprover & { readonly name: string }; // as the sandbox commits it
    const sums = attachments.map(({ sha256 }) => sha256);
    return [{ id, place: id, author: actor, words: wordsOf(`${name}|${comment ?? ''}`, sums) }];
  });
}

function returnDifferences(ground: ItemsGround, { answer, place, author, words }: Given): string[] {
  const { world } = ground;
  const submittal = submittalsOf(ground).find(({ approvers }) => approvers.some(({ id }) => id === place));
  const slot = submittal?.approvers.find(({ id }) => id === place);
  const given = slot?.responseId ? world.submittalResponses.get(slot.responseId) : undefined;
  const sums = slot?.attachments.map(({ sha256 }) => sha256) ?? [];
  const stands = given && slot && isAnswered(world, slot) ? wordsOf(`${given.name}|${slot.comment ?? ''}`, sums) : undefined;
  if (answer.state === 'returned') return stands === words ? [] : [`return ${answer.id} is returned, and ${stands} stands there`];
  if (answer.state === 'ready') return [`return ${answer.id} is finished, and nobody says what became of it`];
  if (answer.state !== 'blocked' || !submittal || !slot) return [];
  const isOpen =
    submittal.deletedAt === null &&
    submittal.currentRevision &&
    submittal.statusId === statusOfKind(world, submittal.companyId, 'Open').id;
  const isTheirs = slot.userId === author && awaitedSlots(world, submittal).some(({ id }) => id === place);
  return isOpen && isTheirs ? [`return ${answer.id} waits for ${answer.block?.code}, and could go`] : [];
}
