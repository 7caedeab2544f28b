import { clockIn, localDateOf } from '../../../domain/local-dates.ts';
import type { Facts, Mapped, ProjectContext } from '../../stream.ts';
import type { DirectReading } from '../modified.ts';
import type { Incident } from '../schema.ts';
import { inWords, recordOf, removed, vendorIdOf } from './entries.ts';
import { logStream } from './log-stream.ts';

/**
 * Incidents → Procore's accident log: that something happened, when, of which kind and severity. Names, medical details and free
 * text are never copied: they are only in HammerTech.
 */
export const incidents = logStream({
  name: 'incidents',
  log: 'accident',
  fields: ['time_hour', 'time_minute', 'comments'],
  list: (client, changes) => client.incidents(changes),
  read: readOne,
  map: mapOne,
});

function readOne(row: Incident, { project }: ProjectContext): DirectReading {
  if (row.deleted) return { fact: { groupKey: row.id, facts: {}, gone: true } };
  if (row.occurredUtc === null) return { skipped: 'without-a-time' };
  const date = localDateOf(Date.parse(row.occurredUtc), project.timeZone);
  if (project.startDate !== null && date < project.startDate) return { skipped: 'before-the-start-date' };
  const { employerId, type, severity, status } = row;
  return { fact: { groupKey: row.id, facts: { date, at: row.occurredUtc, employerId, type, severity, status } } };
}

function mapOne(naturalKey: string, facts: Facts | undefined, context: ProjectContext): Mapped {
  if (!facts) return removed(naturalKey, 'An incident', 'Accidents');
  const { hour, minute } = clockIn(context.project.timeZone, Date.parse(String(facts['at'])));
  const date = String(facts['date']);
  const comments = `${inWords(facts['type'], 'Incident')}; severity ${inWords(facts['severity'], 'unknown').toLowerCase()}; ${inWords(facts['status'], 'status unknown').toLowerCase()}. Details in HammerTech.`;
  const fields = { date, vendor_id: vendorIdOf(facts, context), time_hour: hour, time_minute: minute, comments };
  return { kind: 'record', record: recordOf(naturalKey, fields, `An incident on ${date}`, 'Accidents') };
}
