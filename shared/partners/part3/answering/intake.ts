import { z } from 'zod';
import type { ProjectContext, SourceFact, SourcePage } from '../../stream.ts';
import type { AnswerFiles } from './answer-files.ts';
import type { Answering, AnswerSource } from './kinds.ts';
import { factsOfLarge, isLarge } from './left-aside.ts';
import { responderOf } from './persons.ts';
import { type Drafts, draftsSchema, withDraft, withoutDraft } from './previews.ts';

const cursorSchema = z
  .object({ newest: z.iso.datetime(), drafts: draftsSchema.default({}) })
  .nullable()
  .catch(null);

/** The record key of an answer, the same for every version. */
export const groupKeyOf = (answerId: string): string => `answer:${answerId}`;

/** In these states its author is shown what sending it would do. */
const isBeingWritten = (state: Answering['state']): boolean => state === 'draft' || state === 'in-review';

/** Items of this link by their id in Part3; listed when the first answer needs one. */
export function itemsOfLink(
  { project: { procoreProjectId }, procore }: ProjectContext,
  itemWord: string,
  { items }: Pick<AnswerSource<Answering>, 'items'>,
) {
  const prefix = `procore:${procore.company.companyId}:${procoreProjectId}:${itemWord}:`;
  let known: Promise<ReadonlyMap<string, string>> | undefined;
  const read = async (): Promise<ReadonlyMap<string, string>> => {
    const ids = new Map<string, string>();
    for await (const page of items())
      for (const { id, externalKey } of page) if (externalKey.startsWith(prefix)) ids.set(id, externalKey.slice(prefix.length));
    return ids;
  };
  return async (part3Id: string): Promise<string | undefined> => {
    known ??= read();
    return (await known).get(part3Id);
  };
}

/**
 * Changed answers since the cursor. Only finished ones count, including those `blocked` by us; drafts and answers in review take
 * back what was not sent yet, as a recall does; returned ones are settled. One that is too large to read counts with what is
 * known of it.
 */
export async function* pullAnswers<Row extends Answering>(
  { nowMs, overlapMs, responders }: ProjectContext,
  cursor: unknown,
  source: AnswerSource<Row>,
  itemOf: (part3Id: string) => Promise<string | undefined>,
  files: AnswerFiles,
  told: (drafts: Drafts) => Promise<Drafts>,
): AsyncGenerator<SourcePage> {
  const known = cursorSchema.parse(cursor ?? null);
  const now = new Date(nowMs).toISOString();
  let newest = known?.newest ?? null;
  const since = newest === null ? undefined : new Date(Date.parse(newest) - overlapMs).toISOString();
  let drafts = known?.drafts ?? {};
  const cursorNow = () => (newest === null ? known : { newest, drafts });
  for await (const page of source.list(since)) {
    const facts: SourceFact[] = [];
    const skipped: Record<string, number> = {};
    const takenBack: string[] = [];
    const skip = (why: string): void => {
      skipped[why] = (skipped[why] ?? 0) + 1;
    };
    for (const answer of page) {
      const { id, state, modified } = answer;
      // a time in the future would hide every change until then
      if (modified !== null && modified <= now && (newest === null || modified > newest)) newest = modified;
      const part3ItemId = isLarge(answer) ? answer.part3ItemId : source.itemOf(answer);
      const draftOf = isBeingWritten(state) ? await itemOf(part3ItemId) : undefined;
      drafts =
        draftOf === undefined || isLarge(answer)
          ? withoutDraft(drafts, id)
          : withDraft(drafts, id, {
              itemId: draftOf,
              memberId: answer.authorMemberId,
              slot: source.slotOf(answer),
              version: answer.version,
              ...source.wishOf(answer),
            });
      if (state === 'returned') {
        skip('returned');
        continue;
      }
      if ((state !== 'ready' && state !== 'blocked') || (!isLarge(answer) && source.isHeld(answer))) {
        skip('not-finished');
        takenBack.push(groupKeyOf(id));
        continue;
      }
      const itemId = await itemOf(part3ItemId);
      if (itemId === undefined) {
        skip('other-project');
        continue;
      }
      const author = responderOf(responders, answer.authorMemberId)?.name ?? 'somebody who left';
      if (isLarge(answer)) {
        facts.push({ sourceId: id, groupKey: groupKeyOf(id), facts: factsOfLarge(itemId, author), modifiedAt: modified });
        continue;
      }
      const content = {
        answerId: id,
        itemId,
        memberId: answer.authorMemberId,
        slot: source.slotOf(answer),
        label: source.labelOf(answer, author),
        // as when this content was first seen finished: our later reports change its modified time
        finishedAt: modified,
        ...source.fieldsOf(answer, await files.of(answer.fileIds)),
      };
      facts.push({
        sourceId: id,
        groupKey: groupKeyOf(id),
        facts: content,
        modifiedAt: modified,
        awaitsReport: state === 'ready',
      });
    }
    yield { facts, cursor: cursorNow(), skipped, takenBack };
  }
  drafts = await told(drafts);
  yield { facts: [], cursor: cursorNow() };
}
