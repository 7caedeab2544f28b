import { z } from 'zod';
import { entryStatuses } from '../kernel/model-daily-log.ts';
import { completeDay, decideByHand, deleteByHand, editByHand, writeByHand } from '../procore/admin/daily-logs.ts';
import { accidents } from '../procore/daily-log/accidents.ts';
import type { AnyKind, DailyLogKind, EntryFields } from '../procore/daily-log/kind.ts';
import { manpower } from '../procore/daily-log/manpower.ts';
import { notes } from '../procore/daily-log/notes.ts';
import { safetyViolations } from '../procore/daily-log/safety-violations.ts';
import { visitors } from '../procore/daily-log/visitors.ts';
import { type Verb, verb } from './admin.ts';
import { dayField, idField, personField, withPeople } from './fields.ts';

const text = z.string().nullable().exactOptional();
const id = idField.nullable().exactOptional();
const hour = z.int().min(0).max(23).exactOptional();
const minute = z.int().min(0).max(59).exactOptional();
const common = { date: dayField.exactOptional(), locationId: id, status: z.enum(entryStatuses).exactOptional() };

const manpowerFields = z.object({
  ...common,
  numWorkers: z.int().min(0).exactOptional(),
  numHours: z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .exactOptional()
    .meta({ description: 'Hours per worker.' }),
  contactId: id,
  notes: text,
});
const visitorFields = z.object({
  ...common,
  beginHour: hour,
  beginMinute: minute,
  endHour: hour,
  endMinute: minute,
  subject: text,
  details: text,
  vendorId: id,
});
const time = { timeHour: hour, timeMinute: minute };
const accidentFields = z.object({ ...common, ...time, comments: text, involvedCompany: text, involvedName: text, vendorId: id });
const safetyViolationFields = z.object({
  ...common,
  ...time,
  subject: text,
  safetyNotice: text,
  issuedTo: text,
  comments: text,
  complianceDue: dayField.nullable().exactOptional(),
  vendorId: id,
});
const noteFields = z.object({ ...common, comment: text, isIssueDay: z.boolean().exactOptional(), vendorId: id });

/** A person writes, changes and deletes entries of one kind. */
function entryVerbs<Columns extends object, Fields extends EntryFields>(
  noun: string,
  kind: DailyLogKind<Columns, Fields>,
  fields: z.ZodType<NoInfer<Fields>> & z.ZodObject,
): Verb[] {
  const place = z.object({ projectId: idField, by: personField });
  const entry = z.object({ id: idField, by: personField });
  const written = fields.extend(place.shape).strict();
  const edited = fields.extend(entry.shape).strict();
  return [
    verb('daily-logs', `write-${noun}`, `A person writes an entry (${noun}).`, written, (world, body) =>
      writeByHand(world, kind, withPeople(world, place.parse(body)), fields.parse(body)),
    ),
    verb('daily-logs', `edit-${noun}`, `A person changes an entry (${noun}).`, edited, (world, body) =>
      editByHand(world, kind, withPeople(world, entry.parse(body)), fields.parse(body)),
    ),
    verb('daily-logs', `delete-${noun}`, `A person deletes an entry (${noun}).`, entry.strict(), (world, body) =>
      deleteByHand(world, kind, withPeople(world, body)),
    ),
  ];
}

const kinds: Record<string, AnyKind> = {
  manpower,
  visitor: visitors,
  accident: accidents,
  'safety-violation': safetyViolations,
  note: notes,
};
const decision = z.strictObject({ kind: z.enum(Object.keys(kinds)), id: idField, by: personField.exactOptional() });

/** Daily Log: days, and entries of every kind, by a person's hand. */
export const dailyLogVerbs: readonly Verb[] = [
  verb(
    'daily-logs',
    'complete-day',
    'Completes a day, or reopens it with `completed: false`.',
    z.strictObject({
      projectId: idField,
      date: dayField,
      completed: z.boolean().exactOptional(),
      by: personField.exactOptional(),
    }),
    (world, body) => completeDay(world, withPeople(world, body)),
  ),
  ...entryVerbs('manpower', manpower, manpowerFields),
  ...entryVerbs('visitor', visitors, visitorFields),
  ...entryVerbs('accident', accidents, accidentFields),
  ...entryVerbs('safety-violation', safetyViolations, safetyViolationFields),
  ...entryVerbs('note', notes, noteFields),
  verb('daily-logs', 'approve', 'An admin approves a pending entry.', decision, (world, { kind, ...body }) =>
    decideByHand(world, kinds[kind] ?? manpower, withPeople(world, body), 'approved'),
  ),
  verb('daily-logs', 'reject', 'An admin sends a pending entry back.', decision, (world, { kind, ...body }) =>
    decideByHand(world, kinds[kind] ?? manpower, withPeople(world, body), 'rejected'),
  ),
];
