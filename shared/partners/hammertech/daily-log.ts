import { type RecordFields, showsExactly } from '../../domain/deliveries.ts';
import { Fault, faultIn } from '../../domain/faults.ts';
import { dateRange } from '../../domain/local-dates.ts';
import {
  createEntry,
  type DailyLogEntry,
  type EntryFields,
  type EntryKind,
  listEntries,
  updateEntry,
} from '../../procore/operations/daily-log-entries.ts';
import { listDailyLogHeaders } from '../../procore/operations/daily-log-headers.ts';
import type { FarSideRecord, ProjectContext, StreamRun, TargetRecord, WriteAnswer } from '../stream.ts';
import { dayCompleted } from './completed-days.ts';

/** What the two sides of a daily log entry have in common, whatever its kind. */
export type DailyLogFarSide = Pick<StreamRun, 'lookUp' | 'create' | 'update' | 'agrees' | 'isMisplaced' | 'heldUp'>;

/**
 * One of Procore's daily logs as the far side of a stream. A record's owned fields have Procore's own names, `date` and `vendor_id`
 * among them; `names` are the others. A completed day is never written to, and never reopened.
 */
export function dailyLog(context: ProjectContext, kind: EntryKind, names: readonly string[]): DailyLogFarSide {
  const { procore, authors } = context;
  const projectId = context.project.procoreProjectId;
  const completed = new Map<string, Promise<boolean>>();

  const toRecord = (entry: DailyLogEntry): FarSideRecord => ({
    id: entry.id,
    searchKey: entry.date ?? '',
    fields: ownedFields(entry, names),
    ours: entry.createdById !== null && authors.includes(entry.createdById),
  });

  const answerOf = (entry: DailyLogEntry): WriteAnswer => ({ targetId: entry.id, echoed: ownedFields(entry, names) });

  function isCompleted(date: string): Promise<boolean> {
    const known = completed.get(date) ?? dayIsCompleted(context, date);
    completed.set(date, known);
    known.catch(() => completed.delete(date));
    return known;
  }

  return {
    async lookUp(searchKeys) {
      const range = dateRange(searchKeys);
      if (!range) return [];
      const records: FarSideRecord[] = [];
      for await (const page of listEntries(procore, projectId, kind, { from: range.first, to: range.last })) {
        records.push(...page.map(toRecord));
      }
      return records;
    },
    async create({ fields }, mayStillSend) {
      return answerOf(await explained(context, fields, () => createEntry(procore, projectId, kind, sent(fields), mayStillSend)));
    },
    async update(targetId, { fields }, mayStillSend) {
      return answerOf(
        await explained(context, fields, () => updateEntry(procore, projectId, kind, targetId, sent(fields), mayStillSend)),
      );
    },
    agrees: showsExactly,
    isMisplaced: () => false,
    heldUp: async (record) => ((await isCompleted(dateOf(record))) ? dayCompleted(dateOf(record)) : undefined),
  };
}

const dateOf = ({ fields }: Pick<TargetRecord, 'fields'>): string => String(fields['date'] ?? '');

const sent = (fields: RecordFields): EntryFields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

function ownedFields(entry: DailyLogEntry, names: readonly string[]): RecordFields {
  const own = names.map((name) => {
    const value = entry.fields[name];
    return [name, typeof value === 'string' ? plainText(value) : typeof value === 'number' ? value : null] as const;
  });
  return { date: entry.date, vendor_id: entry.vendorId, ...Object.fromEntries(own) };
}

/** Text as it is compared: Procore may keep other line ends and edges than it was sent. */
export const plainText = (text: string): string => text.replace(/\r\n?/g, '\n').trim();

/** The state of the day explains a refusal better than its status does. */
async function explained<Result>(context: ProjectContext, fields: RecordFields, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    const detail = faultIn(error)?.detail;
    const refused = detail?.effect === 'surely-not-done' && (detail.status === 403 || detail.status === 422);
    const date = String(fields['date'] ?? '');
    if (!refused || !(await dayIsCompleted(context, date).catch(() => false))) throw error;
    const { status, requestId } = detail;
    throw new Fault('day-completed', { status, requestId, effect: 'surely-not-done', seen: `${date} is completed.` }, error);
  }
}

async function dayIsCompleted({ procore, project }: ProjectContext, date: string): Promise<boolean> {
  const headers = await listDailyLogHeaders(procore, project.procoreProjectId, { from: date, to: date });
  return headers.some((header) => header.date === date && header.completed);
}
