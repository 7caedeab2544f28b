import { isDeepStrictEqual } from 'node:util';
import type { Attachment } from '../../../../sandbox/kernel/model-files.ts';
import type { Party, SyncedItem } from '../../../../sandbox/part3/records.ts';
import { statusOfKind } from '../../../../sandbox/procore/submittals/statuses.ts';
import { ballInCourt } from '../../../../sandbox/procore/submittals/workflow.ts';
import type { ItemsGround } from '../items-ground.ts';
import { rfisOf, submittalsOf } from './in-procore.ts';

/** An item of Procore as its people stand to it, and how Part3 must show it while one of the design team is party to it. */
interface Expected {
  readonly key: string;
  readonly isBinned: boolean;
  readonly isPrivate: boolean;
  /** The design team's, by their ids in Part3. */
  readonly asked: readonly string[];
  readonly party: readonly string[];
  readonly shown: Readonly<Record<string, unknown>>;
  readonly attachments: readonly Attachment[];
}

type Item = Pick<SyncedItem, 'status' | 'isPrivate' | 'readers'> & { readonly externalKey: string; readonly notes: string };

/**
 * How Part3's items differ from what Procore's mean, both as the sandbox holds them. Written from the rules alone (docs/partners/part3.md): it
 * knows nothing of what the product read, mapped or wrote.
 */
export function itemDifferences(ground: ItemsGround): string[] {
  return [
    ...differencesOf(expectedRfis(ground), ground.rfis(), (item) => shownRfi(ground, item)),
    ...differencesOf(expectedSubmittals(ground), ground.submittals(), (item) => shownSubmittal(ground, item)),
    ...[...expectedRfis(ground), ...expectedSubmittals(ground)].flatMap((one) => fileDifferences(ground, one)),
  ];
}

function differencesOf<Row extends Item>(
  expected: readonly Expected[],
  items: readonly Row[],
  shownOf: (item: Row) => Readonly<Record<string, unknown>>,
): string[] {
  const found = expected.flatMap((one) => {
    const standing = items.filter(({ externalKey }) => externalKey === one.key);
    if (standing.length > 1) return [`${one.key} stands ${standing.length} times`];
    const [item] = standing;
    if (!item) return one.asked.length > 0 && !one.isBinned ? [`${one.key} is missing`] : [];
    if (one.isBinned) return item.status === 'withdrawn' ? [] : [`${one.key} lies in the bin, and is ${item.status}`];
    if (one.party.length > 0) return unequal(one.key, shownOf(item), one.shown);
    // nobody's of the design team any more: what it says now is not told to them
    return one.isPrivate && (!item.isPrivate || item.readers?.length !== 0) ? [`${one.key} is private, and is shown`] : [];
  });
  const keys = new Set(expected.map(({ key }) => key));
  return [
    ...found,
    ...items.filter(({ externalKey }) => !keys.has(externalKey)).map(({ externalKey }) => `${externalKey} is nobody's`),
  ];
}

