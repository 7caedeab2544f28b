import { z } from 'zod';
import type { DryRun, ForeseenRecord } from '../../shared/domain/dry-run.ts';
import { foreseenActs, foreseenCounts, wholeRefusal } from '../../shared/domain/dry-run.ts';
import { faultTable } from '../../shared/domain/faults.ts';
import { uuid } from '../../shared/domain/ids.ts';
import { findDryRun, linkDryRuns } from '../../shared/store/projects/dry-runs.ts';
import { foreseenPage } from '../../shared/store/projects/foreseen-view.ts';
import { projectLinkView } from '../../shared/store/projects/project-links-view.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { pageFrom, positionOf } from '../cursors.ts';
import { notFound } from '../problem.ts';
import { type Answer, type Caller, nothing, type Route, route } from '../route.ts';
import {
  connectionParams,
  faultName,
  ownerName,
  pageOf,
  pageQuery,
  procoreId,
  projectLinkParams,
  streamName,
  time,
} from '../schemas.ts';

const counts = foreseenCounts.shape;

const ofProject = z.strictObject({
  procoreProjectId: z.string(),
  name: z.string(),
  ...counts,
  streams: z.array(
    z.strictObject({
      stream: z.string(),
      ...counts,
      refused: z
        .strictObject({ ...wholeRefusal.shape, owner: ownerName })
        .nullable()
        .meta({ description: 'Why nothing of it would be carried, until its owner acts' }),
    }),
  ),
});

const dryRunView = z
  .strictObject({
    dryRunId: uuid,
    at: time.meta({ description: 'When it began: nothing it says was seen before' }),
    company: ofProject.nullable().meta({ description: 'What belongs to no project: projects to be linked, vendors' }),
    projects: z.array(ofProject),
  })
  .meta({
    id: 'DryRun',
    description: 'How many records would be created, updated or left alone, and how many cannot be sent; `held` wait for a push.',
  });

const recordView = z
  .strictObject({
    procoreProjectId: z.string(),
    stream: z.string(),
    naturalKey: z.string().meta({ description: 'Names the record within its stream, the same for ever' }),
    label: z.string(),
    does: z.enum(foreseenActs),
    held: z.boolean().meta({ description: 'It waits for a person’s push, since automation of what it does is off' }),
    why: z.string(),
    reason: faultName.nullable().meta({ description: 'Of what cannot be sent' }),
    owner: ownerName.nullable().meta({ description: 'Who must act first' }),
    needed: z.string().nullable(),
    where: z.string().nullable(),
    fields: z.record(z.string(), z.unknown()).nullable().meta({ description: 'As they would be sent' }),
  })
  .meta({ id: 'ForeseenRecord' });

const recordsQuery = pageQuery.extend({
  procoreProjectId: procoreId.optional(),
  stream: streamName.optional(),
  does: z.enum(foreseenActs).optional(),
});
type RecordsQuery = z.output<typeof recordsQuery>;

const position = z.tuple([z.string().max(100), z.string().max(100), z.string().max(500)]);

const viewOf = ({ dryRunId, at, company, projects }: DryRun): z.output<typeof dryRunView> => ({
  dryRunId,
  at,
  company: company && viewOfProject(company),
  projects: projects.map(viewOfProject),
});

const viewOfProject = ({ streams, ...project }: DryRun['projects'][number]): z.output<typeof ofProject> => ({
  ...project,
  streams: streams.map(({ refused, ...stream }) => ({
    ...stream,
    refused: refused && { ...refused, owner: faultTable[refused.reason].owner },
  })),
});

const ownerOf = ({ reason }: ForeseenRecord) => reason && faultTable[reason].owner;

/** Records of the dry run that `find` returns; throws `not-found` if there is none. */
async function page(caller: Caller, query: RecordsQuery, find: (db: Db) => Promise<DryRun | undefined>): Promise<Answer> {
  const after = positionOf(position, query.cursor);
  const { procoreProjectId, stream, does, limit } = query;
  const rows = await caller.inTenant(async (db) => {
    const found = await find(db);
    if (found === undefined) throw notFound();
    return foreseenPage(db, { dryRunId: found.dryRunId, procoreProjectId, stream, does, limit: limit + 1, after });
  });
  const body = pageFrom(
    rows,
    limit,
    (record) => ({ ...record, owner: ownerOf(record) }),
    (record) => [record.procoreProjectId, record.stream, record.naturalKey],
  );
  return { status: 200, body };
}

async function ofLink(db: Db, projectLinkId: string): Promise<readonly DryRun[]> {
  if ((await projectLinkView(db, projectLinkId)) === undefined) throw notFound();
  return linkDryRuns(db, projectLinkId);
}

const isOf =
  (stream: string) =>
  ({ company, projects }: DryRun): boolean =>
    [company, ...projects].some((one) => one?.streams.some((own) => own.stream === stream));

export const dryRunRoutes: readonly Route[] = [
  route({
    id: 'readDryRun',
    method: 'get',
    path: '/v1/connections/{connectionId}/dry-run',
    scope: 'read',
    family: 'Dry runs',
    summary: 'What going live would do, counted by project and stream',
    params: connectionParams,
    query: nothing,
    body: nothing,
    answers: { 200: { says: 'The newest dry run', schema: dryRunView } },
    handle: async ({ params }, caller) => {
      const dryRun = await caller.inTenant((db) => findDryRun(db, params.connectionId));
      if (dryRun === undefined) throw notFound();
      return { status: 200, body: viewOf(dryRun) };
    },
  }),
  route({
    id: 'listForeseen',
    method: 'get',
    path: '/v1/connections/{connectionId}/dry-run/records',
    scope: 'read',
    family: 'Dry runs',
    summary: 'What going live would do, record by record, each with its reason',
    params: connectionParams,
    query: recordsQuery,
    body: nothing,
    answers: { 200: { says: 'A page of records, by project, stream and key', schema: pageOf(recordView) } },
    handle: ({ params, query }, caller) => page(caller, query, (db) => findDryRun(db, params.connectionId)),
  }),
  route({
    id: 'readLinkDryRuns',
    method: 'get',
    path: '/v1/project-links/{projectLinkId}/dry-run',
    scope: 'read',
    family: 'Dry runs',
    summary: 'The newest dry run of each stream of a link that one was asked for',
    params: projectLinkParams,
    query: nothing,
    body: nothing,
    answers: { 200: { says: 'One for each stream', schema: z.strictObject({ items: z.array(dryRunView) }) } },
    handle: async ({ params }, caller) => {
      const items = await caller.inTenant((db) => ofLink(db, params.projectLinkId));
      return { status: 200, body: { items: items.map(viewOf) } };
    },
  }),
  route({
    id: 'listLinkForeseen',
    method: 'get',
    path: '/v1/project-links/{projectLinkId}/dry-run/records',
    scope: 'read',
    family: 'Dry runs',
    summary: 'What the next cycle of one stream would do, record by record, each with its reason',
    params: projectLinkParams,
    query: recordsQuery.omit({ procoreProjectId: true }).extend({ stream: streamName }),
    body: nothing,
    answers: { 200: { says: 'A page of records, by their keys', schema: pageOf(recordView) } },
    handle: ({ params, query }, caller) =>
      page(caller, query, async (db) => (await ofLink(db, params.projectLinkId)).find(isOf(query.stream))),
  }),
];
