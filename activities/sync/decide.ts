import { type DeliveryFault, type RecordFields, showsExactly } from '../../shared/domain/deliveries.ts';
import type { FaultKind } from '../../shared/domain/faults.ts';
import type { FarSideRecord } from '../../shared/partners/stream.ts';
import type { Delivery } from '../../shared/store/deliveries.ts';
import type { RecordLink } from '../../shared/store/record-links.ts';

/** Everything a decision about one delivery rests on; decisions are pure. */
export interface Scene {
  readonly delivery: Delivery;
  readonly link: RecordLink | undefined;
  /** Records on the far side with its search key, and its own target wherever that stands. */
  readonly seen: readonly FarSideRecord[];
  /** Far-side ids among `seen` that other records have claimed. */
  readonly claimed: ReadonlySet<string>;
  /** Open deliveries without a target that share its search key, itself included, in the order meant. */
  readonly twins: readonly Delivery[];
  readonly agrees: (seen: RecordFields, meant: RecordFields) => boolean;
  /** What is to be done about somebody else's entry. */
  readonly handMade: 'leave' | 'adopt';
}

export type SendPlan =
  | { readonly kind: 'create'; readonly candidates: readonly string[] }
  /** `takesOver`: it was somebody else's until now. */
  | { readonly kind: 'update'; readonly current: FarSideRecord; readonly takesOver?: boolean }
  /** The far side shows it already, by our own hand. */
  | { readonly kind: 'adopt'; readonly record: FarSideRecord }
  | { readonly kind: 'refuse'; readonly fault: DeliveryFault }
  | { readonly kind: 'drop'; readonly why: string };

export type Verdict =
  | { readonly kind: 'adopt'; readonly record: FarSideRecord }
  | { readonly kind: 'refuse'; readonly fault: DeliveryFault }
  | { readonly kind: 'not-there' };

/** Resends are checked again after this time (facts: security section 2). */
const recheckMs = 15 * 60_000;

/** When a delivery that is done now is to be checked again; undefined: it was sent once only. */
export const recheckOf = ({ lookUps }: Pick<Delivery, 'lookUps'>): number | undefined => (lookUps > 1 ? recheckMs : undefined);

/** What to do about a queued delivery, before anything is sent. */
export function planOf(scene: Scene): SendPlan {
  return scene.link?.targetId ? updatePlan(scene, scene.link.targetId) : createPlan(scene);
}

/** What a look-up says about an unknown outcome. Not there twice means: surely not done. */
export function verdictOf(scene: Scene): Verdict {
  if (scene.link?.targetId) return updateVerdict(scene, scene.link.targetId);
  const { twins } = scene;
  const found = ownRecords({ ...scene, twins: twins.filter((twin) => twin.state !== 'queued') });
  if (found.several) return refused(scene, 'outcome-unknown', 'several entries of ours could be it', found.several);
  if (found.match) return { kind: 'adopt', record: found.match };
  if (found.stray) return refused(scene, 'outcome-unknown', 'an entry of ours with other values stands there', found.stray);
  return { kind: 'not-there' };
}

/** Records that a resend seems to have made a second time: ours, claimed by nobody, unknown before the first sending. */
export const surplusOf = (scene: Scene, ownTarget: string | null): FarSideRecord | undefined =>
  freeOwn(scene).find((record) => record.id !== ownTarget && scene.agrees(record.fields, scene.delivery.payload.fields));

function createPlan(scene: Scene): SendPlan {
  const { delivery, seen, claimed } = scene;
  if (delivery.payload.empty) return { kind: 'drop', why: 'nothing stands there that would have to be corrected' };
  const found = ownRecords(scene);
  const doubt: FaultKind = delivery.attempts > 0 ? 'outcome-unknown' : 'conflict';
  if (found.several) return refused(scene, doubt, 'several entries of ours could be it', found.several);
  if (found.match) return { kind: 'adopt', record: found.match };
  if (found.stray) return refused(scene, doubt, 'an entry of ours with other values stands there', found.stray);
  const counterpart = seen.find((record) => record.counterpartOf === delivery.naturalKey && !isOwn(scene, record));
  if (counterpart) return { kind: 'drop', why: 'its counterpart stands there, made by somebody else: left as it is' };
  const theirs = seen.find((record) => !isOwn(scene, record) && !claimed.has(record.id));
  if (theirs && scene.handMade === 'adopt') {
    const isSame = showsExactly(theirs.fields, delivery.payload.fields);
    return isSame ? { kind: 'adopt', record: theirs } : { kind: 'update', current: theirs, takesOver: true };
  }
  if (theirs) return refused(scene, 'conflict', 'somebody else made an entry for it', theirs);
  return { kind: 'create', candidates: seen.map((record) => record.id) };
}

