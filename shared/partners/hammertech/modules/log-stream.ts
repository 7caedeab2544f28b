import type { EntryKind } from '../../../procore/operations/daily-log-entries.ts';
import type { Facts, Mapped, ProjectContext, ProjectStream } from '../../stream.ts';
import type { ChangesOf, HammertechClient } from '../client.ts';
import { dailyLog } from '../daily-log.ts';
import { type DirectReading, pullModified } from '../modified.ts';
import { needsOf } from '../settings.ts';

/** What differs between modules whose source records each become one entry of a daily log. */
export interface LogModule<Row> {
  /** Name of the module and of its stream. */
  readonly name: string;
  readonly log: EntryKind;
  /** The fields of an entry that we own besides its day and its vendor, by Procore's names. */
  readonly fields: readonly string[];
  list(client: HammertechClient, changes: ChangesOf): AsyncIterable<readonly Row[]>;
  read(row: Row, context: ProjectContext): DirectReading;
  /** `facts` are absent if the source record is gone. */
  map(naturalKey: string, facts: Facts | undefined, context: ProjectContext): Mapped;
}

/** Changed records of a module → entries of its daily log, one each. */
export const logStream = <Row extends { readonly id: string; readonly modified: string | null }>({
  name,
  log,
  fields,
  list,
  read,
  map,
}: LogModule<Row>): ProjectStream => ({
  name,
  scope: 'project',
  shape: 'direct',
  direction: 'partner-to-procore',
  module: name,
  mappingVersion: 1,
  needs: needsOf([name], 'project'),
  open: async (context) => {
    const client = context.partnerClient as HammertechClient; // the partner's own client, as its `connect` made it
    const { partnerProjectId: projectId } = context.project;
    return {
      pull: (cursor) =>
        pullModified(
          context,
          cursor,
          (modifiedSince) => list(client, { projectId, modifiedSince }),
          (row) => read(row, context),
        ),
      map: async (naturalKey, [facts]) => map(naturalKey, facts, context),
      ...dailyLog(context, log, fields),
    };
  },
});
