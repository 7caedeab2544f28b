import type { Day, Id, Instant } from './model.ts';

/** `rejected`: a pending entry that an admin sent back; its author may change it, which submits it again [oas, sup]. */
export const entryStatuses = ['pending', 'approved', 'rejected'] as const;
export type EntryStatus = (typeof entryStatuses)[number];

/** What an entry of every kind of daily log has; each kind adds its own columns. */
export interface DailyLogEntry {
  id: Id;
  companyId: Id;
  projectId: Id;
  /** Null when the writer sent a malformed date: Procore stores it so without complaint. */
  date: Day | null;
  datetime: Instant | null;
  locationId: Id | null;
  segmentId: Id | null;
  status: EntryStatus;
  /** Order in which the entries of one kind and day were made. */
  position: number;
  createdBy: Id;
  /** The app that wrote it; null if a person did in Procore's own screens. */
  clientId: string | null;
  createdAt: Instant;
  updatedAt: Instant;
}

export interface ManpowerColumns {
  numWorkers: number | null;
  /** Hours per worker, as a decimal string. */
  numHours: string | null;
  contactId: Id | null;
  userId: Id | null;
  vendorId: Id | null;
  costCodeId: Id | null;
  tradeId: Id | null;
  notes: string | null;
}

/** Hours 0 to 23 and minutes 0 to 59 are local time on site, here and below. */
export interface VisitorColumns {
  beginHour: number | null;
  beginMinute: number | null;
  endHour: number | null;
  endMinute: number | null;
  subject: string | null;
  details: string | null;
  vendorId: Id | null;
}

export interface AccidentColumns {
  timeHour: number | null;
  timeMinute: number | null;
  comments: string | null;
  involvedCompany: string | null;
  involvedName: string | null;
  vendorId: Id | null;
}

export interface SafetyViolationColumns {
  timeHour: number | null;
  timeMinute: number | null;
  subject: string | null;
  safetyNotice: string | null;
  issuedTo: string | null;
  comments: string | null;
  complianceDue: Day | null;
  vendorId: Id | null;
}

export interface NotesColumns {
  comment: string | null;
  isIssueDay: boolean;
  vendorId: Id | null;
}

/** An entry of one kind. */
export type EntryOf<Columns> = DailyLogEntry & Columns;
export type ManpowerLog = EntryOf<ManpowerColumns>;
export type VisitorLog = EntryOf<VisitorColumns>;
export type AccidentLog = EntryOf<AccidentColumns>;
export type SafetyViolationLog = EntryOf<SafetyViolationColumns>;
export type NotesLog = EntryOf<NotesColumns>;

export interface DayHeader {
  id: Id;
  projectId: Id;
  date: Day;
  completed: boolean;
  completedBy: Id | null;
  completedAt: Instant | null;
  distributed: boolean;
  distributedBy: Id | null;
  distributedAt: Instant | null;
}
