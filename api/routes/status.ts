import { z } from 'zod';
import { sides, type Wait } from '../../shared/domain/waits.ts';
import { linkStates } from '../../shared/store/projects/project-links.ts';
import { cursorOf, positionOf } from '../cursors.ts';
import { needPeople } from '../people-connections.ts';
import { nothing, type Route, route } from '../route.ts';
import { connectionParams, ownerName, pageQuery, reminderDueAt, streamName, time } from '../schemas.ts';
import { type ProjectStatus, readStatus } from '../status.ts';

const waitView = z
  .strictObject({
    side: z.enum(sides).meta({ description: 'Where somebody must act; `us`: whoever runs this service' }),
    owner: ownerName,
    who: z.string().nullable().meta({ description: 'Names, where they are known' }),
    what: z.string(),
    since: time,
    until: time.nullable().meta({ description: 'When it is due, or ends; null: nobody says' }),
    reminderDueAt,
    about: z.strictObject({
      kind: z
        .enum(['step', 'item', 'record'])
        .meta({ description: '`item`: an attention item; `record`: an RFI or a submittal' }),
      id: z.string(),
      label: z.string(),
    }),
  })
  .meta({ id: 'Wait' });

const projectView = z
  .strictObject({
    projectLinkId: z.uuid(),
    name: z.string(),
    state: z.enum(linkStates),
    lastSyncAt: time.nullable(),
    nextSyncAt: time.nullable(),
    counts: z.array(
      z.strictObject({
        stream: z.string(),
        source: z.int().meta({ description: 'Records that are meant' }),
        target: z.int().meta({ description: 'Of these, those that stand on the other side' }),
        waiting: z.int().meta({ description: 'Of these, those on their way or parked' }),
      }),
    ),
    waits: z.array(waitView),
  })
  .meta({ id: 'ProjectStatus' });

const statusView = z
  .strictObject({
    ended: z
      .strictObject({ stage: z.enum(['disconnected', 'expired']), says: z.string(), needed: z.string() })
      .nullable()
      .meta({ description: 'The connection is over, and nobody has to act; null: it is not' }),
    next: waitView
      .nullable()
      .meta({ description: 'The most urgent step or cause; where nothing is held up, the item of this page' }),
    waits: z.array(waitView).meta({ description: 'Of the connection, the soonest end first' }),
    projects: z.array(projectView),
    nextCursor: z.string().nullable().meta({ description: 'For more open items; null: these are all' }),
  })
  .meta({ id: 'Status' });

/** The stream and key of the last item on the page before. */
const position = z.tuple([streamName, z.string().regex(/^procore:[\w:]{1,190}$/)]);

const viewOfWait = ({ since, until, reminderDueAt: due, ...wait }: Wait) => ({
  ...wait,
  since: since.toISOString(),
  until: until?.toISOString() ?? null,
  reminderDueAt: due?.toISOString() ?? null,
});

const viewOfProject = ({ link, counts, waits }: ProjectStatus) => ({
  projectLinkId: link.projectLinkId,
  name: link.procoreProjectName,
  state: link.state,
  lastSyncAt: link.lastCycleAt?.toISOString() ?? null,
  nextSyncAt: link.nextCycleAt?.toISOString() ?? null,
  counts,
  waits: waits.map(viewOfWait),
});

export const statusRoutes: readonly Route[] = [
  route({
    id: 'showStatus',
    method: 'get',
    path: '/v1/connections/{connectionId}/status',
    scope: 'read',
    family: 'Contractor',
    summary: 'Who must act next on both sides, since when and until when',
    description:
      'Out of what is stored: asking calls nobody. Steps and causes come with every page, open RFIs and submittals `limit` at a time.',
    params: connectionParams,
    query: pageQuery,
    body: nothing,
    refuses: [409],
    answers: { 200: { says: 'The status', schema: statusView } },
    handle: async ({ params, query }, caller, { plans }) => {
      const after = positionOf(position, query.cursor);
      const { ended, next, waits, projects, further } = await caller.inTenant(async (db) => {
        const connection = await needPeople(db, params.connectionId);
        return readStatus(db, connection, { after, limit: query.limit }, plans[connection.partner].steps);
      });
      const body = {
        ended,
        next: next && viewOfWait(next),
        waits: waits.map(viewOfWait),
        projects: projects.map(viewOfProject),
        nextCursor: further && cursorOf(further),
      };
      return { status: 200, body };
    },
  }),
];
