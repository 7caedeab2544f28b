import { z } from 'zod';
import { uuid, workflowIds } from '../../shared/domain/ids.ts';
import { partnerNames } from '../../shared/domain/partners.ts';
import { linkScopes } from '../../shared/store/projects/project-links.ts';
import { type ProjectLinkView, projectLinksPage, projectLinkView } from '../../shared/store/projects/project-links-view.ts';
import { pageFrom, positionOf, timePosition } from '../cursors.ts';
import { decide } from '../delivery.ts';
import { notFound, Problem } from '../problem.ts';
import { nothing, type Route, route } from '../route.ts';
import { changeAnswers, faultName, id, pageOf, pageQuery, projectLinkParams, reason, streamName, time } from '../schemas.ts';
import { streamView, viewOfStream } from './stream-views.ts';

const linkView = z
  .strictObject({
    projectLinkId: uuid,
    connectionId: uuid,
    scope: z.enum(linkScopes).meta({ description: 'company: what concerns the company as a whole' }),
    partner: z.enum(partnerNames),
    procore: z.strictObject({ projectId: z.string(), name: z.string() }),
    atPartner: z.strictObject({ projectId: z.string(), name: z.string() }),
    timeZone: z.string().nullable(),
    startDate: z.iso.date().nullable(),
    state: z.enum(['active', 'paused', 'unlinked']),
    lastCycleAt: time.nullable(),
    nextCycleAt: time.nullable(),
    waiting: z.strictObject({ until: time, why: z.string() }).nullable().meta({ description: 'A wait the far side asked for' }),
    deliveries: z.record(z.string(), z.int()).meta({ description: 'Deliveries by state' }),
    attention: z.int().meta({ description: 'Items that wait for a person' }),
    automation: z
      .record(z.string(), z.strictObject({ create: z.boolean(), update: z.boolean() }))
      .meta({ description: 'By stream: which writes go out by themselves; all where nothing stands' }),
    streams: z.array(streamView),
    workflowId: z.string(),
    createdAt: time,
  })
  .meta({ id: 'ProjectLink' });

const viewOf = (tenantId: string, link: ProjectLinkView) => ({
  projectLinkId: link.projectLinkId,
  connectionId: link.connectionId,
  scope: link.scope,
  partner: link.partner,
  procore: { projectId: link.procoreProjectId, name: link.procoreProjectName },
  atPartner: { projectId: link.partnerProjectId, name: link.partnerProjectName },
  timeZone: link.timeZone,
  startDate: link.startDate,
  state: link.state,
  lastCycleAt: link.lastCycleAt?.toISOString() ?? null,
  nextCycleAt: link.nextCycleAt?.toISOString() ?? null,
  waiting: link.waitingUntil === null ? null : { until: link.waitingUntil.toISOString(), why: link.waitingWhy ?? '' },
  deliveries: link.deliveries,
  attention: link.attention,
  automation: link.automation,
  streams: link.streams.map(viewOfStream),
  workflowId: workflowIds.projectSync(tenantId, link.projectLinkId),
  createdAt: link.createdAt.toISOString(),
});

/** One command for a loop: a command row, then the Update of the same name. */
function verb<Body extends z.ZodType>(facts: {
  readonly id: 'pause' | 'resume' | 'syncNow' | 'retryItems' | 'dryRun';
  readonly path: 'pause' | 'resume' | 'sync-now' | 'retry-items' | 'dry-run';
  readonly summary: string;
  readonly description?: string;
  readonly body: Body;
  readonly example?: unknown;
}): Route {
  return route({
    id: facts.id,
    method: 'post',
    path: `/v1/project-links/{projectLinkId}/${facts.path}`,
    scope: 'operate',
    family: 'Project links',
    summary: facts.summary,
    ...(facts.description === undefined ? {} : { description: facts.description }),
    params: projectLinkParams,
    query: nothing,
    body: facts.body,
    ...(facts.example === undefined ? {} : { example: facts.example }),
    answers: changeAnswers,
    handle: ({ params, body }, caller, dependencies) =>
      decide(caller, dependencies, async (db) => {
        const link = await projectLinkView(db, params.projectLinkId);
        if (link === undefined) throw notFound();
        if (link.state === 'unlinked') throw new Problem('not-now', 'The project is not linked any more.');
        return {
          kind: facts.id,
          input: body,
          connectionId: link.connectionId,
          projectLinkId: link.projectLinkId,
          workflowId: workflowIds.projectSync(caller.tenantId, link.projectLinkId),
          subject: `project-link:${link.projectLinkId}`,
        };
      }),
  });
}

const maybeReason = z.strictObject({ reason: reason.optional() });

export const projectLinkRoutes: readonly Route[] = [
  route({
    id: 'listProjectLinks',
    method: 'get',
    path: '/v1/project-links',
    scope: 'read',
    family: 'Project links',
    summary: 'Linked projects, newest first',
    params: nothing,
    query: pageQuery.extend({ connectionId: id('connection').optional() }),
    body: nothing,
    answers: { 200: { says: 'A page of linked projects', schema: pageOf(linkView) } },
    handle: async ({ query }, caller) => {
      const at = positionOf(timePosition, query.cursor);
      const after = at && { createdAtMicros: at[0], id: at[1] };
      const page = { limit: query.limit + 1, after, connectionId: query.connectionId };
      const rows = await caller.inTenant((db) => projectLinksPage(db, page));
      const body = pageFrom(
        rows,
        query.limit,
        (row) => viewOf(caller.tenantId, row),
        (row) => [row.createdAtMicros, row.projectLinkId],
      );
      return { status: 200, body };
    },
  }),
  route({
    id: 'readProjectLink',
    method: 'get',
    path: '/v1/project-links/{projectLinkId}',
    scope: 'read',
    family: 'Project links',
    summary: 'One linked project: state, last and next cycle, counts',
    params: projectLinkParams,
    query: nothing,
    body: nothing,
    answers: { 200: { says: 'The linked project', schema: linkView } },
    handle: async ({ params }, caller) => {
      const link = await caller.inTenant((db) => projectLinkView(db, params.projectLinkId));
      if (link === undefined) throw notFound();
      return { status: 200, body: viewOf(caller.tenantId, link) };
    },
  }),
  verb({
    id: 'pause',
    path: 'pause',
    summary: 'Pause the project; what is under way is finished',
    body: z.strictObject({ reason }),
    example: { reason: 'Site closed over the holidays' },
  }),
  verb({ id: 'resume', path: 'resume', summary: 'Go on after a pause', body: maybeReason }),
  verb({
    id: 'syncNow',
    path: 'sync-now',
    summary: 'Begin a cycle now',
    description:
      'With `reconcile` it also compares what was written with what stands in Procore, and the answer says what differs. ' +
      'While writes are not settled the comparison waits for them; what it finds stands in the linked project’s `streams`.',
    body: maybeReason.extend({ reconcile: z.boolean().optional() }),
    example: { reconcile: true },
  }),
  verb({
    id: 'retryItems',
    path: 'retry-items',
    summary: 'Put every parked item of one reason back into the queue',
    body: z.strictObject({ reason: faultName }),
    example: { reason: 'vendor-not-on-project' },
  }),
  verb({
    id: 'dryRun',
    path: 'dry-run',
    summary: 'Say what the next cycle of one stream would do',
    description: 'Nothing is written to either side. What it says, record by record, stands under `GET` of this address.',
    body: z.strictObject({ stream: streamName }),
    example: { stream: 'manpower' },
  }),
];
