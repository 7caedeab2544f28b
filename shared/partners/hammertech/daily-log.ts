import { type RecordFields, showsExactly } from '../../domain/deliveries.ts';
import { Fault, type FaultDetail, faultIn } from '../../domain/faults.ts';
import { dateRange, type LocalDate } from '../../domain/local-dates.ts';
import { beforeSending } from '../../http/far-side-errors.ts';
import {
  createEntry,
  type DailyLogEntry,
  type EntryFields,
  type EntryKind,
  findEntry,
  listEntries,
  updateEntry,
} from '../../procore/operations/daily-log-entries.ts';
import { listDailyLogHeaders } from '../../procore/operations/daily-log-headers.ts';
import { listProjectVendors } from '../../procore/operations/vendors.ts';
import type { Cause, FarSideRecord, ProjectContext, StreamRun, TargetRecord, WriteAnswer } from '../stream.ts';
import { completedDays, dayCompleted } from './completed-days.ts';
import { adding, notOnProject } from './vendor-on-project.ts';

/** The far side that every kind of daily log entry shares. */
export type DailyLogFarSide = Pick<
  StreamRun,
  'lookUp' | 'find' | 'searchKeyOf' | 'handMade' | 'create' | 'update' | 'agrees' | 'isMisplaced' | 'heldUp' | 'addToProject'
>;

/**
 * One of Procore's daily logs as the far side of a stream. A record's owned fields have Procore's own names, including `date`
 * and `vendor_id`; `names` are the others. A day holds any number of entries, so somebody else's entry does not conflict with
 * ours. A completed day is never written to, and never reopened.
 */
export function dailyLog(context: ProjectContext, kind: EntryKind, names: readonly string[]): DailyLogFarSide {
  const { procore, authors } = context;
  const projectId = context.project.procoreProjectId;
  const isCompleted = completedDays(context);
  const addOnce = adding(context, ({ id }) => isOnProject(context, id));
  /** The day of each entry when it was last listed. */
  const stoodOn = new Map<string, LocalDate>();

  function toRecord(entry: DailyLogEntry): FarSideRecord {
    if (entry.date !== null) stoodOn.set(entry.id, entry.date);
    return {
      id: entry.id,
      searchKey: entry.date ?? '',
      fields: ownedFields(entry, names),
      ours: entry.createdById !== null && authors.includes(entry.createdById),
    };
  }

  const answerOf = (entry: DailyLogEntry): WriteAnswer => ({ targetId: entry.id, echoed: ownedFields(entry, names) });

  /** A correction must not move an entry off a completed day either. */
  async function mayLeaveItsDay(targetId: string, record: TargetRecord): Promise<void> {
    const from = stoodOn.get(targetId);
    if (from === undefined || from === dateOf(record) || !(await beforeSending(() => isCompleted(from)))) return;
    throw notDone(dayCompleted(from));
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
    async find(targetId) {
      const found = await findEntry(procore, projectId, kind, targetId);
      return found && toRecord(found);
    },
    searchKeyOf: ({ date }) => String(date ?? ''),
    handMade: 'beside',
    async create({ fields }, mayStillSend) {
      return answerOf(await explained(context, fields, () => createEntry(procore, projectId, kind, given(fields), mayStillSend)));
    },
    async update(targetId, record, mayStillSend) {
      await mayLeaveItsDay(targetId, record);
      const { fields } = record;
      return answerOf(
        await explained(context, fields, () => updateEntry(procore, projectId, kind, targetId, fields, mayStillSend)),
      );
    },
    agrees: showsExactly,
    isMisplaced: () => false,
    heldUp: async (record) => ((await isCompleted(dateOf(record))) ? dayCompleted(dateOf(record)) : undefined),
    async addToProject({ fields }) {
      const vendorId = fields['vendor_id'];
      return typeof vendorId === 'string' ? addOnce({ id: vendorId, name: '' }) : undefined;
    },
  };
}

const dateOf = ({ fields }: Pick<TargetRecord, 'fields'>): string => String(fields['date'] ?? '');

/** A create sends only fields with a value; an update sends all, so that removed values are cleared. */
const given = (fields: RecordFields): EntryFields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

function ownedFields(entry: DailyLogEntry, names: readonly string[]): RecordFields {
  const own = names.map((name) => {
    const value = entry.fields[name];
    return [name, typeof value === 'string' ? plainText(value) : typeof value === 'number' ? value : null] as const;
  });
  return { date: entry.date, vendor_id: entry.vendorId, ...Object.fromEntries(own) };
}

/** Text in its form for comparison: Procore may change line ends and surrounding blanks. */
export const plainText = (text: string): string => text.replace(/\r\n?/g, '\n').trim();

/** Explains a refusal by the state of the day or the project's directory, if that says more than its status. */
async function explained<Result>(context: ProjectContext, fields: RecordFields, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    const detail = faultIn(error)?.detail;
    const refused = detail?.effect === 'surely-not-done' && (detail.status === 403 || detail.status === 422);
    const cause = refused && (await causeOf(context, fields).catch(() => undefined));
    if (!cause) throw error;
    const { status, requestId } = detail;
    throw notDone(cause, { status, requestId }, error);
  }
}

async function causeOf({ procore, project }: ProjectContext, fields: RecordFields): Promise<Cause | undefined> {
  const { procoreProjectId } = project;
  const date = String(fields['date'] ?? '');
  const headers = await listDailyLogHeaders(procore, procoreProjectId, { from: date, to: date });
  if (headers.some((header) => header.date === date && header.completed)) return dayCompleted(date);
  const vendorId = fields['vendor_id'];
  if (typeof vendorId !== 'string') return undefined;
  return (await isOnProject({ procore, project }, vendorId)) ? undefined : notOnProject({ id: vendorId, name: '' });
}

const isOnProject = async ({ procore, project }: Pick<ProjectContext, 'procore' | 'project'>, vendorId: string) =>
  (await listProjectVendors(procore, project.procoreProjectId)).some(({ id }) => id === vendorId);

/**
 * The fault of a cause for which nothing was written, in the cause's words and with its subject, shared by all records it
 * blocks.
 */
function notDone({ reason, subject, seen, needed, where }: Cause, detail: FaultDetail = {}, cause?: unknown): Fault {
  return new Fault(reason, { ...detail, subject, seen, needed, where, effect: 'surely-not-done' }, cause);
}
