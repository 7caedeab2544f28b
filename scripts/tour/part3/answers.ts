import type { Told } from '../comparison.ts';
import { folded } from '../pairs.ts';
import type { Sides } from './sides.ts';
import { fileInWords, inOneLine, sorted, wordsOf } from './told.ts';
import type { Attachment, Part3Truth, ProcoreResponse } from './truth.ts';

/**
 * Whether an answer is finished by its author and all reviewers: each should be given in Procore once, by that person, blocked or
 * not.
 */
const isGiven = ({ state }: { readonly state: string }): boolean => ['ready', 'returned', 'blocked'].includes(state);

/** Expected replies, by RFI: author, words, files, and whether they are the official one. */
export const expectedReplies = ({ part3, team }: Sides): readonly Told[] =>
  part3.answers.filter(isGiven).map(({ rfiId, authorMemberId, bodyHtml, official, fileIds }) => ({
    place: recordOf(part3.rfis, rfiId),
    says: inOneLine([team.userOf(authorMemberId), official, wordsOf(bodyHtml), filesOf(part3, fileIds)]),
  }));

/** The replies that came through an app; a person's own do not concern the tour. */
export const toldOfReplies = ({ procore }: Sides): readonly Told[] =>
  procore.replies
    .filter(({ clientId }) => clientId !== null)
    .map(({ rfiId, authorId, official, body, attachments }) => ({
      place: rfiId,
      says: inOneLine([authorId, official, wordsOf(body), attached(attachments)]),
    }));

/** Expected responses, by slot: who says what, in Procore's word, with which comment and files. */
export const expectedResponses = ({ part3, team, meanings }: Sides): readonly Told[] =>
  part3.returns.filter(isGiven).map(({ slot, authorMemberId, responseName, comment, fileIds }) => {
    const inProcore = [...meanings].find(([, partnerName]) => folded(partnerName) === folded(responseName))?.[0];
    const response = folded(inProcore ?? responseName);
    return {
      place: slot,
      says: inOneLine([team.userOf(authorMemberId), response, wordsOf(comment), filesOf(part3, fileIds)]),
    };
  });

/** The current response of each slot if an app gave it, once for every time that the same one was given there. */
export function toldOfResponses({ procore }: Sides): readonly Told[] {
  const byApp = procore.responses.filter(({ clientId }) => clientId !== null);
  const slots = [...new Set(procore.responses.map(({ id }) => id))];
  return slots.flatMap((slotId) => {
    const last = procore.responses.findLast(({ id }) => id === slotId);
    if (last === undefined || last.clientId === null) return [];
    return byApp
      .filter((one) => one.id === slotId && words(one) === words(last))
      .map((one) => ({ place: slotId, says: words(one) }));
  });
}

const words = ({ by, name, comment, attachments }: ProcoreResponse): string =>
  inOneLine([by, folded(name), wordsOf(comment), attached(attachments)]);

const attached = (files: readonly Attachment[]): string =>
  sorted(files.map(({ filename, size, sha256 }) => fileInWords({ name: filename, size, sha256 })));

function filesOf({ files }: Part3Truth, fileIds: readonly string[]): string {
  return sorted(
    fileIds.map((fileId) => {
      const file = files.find(({ id }) => id === fileId);
      return file === undefined ? `unknown ${fileId}` : fileInWords(file);
    }),
  );
}

/** The record in Procore that an item of Part3 belongs to. */
const recordOf = (items: readonly { readonly id: string; readonly externalKey: string }[], itemId: string): string =>
  items
    .find(({ id }) => id === itemId)
    ?.externalKey.split(':')
    .at(-1) ?? itemId;
