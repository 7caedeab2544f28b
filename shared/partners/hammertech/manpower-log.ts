import type { RecordFields } from '../../domain/deliveries.ts';
import { Fault, faultIn } from '../../domain/faults.ts';
import { dateRange } from '../../domain/local-dates.ts';
import { canonicalHours, hoursWithin, manHours } from '../../domain/man-hours.ts';
import { beforeSending } from '../../http/far-side-errors.ts';
import { listDailyLogHeaders } from '../../procore/operations/daily-log-headers.ts';
import {
  createManpowerLog,
  findManpowerLog,
  listManpowerLogs,
  type ManpowerLog,
  updateManpowerLog,
} from '../../procore/operations/manpower-logs.ts';
import type { Cause, FarSideRecord, MayStillSend, ProjectContext, StreamRun, TargetRecord, WriteAnswer } from '../stream.ts';
import { completedDays, dayCompleted } from './completed-days.ts';
import { type EntryVendor, manpowerContacts } from './manpower-contacts.ts';
import { searchKeyOf } from './mapping.ts';
import { adding, nameOf, notOnProject } from './vendor-on-project.ts';

/** Procore may store fewer decimals of hours than it is sent; a difference beyond rounding to one decimal is another value. */
const hundredthsOfRounding = 5;

type FarSide = Pick<StreamRun, 'lookUp' | 'find' | 'create' | 'update' | 'agrees' | 'isMisplaced' | 'heldUp' | 'addToProject'>;

/** Procore's manpower log as the far side of a stream. Notes are never written, and a completed day is never reopened. */
export function manpowerLog(context: ProjectContext): FarSide {
  const { procore, authors } = context;
  const projectId = context.project.procoreProjectId;
  const seen = new Map<string, FarSideRecord>();
  const contacts = manpowerContacts(context);
  const isCompleted = completedDays(context);
  const addOnce = adding(context, async (vendor) => {
    contacts.outdate();
    return (await contacts.idsFor(vendor)).known;
  });

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

  async function find(targetId: string): Promise<FarSideRecord | undefined> {
    const log = await findManpowerLog(procore, projectId, targetId);
    return log && toRecord(log);
  }

  async function create(record: TargetRecord, mayStillSend: MayStillSend): Promise<WriteAnswer> {
    const { date, workers, hours } = record.fields;
    const entry = { date: text(date), numWorkers: Number(workers), numHours: text(hours) };
    return withContact(record, mayStillSend, (contactId) =>
      createManpowerLog(procore, projectId, { ...entry, contactId }, mayStillSend),
    );
  }

  async function update(targetId: string, record: TargetRecord, mayStillSend: MayStillSend): Promise<WriteAnswer> {
    const { date, workers, hours, vendorId } = record.fields;
    const { date: stoodOn, vendorId: stoodFor } = seen.get(targetId)?.fields ?? {};
    const moved = stoodOn !== undefined && stoodOn !== date ? { date: text(date) } : {};
    const fields = { numWorkers: Number(workers), numHours: text(hours), ...moved };
    const patch = (contact: { readonly contactId?: string }) =>
      updateManpowerLog(procore, projectId, targetId, { ...fields, ...contact }, mayStillSend);
    if (stoodFor !== vendorId) {
      return withContact(record, mayStillSend, (contactId) => patch({ contactId }));
    }
    try {
      return answerOf(await patch({}));
    } catch (error) {
      throw await explain(error, record);
    }
  }

  /** Sends with the id that is most likely the vendor's; if Procore surely refused it, with the next one. */
  async function withContact(
    record: TargetRecord,
    mayStillSend: MayStillSend,
    send: (contactId: string) => Promise<ManpowerLog>,
  ): Promise<WriteAnswer> {
    const vendor = vendorOf(record);
    let refusal: unknown = new Fault('validation-rejected', { effect: 'surely-not-done', seen: takenForOthers(record) });
    const refused = new Set<string>();
    for (;;) {
      const { ids, known } = await beforeSending(() => contacts.idsFor(vendor));
      if (!known) throw new Fault('vendor-not-on-project', { effect: 'surely-not-done' });
      const contactId = ids.find((id) => !refused.has(id));
      if (contactId === undefined || (refused.size > 0 && !mayStillSend())) throw refusal;
      try {
        const log = await send(contactId);
        contacts.noteMeaning(vendor, contactId, log.vendor?.id);
        if (refused.size > 0) contacts.noteKind(vendor, contactId);
        return answerOf(log);
      } catch (error) {
        refusal = await explain(error, record);
        if (!isRefusedContent(refusal)) throw refusal;
        refused.add(contactId);
        contacts.noteRefusal(vendor);
      }
    }
  }

  /** Explains a refusal by the state of the day, if that says more than its status. */
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
    if (await isCompleted(date)) return dayCompleted(date);
    if (action === 'create' && !(await contacts.idsFor(vendorOf(record))).known) return notOnProject(vendorOf(record));
    return undefined;
  }

  const addToProject = (record: TargetRecord) => addOnce(vendorOf(record));

  return { lookUp, find, create, update, heldUp, addToProject, agrees, isMisplaced };
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

/** Date, vendor and workers match exactly, hours within Procore's rounding, and Procore's total matches workers × hours. */
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

/** Shows what was meant, but under another vendor or none. */
const isMisplaced = (seen: RecordFields, meant: RecordFields): boolean =>
  seen['vendorId'] !== meant['vendorId'] && agrees({ ...seen, vendorId: meant['vendorId'] ?? null }, meant);

/** The contact may be the reason. A refusal after which the write may still have happened does not count. */
const isRefusedContent = (error: unknown): boolean =>
  error instanceof Fault && error.kind === 'validation-rejected' && error.detail.effect === 'surely-not-done';

const vendorOf = ({ fields, address }: TargetRecord): EntryVendor => ({
  id: text(fields['vendorId']),
  name: address['vendorName'] ?? '',
});

const takenForOthers = (record: TargetRecord): string =>
  `Procore takes every id that ${nameOf(vendorOf(record))} has on this project for another company.`;
