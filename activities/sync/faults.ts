import type { FaultKind } from '../../shared/domain/faults.ts';

/** Faults of one record: it is parked, its neighbours go on. All other kinds that park concern the whole stream. */
const ofOneRecord: readonly FaultKind[] = [
  'unmatched-company',
  'unmatched-person',
  'unmapped-response',
  'validation-rejected',
  'required-field-missing',
  'record-closed',
  'day-completed',
  'not-in-court',
  'conflict',
  'vendor-not-on-project',
  'file-unavailable',
  'source-incomplete',
  'delete-needs-approval',
  'outcome-unknown',
];

/** Whether a fault that parks holds for every record of the stream (a lost permission, a refused credential). */
export const causeOfWhole = (kind: FaultKind): boolean => !ofOneRecord.includes(kind);
