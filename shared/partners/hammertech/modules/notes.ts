import type { Facts, Mapped, ProjectContext, ProjectStream } from '../../stream.ts';
import type { HammertechClient } from '../client.ts';
import { dailyLog, plainText } from '../daily-log.ts';
import { type DirectReading, pullModified } from '../modified.ts';
import type { SiteDiary } from '../schema.ts';
import { needsOf } from '../settings.ts';
import { recordOf, removed } from './visitors.ts';

/** Notes of the approved site diary → Procore's notes log: one entry a day. */
export const notes: ProjectStream = {
  name: 'notes',
  scope: 'project',
  shape: 'direct',
  direction: 'partner-to-procore',
  module: 'notes',
  mappingVersion: 1,
  needs: needsOf(['notes'], 'project'),
  open: async (context) => {
    const client = context.partnerClient as HammertechClient; // the partner's own client, as its `connect` made it
    const { partnerProjectId: projectId } = context.project;
    return {
      pull: (cursor) =>
        pullModified(
          context,
          cursor,
          (modifiedSince) => client.siteDiaries({ projectId, modifiedSince }),
          (row) => readOne(row, context),
        ),
      map: async (naturalKey, [facts]) => mapOne(naturalKey, facts),
      ...dailyLog(context, 'notes', ['comment']),
    };
  },
};

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