const unequal = (key: string, seen: Readonly<Record<string, unknown>>, meant: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(meant)
    .filter((name) => !isDeepStrictEqual(seen[name], meant[name]))
    .map((name) => `${key}: ${name} is ${JSON.stringify(seen[name])} instead of ${JSON.stringify(meant[name])}`);

/** Each attachment of a carried item stands in Part3 once, with the very bytes. */
function fileDifferences(ground: ItemsGround, { key, attachments, party, isBinned }: Expected): string[] {
  const isCarried = [...ground.rfis(), ...ground.submittals()].some(({ externalKey }) => externalKey === key);
  const standing = ground.files().filter(({ externalKey }) => externalKey?.startsWith(`${key}:`));
  const sums = sorted(standing.map(({ sha256, state }) => (state === 'complete' ? sha256 : state)));
  const meant = sorted(attachments.map(({ sha256 }) => sha256));
  if (!isCarried) return sums.length === 0 ? [] : [`${key} has files and is not there`];
  const isKeptUp = party.length > 0 && !isBinned;
  const isAsMeant = isKeptUp ? isDeepStrictEqual(sums, meant) : sums.every((sum) => meant.includes(sum));
  return isAsMeant ? [] : [`${key}: files are ${sums.join()} instead of ${meant.join()}`];
}

const sorted = (values: readonly string[]): readonly string[] => [...values].sort();

/** People as Part3 names them. */
function partiesOf({ world, ids, members }: ItemsGround) {
  const team = new Map([
    [ids.ria, members.ria],
    [ids.sam, members.sam],
  ]);
  return {
    team: (people: readonly (string | null)[]): readonly string[] => [
      ...new Set(people.flatMap((id) => (id === null ? [] : (team.get(id) ?? [])))),
    ],
    party(id: string): Party {
      const person = world.people.get(id);
      return { name: `${person?.firstName} ${person?.lastName}`, memberId: team.get(id) ?? null };
    },
  };
}

const sumsOf = (attachments: readonly Attachment[]): readonly string[] => sorted(attachments.map(({ sha256 }) => sha256));

function sumsIn(ground: ItemsGround, fileIds: readonly string[]): readonly string[] {
  return sorted(fileIds.map((id) => ground.files().find((file) => file.id === id)?.sha256 ?? 'no such file'));
}

const byKey = <Row extends { readonly key: string }>(rows: readonly Row[]): readonly Row[] =>
  [...rows].sort((one, other) => one.key.localeCompare(other.key));

const readersOf = (isPrivate: boolean, party: readonly string[]): readonly string[] | null => (isPrivate ? sorted(party) : null);

function expectedRfis(ground: ItemsGround): readonly Expected[] {
  const { team, party } = partiesOf(ground);
  return rfisOf(ground).map((rfi): Expected => {
    const { assigneeIds, requiredAssigneeIds, distributionIds, ball, managerId, question } = rfi;
    const replies = ground.world.rfiReplies.filter(({ rfiId }) => rfiId === rfi.id);
    const asked = team([...assigneeIds, ...distributionIds]);
    const all = team([...assigneeIds, ...distributionIds, ...ball.holderIds, managerId]);
    return {
      key: ground.key('rfi', rfi.id),
      isBinned: rfi.recycledAt !== null,
      isPrivate: rfi.private,
      asked,
      party: all,
      attachments: [...question.attachments, ...replies.flatMap(({ attachments }) => attachments)],
      shown: {
        number: rfi.number,
        subject: rfi.subject,
        status: rfi.state,
        questionHtml: question.body,
        isPrivate: rfi.private,
        readers: readersOf(rfi.private, all),
        dueOn: rfi.dueDate,
        manager: party(managerId),
        ballInCourt: ball.holderIds.map(party),
        assignees: assigneeIds.map((id) => ({ ...party(id), required: requiredAssigneeIds.includes(id) })),
        files: sumsOf(question.attachments),
        replies: byKey(
          replies.map(({ id, authorId, body, official, attachments }) => {
            const { name, memberId } = party(authorId);
            return { key: id, name, memberId, bodyHtml: body, official, files: sumsOf(attachments) };
          }),
        ),
      },
    };
  });
}

function shownRfi(ground: ItemsGround, item: ReturnType<ItemsGround['rfis']>[number]): Readonly<Record<string, unknown>> {
  return {
    ...item,
    readers: item.readers && sorted(item.readers),
    files: sumsIn(ground, item.files),
    replies: byKey(
      item.replies.map(({ key, authorName: name, authorMemberId: memberId, bodyHtml, official, files }) => {
        return { key, name, memberId, bodyHtml, official, files: sumsIn(ground, files) };
      }),
    ),
  };
}

function expectedSubmittals(ground: ItemsGround): readonly Expected[] {
  const { world } = ground;
  const { team, party } = partiesOf(ground);
  return submittalsOf(ground).map((submittal): Expected => {
    const { approvers, distributionIds, managerId, companyId, currentRevision } = submittal;
    const holders = ballInCourt(world, submittal);
    const all = team([...holders, ...distributionIds, ...approvers.map(({ userId }) => userId), managerId]);
    const isOpen = submittal.statusId === statusOfKind(world, companyId, 'Open').id && currentRevision;
    return {
      key: ground.key('submittal', submittal.id),
      isBinned: submittal.deletedAt !== null,
      isPrivate: submittal.private,
      asked: team([...holders, ...distributionIds]),
      party: all,
      attachments: [...submittal.attachments, ...approvers.flatMap(({ attachments }) => attachments)],
      shown: {
        number: submittal.number,
        revision: submittal.revision,
        title: submittal.title,
        status: isOpen ? 'open' : 'closed',
        superseded: !currentRevision,
        isPrivate: submittal.private,
        readers: readersOf(submittal.private, all),
        dueOn: submittal.dueDate,
        manager: managerId === null ? null : party(managerId),
        ballInCourt: holders.map(party),
        distribution: distributionIds.map(party),
        files: sumsOf(submittal.attachments),
        workflow: byKey(
          approvers.map(({ id, step, userId, required, responseId, comment, attachments }) => {
            const given = responseId === null ? undefined : world.submittalResponses.get(responseId);
            const responseName = given && given.considered !== 'pending' ? given.name : null;
            return { key: id, step, party: party(userId), required, responseName, comment, files: sumsOf(attachments) };
          }),
        ),
      },
    };
  });
}

function shownSubmittal(
  ground: ItemsGround,
  item: ReturnType<ItemsGround['submittals']>[number],
): Readonly<Record<string, unknown>> {
  return {
    ...item,
    readers: item.readers && sorted(item.readers),
    files: sumsIn(ground, item.files),
    workflow: byKey(
      item.workflow.map(({ slot: key, step, party, required, responseName, comment, files }) => {
        return { key, step, party, required, responseName, comment, files: sumsIn(ground, files) };
      }),
    ),
  };
}
