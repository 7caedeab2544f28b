import { z } from 'zod';
import { isServiceKind } from '../../shared/domain/credentials.ts';
import { type SetUpTask, setUpStates, setUpTasks, setUpWords } from '../../shared/domain/set-up.ts';
import type { SetUpOffer } from '../../shared/partners/contract.ts';
import { declarations } from '../../shared/partners/registry.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { currentCredential } from '../../shared/store/connections/credentials.ts';
import { listSetUp, type StoredTask } from '../../shared/store/connections/set-ups.ts';
import { notFound } from '../problem.ts';
import { nothing, type Route, route } from '../route.ts';
import { connectionParams, time } from '../schemas.ts';

const taskView = z
  .strictObject({
    task: z.enum(setUpTasks),
    title: z.string(),
    state: z
      .enum([...setUpStates, 'offered'])
      .meta({ description: '`offered`: nobody has asked for it; `unknown`: it may have been done, and is looked up' }),
    words: setUpWords
      .nullable()
      .meta({ description: 'What became of it, and the line to follow by hand where it could not be done' }),
    byHand: z.strictObject({ needed: z.string(), where: z.string() }),
    askedBy: z.string().nullable().meta({ description: 'The signed-in admin whose yes it is' }),
    askedAt: time.nullable(),
    settledAt: time.nullable(),
  })
  .meta({ id: 'SetUpTask' });

const viewOf = (offer: SetUpOffer, row: StoredTask | undefined) => ({
  task: offer.task,
  title: offer.title,
  state: row?.state ?? 'offered',
  words: row?.words ?? null,
  byHand: offer.byHand,
  askedBy: row?.askedBy ?? null,
  askedAt: row?.askedAt.toISOString() ?? null,
  settledAt: row?.settledAt?.toISOString() ?? null,
});

export const setUpRoutes: readonly Route[] = [
  route({
    id: 'readSetUp',
    method: 'get',
    path: '/v1/connections/{connectionId}/set-up',
    scope: 'read',
    family: 'Sign-in',
    summary: 'What is set up in Procore for a signed-in admin, task by task',
    description:
      'Nothing is changed in Procore by a key: an admin opens a sign-in link and ticks what is to be done in their name. Before that every task is `offered`, with the line to follow by hand.',
    params: connectionParams,
    query: nothing,
    body: nothing,
    answers: { 200: { says: 'The tasks in their order', schema: z.strictObject({ items: z.array(taskView) }) } },
    handle: async ({ params }, caller) => {
      const items = await caller.inTenant(async (db) => {
        const connection = await findConnection(db, params.connectionId);
        if (connection === undefined) throw notFound();
        const credential = await currentCredential(db, params.connectionId, 'procore-service');
        const kind = credential && isServiceKind(credential.kind) ? credential.kind : 'legacy';
        const rows = new Map<SetUpTask, StoredTask>((await listSetUp(db, params.connectionId)).map((row) => [row.task, row]));
        const offers = declarations[connection.partner].setUp?.(kind).tasks ?? [];
        return offers.map((offer) => viewOf(offer, rows.get(offer.task)));
      });
      return { status: 200, body: { items } };
    },
  }),
];
