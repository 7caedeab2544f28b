import type { Facts, Mapped, ProjectContext } from '../../stream.ts';
import { plainText } from '../daily-log.ts';
import type { DirectReading } from '../modified.ts';
import type { SiteDiary } from '../schema.ts';
import { recordOf, removed } from './entries.ts';
import { logStream } from './log-stream.ts';

/** Notes of the approved site diary → Procore's notes log: one entry per day. */
export const notes = logStream({
  name: 'notes',
  log: 'notes',
  fields: ['comment'],
  list: (client, changes) => client.siteDiaries(changes),
  read: readOne,
  map: mapOne,
});

function readOne({ date, notes: text, status }: SiteDiary, { project }: ProjectContext): DirectReading {
  if (date === null) return { skipped: 'without-a-date' };
  if (status !== 'approved') return { skipped: 'not-approved', takenBack: date };
  if (project.startDate !== null && date < project.startDate) return { skipped: 'before-the-start-date' };
  const comment = plainText(text ?? '');
  return { fact: { groupKey: date, facts: { date, comment }, gone: comment === '' } };
}

function mapOne(naturalKey: string, facts: Facts | undefined): Mapped {
  if (!facts) return removed(naturalKey, 'A note', 'Notes');
  const { date, comment } = facts;
  const fields = { date: String(date), vendor_id: null, comment: String(comment) };
  return { kind: 'record', record: recordOf(naturalKey, fields, `The note of ${String(date)}`, 'Notes') };
}
