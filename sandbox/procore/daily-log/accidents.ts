import type { AccidentColumns } from '../../kernel/model-daily-log.ts';
import { passes } from '../filters.ts';
import { givenId, givenTextOrNull, givenWholeNumber, onlyGiven } from '../given.ts';
import { checkClock, knownVendor, printPlaces, printSegment, readCommon } from './columns.ts';
import type { DailyLogKind, EntryFields, Said } from './kind.ts';

export type AccidentFields = EntryFields & Said<AccidentColumns>;

/** Accidents: the time is mandatory; answers carry no status [oas]. */
export const accidents: DailyLogKind<AccidentColumns, AccidentFields> = {
  resource: 'accident_logs',
  singular: 'accident_log',
  filtersStatus: false,
  blank: { timeHour: null, timeMinute: null, comments: null, involvedCompany: null, involvedName: null, vendorId: null },
  tableOf: (world) => world.accidentLogs,
  read: (body) => ({
    ...readCommon(body),
    timeHour: givenWholeNumber(body, 'time_hour'),
    timeMinute: givenWholeNumber(body, 'time_minute'),
    comments: givenTextOrNull(body, 'comments'),
    involvedCompany: givenTextOrNull(body, 'involved_company'),
    involvedName: givenTextOrNull(body, 'involved_name'),
    vendorId: givenId(body, 'vendor_id'),
  }),
  resolve(world, project, { timeHour, timeMinute, comments, involvedCompany, involvedName, vendorId }) {
    checkClock({ time_hour: timeHour, time_minute: timeMinute });
    return {
      ...onlyGiven({ timeHour, timeMinute, comments, involvedCompany, involvedName }),
      ...(vendorId === undefined ? {} : { vendorId: knownVendor(world, project, vendorId) }),
    };
  },
  mandatory: ({ timeHour, timeMinute }) => ({ time_hour: timeHour, time_minute: timeMinute }),
  passes: (query, row) => passes(query, 'location_id', row.locationId),
  print: (world, row) => ({
    time_hour: row.timeHour,
    time_minute: row.timeMinute,
    comments: row.comments,
    involved_company: row.involvedCompany,
    involved_name: row.involvedName,
    ...printPlaces(world, row),
    ...printSegment(row.segmentId),
    attachments: [],
  }),
  showsPermissions: () => true,
};
