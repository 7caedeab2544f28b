import { canonicalHash } from '../../../domain/canonical-json.ts';
import type { ProjectContext, SourceFact, SourcePage } from '../../stream.ts';
import { type BinLook, lookIntoBin } from './bin.ts';
import {
  begun,
  behind,
  type ChangedCursor,
  type ChangedRow,
  changedCursor,
  ended,
  endedBy,
  further,
  readFrom,
  turnedTo,
  unread,
} from './changed.ts';
import { filesMappedIn, idInKey, itemOfFile, sourceIn } from './content.ts';
import { factOf, itemRows } from './item-rows.ts';
import type { ItemSource } from './item-source.ts';

/** Rows per page: the most that an interrupted read must repeat. */
const rowsAtOnce = 20;
/** Interval between looks at rows that were listed and not shown; the first is in the next cycle. */
const hiddenEveryMs = 3_600_000;
/** The source's clock may be ahead of ours. */
const aheadMs = 24 * 3_600_000;
/** Arrived files are searched from this long before the last one noted: transactions may commit out of order. */
const filesAgainMs = 60_000;

/**
 * What a cycle reads of a source: items whose files arrived, what was hidden, what changed, what went to the recycle bin or came
 * back. Each part yields its pages and returns the cursor for the next one. `onFirstRead` is called once all that is wanted of the
 * past was read.
 */
export function itemPull<Row extends ChangedRow>(
  context: ProjectContext,
  stream: string,
  source: ItemSource<Row>,
  onFirstRead: () => void,
): (stored: unknown) => AsyncGenerator<SourcePage> {
  const { known, memory, project, responders, overlapMs, nowMs } = context;
  const { wanted, keyOf, pageOf, wantedIn } = itemRows(context, stream, source);

  /** Rows that were listed once and not shown. */
  async function* hiddenAgain(cursor: ChangedCursor): AsyncGenerator<SourcePage, ChangedCursor> {
    if (cursor.hidden.length === 0) return cursor;
    let isDue = false;
    const memoryKey = `part3 ${stream} hidden ${project.projectLinkId} ${context.reader?.key ?? ''}`;
    await memory.recall(memoryKey, hiddenEveryMs, async () => {
      isDue = true;
    });
    if (!isDue) return cursor;
    const page = await pageOf(await source.byId(cursor.hidden), cursor);
    yield page;
    return page.cursor;
  }

  async function* changed(start: ChangedCursor, seen: Set<string>): AsyncGenerator<SourcePage, ChangedCursor> {
    let cursor = start;
    const listed: Row[] = [];
    for await (const page of source.list(readFrom(cursor, wanted, overlapMs), new Date(nowMs + aheadMs))) listed.push(...page);
    for (const { id } of listed) seen.add(id);
    const rows = unread(listed, cursor);
    cursor = begun(cursor, wantedIn(rows), project.backfill ?? null);
    for (let from = 0; from < rows.length; from += rowsAtOnce) {
      const some = rows.slice(from, from + rowsAtOnce);
      const page = await pageOf(some, further(behind(cursor, some, { overlapMs, nowMs }), wantedIn(some)));
      cursor = page.cursor;
      yield page;
    }
    if (cursor.progress?.ended === false) onFirstRead();
    cursor = ended(cursor);
    yield { facts: [], cursor };
    return cursor;
  }

  /** Items with files that came to Part3 since. */
  async function* withNewFiles(cursor: ChangedCursor): AsyncGenerator<SourcePage, ChangedCursor> {
    const { filesUntil } = cursor;
    const came = await known.writtenSince(
      'attachments',
      filesUntil === null ? null : new Date(Date.parse(filesUntil) - filesAgainMs),
    );
    const last = came.at(-1);
    if (!last) return cursor;
    const items = [...new Set(came.map(({ naturalKey }) => itemOfFile(naturalKey)))].filter((key) => key === keyOf(idInKey(key)));
    const meant = await known.meantOf(stream, items);
    const facts: SourceFact[] = [];
    const erased: string[] = [];
    for (const key of items) {
      const record = meant.get(key);
      const item = record && sourceIn(record.address);
      const mapped = record ? filesMappedIn(record.address) : {};
      const isNew = came.some(({ naturalKey }) => itemOfFile(naturalKey) === key && mapped[idInKey(naturalKey)] === undefined);
      if (item && isNew) facts.push(factOf(key, item));
      else if (record && !item) erased.push(idInKey(key));
    }
    const next = { ...cursor, filesUntil: last.writtenAt.toISOString() };
    yield { facts, cursor: next };
    if (erased.length === 0) return next;
    const page = await pageOf(await source.byId(erased), next);
    yield page;
    return page.cursor;
  }

  return async function* pull(stored: unknown): AsyncGenerator<SourcePage> {
    const made = canonicalHash({
      team: responders.all.map(({ memberId, procoreUserId }) => [memberId, procoreUserId]).sort(),
      terms: source.terms ?? null,
    });
    const before = changedCursor
      .nullable()
      .catch(null)
      .parse(stored ?? null);
    const progress = before?.progress?.ended ? before.progress : null;
    const fresh = changedCursor.parse({ newest: null, seen: {}, team: made, filesUntil: before?.filesUntil ?? null, progress });
    // by the clock of the deliveries
    let cursor = turnedTo(endedBy(before?.team === made ? before : fresh, Date.now()), context.reader);
    cursor = yield* withNewFiles(cursor);
    cursor = yield* hiddenAgain(cursor);
    // read from the start, the list shows everything carried that this reader may see
    const listsAll = cursor.newest === null;
    const listed = new Set<string>();
    cursor = yield* changed(cursor, listed);
    const look: BinLook = await lookIntoBin(context, stream, source, listsAll ? listed : undefined);
    if (look.binned.length > 0) yield { facts: look.binned.map(({ key, ...item }) => factOf(key, item)), cursor };
    if (look.back.length > 0) yield await pageOf(await source.byId(look.back), cursor);
  };
}
