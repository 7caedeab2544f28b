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
  /** Hash of the preview that Part3 has; null: none. */
  told: z.string().nullable(),
});

/** Unfinished answers, by id: part of the stream's cursor, so changes of their items reach them without a call. */
export const draftsSchema = z.record(z.string(), draft);
export type Drafts = z.output<typeof draftsSchema>;

/**
 * Limits: the most drafts that get previews (the oldest are dropped), and the most pushed per cycle (the rest follow in the
 * next).
 */
const mostDrafts = 500;
const pushedAtOnce = 50;

interface Pushing {
  readonly kind: ItemKind;
  foreseen(draft: Draft, item: ItemContent | undefined): Foreseen;
  push(answerId: string, preview: AnswerPreview): Promise<unknown>;
}

/** Adds a draft, or a newer version of it; a preview pushed for a former version does not count for this one. */
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
 * Pushes to Part3 what sending each draft would do, if that differs from the last push: from stored items, so Procore is not
 * called. What cannot be pushed now is pushed in a later cycle, and blocks nothing.
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
      // if it is no longer a draft of this version, the next read shows it
      if (fault.kind !== 'conflict' && fault.kind !== 'validation-rejected') break;
    }
    after[answerId] = { ...found, told: sum };
  }
  return after;
}
