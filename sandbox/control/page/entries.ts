import type { Day, Project } from '../../kernel/model.ts';
import type { DailyLogEntry } from '../../kernel/model-daily-log.ts';
import type { World } from '../../kernel/world.ts';
import { adminOf } from '../../procore/admin/subjects.ts';
import type { Part } from './html.ts';
import { actButton } from './parts.ts';

interface Shown {
  noun: string;
  what: string;
  entry: DailyLogEntry & { vendorId: string | null };
}

const clock = (hour: number | null, minute: number | null): string =>
  `${String(hour ?? 0).padStart(2, '0')}:${String(minute ?? 0).padStart(2, '0')}`;

/** The entries of a day, kind by kind, each with what an admin can do to it. */
export function entriesOf(world: World, project: Project, day: Day, back: string): Part[][] {
  return allOf(world)
    .filter(({ entry }) => entry.projectId === project.id && entry.date === day)
    .map(({ noun, what, entry }) => [
      noun.replace('-', ' '),
      what,
      world.vendors.get(entry.vendorId ?? '')?.name ?? '–',
      authorOf(world, entry),
      entry.status,
      buttonsFor(world, noun, entry, back),
    ]);
}

function allOf(world: World): Shown[] {
  const texts = (...parts: (string | null)[]): string => parts.filter(Boolean).join(' · ');
  return [
    ...world.manpowerLogs.all().map((entry) => ({
      noun: 'manpower',
      what: texts(`${entry.numWorkers ?? 0} workers, ${entry.numHours ?? 0} h each`, entry.notes),
      entry,
    })),
    ...world.visitorLogs.all().map((entry) => ({
      noun: 'visitor',
      what: texts(
        `${clock(entry.beginHour, entry.beginMinute)} to ${clock(entry.endHour, entry.endMinute)}`,
        entry.subject,
        entry.details,
      ),
      entry,
    })),
    ...world.accidentLogs.all().map((entry) => ({
      noun: 'accident',
      what: texts(clock(entry.timeHour, entry.timeMinute), entry.involvedCompany, entry.comments),
      entry,
    })),
    ...world.safetyViolationLogs.all().map((entry) => ({
      noun: 'safety-violation',
      what: texts(clock(entry.timeHour, entry.timeMinute), entry.subject, entry.comments),
      entry,
    })),
    ...world.notesLogs.all().map((entry) => ({ noun: 'note', what: entry.comment ?? '', entry })),
  ];
}

function authorOf(world: World, { createdBy, clientId }: DailyLogEntry): string {
  const person = world.people.get(createdBy);
  const name = person === undefined ? createdBy : `${person.firstName} ${person.lastName}`;
  return clientId === null ? `${name}, by hand` : name;
}

function buttonsFor(world: World, noun: string, { id, companyId, status }: DailyLogEntry, back: string): Part {
  const about = `${noun.replace('-', ' ')} entry ${id}`;
  const by = adminOf(world, companyId).personId;
  const decide = (verb: string, label: string): Part =>
    actButton({ act: `admin/daily-logs/${verb}`, label, about, back, fields: { kind: noun, id } });
  return [
    status === 'approved' ? null : decide('approve', 'Approve'),
    status === 'pending' ? decide('reject', 'Reject') : null,
    actButton({ act: `admin/daily-logs/delete-${noun}`, label: 'Delete', about, back, fields: { id, by } }),
  ];
}
