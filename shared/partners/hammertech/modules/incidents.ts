import { clockIn, localDateOf } from '../../../domain/local-dates.ts';
import type { Facts, Mapped, ProjectContext, ProjectStream } from '../../stream.ts';
import type { HammertechClient } from '../client.ts';
import { dailyLog } from '../daily-log.ts';
import { type DirectReading, pullModified } from '../modified.ts';
import type { Incident } from '../schema.ts';
import { needsOf } from '../settings.ts';
import { recordOf, removed, vendorIdOf } from './visitors.ts';

const names = ['time_hour', 'time_minute', 'comments'] as const;

/**
 * Incidents → Procore's accident log: that something happened, when, of which kind and how grave. Names, medical detail and free text are
 * never copied: whoever needs them looks in HammerTech.
 */
export const incidents: ProjectStream = {
  name: 'incidents',
  scope: 'project',
  shape: 'direct',
  direction: 'partner-to-procore',
  module: 'incidents',
  mappingVersion: 1,
  needs: needsOf(['incidents'], 'project'),
  open: async (context) => {
    const client = context.partnerClient as HammertechClient; // the partner's own client, as its `connect` made it
    const { partnerProjectId: projectId } = context.project;
    return {
      pull: (cursor) =>
        pullModified(
          context,
          cursor,
          (modifiedSince) => client.incidents({ projectId, modifiedSince }),
          (row) => readOne(row, context),
        ),
      map: async (naturalKey, [facts]) => mapOne(naturalKey, facts, context),
      ...dailyLog(context, 'accident', names),
    };
  },
};

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

/** `medical-treatment` as `Medical treatment`. */
export function inWords(value: Facts[string] | undefined, otherwise: string): string {
  if (typeof value !== 'string' || value === '') return otherwise;
  const words = value.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
