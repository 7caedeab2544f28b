import { z } from 'zod';
import { resolutions } from '../../shared/domain/deliveries.ts';
import { cureOf, isFaultKind, runbookOf } from '../../shared/domain/faults.ts';
import { uuid, workflowIds } from '../../shared/domain/ids.ts';
import { attentionPage, attentionView, type ListedItem } from '../../shared/store/attention-view.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { isRefusal } from '../../shared/store/refusals.ts';
import { pageFrom, positionOf, timePosition } from '../cursors.ts';
import { decide } from '../delivery.ts';
import { notFound, Problem } from '../problem.ts';
import { nothing, type Route, route } from '../route.ts';
import { changeAnswers, faultName, id, ownerName, pageOf, pageQuery, reason, runbookName, time } from '../schemas.ts';

const itemView = z
  .strictObject({
    attentionItemId: uuid,
    connectionId: uuid,
    projectLinkId: uuid.nullable(),
    stream: z.string().nullable(),
    reason: faultName,
    owner: ownerName,
    subject: z.string(),
    seen: z.string(),
    needed: z.string(),
    where: z.string(),
    cure: z.string().nullable(),
    runbook: runbookName,
    records: z.int().meta({ description: 'How many records this one cause holds up' }),
    sameWait: z
      .array(
        z.strictObject({
          attentionItemId: uuid,
          subject: z.string(),
          projectLinkId: uuid.nullable(),
          stream: z.string().nullable(),
          records: z.int(),
        }),
      )
      .meta({
        description:
          'Where an owner who does not read holds up steps and streams: each of them, this item too. It is one wait, and of all projects together one item tells it; what is asked of one project has each. Empty: it stands for itself',
      }),
    since: time,
    resolvedAt: time.nullable(),
    resolution: z.string().nullable(),
  })
  .meta({ id: 'AttentionItem' });

const viewOf = ({ sinceMicros: _, ...item }: ListedItem) => ({
  ...item,
  cure: isFaultKind(item.reason) ? cureOf(item.reason, item.needed) : item.needed || null,
  runbook: isFaultKind(item.reason) ? runbookOf(item.reason, isRefusal(item) ? 'stream' : 'step') : null,
  since: item.since.toISOString(),
  resolvedAt: item.resolvedAt?.toISOString() ?? null,
});

export const attentionRoutes: readonly Route[] = [
  route({
    id: 'listAttentionItems',
    method: 'get',
    path: '/v1/attention-items',
    scope: 'read',
    family: 'Attention items',
    summary: 'What waits for a person, one item per cause, newest first',
    params: nothing,
    query: pageQuery.extend({
      state: z.enum(['open', 'resolved']).optional().meta({ description: 'Left out: both' }),
      projectLinkId: id('project link').optional(),
    }),
    body: nothing,
    answers: { 200: { says: 'A page of items', schema: pageOf(itemView) } },
    handle: async ({ query }, caller) => {
      const at = positionOf(timePosition, query.cursor);
      const after = at && { sinceMicros: at[0], id: at[1] };
      const page = { limit: query.limit + 1, after, state: query.state, projectLinkId: query.projectLinkId };
      const rows = await caller.inTenant((db) => attentionPage(db, page));
      return { status: 200, body: pageFrom(rows, query.limit, viewOf, (row) => [row.sinceMicros, row.attentionItemId]) };
    },
  }),
  route({
    id: 'resolveItem',
    method: 'post',
    path: '/v1/attention-items/{attentionItemId}/resolve',
    scope: 'operate',
    family: 'Attention items',
    summary: 'Decide what becomes of an item',
    params: z.strictObject({ attentionItemId: id('attention item') }),
    query: nothing,
    body: z.strictObject({
      resolution: z.enum(resolutions).meta({
        description:
          '`retry`: send again; `leave`: both sides stay as they are; `overwrite`: our values over an entry that a person made or changed (of a `conflict`); `add-to-project`: put the company into the project’s directory, then send (of `vendor-not-on-project`)',
      }),
      reason: reason.optional(),
    }),
    example: { resolution: 'retry' },
    answers: changeAnswers,
    handle: ({ params, body }, caller, dependencies) =>
      decide(caller, dependencies, async (db) => {
        const item = await attentionView(db, params.attentionItemId);
        const connection = item && (await findConnection(db, item.connectionId));
        if (item === undefined || connection === undefined) throw notFound();
        if (item.resolvedAt !== null) throw new Problem('not-now', 'The item is resolved already.');
        const link = item.projectLinkId;
        if (link === null)
          throw new Problem('not-now', 'The item is about the connection; it is resolved when its step holds: retry the step.');
        return {
          kind: 'resolveItem',
          input: { itemId: item.attentionItemId, ...body },
          connectionId: item.connectionId,
          projectLinkId: link,
          workflowId: workflowIds.projectSync(caller.tenantId, link),
          subject: `attention-item:${item.attentionItemId}`,
          ...(body.reason === undefined ? {} : { why: body.reason }),
        };
      }),
  }),
];
