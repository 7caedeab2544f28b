import { canonicalHash } from '../../../domain/canonical-json.ts';
import type { RecordFields } from '../../../domain/deliveries.ts';
import { Fault, faultIn } from '../../../domain/faults.ts';
import { withEffect } from '../../../http/far-side-errors.ts';
import type { Cause, Facts, FarSideRecord, KeptUpload, Mapped, ProjectContext, StreamRun, TargetRecord } from '../../stream.ts';
import type { Part3Client } from '../client.ts';
import { answerFiles } from './answer-files.ts';
import { hasLeft, membersNow } from './belonging.ts';
import { itemsOfLink, pullAnswers } from './intake.ts';
import { type Answering, type AnswerKind, type Place, placeOf, placeOfKey, searchKeyOf } from './kinds.ts';
import { linkOf } from './known-items.ts';
import { isOfLarge, leftAside } from './left-aside.ts';
import { causeOf, isForPersonOrTime } from './persons.ts';
import { type Drafts, pushPreviews } from './previews.ts';
import { receiptsOf, returnedAs } from './receipts.ts';

/**
 * The fields of a record that we own and hash: the response, its content, whether a cover page precedes it, and the version it was
 * made of.
 */
const owned = ['response', 'content', 'coverPage', 'version'] as const;

const ownedOf = (facts: Facts): RecordFields =>
  Object.fromEntries(owned.flatMap((name) => (typeof facts[name] === 'string' ? [[name, facts[name]]] : [])));

const unshown: readonly string[] = ['version'];

const shownOf = (fields: RecordFields): RecordFields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !unshown.includes(name)));

/** Whether what stands in Procore is what is meant. */
export const agrees = (seen: RecordFields, meant: RecordFields): boolean => hasAll(seen, shownOf(meant));

const hasAll = (fields: RecordFields, wanted: RecordFields): boolean =>
  Object.entries(wanted).every(([name, value]) => fields[name] === value);

/** Outgoing answers of one kind: each is sent with its author's own grant, never with another's. */
export function openAnswers<Row extends Answering>(context: ProjectContext, kind: AnswerKind<Row>): StreamRun {
  // as `connect` made it
  const part3 = context.partnerClient as Part3Client;
  const source = kind.source(part3, context);
  const target = kind.target(context);
  const files = answerFiles(context, part3);
  const itemOf = itemsOfLink(context, kind.itemWord, source);
  const isHere = membersNow(part3, context.project.partnerProjectId);
  const ready = new Map<string, { readonly answer: Row; readonly uploads: readonly KeptUpload[] }>();
  const receipts = receiptsOf(
    source,
    target,
    (answer, record) => isStill(answer, record),
    (itemId) => linkOf(context, kind.itemWord, itemId),
  );

  const returned = once(() => returnedAs(source));

  const previewed = (drafts: Drafts): Promise<Drafts> =>
    pushPreviews(context, drafts, {
      kind: kind.itemWord,
      foreseen: (draft, item) => kind.foreseen(context, draft, item),
      push: (answerId, preview) => source.preview(answerId, preview, () => !context.signal.aborted),
    });

  /** Whether an answer still says what this record was made of. */
  async function isStill(answer: Row, { fields }: TargetRecord): Promise<boolean> {
    return hasAll(source.fieldsOf(answer, await files.of(answer.fileIds)), fields);
  }

  async function newestOf(record: TargetRecord): Promise<Row | undefined> {
    const answer = await source.show(record.address['answerId'] ?? '');
    const isFinished = (answer.state === 'ready' || answer.state === 'blocked') && !source.isHeld(answer);
    return isFinished && (await isStill(answer, record)) ? answer : undefined;
  }

  async function looked(record: TargetRecord): Promise<Cause | undefined> {
    const answer = await newestOf(record);
    if (!answer) return beingChanged(record);
    const place = placeOf(record);
    if (await standsThere(place, answer)) return sentAlready(record, kind.itemWord);
    const { memberId } = place;
    if (!(await isHere(memberId))) return hasLeft(memberId, record.address['label'] ?? 'An answer');
    ready.set(record.naturalKey, { answer, uploads: [] });
    return target.heldUp(place, answer);
  }

  /** Our store may know less of an answer than its receipt: it was restored, or the project was connected again. */
  async function standsThere(place: Place, { receipt }: Row): Promise<boolean> {
    return receipt !== null && (await target.said(place, '')).some(({ id }) => id === receipt.externalId);
  }

  async function prepared(record: TargetRecord): Promise<Cause | undefined> {
    const place = placeOf(record);
    const going = ready.get(record.naturalKey)?.answer;
    if (!going) return undefined;
    const cover = await target.coverOf?.(place, going, record.address['finishedAt'] || null);
    if (!cover && going.fileIds.length === 0) return undefined;
    const of = { naturalKey: record.naturalKey, memberId: place.memberId };
    const first = cover ? [await files.uploadMade(of, cover)] : [];
    const uploads = [...first, ...(await files.uploads(of, going.fileIds))];
    // preparing took a while, so look again
    const cause = await looked(record);
    const answer = ready.get(record.naturalKey)?.answer;
    if (!cause && answer) ready.set(record.naturalKey, { answer, uploads });
    return cause;
  }

  const lookAgain = (): Fault => new Fault('vendor-unavailable', { waitUntilMs: context.nowMs, effect: 'surely-not-done' });

  async function isReadyStill(record: TargetRecord): Promise<boolean> {
    try {
      return (await newestOf(record)) !== undefined;
    } catch (error) {
      const fault = faultIn(error);
      throw fault ? withEffect(fault, 'surely-not-done') : error;
    }
  }

  /** Whether a change in Procore since the look explains its refusal: then that is the reason to report. */
  async function isHeldByNow(record: TargetRecord, error: unknown): Promise<boolean> {
    const fault = faultIn(error);
    if (fault?.detail.effect !== 'surely-not-done' || fault.handling !== 'park') return false;
    try {
      return (await causeOf(() => looked(record))) !== undefined;
    } catch {
      return false; // the refusal itself is what is known
    }
  }

  return {
    pull: (cursor) => pullAnswers(context, cursor, source, itemOf, files, previewed),
    map: async (groupKey, [facts]) =>
      isOfLarge(facts) ? leftAside(context, kind, groupKey, facts) : mapped(kind.itemWord, groupKey, facts),
    async lookUp(searchKeys) {
      const found: FarSideRecord[] = [];
      for (const searchKey of searchKeys) {
        const { place, meant } = placeOfKey(searchKey);
        const said = await target.said(place, meant);
        const others = kind.handMade === 'beside' && said.some(({ ours }) => ours === true) ? await returned() : nobodys;
        found.push(...said.map((record) => ({ ...record, searchKey, ours: others.has(record.id) ? false : record.ours })));
      }
      return found;
    },
    looksSingly: true,
    heldUp: async (record, action) => (action === 'update' ? sentAlready(record, kind.itemWord) : causeOf(() => looked(record))),
    prepare: async (record, action) => (action === 'create' ? causeOf(() => prepared(record)) : undefined),
    async create(record, mayStillSend) {
      const going = ready.get(record.naturalKey);
      // edited since the look: its author has taken these words back
      if (!going || !(await isReadyStill(record))) throw lookAgain();
      ready.delete(record.naturalKey);
      const { answer, uploads } = going;
      if (!(await files.take(record.naturalKey, uploads))) throw lookAgain();
      const uploadIds = uploads.map(({ uploadId }) => uploadId);
      try {
        return await target.send(placeOf(record), { answer, uploadIds }, mayStillSend);
      } catch (error) {
        const isHeld = await isHeldByNow(record, error);
        if (isHeld || isForPersonOrTime(error)) await files.giveBack(record.naturalKey, uploads);
        throw isHeld ? lookAgain() : error;
      }
    },
    async update(_, record) {
      const { reason, ...words } = sentAlready(record, kind.itemWord);
      throw new Fault(reason, { ...words, effect: 'surely-not-done' });
    },
    unshown,
    agrees,
    isMisplaced: () => false,
    handMade: kind.handMade,
    report: receipts,
  };
}

