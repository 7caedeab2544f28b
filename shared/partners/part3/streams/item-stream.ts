import pLimit from 'p-limit';
import { canonicalHash } from '../../../domain/canonical-json.ts';
import type { FarSideRecord, Mapped, ProjectContext, SourceFact, SourcePage, StreamRun, WriteAnswer } from '../../stream.ts';
import type { MayStillSend } from '../calls.ts';
import type { ItemPlace, Part3Client } from '../client.ts';
import type { Part3Item } from '../schema.ts';
import { settings } from '../settings.ts';
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
  hiding,
  readFrom,
  turnedTo,
  unread,
  type Wanted,
  wantedOf,
} from './changed.ts';
import {
  agrees,
  factsOf,
  filesMappedIn,
  type ItemContent,
  type ItemKind,
  idInKey,
  itemKeyOf,
  itemOfFile,
  type ReadItem,
  recordOf,
  shownOf,
  sourceIn,
  withFiles,
} from './content.ts';
import { type Intake, type ItemPeople, type Team, takesPart, teamOf } from './taking-part.ts';

/** What a source row turned out to be. `people`: who decides whether it enters. */
export type ItemReading =
  | { readonly left: 'draft' | 'not-visible' }
  | (Pick<ReadItem, 'content' | 'files'> & { readonly people: ItemPeople });

/** One kind of item, on both sides. */
export interface ItemSource<Row extends ChangedRow> {
  readonly kind: ItemKind;
  /** What beside the row and the team decides what it becomes: with other terms every item is looked at anew. */
  readonly terms?: unknown;
  /** Rows that the reader may see, changed in a range; null: all. Absence proves nothing. */
  list(from: Date | null, until: Date): AsyncIterable<readonly Row[]>;
  /** Those of the named ones that the reader may see. */
  byId(ids: readonly string[]): Promise<readonly Row[]>;
  isOpen(row: Row): boolean;
  isDraft(row: Row): boolean;
  read(row: Row, team: Team): Promise<ItemReading>;
  /** What lies in the recycle bin. */
  binned(): AsyncIterable<readonly { readonly id: string }[]>;
  at(place: ItemPlace): Promise<Part3Item | undefined>;
  all(): AsyncIterable<readonly Part3Item[]>;
  /** `content` as `read` made it. */
  upsert(place: ItemPlace, content: ItemContent, mayStillSend: MayStillSend): Promise<Part3Item>;
}

export const part3Of = (context: Pick<ProjectContext, 'partnerClient'>): Part3Client => context.partnerClient as Part3Client; // as the partner's own `connect` made it

/** Rows whose reading is one page: what a reading that is cut off has to do again at most. */
const rowsAtOnce = 20;
const readAtOnce = 4;
/** So many are asked for one by one; of more, all are listed. */
const singlyAtMost = 20;
/** What was listed and not shown is looked at again with the next cycle, and then as seldom. */
const hiddenEveryMs = 3_600_000;
/** The clock of the source may be ahead of ours. */
const aheadMs = 24 * 3_600_000;
/** What came to Part3 is looked for again from this long before the last that was noted: units of work may end out of order. */
const filesAgainMs = 60_000;

