import type { RecordFields } from '../../domain/deliveries.ts';
import { Fault, faultIn } from '../../domain/faults.ts';
import { dateRange, localDateOf, windowStart } from '../../domain/local-dates.ts';
import { canonicalHours, hoursWithin, manHours } from '../../domain/man-hours.ts';
import { listDailyLogHeaders } from '../../procore/operations/daily-log-headers.ts';
import {
  createManpowerLog,
  listManpowerLogs,
  type ManpowerLog,
  updateManpowerLog,
} from '../../procore/operations/manpower-logs.ts';
import { listContactOptions, listVendorOptions } from '../../procore/operations/manpower-options.ts';
import { listVendors } from '../../procore/operations/vendors.ts';
import type { Cause, FarSideRecord, MayStillSend, ProjectContext, StreamRun, TargetRecord, WriteAnswer } from '../stream.ts';
import { contactIdsFor } from './manpower-contacts.ts';
import { searchKeyOf } from './mapping.ts';

/** Procore may keep fewer decimals of hours than it is sent; more than a rounding to one decimal is another value. */
const hundredthsOfRounding = 5;

type FarSide = Pick<StreamRun, 'lookUp' | 'create' | 'update' | 'agrees' | 'heldUp'>;

/** Procore's manpower log as the far side of a stream. Notes are never written, and a completed day never reopened. */
export function manpowerLog(context: ProjectContext): FarSide {
  const { procore, authors } = context;
  const projectId = context.project.procoreProjectId;
  const seen = new Map<string, FarSideRecord>();
  const options = once(async () => Promise.all([listVendorOptions(procore, projectId), listContactOptions(procore, projectId)]));
  const vendorNames = once(() => readVendorNames(context));
  const completedDays = once(() => readCompletedDays(context));
  let workingContact: 'vendor' | 'card' | undefined;

  function toRecord(log: ManpowerLog): FarSideRecord {
    const { id, date, vendor } = log;
    const fields = fieldsOf(log);
    const searchKey = searchKeyOf(date ?? '', vendor?.id ?? '');
    const record = { id, searchKey, fields, ours: log.createdById !== null && authors.includes(log.createdById) };
    seen.set(id, record);
    return record;
  }

  async function lookUp(searchKeys: readonly string[]): Promise<readonly FarSideRecord[]> {
    const range = dateRange(searchKeys.map((key) => key.slice(0, key.indexOf('|'))));
    if (!range) return [];
    const records: FarSideRecord[] = [];
    for await (const page of listManpowerLogs(procore, projectId, { from: range.first, to: range.last })) {
      records.push(...page.map(toRecord));
    }
    return records;
  }

  async function contactIds(record: TargetRecord): Promise<readonly string[]> {
    const [vendors, contacts] = await options();
    const id = text(record.fields['vendorId']);
    // a pair that a person chose comes without the vendor's name, and contact cards are known by name only
    const listed = vendors.some((option) => option.id === id);
    const name = record.address['vendorName'] || (listed ? '' : ((await vendorNames()).get(id) ?? ''));
    const ids = contactIdsFor({ id, name }, vendors, contacts);
    if (workingContact === undefined) return ids;
    const wanted = workingContact === 'vendor';
    return [...ids].sort((left, right) => Number((right === id) === wanted) - Number((left === id) === wanted));
  }

  async function create(record: TargetRecord, mayStillSend: MayStillSend): Promise<WriteAnswer> {
    const [first, second] = await beforeSending(() => contactIds(record));
    if (first === undefined) throw new Fault('vendor-not-on-project', { effect: 'surely-not-done' });
    let log: ManpowerLog;
    try {
      log = await post(record, first, mayStillSend);
    } catch (error) {
      const refused = await explain(error, record);
      const mayBeTheContact = refused instanceof Fault && refused.kind === 'validation-rejected' && second !== undefined;
      if (!mayBeTheContact || !mayStillSend()) throw refused;
      log = await post(record, second, mayStillSend);
      workingContact = second === record.fields['vendorId'] ? 'vendor' : 'card';
      return answerOf(log);
    }
    // the id meant somebody else here: the same entry gets the other id, never a second entry
    if (log.vendor?.id !== record.fields['vendorId'] && second !== undefined && mayStillSend()) {
      log = await updateManpowerLog(procore, projectId, log.id, { contactId: second }, mayStillSend).catch(() => log);
    }
    return answerOf(log);
  }

  function post(record: TargetRecord, contactId: string, mayStillSend: MayStillSend): Promise<ManpowerLog> {
    const { date, workers, hours } = record.fields;
    const entry = { date: text(date), contactId, numWorkers: Number(workers), numHours: text(hours) };
    return createManpowerLog(procore, projectId, entry, mayStillSend);
  }

  async function update(targetId: string, record: TargetRecord, mayStillSend: MayStillSend): Promise<WriteAnswer> {
    const { workers, hours, vendorId } = record.fields;
    const standsFor = seen.get(targetId)?.fields['vendorId'];
    const [contactId] = standsFor === vendorId ? [] : await beforeSending(() => contactIds(record));
    try {
      return answerOf(
        await updateManpowerLog(
          procore,
          projectId,
          targetId,
          { numWorkers: Number(workers), numHours: text(hours), ...(contactId !== undefined && { contactId }) },
          mayStillSend,
        ),
      );
    } catch (error) {
      throw await explain(error, record);
    }
  }

  /** A refusal of Procore’s that the state of the day explains better than its status does. */
  async function explain(error: unknown, record: TargetRecord): Promise<unknown> {
    const fault = faultIn(error);
    if (fault?.detail.effect !== 'surely-not-done') return error;
    const { status, requestId } = fault.detail;
    if (status !== 403 && status !== 422) return error;
    const detail = { status, requestId, effect: 'surely-not-done' as const };
    const date = text(record.fields['date']);
    try {
      const headers = await listDailyLogHeaders(procore, projectId, { from: date, to: date });
      const completed = headers.some((header) => header.date === date && header.completed);
      return completed ? new Fault('day-completed', { ...detail, seen: `${date} is completed.` }, error) : error;
    } catch {
      return error;
    }
  }

  async function heldUp(record: TargetRecord, action: 'create' | 'update'): Promise<Cause | undefined> {
    const date = text(record.fields['date']);
    if ((await completedDays()).has(date)) return dayCompleted(date);
    if (action === 'create' && (await contactIds(record)).length === 0) return notOnProject(record);
    return undefined;
  }

  return { lookUp, create, update, heldUp, agrees };
}

