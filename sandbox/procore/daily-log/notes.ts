import type { NotesColumns } from '../../kernel/model-daily-log.ts';
import { exactId } from '../exact.ts';
import { passes } from '../filters.ts';
import { givenFlag, givenId, givenTextOrNull, onlyGiven } from '../given.ts';
import { knownVendor, printPlaces, printSegment, readCommon, readStatus } from './columns.ts';
import type { DailyLogKind, EntryFields, Said } from './kind.ts';

export type NotesFields = EntryFields & Said<NotesColumns>;

/** Notes of a day. A `daily_log_header_id` in the body, another way to name the day, is not honoured. */
export const notes: DailyLogKind<NotesColumns, NotesFields> = {
  resource: 'notes_logs',
  singular: 'notes_log',
  filtersStatus: true,
  blank: { comment: null, isIssueDay: false, vendorId: null },
  tableOf: (world) => world.notesLogs,
  read: (body) => ({
    ...readCommon(body),
    status: readStatus(body),
    comment: givenTextOrNull(body, 'comment'),
    isIssueDay: givenFlag(body, 'is_issue_day'),
    vendorId: givenId(body, 'vendor_id'),
  }),
  resolve: (world, project, { comment, isIssueDay, vendorId }) => ({
    ...onlyGiven({ comment, isIssueDay }),
    ...(vendorId === undefined ? {} : { vendorId: knownVendor(world, project, vendorId) }),
  }),
  mandatory: () => ({}),
  passes: (query, row) => passes(query, 'location_id', row.locationId),
  print: (world, row) => ({
    comment: row.comment,
    daily_log_header_id: exactId(world.dayHeaders.get(`${row.projectId}:${row.date}`)?.id ?? null),
    is_issue_day: row.isIssueDay,
    status: row.status,
    created_by_collaborator: false,
    ...printPlaces(world, row),
    ...printSegment(row.segmentId),
    custom_fields: {},
    attachments: [],
  }),
  showsPermissions: () => true,
};
