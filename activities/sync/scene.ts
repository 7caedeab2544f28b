import type { RecordFields } from '../../shared/domain/deliveries.ts';
import type { FarSideRecord, HandMade, StreamRun, TargetRecord } from '../../shared/partners/stream.ts';
import type { Delivery } from '../../shared/store/records/deliveries.ts';
import { openTwins, unclearFormers } from '../../shared/store/records/delivery-queue.ts';
import { findRecordLinks, type RecordLink, takenElsewhere } from '../../shared/store/records/record-links.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import type { Cycle } from './attempt.ts';

/** Everything a decision about one delivery rests on; decisions are pure. */
export interface Scene {
  readonly delivery: Delivery;
  readonly link: RecordLink | undefined;
  /** Far-side records with its search key, its own misplaced ones, and its target wherever that is. */
  readonly seen: readonly FarSideRecord[];
  /** Far-side ids among `seen` that other records have taken. */
  readonly taken: ReadonlySet<string>;
  /** Open deliveries without a target whose entry may have its search key, itself included, in the order meant. */
  readonly twins: readonly Delivery[];
  /** Former versions of a record without a target that were sent as a create, and may have left an unidentified entry. */
  readonly formers: readonly Delivery[];
  readonly agrees: StreamRun['agrees'];
  readonly isMisplaced: StreamRun['isMisplaced'];
  /** What to do about somebody else's entry. */
  readonly handMade: HandMade;
}

/** Collects what a decision about a delivery rests on, inside the transaction that acts on it. */
export async function sceneOf(cycle: Cycle, db: Db, delivery: Delivery, listed: readonly FarSideRecord[]): Promise<Scene> {
  const { fence, run } = cycle;
  const { naturalKey, payload } = delivery;
  const link = (await findRecordLinks(db, fence, [naturalKey])).get(naturalKey);
  const formers = link?.targetId ? [] : await unclearFormers(db, fence, [delivery]);
  const versions = [delivery, ...formers];
  const seen = listed.filter((record) => versions.some((one) => concerns(record, one.payload, link, run.isMisplaced)));
  const ids = seen.map((record) => record.id);
  const taken = await takenElsewhere(db, fence, naturalKey, ids);
  const twins = await openTwins(db, fence, payload.searchKey);
  const { agrees, isMisplaced, handMade = 'leave' } = run;
  return {
    delivery,
    link,
    seen: seen.map((record) => asKnown(run, record, link)),
    taken,
    twins,
    formers,
    agrees,
    isMisplaced,
    handMade,
  };
}

/** Whether a far-side record matters to a decision: in its place, its target, or its own misplaced. */
export const concerns = (
  record: FarSideRecord,
  payload: Pick<TargetRecord, 'searchKey' | 'fields'>,
  link: Pick<RecordLink, 'targetId'> | undefined,
  isMisplaced: StreamRun['isMisplaced'],
): boolean =>
  record.searchKey === payload.searchKey || record.id === link?.targetId || isMisplaced(record.fields, payload.fields);

type Unshown = Pick<StreamRun, 'unshown'>;

const unshownOf = ({ unshown = [] }: Unshown, fields: RecordFields): RecordFields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => unshown.includes(name)));

/** A far-side record as shown; the target also with what was last written of it and is never shown. */
export const asKnown = (
  run: Unshown,
  record: FarSideRecord,
  link: Pick<RecordLink, 'targetId' | 'written'> | undefined,
): FarSideRecord =>
  link?.written && record.id === link.targetId
    ? { ...record, fields: { ...record.fields, ...unshownOf(run, link.written) } }
    : record;

/** What is stored as written once a record shows what was meant. */
export const writtenAs = (run: Unshown, shown: RecordFields, meant: RecordFields): RecordFields => ({
  ...shown,
  ...unshownOf(run, meant),
});

export const recordOf = ({ payload }: Delivery): TargetRecord => ({
  naturalKey: payload.naturalKey,
  searchKey: payload.searchKey,
  fields: payload.fields,
  address: payload.address,
  empty: payload.empty,
});
