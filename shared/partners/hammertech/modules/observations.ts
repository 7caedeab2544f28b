import { clockIn, localDateOf } from '../../../domain/local-dates.ts';
import type { Facts, Mapped, ProjectContext } from '../../stream.ts';
import type { DirectReading } from '../modified.ts';
import type { Observation } from '../schema.ts';
import { inWords, recordOf, removed, vendorIdOf } from './entries.ts';
import { logStream } from './log-stream.ts';

/**
 * Observed hazards and breaches → Procore's safety violation log. Positive observations are no violations; names are never
 * copied.
 */
export const observations = logStream({
  name: 'observations',
  log: 'safety_violation',
  fields: ['time_hour', 'time_minute', 'subject', 'comments', 'compliance_due'],
  list: (client, changes) => client.observations(changes),
  read: readOne,
  map: mapOne,
});

function readOne(row: Observation, { project }: ProjectContext): DirectReading {
  if (row.deleted) return { fact: { groupKey: row.id, facts: {}, gone: true } };
  if (row.kind === 'positive') return { skipped: 'no-violation', takenBack: row.id };
  if (row.observedUtc === null) return { skipped: 'without-a-time' };
  const date = localDateOf(Date.parse(row.observedUtc), project.timeZone);
  if (project.startDate !== null && date < project.startDate) return { skipped: 'before-the-start-date' };
  const { employerId, kind, category, severity, status, dueDate } = row;
  return {
    fact: { groupKey: row.id, facts: { date, at: row.observedUtc, employerId, kind, category, severity, status, dueDate } },
  };
}

function mapOne(naturalKey: string, facts: Facts | undefined, context: ProjectContext): Mapped {
  if (!facts) return removed(naturalKey, 'An observation', 'Safety Violations');
  const { hour, minute } = clockIn(context.project.timeZone, Date.parse(String(facts['at'])));
  const date = String(facts['date']);
  const { dueDate } = facts;
  const fields = {
    date,
    vendor_id: vendorIdOf(facts, context),
    time_hour: hour,
    time_minute: minute,
    subject: inWords(facts['category'], 'Safety'),
    comments: `${inWords(facts['kind'], 'Observation')}; severity ${inWords(facts['severity'], 'unknown').toLowerCase()}; ${inWords(facts['status'], 'status unknown').toLowerCase()}. Details in HammerTech.`,
    compliance_due: typeof dueDate === 'string' ? dueDate : null,
  };
  return { kind: 'record', record: recordOf(naturalKey, fields, `An observation on ${date}`, 'Safety Violations') };
}
