import type { RecordFields } from '../../shared/domain/deliveries.ts';
import type { FarSideRecord, StreamRun } from '../../shared/partners/stream.ts';
import type { Delivery } from '../../shared/store/records/deliveries.ts';
import type { Scene } from './scene.ts';

/** Whether a record is ours. If the far side names no author, records that appeared after the first send count as ours. */
export function isOwn({ delivery, formers }: Pick<Scene, 'delivery' | 'formers'>, { id, ours }: FarSideRecord): boolean {
  return ours === 'unknown' ? [delivery, ...formers].some((version) => cameAfter(version, id)) : ours;
}

const cameAfter = ({ candidates }: Delivery, id: string): boolean => candidates !== null && !candidates.includes(id);

/** Our records that no other record has taken, that were not there before the send, and that no person told apart from it. */
function freeOwn(scene: Scene): readonly FarSideRecord[] {
  const { delivery, seen, taken } = scene;
  const others = new Set([...(delivery.candidates ?? []), ...(delivery.payload.toldApart ?? [])]);
  return seen.filter((record) => isOwn(scene, record) && !taken.has(record.id) && !others.has(record.id));
}

export const isInPlace = ({ delivery }: Scene, record: FarSideRecord): boolean => record.searchKey === delivery.payload.searchKey;

/**
 * Whether a delivery may have made that record: in its place, or, if it was sent as a create and the record appeared after,
 * misplaced.
 */
const mayBeOf = ({ agrees, isMisplaced }: Scene, delivery: Delivery, { id, fields }: FarSideRecord): boolean =>
  agrees(fields, delivery.payload.fields) || (cameAfter(delivery, id) && isMisplaced(fields, delivery.payload.fields));

interface OwnRecords {
  readonly match?: FarSideRecord;
  readonly misplaced?: FarSideRecord;
  readonly several?: FarSideRecord;
  readonly stray?: FarSideRecord;
}

/**
 * Which record of ours a create may have made. Identical contents are a multiset: the n-th delivery of `rivals` takes the n-th
 * record; more records than deliveries is `several`; one in its place that fits no delivery at all is a `stray`. Only a delivery
 * that was sent has a misplaced record: whatever was elsewhere before is somebody else's. This version corrects what a former
 * version left, except what a person left alone.
 */
export function ownRecords(scene: Scene, rivals: readonly Delivery[]): OwnRecords {
  const { delivery, formers, twins, agrees } = scene;
  const own = freeOwn(scene);
  const matches = own.filter((record) => agrees(record.fields, delivery.payload.fields)).sort(byId);
  const same = rivals.filter((twin) => twin.payload.hash === delivery.payload.hash);
  const rank = Math.max(
    0,
    same.findIndex((twin) => twin.deliveryId === delivery.deliveryId),
  );
  const [several] = matches.slice(Math.max(1, same.length));
  if (several) return { several };
  const match = matches[rank];
  if (match) return { match };
  const isBy = (versions: readonly Delivery[], record: FarSideRecord): boolean =>
    versions.some((version) => mayBeOf(scene, version, record));
  const [misplaced, another] = own
    .filter((record) => !matches.includes(record) && isBy([delivery, ...formers], record))
    .sort(byId);
  const left = formers.filter(({ state }) => state === 'superseded');
  if (misplaced) return another || isBy(left, misplaced) ? { several: another ?? misplaced } : { misplaced };
  const others = [...rivals, ...twins.filter((twin) => twin.candidates !== null)];
  const stray = own.find(
    (record) =>
      isInPlace(scene, record) &&
      !matches.includes(record) &&
      !others.some((twin) => twin.deliveryId !== delivery.deliveryId && mayBeOf(scene, twin, record)),
  );
  return stray ? { stray } : {};
}

/** Ids of far sides grow with time; they are digits of any length. */
const byId = (left: FarSideRecord, right: FarSideRecord): number =>
  left.id.length - right.id.length || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0);

/**
 * A record that a resend seems to have made a second time: ours, taken by none, not there before the send, and not left alone by
 * a person. `unclear`: there is one, but an open delivery of another record may have made it.
 */
export function surplusOf(scene: Scene, leftAlone: ReadonlySet<string>): FarSideRecord | 'unclear' | undefined {
  const { delivery, link, twins } = scene;
  const beside = freeOwn(scene).filter(
    (record) => record.id !== link?.targetId && !leftAlone.has(record.id) && mayBeOf(scene, delivery, record),
  );
  const ofOthers = (record: FarSideRecord): boolean => twins.some((twin) => mayBeOf(scene, twin, record));
  return beside.find((record) => !ofOthers(record)) ?? (beside.length > 0 ? 'unclear' : undefined);
}

/**
 * Whether what the far side shows after our own write is that write, misplaced: it may differ from what was meant only in what
 * the write was to change. `before`: the record as it was before the write, null for one that it made. What a person moved
 * meanwhile does not count.
 */
export const isOwnMisplaced = (
  { isMisplaced }: Pick<StreamRun, 'isMisplaced'>,
  seen: RecordFields,
  meant: RecordFields,
  before: RecordFields | null,
): boolean =>
  isMisplaced(seen, meant) &&
  (before === null || Object.keys(meant).every((name) => seen[name] === meant[name] || before[name] !== meant[name]));
