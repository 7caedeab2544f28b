import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { RecordKind } from './record-kinds.ts';
import { timeStamp } from './records.ts';
import type { HammerTech } from './state.ts';

/** What every kind of record has. */
interface Recorded {
  id: string;
  modified: string;
}

const tenant = z.string();
const id = z.guid();

/** One act on a record of a kind: create it, change some fields, or delete it where that kind can be deleted. */
export function recordActSchema<Row>(kind: RecordKind<Row>) {
  const create = z.strictObject({ act: z.literal('create'), tenant, record: kind.made.strict() });
  const change = z.strictObject({ act: z.literal('change'), tenant, id, record: kind.fields.strict() });
  const remove = z.strictObject({ act: z.literal('delete'), tenant, id });
  const acts = z.discriminatedUnion('act', kind.deletable ? [create, change, remove] : [create, change]);
  return acts.meta({ id: `RecordAct-${kind.name}` });
}
type RecordAct = z.output<ReturnType<typeof recordActSchema>>;

/** Applies an act and stamps `modified`. Undefined: no such tenant, project or record. */
export function actOnRecord<Row extends Recorded>(
  state: HammerTech,
  kind: RecordKind<Row>,
  act: RecordAct,
  now: Date,
): Row | undefined {
  const table = kind.tableOf(state);
  const modified = timeStamp(now);
  const said = act.act === 'delete' ? { deleted: true } : kind.fields.parse(act.record);
  if (state.tenants.get(act.tenant) === undefined || !ownsProjectOf(state, act.tenant, said)) return undefined;
  if (act.act === 'create') {
    // The schema saw to what a record of this kind needs, and `blank` has the rest: together they are a whole one.
    const record = { ...kind.blank, ...said, id: randomUUID(), modified } as Row;
    return table.put({ tenant: act.tenant, record }).record;
  }
  const stored = table.get(act.id);
  if (stored?.tenant !== act.tenant) return undefined;
  return table.put({ tenant: act.tenant, record: { ...stored.record, ...said, modified } }).record;
}

function ownsProjectOf(state: HammerTech, owner: string, said: object): boolean {
  if (!('projectId' in said)) return true;
  return typeof said.projectId === 'string' && state.projects.get(said.projectId)?.tenant === owner;
}
