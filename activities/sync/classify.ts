import { randomUUID } from 'node:crypto';
import { canonicalHash } from '../../shared/domain/canonical-hash.ts';
import type { Cause, Mapped, TargetRecord } from '../../shared/partners/stream.ts';
import { enqueue, type NewDelivery, supersedeQueued } from '../../shared/store/deliveries.ts';
import { inFlightKeys } from '../../shared/store/delivery-queue.ts';
import { clearTouched, factsOfGroups, type TouchedGroup, touchedGroups } from '../../shared/store/gathered-facts.ts';
import { findRecordLinks, type RecordLink, storeWanted, type WantedRecord } from '../../shared/store/record-links.ts';
import { type Cycle, unfenced, write } from './attempt.ts';

/** Groups that one unit of work classifies. */
const batchSize = 100;

export type RecordClass =
  /** As it was meant before, or nothing to make. */
  | { readonly kind: 'unchanged' }
  /** Meant differently now, but the far side already shows it (or shows nothing, as meant): no write. */
  | { readonly kind: 'settled'; readonly version: number }
  | { readonly kind: 'new' | 'changed'; readonly version: number };

/** What a mapped record is against what is known of it. `inFlight`: a delivery of it is being sent or has an unknown outcome. */
export function classOf(
  record: Pick<TargetRecord, 'empty'>,
  hash: string,
  link: RecordLink | undefined,
  inFlight: boolean,
): RecordClass {
  if (!link) return record.empty ? { kind: 'unchanged' } : { kind: 'new', version: 1 };
  if (link.wantedHash === hash) return { kind: 'unchanged' };
  const version = link.version + 1;
  const nothingToDo = link.targetId === null ? record.empty : link.writtenHash === hash;
  if (nothingToDo && !inFlight) return { kind: 'settled', version };
  return { kind: link.targetId === null ? 'new' : 'changed', version };
}

export const hashOf = (mappingVersion: number, record: TargetRecord): string =>
  canonicalHash({ mapping: mappingVersion, fields: record.fields, searchKey: record.searchKey });

/** Maps every touched group and queues what changed; answers the causes that hold groups up, and how many each. */
export async function classify(cycle: Cycle): Promise<readonly (Cause & { readonly records: number })[]> {
  const { context, fence, run } = cycle;
  const causes = new Map<string, Cause & { records: number }>();
  let after = '';
  for (;;) {
    context.signal.throwIfAborted();
    const { groups, facts } = await unfenced(cycle, async (db) => {
      const touched = await touchedGroups(db, fence, after, batchSize);
      return {
        groups: touched,
        facts: await factsOfGroups(
          db,
          fence,
          touched.map((group) => group.groupKey),
        ),
      };
    });
    const last = groups.at(-1);
    if (!last) return [...causes.values()];
    after = last.groupKey;
    const records: TargetRecord[] = [];
    const done: TouchedGroup[] = [];
    for (const group of groups) {
      const known = facts.get(group.groupKey) ?? [];
      const mapped: Mapped = await run.map(group.groupKey, known);
      if (mapped.kind === 'blocked' && (known.length > 0 || (await isKnown(cycle, mapped.naturalKey)))) {
        count(causes, mapped);
        continue; // stays touched: mapped again in the next cycle
      }
      done.push(group);
      if (mapped.kind === 'record') records.push(mapped.record);
    }
    if (done.length > 0) await store(cycle, records, done);
    context.heartbeat({ classified: after });
    await cycle.dependencies.crashPoint('after-classify');
  }
}

/** Whether a record was ever meant for it: nothing is left to correct where none was. */
async function isKnown(cycle: Cycle, naturalKey: string): Promise<boolean> {
  const links = await unfenced(cycle, (db) => findRecordLinks(db, cycle.fence, [naturalKey]));
  return links.has(naturalKey);
}

async function store(cycle: Cycle, records: readonly TargetRecord[], done: readonly TouchedGroup[]): Promise<void> {
  const { fence, stream } = cycle;
  const keys = records.map((record) => record.naturalKey);
  await write(cycle, async (db) => {
    const links = await findRecordLinks(db, fence, keys);
    const inFlight = await inFlightKeys(db, fence, keys);
    const wanted: WantedRecord[] = [];
    const deliveries: NewDelivery[] = [];
    const overtaken: string[] = [];
    for (const record of records) {
      const { naturalKey } = record;
      const hash = hashOf(stream.mappingVersion, record);
      const link = links.get(naturalKey);
      const found = classOf(record, hash, link, inFlight.has(naturalKey));
      if (found.kind === 'unchanged') continue;
      wanted.push({ naturalKey, hash, version: found.version });
      if (found.kind === 'settled') overtaken.push(naturalKey);
      else deliveries.push(deliveryOf(record, hash, found));
    }
    await storeWanted(db, fence, wanted);
    await supersedeQueued(db, fence, overtaken);
    await enqueue(db, fence, deliveries);
    await clearTouched(db, fence, done);
  });
}

function deliveryOf(record: TargetRecord, hash: string, found: { kind: 'new' | 'changed'; version: number }): NewDelivery {
  const { naturalKey, searchKey, fields, address, empty } = record;
  return {
    deliveryId: randomUUID(),
    naturalKey,
    version: found.version,
    action: found.kind === 'new' ? 'create' : 'update',
    payload: { naturalKey, searchKey, fields, address: { ...address }, empty, hash },
    why: found.kind === 'new' ? 'new at the source' : 'changed at the source',
  };
}

function count(causes: Map<string, Cause & { records: number }>, { reason, subject, seen, needed, where }: Cause): void {
  const key = `${reason}|${subject}`;
  const cause = causes.get(key);
  if (cause) cause.records += 1;
  else causes.set(key, { reason, subject, seen, needed, where, records: 1 });
}