/** Procore's items of one kind → Part3: read as the connection's owner, or who reads in their place; an upsert each. */
export function itemStream<Row extends ChangedRow>(context: ProjectContext, stream: string, source: ItemSource<Row>): StreamRun {
  const { known, memory, project, procore, responders, overlapMs, nowMs } = context;
  const intake: Intake = settings.parse(context.settings).intake.which;
  const team = teamOf(responders.all);
  const wanted = wantedOf(context);
  const keyOf = (id: string) => itemKeyOf(source.kind, procore.company.companyId, project.procoreProjectId, id);
  const placeOf = (externalKey: string): ItemPlace => ({ projectId: project.partnerProjectId, externalKey });
  const fact = (key: string, item: Pick<ReadItem, 'content' | 'files'>): SourceFact => ({
    sourceId: idInKey(key),
    groupKey: key,
    facts: factsOf(item),
    modifiedAt: null,
  });

  /** One row, and what becomes of it. */
  async function look(row: Row): Promise<SourceFact | string> {
    if (source.isDraft(row)) return 'draft';
    const key = keyOf(row.id);
    const carried = (await known.meantOf(stream, [key])).get(key);
    if (!carried && !isWanted(row, wanted, source.isOpen(row))) return 'before-going-live';
    const reading = await source.read(row, team);
    if ('left' in reading) return reading.left;
    if (takesPart(team, intake, reading.people, carried !== undefined)) return fact(key, reading);
    const last = carried && sourceIn(carried.address);
    // what it says now is nobody's to read; who could read it there no longer can
    if (last && reading.people.isPrivate)
      return fact(key, { ...last, content: { ...last.content, isPrivate: true, readers: [] } });
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

  /** What was listed once and not shown. */
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

  const wantedIn = (rows: readonly Row[]): number =>
    rows.filter((row) => !source.isDraft(row) && isWanted(row, wanted, source.isOpen(row))).length;

  async function* changed(start: ChangedCursor, seen: Set<string>): AsyncGenerator<SourcePage, ChangedCursor> {
    let cursor = start;
    const listed: Row[] = [];
    for await (const page of source.list(readFrom(cursor, wanted, overlapMs), new Date(nowMs + aheadMs))) listed.push(...page);
    for (const { id } of listed) seen.add(id);
    const rows = unread(listed, cursor);
    cursor = begun(cursor, wantedIn(rows));
    for (let from = 0; from < rows.length; from += rowsAtOnce) {
      const some = rows.slice(from, from + rowsAtOnce);
      const page = await pageOf(some, further(behind(cursor, some, { overlapMs, nowMs }), wantedIn(some)));
      cursor = page.cursor;
      yield page;
    }
    cursor = ended(cursor);
    yield { facts: [], cursor };
    return cursor;
  }

  /** Items of which a file has come to Part3 since. */
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
      if (item && isNew) facts.push(fact(key, item));
      else if (record && !item) erased.push(idInKey(key));
    }
    const next = { ...cursor, filesUntil: last.writtenAt.toISOString() };
    yield { facts, cursor: next };
    if (erased.length === 0) return next;
    const page = await pageOf(await source.byId(erased), next);
    yield page;
    return page.cursor;
  }

  async function* pull(stored: unknown): AsyncGenerator<SourcePage> {
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
    // read from the beginning, the list shows all that is carried and that this reader may see
    const listsAll = cursor.newest === null;
    const listed = new Set<string>();
    cursor = yield* changed(cursor, listed);
    const look: BinLook = await lookIntoBin(context, stream, source, listsAll ? listed : undefined);
    if (look.binned.length > 0) yield { facts: look.binned.map(({ key, ...item }) => fact(key, item)), cursor };
    if (look.back.length > 0) yield await pageOf(await source.byId(look.back), cursor);
  }

  const toRecord = (item: Part3Item): FarSideRecord => ({
    id: item.id,
    searchKey: item.externalKey,
    fields: shownOf(item),
    ours: 'unknown',
  });

  async function lookUp(keys: readonly string[]): Promise<readonly FarSideRecord[]> {
    if (keys.length <= singlyAtMost) {
      const limit = pLimit(readAtOnce);
      const found = await Promise.all(keys.map((key) => limit(() => source.at(placeOf(key)))));
      return found.flatMap((item) => (item ? [toRecord(item)] : []));
    }
    const records: FarSideRecord[] = [];
    for await (const page of source.all()) records.push(...page.filter((item) => keys.includes(item.externalKey)).map(toRecord));
    return records;
  }

  async function write(
    record: { readonly naturalKey: string; readonly address: Readonly<Record<string, string>> },
    mayStillSend: MayStillSend,
  ): Promise<WriteAnswer> {
    const item = sourceIn(record.address);
    if (!item) throw new Error('an item that is erased here is never sent');
    const content = withFiles(item.content, filesMappedIn(record.address));
    const answer = await source.upsert(placeOf(record.naturalKey), content, mayStillSend);
    return { targetId: answer.id, echoed: shownOf(answer) };
  }

  return {
    pull,
    async map(naturalKey, [facts]): Promise<Mapped> {
      if (!facts) return { kind: 'nothing', naturalKey, why: 'an item is never taken back' };
      return { kind: 'record', record: await recordOf(naturalKey, facts, known) };
    },
    lookUp,
    create: write,
    update: (_, record, mayStillSend) => write(record, mayStillSend),
    agrees,
    // what stands under our key is ours, from an earlier connection perhaps
    handMade: 'adopt',
    isMisplaced: () => false,
    heldUp: async () => undefined,
  };
}

const isWanted = ({ updatedAt }: ChangedRow, { everythingOpen, sinceMs }: Wanted, isOpen: boolean): boolean =>
  (everythingOpen && isOpen) || updatedAt === null || Date.parse(updatedAt) >= sinceMs;
