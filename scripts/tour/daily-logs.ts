import type { Told } from './comparison.ts';
import { clockOn, isTold, type ListedProject, projectFor, vendorFor } from './pairs.ts';
import type { BothSides, LogEntry, WrittenEntry } from './truth.ts';

/**
 * What Procore's other daily logs should show, entry by entry, in the same words as the entries there. Neither side keeps the
 * other's id, so an entry is identified by its project and day, and by everything it says.
 */
interface Log {
  /** Name of the records in the sandbox's ledger. */
  readonly resource: string;
  /** What it should show if the stream began at that moment. */
  readonly expected: (sides: BothSides, beganAt: Date) => readonly Told[];
  /** The columns of an entry that the stream is responsible for. */
  readonly says: (entry: LogEntry) => readonly unknown[];
}

export const logs: Readonly<Record<string, Log>> = {
  visitors: {
    resource: 'visitor_logs',
    expected: (sides, beganAt) =>
      sides.hammertech.signIns.flatMap((one) => {
        const { startUtc, endUtc, employerId } = one;
        if (!one.isVisitor || one.deleted || endUtc === null) return [];
        return told(sides, beganAt, { ...one, utc: startUtc }, (project, time) => [
          time,
          clockOn(project, endUtc).time,
          'Visitor',
          vendorIdOf(sides, employerId),
        ]);
      }),
    says: ({ beginHour, beginMinute, endHour, endMinute, subject, vendorId }) => [
      clock(beginHour, beginMinute),
      clock(endHour, endMinute),
      subject,
      vendorId,
    ],
  },
  incidents: {
    resource: 'accident_logs',
    expected: (sides, beganAt) =>
      sides.hammertech.incidents.flatMap((one) => {
        if (one.deleted) return [];
        return told(sides, beganAt, { ...one, utc: one.occurredUtc }, (_, time) => [
          time,
          sentence(one.type, one.severity, one.status),
          vendorIdOf(sides, one.employerId),
        ]);
      }),
    says: ({ timeHour, timeMinute, comments, vendorId }) => [clock(timeHour, timeMinute), comments, vendorId],
  },
  observations: {
    resource: 'safety_violation_logs',
    expected: (sides, beganAt) =>
      sides.hammertech.observations.flatMap((one) => {
        if (one.deleted || one.kind === 'positive') return [];
        return told(sides, beganAt, { ...one, utc: one.observedUtc }, (_, time) => [
          time,
          capital(one.category),
          sentence(one.kind, one.severity, one.status),
          one.dueDate,
          vendorIdOf(sides, one.employerId),
        ]);
      }),
    says: ({ timeHour, timeMinute, subject, comments, complianceDue, vendorId }) => [
      clock(timeHour, timeMinute),
      subject,
      comments,
      complianceDue,
      vendorId,
    ],
  },
  notes: {
    resource: 'notes_logs',
    expected: (sides, beganAt) =>
      sides.hammertech.diaries.flatMap((one) => {
        const project = projectAt(sides, one.projectId);
        const note = one.notes.trim();
        if (!project || one.status !== 'approved' || note === '' || !isTold(project, one, beganAt)) return [];
        return [{ place: `${project.id}|${one.date}`, says: inOneLine([note]) }];
      }),
    says: ({ comment }) => [comment],
  },
};

/**
 * When a stream began: with the first entry it wrote, or now if there is none. Its module may be switched on long after going
 * live, and the platform does not show when; an entry is there whatever the product says.
 */
export function beginningOf(written: readonly Pick<WrittenEntry, 'writtenAt'>[], now: Date): Date {
  return new Date(Math.min(...(written.length > 0 ? written.map(({ writtenAt }) => Date.parse(writtenAt)) : [now.getTime()])));
}

/** An entry as it is in Procore. */
export const toldOf = ({ says }: Log, entry: LogEntry): Told => ({
  place: `${entry.projectId}|${entry.date}`,
  says: inOneLine(says(entry)),
});

function told(
  sides: BothSides,
  began: Date,
  record: { readonly projectId: string; readonly utc: string; readonly modified: string },
  says: (project: ListedProject, time: string) => readonly unknown[],
): readonly Told[] {
  const project = projectAt(sides, record.projectId);
  if (!project || !isTold(project, record, began)) return [];
  const { date, time } = clockOn(project, record.utc);
  return [{ place: `${project.id}|${date}`, says: inOneLine(says(project, time)) }];
}

function projectAt({ hammertech, company }: BothSides, siteId: string): ListedProject | undefined {
  const site = hammertech.projects.find(({ id }) => id === siteId);
  return site && projectFor(site, company);
}

function vendorIdOf({ hammertech, vendors }: BothSides, employerId: string | null): string | null {
  const employer = hammertech.employers.find(({ id }) => id === employerId);
  return (employer && vendorFor(employer, vendors)?.id) ?? null;
}

const inOneLine = (values: readonly unknown[]): string => values.map((value) => String(value ?? '–')).join(' · ');

const clock = (hour: number | null | undefined, minute: number | null | undefined): string =>
  [hour, minute].map((part) => String(part ?? '–').padStart(2, '0')).join(':');

/** What is carried of an incident or an observation: kind, severity and status; everything else stays in HammerTech. */
const sentence = (kind: string, severity: string, status: string): string =>
  `${capital(kind)}; severity ${severity}; ${spaced(status)}. Details in HammerTech.`;

const spaced = (word: string): string => word.split('-').join(' ');
const capital = (word: string): string => `${word.slice(0, 1).toUpperCase()}${spaced(word.slice(1))}`;
