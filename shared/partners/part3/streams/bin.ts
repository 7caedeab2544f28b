import { faultIn } from '../../../domain/faults.ts';
import type { ProjectContext } from '../../stream.ts';
import { idInKey, type ReadItem, sourceIn } from './content.ts';

export interface BinLook {
  /** Items in Part3 that are in the recycle bin, as they should appear there. */
  readonly binned: readonly ReadItem[];
  /** Procore ids of withdrawn items that are no longer in the bin: what they are now depends on what can be read of them. */
  readonly back: readonly string[];
}

const nothing: BinLook = { binned: [], back: [] };

/** Procore sends no notice when something is binned, and lists omit it just like items that the reader may not see. */
const lookEveryMs = 3_600_000;

/**
 * Looks into the recycle bin from time to time if any written item could be there; at once if a complete list, by id, lacks one
 * of them. If the reader may not look, it is tried again at the same interval, and nothing is withdrawn.
 */
export async function lookIntoBin(
  { known, memory, project, procore, reader }: Pick<ProjectContext, 'known' | 'memory' | 'project' | 'procore' | 'reader'>,
  stream: string,
  source: { binned(): AsyncIterable<readonly { readonly id: string }[]> },
  listed?: ReadonlySet<string>,
): Promise<BinLook> {
  const standing = await known.writtenSince(stream, null);
  if (standing.length === 0) return nothing;
  const memoryKey = `part3 ${stream} bin ${procore.company.companyId} ${project.projectLinkId} ${reader?.key ?? ''}`;
  const isMissing = ({ naturalKey, written }: (typeof standing)[number]) =>
    written['status'] !== 'withdrawn' && listed?.has(idInKey(naturalKey)) === false;
  if (standing.some(isMissing)) memory.forget(memoryKey);
  let ids: ReadonlySet<string> | undefined;
  await memory.recall(memoryKey, lookEveryMs, async () => {
    ids = await idsIn(source.binned());
  });
  if (ids === undefined) return nothing;
  const bin = ids;
  const isBinned = (key: string) => bin.has(idInKey(key));
  const gone = standing.filter(({ naturalKey, written }) => written['status'] !== 'withdrawn' && isBinned(naturalKey));
  const meant = await known.meantOf(
    stream,
    gone.map(({ naturalKey }) => naturalKey),
  );
  const binned = gone.flatMap(({ naturalKey: key }): readonly ReadItem[] => {
    const item = sourceIn(meant.get(key)?.address ?? {});
    return item ? [{ key, ...item, content: { ...item.content, status: 'withdrawn', ballInCourt: [] } }] : [];
  });
  const withdrawn = standing.filter(({ naturalKey, written }) => written['status'] === 'withdrawn' && !isBinned(naturalKey));
  return { binned, back: withdrawn.map(({ naturalKey }) => idInKey(naturalKey)) };
}

/** Undefined: the reader may not look. */
async function idsIn(pages: AsyncIterable<readonly { readonly id: string }[]>): Promise<ReadonlySet<string> | undefined> {
  const ids = new Set<string>();
  try {
    for await (const page of pages) for (const { id } of page) ids.add(id);
    return ids;
  } catch (error) {
    if (faultIn(error)?.detail.status === 403) return undefined;
    throw error;
  }
}
