import { z } from 'zod';
import { stepOfCommand } from '../../shared/domain/commands.ts';
import { coverageOf, listedProject, matchBases, matchKinds, projectChoice } from '../../shared/domain/projects.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { listMatches } from '../../shared/store/connections/matches.ts';
import { findDryRun } from '../../shared/store/projects/dry-runs.ts';
import { findAdminProjects } from '../../shared/store/projects/project-lists.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { pageOfWhole } from '../cursors.ts';
import { decide } from '../delivery.ts';
import { notFound, Problem } from '../problem.ts';
import { nothing, type Route, route } from '../route.ts';
import { changeAnswers, connectionParams, id, pageOf, pageQuery, partnerId, procoreId, time } from '../schemas.ts';
import { judgeChoice } from './project-choice.ts';
import { onStep } from './steps.ts';

const projectView = z.strictObject(listedProject.shape).meta({ id: 'Project' });

const matchView = z
  .strictObject({
    kind: z.enum(matchKinds),
    partnerId: z.string(),
    partnerName: z.string(),
    partnerTimeZone: z.string().nullable().meta({ description: 'IANA zone of the partner’s record; of projects alone' }),
    procoreId: z.string().nullable(),
    procoreName: z.string().nullable(),
    procoreTimeZone: z.string().nullable().meta({ description: 'Procore’s own name of its zone; of projects alone' }),
    basis: z.enum(matchBases),
    score: z.number(),
    state: z.enum(['matched', 'doubtful', 'unmatched']),
  })
  .meta({ id: 'Match' });

const coverageView = z
  .strictObject({ matched: z.int(), of: z.int(), percent: z.int().meta({ description: 'Whole percent, rounded down' }) })
  .meta({ id: 'MatchCoverage' });

const matchesView = pageOf(matchView).extend({
  coverage: z.strictObject({ project: coverageView, company: coverageView, person: coverageView }),
});

async function needConnection(db: Db, connectionId: string): Promise<void> {
  if ((await findConnection(db, connectionId)) === undefined) throw notFound();
}

export const choiceRoutes: readonly Route[] = [
  route({
    id: 'listProjects',
    method: 'get',
    path: '/v1/connections/{connectionId}/projects',
    scope: 'read',
    family: 'Choices',
    summary: 'The admin’s own list of Procore projects, inactive ones included, as of their newest sign-in',
    params: connectionParams,
    query: pageQuery,
    body: nothing,
    answers: {
      200: {
        says: 'A page of the list; `capturedAt` is null before an admin has signed in',
        schema: pageOf(projectView).extend({ capturedAt: time.nullable() }),
      },
    },
    handle: async ({ params, query }, caller) => {
      const list = await caller.inTenant(async (db) => {
        await needConnection(db, params.connectionId);
        return findAdminProjects(db, params.connectionId);
      });
      const projects = (list?.projects ?? []).map(({ since: _, ...project }) => project);
      return { status: 200, body: { capturedAt: list?.capturedAt ?? null, ...pageOfWhole(projects, query) } };
    },
  }),
  route({
    id: 'chooseProjects',
    method: 'post',
    path: '/v1/connections/{connectionId}/project-choice',
    scope: 'admin',
    family: 'Choices',
    summary: 'Choose which projects are kept in step',
    description:
      'A new choice takes back what rests on the one before: those steps are looked at again, and a dry run is confirmed anew. On a live connection newly chosen projects are linked; those no longer chosen are unlinked, and what was written for them stays in Procore.',
    params: connectionParams,
    query: nothing,
    body: projectChoice,
    example: { existing: 'chosen', chosen: ['562949953421401'], future: false },
    answers: changeAnswers,
    handle: ({ params, body }, caller, dependencies) =>
      decide(caller, dependencies, async (db) => {
        const step = { ...params, stepId: stepOfCommand['choose-projects'] };
        const decision = await onStep(caller, step, { kind: 'choose-projects', input: body })(db);
        await judgeChoice(db, params.connectionId, body, 'chosen');
        return decision;
      }),
  }),
  route({
    id: 'listMatches',
    method: 'get',
    path: '/v1/connections/{connectionId}/matches',
    scope: 'read',
    family: 'Choices',
    summary: 'Partner records and their counterparts in Procore',
    params: connectionParams,
    query: pageQuery,
    body: nothing,
    answers: { 200: { says: 'A page of pairs, and how much of each kind has its counterpart', schema: matchesView } },
    handle: async ({ params, query }, caller) => {
      const matches = await caller.inTenant(async (db) => {
        await needConnection(db, params.connectionId);
        return listMatches(db, params.connectionId);
      });
      const coverage = Object.fromEntries(matchKinds.map((kind) => [kind, coverageOf(matches, kind)]));
      return { status: 200, body: { ...pageOfWhole(matches, query), coverage } };
    },
  }),
  route({
    id: 'decideMatch',
    method: 'post',
    path: '/v1/connections/{connectionId}/matches/{partnerId}',
    scope: 'admin',
    family: 'Choices',
    summary: 'Choose the counterpart of a partner record',
    params: z.strictObject({ connectionId: id('connection'), partnerId }),
    query: nothing,
    body: z.strictObject({
      kind: z.enum(matchKinds),
      procoreId: procoreId.nullable().meta({ description: 'null: it has no counterpart and is left out' }),
    }),
    example: { kind: 'company', procoreId: '562949953421555' },
    answers: changeAnswers,
    handle: ({ params, body }, caller, dependencies) => {
      const decided = onStep(
        caller,
        { connectionId: params.connectionId, stepId: stepOfCommand['decide-match'] },
        {
          kind: 'decide-match',
          input: { kind: body.kind, partnerId: params.partnerId, procoreId: body.procoreId },
        },
      );
      return decide(caller, dependencies, async (db) => {
        const decision = await decided(db);
        const matches = await listMatches(db, params.connectionId);
        if (!matches.some((match) => match.kind === body.kind && match.partnerId === params.partnerId)) throw notFound();
        return decision;
      });
    },
  }),
  route({
    id: 'confirm',
    method: 'post',
    path: '/v1/connections/{connectionId}/confirm',
    scope: 'admin',
    family: 'Choices',
    summary: 'Go live as the dry run showed',
    params: connectionParams,
    query: nothing,
    body: z.strictObject({
      dryRunAt: time.optional().meta({ description: '`at` of the dry run that was read; left out: the newest' }),
    }),
    example: { dryRunAt: '2026-11-12T08:15:00.000Z' },
    answers: changeAnswers,
    handle: ({ params, body }, caller, dependencies) =>
      decide(caller, dependencies, async (db) => {
        const step = { connectionId: params.connectionId, stepId: stepOfCommand.confirm };
        const dryRun = await findDryRun(db, params.connectionId);
        const dryRunAt = body.dryRunAt ?? dryRun?.at;
        const decision = await onStep(caller, step, { kind: 'confirm', input: { dryRunAt } })(db);
        if (dryRunAt === undefined)
          throw new Problem('not-now', 'There is no dry run yet; it comes once projects and companies are matched.');
        if (dryRun !== undefined && dryRun.at !== dryRunAt)
          throw new Problem('not-now', `The dry run was repeated on ${dryRun.at}; read it, then confirm that one.`);
        return decision;
      }),
  }),
];
