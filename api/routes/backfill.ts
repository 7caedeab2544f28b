import { z } from 'zod';
import { backfillStreams, durationMs, effortOf, progressOf, windowsAtFirst } from '../../shared/domain/backfill.ts';
import { stepOfCommand } from '../../shared/domain/commands.ts';
import { type BackfillChoice, backfillChoice } from '../../shared/domain/contractors.ts';
import { appliedDecision } from '../../shared/store/commands.ts';
import { backfillStandings } from '../../shared/store/projects/backfill-progress.ts';
import { findSurvey } from '../../shared/store/projects/backfill-surveys.ts';
import { learnedWindows } from '../../shared/store/rate-budget.ts';
import { decide } from '../delivery.ts';
import { needPeople } from '../people-connections.ts';
import { invalid, Problem } from '../problem.ts';
import { nothing, type Route, route } from '../route.ts';
import { changeAnswers, connectionParams, time } from '../schemas.ts';
import { judgeBackfill } from './contractor-choices.ts';
import { onStep } from './steps.ts';

const choices = ['none', 'open', 'since'] as const satisfies readonly BackfillChoice['which'][];

const estimateQuery = z.strictObject({
  which: z.enum(choices).meta({ description: 'Which choice' }),
  since: z.iso.date().optional().meta({ description: 'Goes with `which=since`: a day of the project' }),
});

const estimateView = z
  .strictObject({
    which: z.enum(choices),
    since: z.iso.date().nullable(),
    items: z.strictObject({
      rfis: z.int().meta({ description: 'All that are looked at: whether the design side takes part is told by each one alone' }),
      submittals: z.int().meta({ description: 'Those in which the design side takes part, each revision for itself' }),
    }),
    procoreCalls: z.int().meta({ description: 'Files of RFIs come on top: Procore’s list does not tell of them' }),
    partnerCalls: z.int().meta({ description: 'Files of RFIs come on top here too: three calls each, and one for their RFI' }),
    seconds: z.int().meta({
      description:
        'An estimate: as long as the limits of Procore demand as they stand now, in the share that is left to backfills, or half a second for each call, four at once, whichever is longer; where nothing else asks',
    }),
    asOf: time.meta({ description: 'When the items were counted' }),
  })
  .meta({ id: 'BackfillEstimate' });

/** The choice that is asked about; what could not be chosen is refused in the same words. */
function choiceOf({ which, since }: z.output<typeof estimateQuery>): BackfillChoice {
  if (which !== 'since') {
    if (since !== undefined) throw invalid('since', 'leave it out, or send which=since');
    return { which };
  }
  if (since === undefined) throw invalid('since', 'send the day from which on items are brought over, such as 2026-11-12');
  const choice: BackfillChoice = { which, since };
  judgeBackfill(choice, 'since');
  return choice;
}

const progressView = z.strictObject({
  state: z.enum(['not-started', 'running', 'done']).meta({
    description: '`done` once everything that the choice in force wants is carried, files included',
  }),
  streams: z.array(
    z.strictObject({
      stream: z.enum(backfillStreams),
      done: z.int().meta({ description: 'Looked at, and nothing of it on its way any more' }),
      of: z.int().nullable().meta({ description: 'null: not counted yet. Files are known once their items are read' }),
    }),
  ),
});

const backfillView = z
  .strictObject({
    choice: backfillChoice.nullable(),
    decidedBy: z.string().nullable(),
    decidedAt: time.nullable(),
    progress: progressView,
  })
  .meta({ id: 'Backfill' });

export const backfillRoutes: readonly Route[] = [
  route({
    id: 'showBackfill',
    method: 'get',
    path: '/v1/connections/{connectionId}/backfill',
    scope: 'read',
    family: 'Contractor',
    summary: 'What of the past was chosen, and how far it has come',
    description: 'A backfill that was interrupted goes on from where it stood; what came already does not come twice.',
    params: connectionParams,
    query: nothing,
    body: nothing,
    refuses: [409],
    answers: { 200: { says: 'The choice and its progress', schema: backfillView } },
    handle: async ({ params }, caller) => {
      const { decision, standings } = await caller.inTenant(async (db) => {
        await needPeople(db, params.connectionId);
        return {
          decision: await appliedDecision(db, params.connectionId, 'choose-backfill'),
          standings: await backfillStandings(db, params.connectionId),
        };
      });
      const choice = backfillChoice.safeParse(decision?.input).data ?? null;
      const decided = { choice, decidedBy: decision?.by ?? null, decidedAt: decision?.at.toISOString() ?? null };
      return { status: 200, body: { ...decided, progress: progressOf(standings, choice) } };
    },
  }),
  route({
    id: 'estimateBackfill',
    method: 'get',
    path: '/v1/connections/{connectionId}/backfill/estimate',
    scope: 'read',
    family: 'Contractor',
    summary: 'What a choice of the past would bring over, and what that costs',
    description:
      'An estimate, reckoned from what was counted when the project was connected, and once a day until somebody chooses: asking calls nobody.',
    params: connectionParams,
    query: estimateQuery,
    body: nothing,
    refuses: [409],
    answers: { 200: { says: 'The estimate', schema: estimateView } },
    handle: async ({ params, query }, caller) => {
      const choice = choiceOf(query);
      const { counted, windows } = await caller.inTenant(async (db) => {
        await needPeople(db, params.connectionId);
        const found = await findSurvey(db, params.connectionId);
        if (found === undefined)
          throw new Problem(
            'not-now',
            'The project is not counted yet; it is soon after it was connected and its people were matched.',
          );
        return { counted: found, windows: await learnedWindows(db, found.budgetKey) };
      });
      const effort = effortOf(counted.survey, choice);
      const ms = durationMs(effort, windows.length > 0 ? windows : windowsAtFirst);
      const since = choice.which === 'since' ? choice.since : null;
      const asOf = counted.countedAt.toISOString();
      return { status: 200, body: { which: choice.which, since, ...effort, seconds: Math.ceil(ms / 1000), asOf } };
    },
  }),
  route({
    id: 'chooseBackfill',
    method: 'post',
    path: '/v1/connections/{connectionId}/backfill',
    scope: 'admin',
    family: 'Contractor',
    summary: 'Choose what of the past is brought over',
    description:
      'Nothing, the items that are open, or all that changed since a day. Chosen anew on a live connection, what is wanted more is brought over; what came already stays.',
    params: connectionParams,
    query: nothing,
    body: backfillChoice,
    example: { which: 'open' },
    answers: changeAnswers,
    handle: ({ params, body }, caller, dependencies) =>
      decide(caller, dependencies, async (db) => {
        await needPeople(db, params.connectionId);
        judgeBackfill(body, 'since');
        const step = { connectionId: params.connectionId, stepId: stepOfCommand['choose-backfill'] };
        return onStep(caller, step, { kind: 'choose-backfill', input: body })(db);
      }),
  }),
];
