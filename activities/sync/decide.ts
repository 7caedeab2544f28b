import { type DeliveryFault, type RecordFields, recheckMs, showsExactly } from '../../shared/domain/deliveries.ts';
import type { FaultKind } from '../../shared/domain/faults.ts';
import type { FarSideRecord, StreamRun } from '../../shared/partners/stream.ts';
import type { Delivery } from '../../shared/store/records/deliveries.ts';
import { isInPlace, isOwn, isOwnMisplaced, ownRecords } from './own-records.ts';
import type { Scene } from './scene.ts';

export type SendPlan =
  | { readonly kind: 'create'; readonly candidates: readonly string[] }
  | { readonly kind: 'update'; readonly current: FarSideRecord }
  /** The far side shows it already, written by us. */
  | { readonly kind: 'adopt'; readonly record: FarSideRecord }
  | { readonly kind: 'refuse'; readonly fault: DeliveryFault }
  | { readonly kind: 'drop'; readonly why: string };

export type Verdict =
  | { readonly kind: 'adopt'; readonly record: FarSideRecord }
  /** It was made, but misplaced: a correction is sent to that record. */
  | { readonly kind: 'correct'; readonly record: FarSideRecord }
  | { readonly kind: 'refuse'; readonly fault: DeliveryFault }
  | { readonly kind: 'not-there' };

/** When to check again a delivery that is done now; undefined if it was sent only once. */
export const recheckOf = ({ lookUps, candidates }: Pick<Delivery, 'lookUps' | 'candidates'>): number | undefined =>
  lookUps > 1 && candidates !== null ? recheckMs : undefined;

/**
 * Whether a delivery has to wait for one in flight: another version of its record, or a create whose entry the far side could
 * show in place of its own.
 */
export const waitsFor = (delivery: Delivery, inFlight: Delivery, isMisplaced: StreamRun['isMisplaced']): boolean =>
  inFlight.naturalKey === delivery.naturalKey ||
  inFlight.payload.searchKey === delivery.payload.searchKey ||
  (inFlight.action === 'create' && delivery.action === 'create' && isMisplaced(inFlight.payload.fields, delivery.payload.fields));

/** What to do about a queued delivery, before anything is sent. */
export function planOf(scene: Scene): SendPlan {
  return scene.link?.targetId ? updatePlan(scene, scene.link.targetId) : createPlan(scene);
}

/** What a look-up says about an unknown outcome. `not-there` twice means: surely not done. */
export function verdictOf(scene: Scene): Verdict {
  if (scene.link?.targetId) return updateVerdict(scene, scene.link.targetId);
  const sent = scene.twins.filter((twin) => twin.state !== 'queued');
  const found = ownRecords(scene, sent);
  if (found.several) return refused(scene, 'outcome-unknown', 'several entries of ours could be it', found.several);
  if (found.match) return { kind: 'adopt', record: found.match };
  if (found.misplaced) return { kind: 'correct', record: found.misplaced };
  if (found.stray) return strayed(scene, 'outcome-unknown', found.stray);
  return { kind: 'not-there' };
}

function createPlan(scene: Scene): SendPlan {
  const { delivery, formers, seen, taken } = scene;
  if (delivery.payload.empty) return { kind: 'drop', why: 'nothing stands there that would have to be corrected' };
  const found = ownRecords(scene, scene.twins);
  const doubt: FaultKind = delivery.attempts > 0 || formers.length > 0 ? 'outcome-unknown' : 'conflict';
  if (found.several) return refused(scene, doubt, 'several entries of ours could be it', found.several);
  if (found.match) return { kind: 'adopt', record: found.match };
  if (found.misplaced) return { kind: 'update', current: found.misplaced };
  if (found.stray) return strayed(scene, doubt, found.stray);
  const counterpart = seen.find((record) => record.counterpartOf === delivery.naturalKey && !isOwn(scene, record));
  if (counterpart) return { kind: 'drop', why: 'its counterpart stands there, made by somebody else: left as it is' };
  const theirs = seen.find((record) => isInPlace(scene, record) && !isOwn(scene, record) && !taken.has(record.id));
  if (theirs && scene.handMade === 'adopt') {
    return showsExactly(theirs.fields, delivery.payload.fields)
      ? { kind: 'adopt', record: theirs }
      : { kind: 'update', current: theirs };
  }
  if (theirs && scene.handMade === 'leave') return refused(scene, 'conflict', 'somebody else made an entry for it', theirs);
  return { kind: 'create', candidates: seen.map((record) => record.id) };
}

