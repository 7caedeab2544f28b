import { randomUUID } from 'node:crypto';

import { planOf, recheckOf, verdictOf, waitsFor } from '../../activities/sync/decide.ts';
import { isOwnMisplaced, surplusOf } from '../../activities/sync/own-records.ts';
import { concerns, type Scene } from '../../activities/sync/scene.ts';
import { type DeliveryState, deliveryTransitions, type RecordFields, showsExactly } from '../../shared/domain/deliveries.ts';

import type { FarSideRecord } from '../../shared/partners/stream.ts';
import type { Delivery } from '../../shared/store/records/deliveries.ts';
import type { RecordLink } from '../../shared/store/records/record-links.ts';

/** Two records share a place, and three a day: what is left in the wrong place can be taken for a neighbour's. */
const places = [
  { day: 'mon', company: 'acme', value: 1 },
  { day: 'mon', company: 'brick', value: 1 },
  { day: 'mon', company: 'acme', value: 2 },
  { day: 'tue', company: 'acme', value: 1 },
] as const;

const searchKeyOf = (fields: RecordFields): string => `${fields['day']}|${fields['company']}`;

const isMisplaced = (seen: RecordFields, meant: RecordFields): boolean =>
  seen['company'] !== meant['company'] && showsExactly({ ...seen, company: meant['company'] ?? null }, meant);

interface Call {
  readonly attemptId: string;
  readonly action: 'create' | 'update';
  readonly before: RecordFields | null;
  readonly meant: RecordFields;
  readonly targetId: string | null;
  /** The record as the answer shows it; null: not committed. */
  committed: FarSideRecord | null;
  over: boolean;
}

export interface Row {
  delivery: Delivery;
  attemptId: string | null;
  call: Call | null;
  /** A create that was given up without an answer: it may happen until its record is checked again. */
  stray: Call | null;
  /** Done, and to be checked again. */
  recheck: boolean;
}

/** What a model leaves out of the rules, to see that they are needed. */
export interface Omissions {
  /** Sends an unknown outcome anew at once, although its call may still commit. */
  readonly hasty?: boolean;
  /** Looks for a record only where it is meant to stand. */
  readonly blind?: boolean;
  /** Never checks a resend again. */
  readonly trusting?: boolean;
  /** Knows nothing of what a former version may have left. */
  readonly forgetful?: boolean;
}