function updatePlan(scene: Scene, targetId: string): SendPlan {
  const { payload } = scene.delivery;
  const current = scene.seen.find((record) => record.id === targetId);
  if (!current) return refused(scene, 'conflict', 'the entry was deleted or moved in Procore');
  const twice = scene.delivery.fault?.kind === 'outcome-unknown' ? surplusOf(scene, targetId) : undefined;
  if (twice) return refused(scene, 'outcome-unknown', 'a second entry of ours still stands beside it', twice);
  if (showsExactly(current.fields, payload.fields)) return { kind: 'adopt', record: current };
  if (payload.override || isAsWritten(scene, current)) return { kind: 'update', current };
  return refused(scene, 'conflict', 'the entry was changed in Procore since our last write', current);
}

function updateVerdict(scene: Scene, targetId: string): Verdict {
  const { payload } = scene.delivery;
  const current = scene.seen.find((record) => record.id === targetId);
  if (!current) return refused(scene, 'conflict', 'the entry was deleted or moved in Procore');
  // exactly as written comes first: a correction within the rounding has not happened while the old value stands
  if (showsExactly(current.fields, payload.fields)) return { kind: 'adopt', record: current };
  if (isAsWritten(scene, current)) return { kind: 'not-there' };
  if (scene.agrees(current.fields, payload.fields)) return { kind: 'adopt', record: current };
  return refused(scene, 'conflict', 'the entry was changed in Procore since our last write', current);
}

/** Only the fields we mean are ours; whatever else the far side shows may change. */
function isAsWritten({ delivery, link }: Scene, current: FarSideRecord): boolean {
  const written = link?.written;
  return !!written && Object.keys(delivery.payload.fields).every((name) => current.fields[name] === written[name]);
}

/** Where the far side names no author, what came after the first sending is ours. */
function isOwn({ delivery }: Scene, record: FarSideRecord): boolean {
  if (record.ours !== 'unknown') return record.ours;
  return delivery.attempts > 0 && !delivery.candidates.includes(record.id);
}

/** Ours, claimed by no other record, and not there before the first sending. */
function freeOwn(scene: Scene): readonly FarSideRecord[] {
  const { delivery, seen, claimed } = scene;
  const before = new Set(delivery.candidates);
  return seen.filter((record) => isOwn(scene, record) && !claimed.has(record.id) && !before.has(record.id));
}

/**
 * Which record of ours a create may have made. Identical contents are a multiset: the n-th delivery takes the n-th record; more
 * records than deliveries is `several`; one that fits none of the deliveries is a `stray`.
 */
function ownRecords(scene: Scene): { match?: FarSideRecord; several?: FarSideRecord; stray?: FarSideRecord } {
  const { delivery, twins, agrees } = scene;
  const own = freeOwn(scene);
  const matches = own.filter((record) => agrees(record.fields, delivery.payload.fields)).sort(byId);
  const same = twins.filter((twin) => twin.payload.hash === delivery.payload.hash);
  const rank = Math.max(
    0,
    same.findIndex((twin) => twin.deliveryId === delivery.deliveryId),
  );
  const [several] = matches.slice(Math.max(1, same.length));
  if (several) return { several };
  const match = matches[rank];
  if (match) return { match };
  const others = twins.filter((twin) => twin.deliveryId !== delivery.deliveryId);
  const stray = own.find(
    (record) => !matches.includes(record) && !others.some((twin) => agrees(record.fields, twin.payload.fields)),
  );
  return stray ? { stray } : {};
}

/** Ids of far sides grow with time; they are digits of any length. */
const byId = (left: FarSideRecord, right: FarSideRecord): number =>
  left.id.length - right.id.length || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0);

function refused(
  scene: Scene,
  kind: FaultKind,
  what: string,
  record?: FarSideRecord,
): { readonly kind: 'refuse'; readonly fault: DeliveryFault } {
  const { payload } = scene.delivery;
  const name = payload.address['label'] ?? payload.naturalKey;
  return {
    kind: 'refuse',
    fault: {
      kind,
      subject: `record:${payload.naturalKey}`,
      seen: `${name}: ${what}${record ? ` (${inWords(record.fields)})` : ''}`,
      needed: `${inWords(payload.fields)}, or a person’s choice to leave it`,
      where: payload.address['screen'] ?? 'the record on the far side',
      ...(record && { targetId: record.id }),
    },
  };
}

const inWords = (fields: RecordFields): string =>
  Object.entries(fields)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
