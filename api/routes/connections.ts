import { z } from 'zod';
import { workflowIds } from '../../shared/domain/ids.ts';
import { type Connection, findConnection } from '../../shared/store/connections/connections.ts';
import { connectionsPage, type Standing, standingOf } from '../../shared/store/connections/connections-view.ts';
import { pageFrom, positionOf, timePosition } from '../cursors.ts';
import { connectionRun, decide } from '../delivery.ts';
import { notFound } from '../problem.ts';
import { nothing, type Route, route } from '../route.ts';
import { changeAnswers, connectionParams, connectionView, pageOf, pageQuery, reason } from '../schemas.ts';

function viewOf(tenantId: string, connection: Connection, standing: Standing) {
  const self = `/v1/connections/${connection.connectionId}`;
  const id = connection.boundCompanyId;
  const run = connection.stage === 'onboarding' || connection.stage === 'expired' ? workflowIds.onboarding : workflowIds.care;
  return {
    connectionId: connection.connectionId,
    partner: connection.partner,
    stage: connection.stage,
    claimedCompanyId: connection.claimedCompanyId,
    company: id === null ? null : { id, name: connection.companyName },
    boundAt: connection.boundAt?.toISOString() ?? null,
    syncUser: connection.syncUserId === null ? null : { id: connection.syncUserId, name: connection.syncUserName },
    modules: connection.modules,
    progress: { done: standing.done, of: standing.of },
    waitingFor: standing.waitingFor,
    workflowId: run(tenantId, connection.connectionId),
    createdAt: connection.createdAt.toISOString(),
    liveAt: connection.liveAt?.toISOString() ?? null,
    links: { self, steps: `${self}/steps`, projectLinks: `/v1/project-links?connectionId=${connection.connectionId}` },
  };
}

export const connectionRoutes: readonly Route[] = [
  route({
    id: 'listConnections',
    method: 'get',
    path: '/v1/connections',
    scope: 'read',
    family: 'Connections',
    summary: 'Connections, newest first',
    params: nothing,
    query: pageQuery,
    body: nothing,
    answers: { 200: { says: 'A page of connections', schema: pageOf(connectionView) } },
    handle: async ({ query }, caller) => {
      const at = positionOf(timePosition, query.cursor);
      const after = at && { createdAtMicros: at[0], id: at[1] };
      const rows = await caller.inTenant((db) => connectionsPage(db, query.limit + 1, after));
      const toView = (row: (typeof rows)[number]) => viewOf(caller.tenantId, row.connection, row.standing);
      return {
        status: 200,
        body: pageFrom(rows, query.limit, toView, (row) => [row.createdAtMicros, row.connection.connectionId]),
      };
    },
  }),
  route({
    id: 'readConnection',
    method: 'get',
    path: '/v1/connections/{connectionId}',
    scope: 'read',
    family: 'Connections',
    summary: 'One connection and where it stands',
    params: connectionParams,
    query: nothing,
    body: nothing,
    answers: { 200: { says: 'The connection', schema: connectionView } },
    handle: async ({ params }, caller) => {
      const body = await caller.inTenant(async (db) => {
        const connection = await findConnection(db, params.connectionId);
        if (connection === undefined) throw notFound();
        return viewOf(caller.tenantId, connection, await standingOf(db, params.connectionId));
      });
      return { status: 200, body };
    },
  }),
  route({
    id: 'stopConnection',
    method: 'post',
    path: '/v1/connections/{connectionId}/stop',
    scope: 'admin',
    family: 'Connections',
    summary: 'End the onboarding, or disconnect what is live',
    description: 'Entries written so far stay in Procore; nothing is written any more.',
    params: connectionParams,
    query: nothing,
    body: z.strictObject({ reason }),
    example: { reason: 'The customer asked for it' },
    answers: changeAnswers,
    handle: ({ params, body }, caller, dependencies) =>
      decide(caller, dependencies, async (db) => {
        const connection = await findConnection(db, params.connectionId);
        if (connection === undefined) throw notFound();
        return {
          kind: 'stop',
          input: body,
          connectionId: params.connectionId,
          workflowId: connectionRun(caller.tenantId, connection),
          subject: `connection:${params.connectionId}`,
          why: body.reason,
        };
      }),
  }),
];