/** One far side and the deliveries to it, moved by hand. */
export function modelOf(groups: number, { hasty = false, blind = false, trusting = false, forgetful = false }: Omissions = {}) {
  const farSide: FarSideRecord[] = [];
  const rows: Row[] = [];
  const links = new Map<string, RecordLink>();
  const searched = blind ? () => false : isMisplaced;
  let ids = 0;

  function mean(key: string, value: number): void {
    const link = links.get(key);
    const version = (link?.version ?? 0) + 1;
    const hash = `${key}:${value}`;
    for (const row of rows) if (row.delivery.naturalKey === key && row.delivery.state === 'queued') supersede(row);
    links.set(key, {
      ...(link ?? { naturalKey: key, targetId: null, written: null, writtenHash: null }),
      wantedHash: hash,
      version,
    });
    const fields = { ...placeOf(key), value };
    rows.push({
      delivery: {
        deliveryId: randomUUID(),
        naturalKey: key,
        version,
        state: 'queued',
        action: link?.targetId ? 'update' : 'create',
        payload: { naturalKey: key, searchKey: searchKeyOf(fields), fields, address: {}, empty: false, hash },
        release: 'automatic',
        attempts: 0,
        candidates: null,
        lookUps: 0,
        fault: null,
      },
      attemptId: null,
      call: null,
      stray: null,
      recheck: false,
    });
  }

  function supersede(row: Row): void {
    row.recheck = recheckOf(row.delivery) !== undefined;
    move(row, 'superseded');
  }

  function move(row: Row, to: DeliveryState, changes: Partial<Delivery> = {}): void {
    if (!deliveryTransitions[row.delivery.state].includes(to)) throw new Error(`${row.delivery.state} → ${to}`);
    row.delivery = { ...row.delivery, ...changes, state: to };
  }

  function sceneOf({ delivery }: Row): Scene {
    const { naturalKey, payload } = delivery;
    const link = links.get(naturalKey);
    const others = [...links.values()].filter((one) => one.naturalKey !== naturalKey);
    const formers = rows
      .map((one) => one.delivery)
      .filter((one) => one.naturalKey === naturalKey && one.version < delivery.version && one.candidates !== null)
      .filter(({ state, fault }) => state === 'refused' && fault?.kind === 'outcome-unknown' && !fault.surplus)
      .filter(() => !forgetful && !link?.targetId);
    const versions = [delivery, ...formers];
    const open = rows.map((one) => one.delivery).filter(({ state }) => ['queued', 'sending', 'unknown'].includes(state));
    return {
      delivery,
      link,
      seen: farSide.filter((record) => versions.some((one) => concerns(record, one.payload, link, searched))),
      taken: new Set(others.flatMap(({ targetId }) => targetId ?? [])),
      twins: open
        .filter((one) => links.get(one.naturalKey)?.targetId === null)
        .filter((one) => one.candidates !== null || one.payload.searchKey === payload.searchKey),
      formers,
      agrees: showsExactly,
      isMisplaced: searched,
      handMade: 'leave',
    };
  }

  function link(row: Row, record: Pick<FarSideRecord, 'id' | 'fields'>): void {
    const { naturalKey, payload } = row.delivery;
    const known = links.get(naturalKey);
    if (!known) throw new Error('no link');
    const writtenHash = showsExactly(record.fields, payload.fields) ? payload.hash : null;
    links.set(naturalKey, { ...known, targetId: record.id, written: record.fields, writtenHash });
  }

  function finish(row: Row, record: Pick<FarSideRecord, 'id' | 'fields'>): void {
    row.recheck = recheckOf(row.delivery) !== undefined;
    move(row, 'done');
    link(row, record);
  }

  const mustWait = ({ delivery }: Row): boolean =>
    rows.some(
      ({ delivery: other }) =>
        other.deliveryId !== delivery.deliveryId &&
        ['sending', 'unknown'].includes(other.state) &&
        waitsFor(delivery, other, searched),
    );

  function claim(row: Row): void {
    const { delivery } = row;
    if (delivery.state !== 'queued' || mustWait(row)) return;
    if (rows.some(({ delivery: { naturalKey, version } }) => naturalKey === delivery.naturalKey && version > delivery.version)) {
      supersede(row);
      return;
    }
    const scene = sceneOf(row);
    const plan = planOf(scene);
    if (plan.kind === 'adopt') finish(row, plan.record);
    else if (plan.kind === 'refuse') move(row, 'refused', { fault: plan.fault });
    else if (plan.kind === 'drop') move(row, 'done');
    else {
      const current = plan.kind === 'update' ? plan.current : null;
      if (current && !scene.link?.targetId) link(row, current);
      const { attempts, lookUps } = delivery;
      const candidates = plan.kind === 'create' ? { candidates: plan.candidates } : {};
      move(row, 'sending', {
        attempts: attempts + 1,
        lookUps: lookUps + (lookUps % 2),
        action: plan.kind,
        fault: null,
        ...candidates,
      });
      row.attemptId = randomUUID();
      const target = { before: current?.fields ?? null, targetId: current?.id ?? null };
      const meant = delivery.payload.fields;
      row.call = { attemptId: row.attemptId, action: plan.kind, ...target, meant, committed: null, over: false };
    }
  }

  /** `astray`: where the call says whose record it is, the far side understands somebody else. */
  function commit(row: Row, astray = false): void {
    const { call } = row;
    if (call && !call.over && call.committed === null) commitCall(call, astray);
  }

  /** A create that was given up happens after all. */
  function commitLate(row: Row, astray = false): void {
    if (row.stray) commitCall(row.stray, astray);
    row.stray = null;
  }

  function commitCall(call: Call, astray: boolean): void {
    const says = call.before === null || call.before['company'] !== call.meant['company'];
    const fields = says && astray ? { ...call.meant, company: call.meant['company'] === 'acme' ? 'brick' : 'acme' } : call.meant;
    if (call.action === 'create') ids += 1;
    const id = call.targetId ?? String(ids);
    call.committed = { id, searchKey: searchKeyOf(fields), fields, ours: true };
    const at = farSide.findIndex((record) => record.id === id);
    if (call.action === 'create') farSide.push(call.committed);
    else if (at >= 0) farSide[at] = call.committed;
  }

  /** The deadline passes: from here on the call commits nothing. */
  function answer(row: Row, lost: boolean): void {
    const { call, delivery } = row;
    if (!call || call.over) return;
    call.over = true;
    if (delivery.state !== 'sending' || row.attemptId !== call.attemptId) return;
    if (call.committed === null || lost) move(row, 'unknown');
    else if (isOwnMisplaced({ isMisplaced: searched }, call.committed.fields, call.meant, call.before))
      correct(row, call.committed);
    else finish(row, call.committed);
  }

  function correct(row: Row, record: FarSideRecord): void {
    move(row, 'queued');
    link(row, record);
  }

  function look(row: Row): void {
    if (row.delivery.state !== 'unknown') return;
    if (hasty) {
      giveUp(row);
      return;
    }
    if (!(row.call?.over ?? true)) return;
    const verdict = verdictOf(sceneOf(row));
    if (verdict.kind === 'adopt') finish(row, verdict.record);
    else if (verdict.kind === 'correct') correct(row, verdict.record);
    else if (verdict.kind === 'refuse') move(row, 'refused', { fault: verdict.fault });
    else {
      row.delivery = { ...row.delivery, lookUps: row.delivery.lookUps + 1 };
      if (row.delivery.lookUps % 2 === 0) giveUp(row);
    }
  }

  function giveUp(row: Row): void {
    const { call } = row;
    if (call?.action === 'create' && call.committed === null) row.stray = call;
    move(row, 'queued');
    row.attemptId = null;
  }

  /** Looks again at what was sent anew, or at what was found twice. What was given up has happened by then, or never will. */
  function recheck(row: Row): void {
    const { state, fault } = row.delivery;
    if (trusting || !(state === 'refused' ? fault?.surplus : row.recheck)) return;
    row.stray = null;
    const surplus = surplusOf(sceneOf(row), new Set());
    if (surplus === 'unclear') return;
    row.recheck = false;
    if (surplus === undefined) {
      if (state === 'refused') move(row, 'done');
    } else if (state !== 'refused') {
      const says = { subject: row.delivery.naturalKey, seen: '', needed: '', where: '' };
      move(row, 'refused', { fault: { kind: 'outcome-unknown', ...says, targetId: surplus.id, surplus: true } });
    }
  }

  /** The worker is killed: its call may still commit until its deadline; the lease runs out after it. */
  function die(row: Row): void {
    if (row.delivery.state === 'sending') move(row, 'unknown');
  }

  /** What waits for a person: refused, and not overtaken unless it is about a second record. */
  const parked = (): readonly Row[] =>
    rows.filter(
      ({ delivery: { state, fault, version, naturalKey } }) =>
        state === 'refused' && (fault?.surplus || version === links.get(naturalKey)?.version),
    );

  /** A person removes every record of ours that is nobody's target, and asks to try again. */
  function tidyByHand(): void {
    const targets = new Set([...links.values()].map(({ targetId }) => targetId));
    const removed = farSide.filter(({ id }) => !targets.has(id));
    for (const { id } of removed)
      farSide.splice(
        farSide.findIndex((record) => record.id === id),
        1,
      );
    for (const row of parked()) if (!row.delivery.fault?.surplus) move(row, 'queued');
  }

  for (let group = 0; group < groups; group += 1) mean(`g${group}`, placeOf(`g${group}`).value);
  return { farSide, rows, links, mean, claim, commit, commitLate, answer, look, die, recheck, parked, tidyByHand };
}

const placeOf = (key: string): (typeof places)[number] => places[Number(key.slice(1)) % places.length] ?? places[0];
