import { randomUUID } from 'node:crypto';
import { planOf, verdictOf } from '../../activities/sync/decide.ts';
import type { Scene } from '../../activities/sync/scene.ts';
import { type DeliveryState, mayMove, showsExactly } from '../../shared/domain/deliveries.ts';
import type { FarSideRecord } from '../../shared/partners/stream.ts';
import type { Delivery } from '../../shared/store/deliveries.ts';
import type { RecordLink } from '../../shared/store/record-links.ts';

const searchKeys = ['mon|acme', 'tue|acme'];
interface Call {
  readonly attemptId: string;
  readonly action: 'create' | 'update';
  committed: string | null;
  over: boolean;
}

export interface Row {
  delivery: Delivery;
  attemptId: string | null;
  call: Call | null;
  /** A call that was given up although it was not over. */
  stray?: Call | null;
}

/**
 * One far side and the deliveries to it, moved by hand. `hasty` leaves out what the rules demand: it sends an unknown outcome anew at
 * once, although its call may still commit.
 */
export function modelOf(groups: number, hasty = false) {
  const farSide: FarSideRecord[] = [];
  const rows: Row[] = [];
  const links = new Map<string, RecordLink>();
  let ids = 0;

  function mean(key: string, value: number): void {
    const link = links.get(key);
    const version = (link?.version ?? 0) + 1;
    const hash = `${key}:${value}`;
    for (const row of rows) if (row.delivery.naturalKey === key && row.delivery.state === 'queued') move(row, 'superseded');
    links.set(key, {
      ...(link ?? { naturalKey: key, targetId: null, written: null, writtenHash: null }),
      wantedHash: hash,
      version,
    });
    const searchKey = searchKeys[Number(key.slice(1)) % searchKeys.length] ?? '';
    rows.push({
      delivery: {
        deliveryId: randomUUID(),
        naturalKey: key,
        version,
        state: 'queued',
        action: 'create',
        payload: { naturalKey: key, searchKey, fields: { key: searchKey, value }, address: {}, empty: false, hash },
        attempts: 0,
        candidates: null,
        lookUps: 0,
        fault: null,
      },
      attemptId: null,
      call: null,
    });
  }

  function move(row: Row, to: DeliveryState, changes: Partial<Delivery> = {}): void {
    if (!mayMove(row.delivery.state, to)) throw new Error(`${row.delivery.state} → ${to}`);
    row.delivery = { ...row.delivery, ...changes, state: to };
  }

  function sceneOf(row: Row): Scene {
    const { delivery } = row;
    const link = links.get(delivery.naturalKey);
    const claimed = new Set(
      [...links.values()].flatMap((one) => (one.naturalKey === delivery.naturalKey ? [] : (one.targetId ?? []))),
    );
    const seen = farSide.filter((record) => record.searchKey === delivery.payload.searchKey);
    const twins = rows
      .map((one) => one.delivery)
      .filter(
        (one) => ['queued', 'sending', 'unknown'].includes(one.state) && one.payload.searchKey === delivery.payload.searchKey,
      )
      .filter((one) => links.get(one.naturalKey)?.targetId === null);
    return { delivery, link, seen, taken: claimed, twins, agrees: showsExactly, isMisplaced: () => false };
  }

  function written(row: Row, targetId: string): void {
    const link = links.get(row.delivery.naturalKey);
    if (!link) throw new Error('no link');
    links.set(link.naturalKey, {
      ...link,
      targetId,
      written: row.delivery.payload.fields,
      writtenHash: row.delivery.payload.hash,
    });
  }

  const busy = (row: Row): boolean =>
    rows.some(
      (one) =>
        one !== row &&
        ['sending', 'unknown'].includes(one.delivery.state) &&
        one.delivery.payload.searchKey === row.delivery.payload.searchKey,
    );

  function claim(row: Row): void {
    if (row.delivery.state !== 'queued' || busy(row)) return;
    if (rows.some((one) => one.delivery.naturalKey === row.delivery.naturalKey && one.delivery.version > row.delivery.version)) {
      move(row, 'superseded');
      return;
    }
    const plan = planOf(sceneOf(row));
    if (plan.kind === 'adopt') {
      move(row, 'done');
      written(row, plan.record.id);
      return;
    }
    if (plan.kind === 'refuse') {
      move(row, 'refused', { fault: plan.fault });
      return;
    }
    if (plan.kind === 'drop') {
      move(row, 'done');
      return;
    }
    const { attempts, lookUps } = row.delivery;
    const candidates = plan.kind === 'create' ? plan.candidates : row.delivery.candidates;
    move(row, 'sending', { attempts: attempts + 1, lookUps: lookUps + (lookUps % 2), action: plan.kind, candidates });
    row.attemptId = randomUUID();
    row.call = { attemptId: row.attemptId, action: plan.kind, committed: null, over: false };
  }

  function commit(row: Row): void {
    for (const call of [row.stray, row.call]) if (call && !call.over && call.committed === null) commitCall(row, call);
  }

  function commitCall({ delivery }: Row, call: Call): void {
    const { fields, searchKey } = delivery.payload;
    if (call.action === 'create') {
      ids += 1;
      call.committed = String(ids);
      farSide.push({ id: call.committed, searchKey, fields, ours: true });
      return;
    }
    const at = farSide.findIndex((record) => record.id === links.get(delivery.naturalKey)?.targetId);
    const known = farSide[at];
    if (!known) throw new Error('no target');
    farSide[at] = { ...known, fields };
    call.committed = known.id;
  }

  /** The deadline passes: from here on the call commits nothing. */
  function answer(row: Row, lost: boolean): void {
    const { call } = row;
    if (!call || call.over) return;
    call.over = true;
    if (row.delivery.state !== 'sending' || row.attemptId !== call.attemptId) return;
    if (call.committed !== null && !lost) {
      move(row, 'done');
      written(row, call.committed);
      return;
    }
    move(row, 'unknown');
  }

  function look(row: Row): void {
    if (row.delivery.state !== 'unknown') return;
    if (hasty) {
      row.stray = row.call;
      move(row, 'queued');
      return;
    }
    if (!(row.call?.over ?? true)) return;
    const verdict = verdictOf(sceneOf(row));
    if (verdict.kind === 'adopt') {
      move(row, 'done');
      written(row, verdict.record.id);
      return;
    }
    if (verdict.kind === 'refuse') {
      move(row, 'refused', { fault: verdict.fault });
      return;
    }
    row.delivery = { ...row.delivery, lookUps: row.delivery.lookUps + 1 };
    if (row.delivery.lookUps % 2 === 0) {
      move(row, 'queued');
      row.attemptId = null;
    }
  }

  /** The worker is killed: its call may still commit until its deadline; the lease runs out after it. */
  function die(row: Row): void {
    if (row.delivery.state !== 'sending') return;
    move(row, 'unknown');
  }

  for (let group = 0; group < groups; group += 1) mean(`g${group}`, 1 + (group % 2));
  return { farSide, rows, links, mean, claim, commit, answer, look, die };
}
