import { pageOf } from '../../../procore/pages.ts';
import type { ProjectContext } from '../../stream.ts';
import { type ItemContent, type ItemKind, itemKeyOf, sourceIn } from '../streams/content.ts';

/** Streams that bring items in, by item kind. */
export const streamOfItems = { rfi: 'rfis', submittal: 'submittals' } as const;

type Knowing = Pick<ProjectContext, 'known' | 'procore' | 'project' | 'pagesOrigin'>;

/** An item as last brought to Part3, without a call. Undefined: it never was, or its content is erased. */
export async function knownItem(
  { known, procore, project }: Knowing,
  kind: ItemKind,
  itemId: string,
): Promise<ItemContent | undefined> {
  const key = itemKeyOf(kind, procore.company.companyId, project.procoreProjectId, itemId);
  const meant = (await known.meantOf(streamOfItems[kind], [key])).get(key);
  return meant && sourceIn(meant.address)?.content;
}

/** An item's page in Procore, absolute: as Procore gave it, else by its published path. Null: the page origin is unknown. */
export async function linkOf(context: Knowing, kind: ItemKind, itemId: string): Promise<string | null> {
  const told = (await knownItem(context, kind, itemId))?.link;
  if (told) return told;
  const { pagesOrigin, project } = context;
  return pagesOrigin === undefined ? null : pageOf(pagesOrigin, kind, project.procoreProjectId, itemId);
}
