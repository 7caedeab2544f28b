import type { VisitorColumns } from '../../kernel/model-daily-log.ts';
import { givenId, givenTextOrNull, givenWholeNumber, onlyGiven } from '../given.ts';
import { checkClock, knownVendor, printPlaces, readCommon } from './columns.ts';
import type { DailyLogKind, EntryFields, Said } from './kind.ts';

export type VisitorFields = EntryFields & Said<VisitorColumns>;

/** Who came and went: begin and end are mandatory [oas]. */
export const visitors: DailyLogKind<VisitorColumns, VisitorFields> = {
  resource: 'visitor_logs',
  singular: 'visitor_log',
  filtersStatus: false,
  blank: { beginHour: null, beginMinute: null, endHour: null, endMinute: null, subject: null, details: null, vendorId: null },
  tableOf: (world) => world.visitorLogs,
  read: (body) => ({
    ...readCommon(body),
    beginHour: givenWholeNumber(body, 'begin_hour'),
    beginMinute: givenWholeNumber(body, 'begin_minute'),
    endHour: givenWholeNumber(body, 'end_hour'),
    endMinute: givenWholeNumber(body, 'end_minute'),
    subject: givenTextOrNull(body, 'subject'),
    details: givenTextOrNull(body, 'details'),
    vendorId: givenId(body, 'vendor_id'),
  }),
  resolve(world, project, { beginHour, beginMinute, endHour, endMinute, subject, details, vendorId }) {
    checkClock({ begin_hour: beginHour, begin_minute: beginMinute, end_hour: endHour, end_minute: endMinute });
    return {
      ...onlyGiven({ beginHour, beginMinute, endHour, endMinute, subject, details }),
      ...(vendorId === undefined ? {} : { vendorId: knownVendor(world, project, vendorId) }),
    };
  },
  mandatory: (row) => ({
    begin_hour: row.beginHour,
    begin_minute: row.beginMinute,
    end_hour: row.endHour,
    end_minute: row.endMinute,
  }),
  passes: () => true,
  print: (world, row) => ({
    begin_hour: row.beginHour,
    begin_minute: row.beginMinute,
    end_hour: row.endHour,
    end_minute: row.endMinute,
    subject: row.subject,
    details: row.details,
    status: row.status,
    ...printPlaces(world, row),
    custom_fields: {},
  }),
  showsPermissions: () => true,
};