const text = (value: string | number | null | undefined): string => (value === null || value === undefined ? '' : String(value));

const fieldsOf = ({ date, vendor, numWorkers, numHours, manHours: total }: ManpowerLog): RecordFields => ({
  date,
  vendorId: vendor?.id ?? null,
  workers: numWorkers,
  hours: numHours === null ? null : (canonicalHours(numHours) ?? numHours),
  ...(total !== null && { manHours: canonicalHours(total) ?? total }),
});

const answerOf = (log: ManpowerLog): WriteAnswer => ({ targetId: log.id, echoed: fieldsOf(log) });

/** Date, vendor and workers exactly; hours within Procore's rounding; and its own total is that of workers × hours. */
function agrees(seen: RecordFields, meant: RecordFields): boolean {
  if (['date', 'vendorId', 'workers'].some((name) => seen[name] !== meant[name])) return false;
  const workers = Number(meant['workers']);
  if (!hoursWithin(text(seen['hours']), text(meant['hours']), hundredthsOfRounding)) return false;
  const total = seen['manHours'];
  return (
    total === undefined ||
    hoursWithin(text(total), manHours(workers, text(meant['hours'])), hundredthsOfRounding * Math.max(1, workers))
  );
}

/** Look-ups that belong to a write: while nothing was sent, their failure means that nothing happened. */
async function beforeSending<Result>(look: () => Promise<Result>): Promise<Result> {
  try {
    return await look();
  } catch (error) {
    const fault = faultIn(error);
    throw fault ? new Fault(fault.kind, { ...fault.detail, effect: 'surely-not-done' }, error) : error;
  }
}

async function readCompletedDays({ procore, project, nowMs, windowDays }: ProjectContext): Promise<ReadonlySet<string>> {
  const range = { from: windowStart(nowMs, project.timeZone, windowDays), to: localDateOf(nowMs, project.timeZone) };
  const headers = await listDailyLogHeaders(procore, project.procoreProjectId, range);
  return new Set(headers.filter((header) => header.completed).map((header) => header.date));
}

/** By id. Without leave to read the directory no name is known: the record then waits as one whose vendor is not on the project. */
async function readVendorNames({ procore }: ProjectContext): Promise<ReadonlyMap<string, string>> {
  try {
    return new Map((await listVendors(procore)).map((vendor) => [vendor.id, vendor.name]));
  } catch (error) {
    if (faultIn(error)?.detail.status !== 403) throw error;
    return new Map();
  }
}

const dayCompleted = (date: string): Cause => ({
  reason: 'day-completed',
  subject: `day:${date}`,
  seen: `${date} is completed in Procore.`,
  needed: 'The day reopened by a person, or left as it is',
  where: `Procore: Project → Daily Log → ${date} → Reopen`,
});

const notOnProject = ({ fields, address }: TargetRecord): Cause => ({
  reason: 'vendor-not-on-project',
  subject: `vendor:${text(fields['vendorId'])}`,
  seen: `${address['vendorName'] || `Vendor ${text(fields['vendorId'])}`} is not in this project’s directory.`,
  needed: 'The company added to the project',
  where: 'Procore: Project → Directory → Companies → add the company',
});

/** Runs once; a failure is forgotten, so that the next one asks again. */
function once<Result>(ask: () => Promise<Result>): () => Promise<Result> {
  let asked: Promise<Result> | undefined;
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
}