const nobodys: ReadonlySet<string> = new Set();

function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let known: Promise<Result> | undefined;
  return () => {
    known ??= work();
    return known;
  };
}

/** Where people see the answers in Procore. */
const screens = {
  rfi: 'Procore → the project → RFIs → the RFI → Responses',
  submittal: 'Procore → the project → Submittals → the submittal → Workflow',
} as const;

function mapped(itemWord: keyof typeof screens, groupKey: string, facts: Facts | undefined): Mapped {
  if (!facts) return { kind: 'nothing', naturalKey: groupKey, why: 'not finished in Part3' };
  const text = (name: string): string => String(facts[name] ?? '');
  const place = { itemId: text('itemId'), memberId: text('memberId'), slot: text('slot') };
  const fields = ownedOf(facts);
  const screen = screens[itemWord];
  // its fields are hashes
  const meant = 'the answer as it stands in Part3';
  const record: TargetRecord = {
    naturalKey: groupKey,
    searchKey: searchKeyOf(place, canonicalHash(shownOf(fields)).slice(0, 32)),
    fields,
    address: { answerId: text('answerId'), ...place, label: text('label'), screen, meant, finishedAt: text('finishedAt') },
    empty: false,
  };
  return { kind: 'record', record };
}

const beingChanged = ({ naturalKey, address }: TargetRecord): Cause => ({
  reason: 'source-incomplete',
  subject: `record:${naturalKey}`,
  seen: `${address['label']}: it is being changed in Part3`,
  needed: 'the newest version, finished: it goes out by itself then',
  where: 'Part3 → the project → the item → Answers',
});

/** Where what is new belongs, since what was sent cannot be changed. */
const newOnes = {
  rfi: 'takes this version back and says what is new in another answer in Part3',
  submittal: 'takes this version back; what is new belongs into the return of the next revision',
} as const;

/** Waits for the author: one item for each answer, since each may be left by itself. */
const sentAlready = ({ naturalKey, address }: TargetRecord, itemWord: keyof typeof newOnes): Cause => ({
  reason: 'answer-changed',
  subject: `record:${naturalKey} person:${address['memberId']}`,
  seen: `${address['label']}: it was changed in Part3 after it had been sent, and what stands in Procore cannot be changed`,
  needed: `its author restores what was sent, or ${newOnes[itemWord]}; or whoever manages the project chooses to leave it`,
  where: 'Part3 → the project → the item → Answers',
});
