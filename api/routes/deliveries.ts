import { z } from 'zod';
import { uuid } from '../../shared/domain/ids.ts';
import { projectLinkView } from '../../shared/store/projects/project-links-view.ts';
import { releases } from '../../shared/store/records/deliveries.ts';
import { type DeliveryView, deliveriesPage } from '../../shared/store/records/deliveries-view.ts';
import { pageFrom, positionOf } from '../cursors.ts';
import { notFound } from '../problem.ts';
import { nothing, type Route, route } from '../route.ts';
import { faultName, id, pageOf, pageQuery, time } from '../schemas.ts';

const states = ['queued', 'sending', 'done', 'refused', 'unknown', 'superseded'] as const;

const deliveryView = z
  .strictObject({
    deliveryId: uuid,
    projectLinkId: uuid,
    stream: z.string(),
    version: z.int(),
    action: z.enum(['create', 'update']),
    state: z.enum(states),
    release: z.enum(releases).meta({ description: 'held: waits for a person’s push, since automation of its action is off' }),
    attempts: z.int(),
    lookUps: z.int().meta({ description: 'How often an unknown outcome was looked up' }),
    targetId: z.string().nullable().meta({ description: 'Id on the far side' }),
    reason: faultName.nullable(),
    wouldSend: z
      .strictObject({ label: z.string(), where: z.string().nullable(), fields: z.record(z.string(), z.unknown()) })
      .nullable()
      .meta({ description: 'Of a held one: the record, and its fields as a push would send them' }),
    trail: z.array(z.strictObject({ state: z.string(), at: z.string(), why: z.string().nullable() })),
    createdAt: time,
    settledAt: time.nullable(),
  })
  .meta({
    id: 'Delivery',
    description:
      'One intended write: where it stands and how it came there. Its content is shown while it waits for a push, and never after.',
  });

const viewOf = ({ sequence: _, ...delivery }: DeliveryView) => ({
  ...delivery,
  createdAt: delivery.createdAt.toISOString(),
  settledAt: delivery.settledAt?.toISOString() ?? null,
});

export const deliveryRoutes: readonly Route[] = [
  route({
    id: 'listDeliveries',
    method: 'get',
    path: '/v1/deliveries',
    scope: 'read',
    family: 'Deliveries',
    summary: 'Intended writes of one linked project, newest first',
    params: nothing,
    query: pageQuery.extend({
      projectLinkId: id('project link'),
      state: z.enum(states).optional(),
      release: z.enum(releases).optional(),
    }),
    body: nothing,
    answers: { 200: { says: 'A page of deliveries', schema: pageOf(deliveryView) } },
    handle: async ({ query }, caller) => {
      const below = positionOf(z.string().regex(/^[0-9]{1,18}$/), query.cursor);
      const rows = await caller.inTenant(async (db) => {
        if ((await projectLinkView(db, query.projectLinkId)) === undefined) throw notFound();
        return deliveriesPage(db, {
          projectLinkId: query.projectLinkId,
          state: query.state,
          release: query.release,
          limit: query.limit + 1,
          below,
        });
      });
      return { status: 200, body: pageFrom(rows, query.limit, viewOf, (row) => row.sequence) };
    },
  }),
];