function updatePlan(scene: Scene, targetId: string): SendPlan {
  const { payload } = scene.delivery;
  const current = scene.seen.find((record) => record.id === targetId);
  if (!current) return gone(scene);
  if (showsExactly(current.fields, payload.fields)) return { kind: 'adopt', record: current };
  if (payload.override || isAsWritten(scene, current)) return { kind: 'update', current };
  return refused(scene, 'conflict', 'the entry was changed in Procore since our last write', current);
}

function updateVerdict(scene: Scene, targetId: string): Verdict {
  const { payload } = scene.delivery;
  const current = scene.seen.find((record) => record.id === targetId);
  if (!current) return gone(scene);
  // what was last written is compared before `agrees`: while the old value is there, a correction smaller than the rounding was
  // not made
  if (showsExactly(current.fields, payload.fields)) return { kind: 'adopt', record: current };
  if (isAsWritten(scene, current)) return { kind: 'not-there' };
  if (scene.agrees(current.fields, payload.fields)) return { kind: 'adopt', record: current };
  const before = scene.link?.written ?? null;
  if (isOwnMisplaced(scene, current.fields, payload.fields, before)) return { kind: 'correct', record: current };
  return refused(scene, 'conflict', 'the entry was changed in Procore since our last write', current);
}

const isAsWritten = ({ delivery, link }: Scene, current: FarSideRecord): boolean =>
  !!link?.written && stillShows(current.fields, link.written, delivery.payload.fields);

/** Whether a record still shows what was written. Only the fields we mean are ours; any other may change. */
export const stillShows = (seen: RecordFields, written: RecordFields, meant: RecordFields): boolean =>
  Object.keys(meant).every((name) => seen[name] === written[name]);

interface Refusal {
  readonly kind: 'refuse';
  readonly fault: DeliveryFault;
}

function gone(scene: Scene): Refusal {
  const { kind, fault } = refused(scene, 'conflict', 'the entry was deleted');
  const needed = `A person’s choice: “retry” makes it anew (${meantInWords(scene.delivery.payload)}), “leave” lets it be`;
  return { kind, fault: { ...fault, needed, gone: true } };
}

/** A record of ours that is not what was meant; in a place that may hold several, it may also be another one beside it. */
function strayed(scene: Scene, kind: FaultKind, stray: FarSideRecord): Refusal {
  if (scene.handMade !== 'beside' || kind !== 'outcome-unknown')
    return refused(scene, kind, 'an entry of ours with other values stands there', stray);
  const what = 'it is not known whether it arrived, and something else of its author stands there since';
  const { fault } = refused(scene, kind, what, stray);
  const needed =
    'A person’s choice, who has looked there: “leave” if what stands there is it, and nothing is sent; ' +
    '“retry” if it is not, and it is sent beside that';
  return { kind: 'refuse', fault: { ...fault, needed, beside: true } };
}

function refused(scene: Scene, kind: FaultKind, what: string, record?: FarSideRecord): Refusal {
  const { payload } = scene.delivery;
  const name = payload.address['label'] ?? payload.naturalKey;
  return {
    kind: 'refuse',
    fault: {
      kind,
      subject: `record:${payload.naturalKey}`,
      seen: `${name}: ${what}${record ? ` (${record.words ?? inWords(record.fields)})` : ''}`,
      needed: `${meantInWords(payload)}, or a person’s choice to leave it`,
      where: payload.address['screen'] ?? 'the record on the far side',
      ...(record && { targetId: record.id }),
    },
  };
}

/** What is meant to stand there, in words for people: its stream may give its own. */
const meantInWords = ({ address, fields }: Delivery['payload']): string => address['meant'] ?? inWords(fields);

export const inWords = (fields: RecordFields): string =>
  Object.entries(fields)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
