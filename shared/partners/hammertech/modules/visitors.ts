import { clockIn, localDateOf } from '../../../domain/local-dates.ts';
import type { Facts, Mapped, ProjectContext, ProjectStream, TargetRecord } from '../../stream.ts';
import type { HammertechClient } from '../client.ts';
import { dailyLog } from '../daily-log.ts';
import { type DirectReading, pullModified } from '../modified.ts';
import type { SiteSignIn } from '../schema.ts';
import { needsOf } from '../settings.ts';

const names = ['begin_hour', 'begin_minute', 'end_hour', 'end_minute', 'subject'] as const;

/** Visits → Procore's visitor log: an entry a visit, once it is over. Who came is never asked for; their company is, where it is matched. */
export const visitors: ProjectStream = {
  name: 'visitors',
  scope: 'project',
  shape: 'direct',
  direction: 'partner-to-procore',
  module: 'visitors',
  mappingVersion: 1,
  needs: needsOf(['visitors'], 'project'),
  open: async (context) => {
    const client = context.partnerClient as HammertechClient; // the partner's own client, as its `connect` made it
    const { partnerProjectId: projectId } = context.project;
    return {
      pull: (cursor) =>
        pullModified(
          context,
          cursor,
          (modifiedSince) => client.signIns({ projectId, modifiedSince }),
          (row) => readVisit(row, context),
        ),
      map: async (naturalKey, [facts]) => mapVisit(naturalKey, facts, context),
      ...dailyLog(context, 'visitor', names),
    };
  },
};

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

/** The vendor that the record's employer is matched with; none otherwise: the entry stands without it. */
export function vendorIdOf(facts: Facts, { vendorOf }: ProjectContext): string | null {
  const { employerId } = facts;
  return typeof employerId === 'string' ? (vendorOf.get(employerId)?.procoreId ?? null) : null;
}

/** A record of one of the daily logs; found on the far side by its day. */
export const recordOf = (naturalKey: string, fields: TargetRecord['fields'], label: string, screen: string): TargetRecord => ({
  naturalKey,
  searchKey: String(fields['date'] ?? ''),
  fields,
  address: { label, screen: `Procore: Project → Daily Log → ${String(fields['date'] ?? '')} → ${screen}` },
  empty: false,
});

/** What was taken back at the source stands in Procore until a person removes it: we delete nothing there. */
export const removed = (naturalKey: string, what: string, screen: string): Mapped => ({
  kind: 'blocked',
  naturalKey,
  reason: 'delete-needs-approval',
  subject: `gone:${naturalKey}`,
  seen: `${what} that we entered was taken back in HammerTech.`,
  needed: 'The entry removed in Procore by a person, or left as it is.',
  where: `Procore: Project → Daily Log → ${screen}`,
});
