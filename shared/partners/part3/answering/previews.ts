import { z } from 'zod';
import { canonicalHash } from '../../../domain/canonical-json.ts';
import { faultIn } from '../../../domain/faults.ts';
import type { ProjectContext } from '../../stream.ts';
import type { AnswerPreview } from '../fields.ts';
import { type ItemContent, type ItemKind, itemKeyOf, sourceIn } from '../streams/content.ts';
import { streamOfItems } from './known-items.ts';
import type { Draft, Foreseen } from './preview-contents.ts';

const draft = z.object({
  itemId: z.string(),
  memberId: z.string(),
  slot: z.string(),
  version: z.number(),
  official: z.boolean(),
  responseName: z.string(),
  /** Sum of the preview that Part3 has; null: none. */
  told: z.string().nullable(),
});

/** Answers that are being written, by id: part of the stream's cursor, so what changes of their items meets them without a call. */
export const draftsSchema = z.record(z.string(), draft);
export type Drafts = z.output<typeof draftsSchema>;

/** The oldest are left without a preview beyond this; and so many are pushed in one cycle, the rest in the next. */
const mostDrafts = 500;
const pushedAtOnce = 50;

interface Pushing {
  readonly kind: ItemKind;
  foreseen(draft: Draft, item: ItemContent | undefined): Foreseen;
  push(answerId: string, preview: AnswerPreview): Promise<unknown>;
}

/** The drafts with one more, or a newer version of it; what Part3 was told of the former version is not told of this one. */
export function withDraft(drafts: Drafts, answerId: string, found: Draft): Drafts {
  const { [answerId]: before, ...others } = drafts;
  const told = before?.version === found.version ? before.told : null;
  const kept = Object.entries(others).slice(-(mostDrafts - 1));
  return { ...Object.fromEntries(kept), [answerId]: { ...found, told } };
}

export const withoutDraft = (drafts: Drafts, answerId: string): Drafts => {
  const { [answerId]: _, ...others } = drafts;
  return others;
};

/**
 * Tells Part3 what sending each draft would do, where that is not what it was told last: by what is stored of the items, so Procore is not
 * asked. What cannot be told now is told in a later cycle, and holds up nothing.
 */
export async function pushPreviews(context: ProjectContext, drafts: Drafts, { kind, foreseen, push }: Pushing): Promise<Drafts> {
  const ids = Object.keys(drafts);
  if (ids.length === 0) return drafts;
  const { known, procore, project, nowMs } = context;
  const keyOf = (itemId: string) => itemKeyOf(kind, procore.company.companyId, project.procoreProjectId, itemId);
  const items = await known.meantOf(streamOfItems[kind], [...new Set(Object.values(drafts).map(({ itemId }) => keyOf(itemId)))]);
  const after: Drafts = { ...drafts };
  let pushed = 0;
  for (const [answerId, { told, ...found }] of Object.entries(drafts)) {
    const preview = foreseen(found, sourceIn(items.get(keyOf(found.itemId))?.address ?? {})?.content);
    const sum = canonicalHash(preview).slice(0, 32);
    if (sum === told) continue;
    if (pushed >= pushedAtOnce) break;
    pushed += 1;
    try {
      await push(answerId, { ...preview, asOf: new Date(nowMs).toISOString() });
    } catch (error) {
      const fault = faultIn(error);
      if (!fault) throw error;
      // what is no draft of this version any more says so itself, when it is read next
      if (fault.kind !== 'conflict' && fault.kind !== 'validation-rejected') break;
    }
    after[answerId] = { ...found, told: sum };
  }
  return after;
}
