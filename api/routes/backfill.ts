import { stepOfCommand } from '../../shared/domain/commands.ts';
import { backfillChoice } from '../../shared/domain/contractors.ts';
import { decide } from '../delivery.ts';
import { needPeople } from '../people-connections.ts';
import { nothing, type Route, route } from '../route.ts';
import { changeAnswers, connectionParams } from '../schemas.ts';
import { judgeBackfill } from './contractor-choices.ts';
import { onStep } from './steps.ts';

export const backfillRoutes: readonly Route[] = [
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
