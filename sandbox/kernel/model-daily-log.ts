import type { Day, Id, Instant } from './model.ts';

export interface ManpowerLog {
  id: Id;
  companyId: Id;
  projectId: Id;
  /** Null when the writer sent a malformed date: Procore stores it so without complaint. */
  date: Day | null;
  datetime: Instant | null;
  numWorkers: number | null;
  /** Hours per worker, as a decimal string. */
  numHours: string | null;
  contactId: Id | null;
  userId: Id | null;
  vendorId: Id | null;
  costCodeId: Id | null;
  locationId: Id | null;
  tradeId: Id | null;
  notes: string | null;
  status: 'pending' | 'approved';
  position: number;
  createdBy: Id;
  /** The app that wrote it; null when a person did in Procore's own screens. */
  clientId: string | null;
  createdAt: Instant;
  updatedAt: Instant;
}

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
