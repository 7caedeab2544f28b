import { canonicalHash } from '../../shared/domain/canonical-json.ts';
import type { Facts, Mapped } from '../../shared/partners/stream.ts';
import { type KeptFact, keptFacts, keptGroups, keptInGroups, touchedGroups } from '../../shared/store/records/gathered-facts.ts';
import { kept } from '../sync/gather.ts';
import { newestByRecord } from '../sync/take-in.ts';
import { type Look, portion, read, readEach } from './look.ts';

/**
 * A record as the next cycle would map it. `from`: from facts; from a group with none left; or from a record that the source took
 * back.
 */
export interface WouldMap {
  readonly mapped: Mapped;
  readonly from: 'facts' | 'nothing-left' | 'gone';
}

/** Reads and maps what the next cycle would, storing nothing. */
export const wouldMap = (look: Look): Promise<readonly WouldMap[]> =>
  look.stream.shape === 'gathering' ? ofGroups(look) : ofRecords(look);

/** Many facts make one record: the stored ones, with changed ones in place of their former versions. */
async function ofGroups(look: Look): Promise<readonly WouldMap[]> {
  const { dependencies, context, of, run, tenantId } = look;
  const pseudonym = await dependencies.pseudonymsOf(tenantId);
  const changed = new Map<string, KeptFact>();
  const touched = new Set(await waiting(look));
  if (look.mapsAll) for (const group of await read(look, (db) => keptGroups(db, of))) touched.add(group);
  for await (const page of run.pull(look.cursor)) {
    context.signal.throwIfAborted();
    const facts = page.facts.map((fact) => kept(fact, pseudonym));
    const keys = facts.map(({ sourceKey }) => sourceKey);
    const before = new Map((await read(look, (db) => keptFacts(db, of, keys))).map((fact) => [fact.sourceKey, fact]));
    for (const fact of facts) {
      const was = changed.get(fact.sourceKey) ?? before.get(fact.sourceKey);
      if (was && isSame(was, fact)) continue;
      for (const group of [was?.groupKey, fact.groupKey]) if (group != null) touched.add(group);
      changed.set(fact.sourceKey, { sourceKey: fact.sourceKey, groupKey: fact.groupKey, facts: fact.facts });
    }
    context.heartbeat({ read: changed.size });
  }
  const changedIn = byGroup([...changed.values()]);
  const storedIn = byGroup(
    (await readEach(look, [...touched], (db, groups) => keptInGroups(db, of, groups))).filter(
      ({ sourceKey }) => !changed.has(sourceKey),
    ),
  );
  return mapEach([...touched].sort(), (group) => [...(storedIn.get(group) ?? []), ...(changedIn.get(group) ?? [])], look);
}

/** Each source record makes one record; what was blocked before is mapped again, unless its newest version was just read. */
async function ofRecords(look: Look): Promise<readonly WouldMap[]> {
  const { context, of, run } = look;
  const fresh = new Map<string, WouldMap>();
  for await (const page of run.pull(look.cursor)) {
    context.signal.throwIfAborted();
    for (const [key, { facts, gone = false }] of newestByRecord(page)) {
      fresh.set(key, { mapped: await run.map(key, gone ? [] : [facts]), from: gone ? 'gone' : 'facts' });
    }
    for (const key of page.takenBack ?? []) fresh.set(key, { mapped: await run.map(key, []), from: 'gone' });
    context.heartbeat({ read: fresh.size });
  }
  const blocked = (await waiting(look)).filter((key) => !fresh.has(key));
  const stored = byGroup(await readEach(look, blocked, (db, groups) => keptInGroups(db, of, groups)));
  return [...fresh.values(), ...(await mapEach(blocked, (group) => stored.get(group) ?? [], look))];
}

async function mapEach(
  groups: readonly string[],
  factsOf: (group: string) => readonly Facts[],
  { run, context }: Look,
): Promise<readonly WouldMap[]> {
  const mapped: WouldMap[] = [];
  for (const group of groups) {
    context.signal.throwIfAborted();
    const facts = factsOf(group);
    mapped.push({ mapped: await run.map(group, facts), from: facts.length > 0 ? 'facts' : 'nothing-left' });
  }
  return mapped;
}

/** Groups that wait to be mapped in any case. */
async function waiting(look: Look): Promise<readonly string[]> {
  const groups: string[] = [];
  for (;;) {
    const some = await read(look, (db) => touchedGroups(db, look.of, groups.at(-1) ?? '', portion));
    if (some.length === 0) return groups;
    groups.push(...some.map(({ groupKey }) => groupKey));
  }
}

function byGroup(facts: readonly KeptFact[]): ReadonlyMap<string, readonly Facts[]> {
  const groups = new Map<string, Facts[]>();
  for (const { groupKey, facts: own } of facts) {
    if (groupKey === null) continue;
    const group = groups.get(groupKey);
    if (group) group.push(own);
    else groups.set(groupKey, [own]);
  }
  return groups;
}

const isSame = (was: KeptFact, is: KeptFact): boolean =>
  was.groupKey === is.groupKey && canonicalHash(was.facts) === canonicalHash(is.facts);
