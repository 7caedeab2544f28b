import pLimit from 'p-limit';
import type { ProjectContext, SourceFact, SourcePage } from '../../stream.ts';
import { settings } from '../settings.ts';
import { type ChangedCursor, type ChangedRow, hiding, type Wanted, wantedOf } from './changed.ts';
import { factsOf, idInKey, itemKeyOf, type ReadItem, sourceIn } from './content.ts';
import type { ItemSource } from './item-source.ts';
import { type Intake, takesPart, teamOf } from './taking-part.ts';

const readAtOnce = 4;

/** Maps rows of a source: each becomes a fact, or a reason why it is left out. */
export function itemRows<Row extends ChangedRow>(context: ProjectContext, stream: string, source: ItemSource<Row>) {
  const { known, project, procore, responders } = context;
  const intake: Intake = settings.parse(context.settings).intake.which;
  const team = teamOf(responders.all);
  const wanted = wantedOf(context);
  const keyOf = (id: string) => itemKeyOf(source.kind, procore.company.companyId, project.procoreProjectId, id);

  /** Maps one row. */
  async function look(row: Row): Promise<SourceFact | string> {
    if (source.isDraft(row)) return 'draft';
    const key = keyOf(row.id);
    const carried = (await known.meantOf(stream, [key])).get(key);
    if (!carried && !isWanted(row, wanted, source.isOpen(row))) return 'before-going-live';
    const reading = await source.read(row, team);
    if ('left' in reading) return reading.left;
    if (takesPart(team, intake, reading.people, carried !== undefined)) return factOf(key, reading);
    const last = carried && sourceIn(carried.address);
    // nobody on the team may read what it says now; those who could read it in Part3 no longer can
    if (last && reading.people.isPrivate)
      return factOf(key, { ...last, content: { ...last.content, isPrivate: true, readers: [] } });
    return 'design-side-takes-no-part';
  }

  async function pageOf(rows: readonly Row[], before: ChangedCursor) {
    const limit = pLimit(readAtOnce);
    const looked = await Promise.all(rows.map((row) => limit(() => look(row))));
    const skipped: Record<string, number> = {};
    for (const one of looked) if (typeof one === 'string') skipped[one] = (skipped[one] ?? 0) + 1;
    const hidden = rows.flatMap(({ id }, index) => (looked[index] === 'not-visible' ? [id] : []));
    const cursor = hiding(before, rows, hidden);
    return { facts: looked.filter((one) => typeof one !== 'string'), cursor, skipped } satisfies SourcePage;
  }

  /** How many of them are to be brought over, as far as the list shows. */
  const wantedIn = (rows: readonly Row[]): number =>
    rows.filter((row) => !source.isDraft(row) && isWanted(row, wanted, source.isOpen(row)) && mayEnter(row)).length;

  function mayEnter(row: Row): boolean {
    const people = source.listedPeople?.(row);
    return people === undefined || takesPart(team, intake, people, false);
  }

  return { wanted, keyOf, pageOf, wantedIn };
}

/** The stored fact of an item. */
export const factOf = (key: string, item: Pick<ReadItem, 'content' | 'files'>): SourceFact => ({
  sourceId: idInKey(key),
  groupKey: key,
  facts: factsOf(item),
  modifiedAt: null,
});

const isWanted = ({ updatedAt }: ChangedRow, { everythingOpen, sinceMs }: Wanted, isOpen: boolean): boolean =>
  (everythingOpen && isOpen) || updatedAt === null || Date.parse(updatedAt) >= sinceMs;
