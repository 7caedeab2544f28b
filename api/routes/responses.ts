import { z } from 'zod';
import { stepOfCommand } from '../../shared/domain/commands.ts';
import { responseMapping } from '../../shared/domain/contractors.ts';
import { givenName } from '../../shared/domain/mail.ts';
import { listResponses } from '../../shared/store/connections/response-mappings.ts';
import { pageOfWhole } from '../cursors.ts';
import { decide } from '../delivery.ts';
import { needPeople } from '../people-connections.ts';
import { notFound } from '../problem.ts';
import { nothing, type Route, route } from '../route.ts';
import { changeAnswers, connectionParams, pageOf, pageQuery, procoreId } from '../schemas.ts';
import { offersResponse } from './contractor-choices.ts';
import { onStep } from './steps.ts';

const responseView = z
  .strictObject({
    ...responseMapping.shape,
    considered: z.string().nullable().meta({ description: 'What Procore counts it as, whatever its name' }),
    state: z
      .enum(['mapped', 'none', 'new'])
      .meta({ description: '`none`: no answer is ever given by it; `new`: nobody has said what it means' }),
    partnerName: z.string().nullable().meta({ description: 'As people choose it at the partner' }),
    decidedBy: z.string().nullable().meta({ description: 'null: by its own name' }),
  })
  .meta({ id: 'ResponseMapping' });

const responsesView = pageOf(responseView).extend({
  partnerNames: z.array(z.string()).meta({
    description:
      'Names that mean something by now. At the partner people choose among just these, so that any other may be given',
  }),
});

export const responseRoutes: readonly Route[] = [
  route({
    id: 'listResponses',
    method: 'get',
    path: '/v1/connections/{connectionId}/responses',
    scope: 'read',
    family: 'Contractor',
    summary: 'What each response that the project offers in Procore means at the partner',
    params: connectionParams,
    query: pageQuery,
    body: nothing,
    refuses: [409],
    answers: { 200: { says: 'A page of them, by name', schema: responsesView } },
    handle: async ({ params, query }, caller) => {
      const responses = await caller.inTenant(async (db) => {
        await needPeople(db, params.connectionId);
        return listResponses(db, params.connectionId);
      });
      const names = responses.flatMap(({ state, partnerName }) => (state === 'mapped' && partnerName ? [partnerName] : []));
      return { status: 200, body: { ...pageOfWhole(responses, query), partnerNames: [...new Set(names)].sort() } };
    },
  }),
  route({
    id: 'mapResponse',
    method: 'post',
    path: '/v1/connections/{connectionId}/responses/{responseId}',
    scope: 'admin',
    family: 'Contractor',
    summary: 'Say what a response means at the partner',
    description: 'A decision that is taken anew counts for answers that are sent from then on.',
    params: connectionParams.extend({ responseId: procoreId }),
    query: nothing,
    body: z.strictObject({
      name: givenName.nullable().meta({
        description: 'As people choose it at the partner; null: no answer is ever given by it',
        override: { type: ['string', 'null'], maxLength: 500 },
      }),
    }),
    example: { name: 'Approved as Noted' },
    answers: changeAnswers,
    handle: ({ params: { connectionId, responseId }, body }, caller, dependencies) =>
      decide(caller, dependencies, async (db) => {
        await needPeople(db, connectionId);
        if (!(await offersResponse(db, connectionId, responseId))) throw notFound();
        const step = { connectionId, stepId: stepOfCommand['map-response'] };
        return onStep(caller, step, { kind: 'map-response', input: { responseId, name: body.name } })(db);
      }),
  }),
];
