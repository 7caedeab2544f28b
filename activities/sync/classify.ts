import type { DeliveryPayload } from '../../shared/domain/deliveries.ts';
import { faultIn } from '../../shared/domain/faults.ts';
import type { Cause, Mapped } from '../../shared/partners/stream.ts';
import {
  clearTouched,
  dropGroups,
  factsOfGroups,
  type TouchedGroup,
  touchedGroups,
} from '../../shared/store/records/gathered-facts.ts';
import { withdrawUnsent } from '../../shared/store/records/parked.ts';
import { findRecordLinks } from '../../shared/store/records/record-links.ts';
import { takeRecords } from '../../shared/store/records/wanted-records.ts';
import { type Cycle, unfenced, write } from './attempt.ts';
import { payloadOf } from './payload.ts';

/** Groups classified per transaction. */
const batchSize = 200;

/** Maps every touched group and queues what changed. Returns the causes that hold groups up, with the number of records each. */
export async function classify(cycle: Cycle): Promise<readonly (Cause & { readonly records: number })[]> {
  const { context, run, stream } = cycle;
  const causes = new Map<string, Cause & { records: number }>();
  let after = '';
  for (;;) {
    context.signal.throwIfAborted();
    const { groups, facts } = await readBatch(cycle, after);
    const last = groups.at(-1);
    if (!last) return [...causes.values()];
    after = last.groupKey;
    const records: DeliveryPayload[] = [];
    const meantNoMore: string[] = [];
    const done: TouchedGroup[] = [];
    for (const group of groups) {
      const known = facts.get(group.groupKey) ?? [];
      const mapped: Mapped = await run.map(group.groupKey, known);
      if (mapped.kind === 'blocked' && (known.length > 0 || (await stillStands(cycle, mapped.naturalKey)))) {
        count(causes, mapped);
        meantNoMore.push(mapped.naturalKey);
        continue; // stays touched: mapped again in the next cycle
      }
      done.push(group);
      if (mapped.kind === 'record') records.push(payloadOf(stream, mapped.record));
      if (mapped.kind === 'nothing') meantNoMore.push(mapped.naturalKey);
    }
    if (done.length + meantNoMore.length > 0) await store(cycle, { records, meantNoMore, done });
    context.heartbeat({ classified: after });
    await cycle.dependencies.crashPoint('after-classify');
  }
}

function readBatch(cycle: Cycle, after: string) {
  return unfenced(cycle, async (db) => {
    const groups = await touchedGroups(db, cycle.fence, after, batchSize);
    const keys = groups.map((group) => group.groupKey);
    return { groups, facts: await factsOfGroups(db, cycle.fence, keys) };
  });
}

/**
 * Whether the record of a group with no facts left still exists on the far side: perhaps none was ever meant, or a person has
 * removed it without telling us. Looked up once per round of care; if that fails, it counts as existing.
 */
async function stillStands(cycle: Cycle, naturalKey: string): Promise<boolean> {
  const { run, dependencies } = cycle;
  const links = await unfenced(cycle, (db) => findRecordLinks(db, cycle.fence, [naturalKey]));
  const link = links.get(naturalKey);
  if (!link?.targetId || !link.written || !run.find || !run.searchKeyOf) return link !== undefined;
  const { targetId } = link;
  const stood = run.searchKeyOf(link.written);
  const key = JSON.stringify(['stands-there', cycle.fence.projectLinkId, cycle.fence.stream, targetId]);
  const ask = async () => {
    if (await run.find?.(targetId)) return true;
    // "not found" may mask missing rights: only if we can list its place do we know that it is gone
    return (await run.lookUp([stood])).some(({ id }) => id === targetId);
  };
  try {
    return await dependencies.memory.recall(key, dependencies.timings.careRoundMs, ask);
  } catch (error) {
    if (faultIn(error)) return true;
    throw error;
  }
}

interface Classified {
  readonly records: readonly DeliveryPayload[];
  readonly meantNoMore: readonly string[];
  readonly done: readonly TouchedGroup[];
}

function store(cycle: Cycle, { records, meantNoMore, done }: Classified): Promise<void> {
  const { fence, stream, automation, run } = cycle;
  return write(cycle, async (db) => {
    await withdrawUnsent(db, fence, meantNoMore);
    await takeRecords(db, fence, records, automation, { isReported: run.report !== undefined });
    await clearTouched(db, fence, done);
    // a direct stream keeps facts of blocked records only
    if (stream.shape === 'direct') {
      await dropGroups(
        db,
        fence,
        done.map(({ groupKey }) => groupKey),
      );
    }
  });
}

function count(causes: Map<string, Cause & { records: number }>, { reason, subject, seen, needed, where }: Cause): void {
  const key = `${reason}|${subject}`;
  const cause = causes.get(key);
  if (cause) cause.records += 1;
  else causes.set(key, { reason, subject, seen, needed, where, records: 1 });
}
