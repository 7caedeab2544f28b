import { clockIn, localDateOf } from '../../../domain/local-dates.ts';
import type { Facts, Mapped, ProjectContext } from '../../stream.ts';
import type { DirectReading } from '../modified.ts';
import type { SiteSignIn } from '../schema.ts';
import { recordOf, removed, vendorIdOf } from './entries.ts';
import { logStream } from './log-stream.ts';

/**
 * Visits → Procore's visitor log: one entry per visit, once it is over. The visitor's name is never requested; their company is
 * set if it is matched.
 */
export const visitors = logStream({
  name: 'visitors',
  log: 'visitor',
  fields: ['begin_hour', 'begin_minute', 'end_hour', 'end_minute', 'subject'],
  list: (client, changes) => client.signIns(changes),
  read: readVisit,
  map: mapVisit,
});

function readVisit(row: SiteSignIn, { project }: ProjectContext): DirectReading {
  if (!row.isVisitor) return { skipped: 'not-a-visitor', takenBack: row.id };
  if (row.deleted) return { fact: { groupKey: row.id, facts: {}, gone: true } };
  if (row.startUtc === null || row.endUtc === null || row.endUtc < row.startUtc) return { skipped: 'without-an-end' };
  const date = localDateOf(Date.parse(row.startUtc), project.timeZone);
  if (project.startDate !== null && date < project.startDate) return { skipped: 'before-the-start-date' };
  return { fact: { groupKey: row.id, facts: { date, start: row.startUtc, end: row.endUtc, employerId: row.employerId } } };
}

function mapVisit(naturalKey: string, facts: Facts | undefined, context: ProjectContext): Mapped {
  if (!facts) return removed(naturalKey, 'A visit', 'Visitors');
  const { timeZone } = context.project;
  const begin = clockIn(timeZone, Date.parse(String(facts['start'])));
  const end = clockIn(timeZone, Date.parse(String(facts['end'])));
  const date = String(facts['date']);
  const fields = {
    date,
    vendor_id: vendorIdOf(facts, context),
    begin_hour: begin.hour,
    begin_minute: begin.minute,
    end_hour: end.hour,
    end_minute: end.minute,
    subject: 'Visitor',
  };
  return { kind: 'record', record: recordOf(naturalKey, fields, `A visit on ${date}`, 'Visitors') };
}
