import type { SafetyViolationColumns } from '../../kernel/model-daily-log.ts';
import { givenId, givenTextOrNull, givenWholeNumber, onlyGiven } from '../given.ts';
import { checkClock, knownVendor, printPlaces, printSegment, readCommon } from './columns.ts';
import { readDay } from './dates.ts';
import type { DailyLogKind, EntryFields, Said } from './kind.ts';

export type SafetyViolationFields = EntryFields & Said<SafetyViolationColumns>;

/** Safety violations: the time is mandatory; answers carry neither status nor, but by switch, permissions [oas]. */
export const safetyViolations: DailyLogKind<SafetyViolationColumns, SafetyViolationFields> = {
  resource: 'safety_violation_logs',
  singular: 'safety_violation_log',
  filtersStatus: false,
  blank: {
    timeHour: null,
    timeMinute: null,
    subject: null,
    safetyNotice: null,
    issuedTo: null,
    comments: null,
    complianceDue: null,
    vendorId: null,
  },
  tableOf: (world) => world.safetyViolationLogs,
  read: (body) => ({
    ...readCommon(body),
    timeHour: givenWholeNumber(body, 'time_hour'),
    timeMinute: givenWholeNumber(body, 'time_minute'),
    subject: givenTextOrNull(body, 'subject'),
    safetyNotice: givenTextOrNull(body, 'safety_notice'),
    issuedTo: givenTextOrNull(body, 'issued_to'),
    comments: givenTextOrNull(body, 'comments'),
    complianceDue: givenTextOrNull(body, 'compliance_due'),
    vendorId: givenId(body, 'vendor_id'),
  }),
  resolve(world, project, { timeHour, timeMinute, subject, safetyNotice, issuedTo, comments, complianceDue, vendorId }) {
    checkClock({ time_hour: timeHour, time_minute: timeMinute });
    return {
      ...onlyGiven({ timeHour, timeMinute, subject, safetyNotice, issuedTo, comments }),
      ...(complianceDue === undefined ? {} : { complianceDue: readDay(complianceDue) }),
      ...(vendorId === undefined ? {} : { vendorId: knownVendor(world, project, vendorId) }),
    };
  },
  mandatory: ({ timeHour, timeMinute }) => ({ time_hour: timeHour, time_minute: timeMinute }),
  passes: () => true,
  print: (world, row) => ({
    time_hour: row.timeHour,
    time_minute: row.timeMinute,
    subject: row.subject,
    safety_notice: row.safetyNotice,
    issued_to: row.issuedTo,
    comments: row.comments,
    compliance_due: row.complianceDue,
    ...printPlaces(world, row),
    ...printSegment(row.segmentId),
    attachments: [],
  }),
  showsPermissions: (world) => world.switches.get('safetyLogPermissions'),
};
