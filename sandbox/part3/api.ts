import express, { type Request, type Response, type Router } from 'express';
import type { Table } from '../kernel/table.ts';
import { seqOf } from '../kernel/traffic.ts';
import { organisationOf } from './bearer.ts';
import { answerKind, type By, type Kind, type Part3World, returnKind } from './commits.ts';
import { type ItemKind, type ItemPlace, itemAt, rfiItems, submittalItems, upsertItem } from './items.ts';
import { type Listed, pageOf } from './lists.ts';
import { settle } from './outcomes.ts';
import { keepPreview } from './previews.ts';
import type { Answering, SyncedItem } from './records.ts';
import { notFound, refuse } from './refusals.ts';
import { type Owned, ownedBy, ownOf } from './state.ts';

const keyPattern = /^[\w.:-]{1,200}$/;

const placeOf = ({ params }: Request, response: Response): ItemPlace => ({
  organisation: organisationOf(response),
  projectId: String(params['projectId']),
  externalKey: String(params['externalKey']),
});

/** Part3's API below `/api/v1`, except files: lists, single records, upserts and outcomes. */
export function apiRouter(part3: Part3World): Router {
  const { state } = part3;
  const router = express.Router();
  const byOf = (response: Response): By => ({ actor: organisationOf(response), seq: seqOf(response) });

  function answerPage<T extends Listed>(
    response: Response,
    table: Table<Owned<T>>,
    query: object,
    of: (record: T) => boolean,
  ): void {
    const { path } = response.req;
    const page = pageOf(ownedBy(table, organisationOf(response), of), query, `${response.req.baseUrl}${path}`);
    if ('code' in page) refuse(response, page);
    else response.json(page);
  }

  router.get('/Projects', (request, response) => answerPage(response, state.projects, request.query, () => true));
  router.get('/Projects/:id', (request, response) => {
    const project = ownOf(state.projects, organisationOf(response), request.params.id);
    if (project === undefined) return refuse(response, notFound('project'));
    response.json(project);
  });
  router.get('/Companies/:id/Members', ({ params: { id }, query }, response) => {
    if (ownOf(state.companies, organisationOf(response), id) === undefined) return refuse(response, notFound('company'));
    answerPage(response, state.members, query, ({ companyId }) => companyId === id);
  });

  /** Adds the route of a list of one project's records. */
  function listOfProject<T extends Listed & { projectId: string }>(name: string, table: Table<Owned<T>>): void {
    router.get(`/Projects/:id/${name}`, (request, response) => {
      const id = String(request.params['id']);
      if (ownOf(state.projects, organisationOf(response), id) === undefined) return refuse(response, notFound('project'));
      answerPage(response, table, request.query, ({ projectId }) => projectId === id);
    });
  }
  listOfProject('Companies', state.companies);

  function itemRoutes<Fields extends SyncedItem>(name: string, items: ItemKind<Fields>): void {
    listOfProject(name, items.kind.tableOf(state));
    router
      .route(`/Projects/:projectId/${name}/:externalKey`)
      .get((request, response) => {
        const item = itemAt(part3, items.kind, placeOf(request, response));
        if (item === undefined) return refuse(response, notFound(items.kind.noun));
        response.json(item);
      })
      .put((request, response) => {
        const place = placeOf(request, response);
        if (!keyPattern.test(place.externalKey))
          return refuse(response, {
            status: 400,
            code: 'invalid-key',
            message: 'externalKey: letters, digits, "_", ".", ":" and "-"',
          });
        const upserted = upsertItem(part3, items, place, request.body, byOf(response));
        if ('code' in upserted) return refuse(response, upserted);
        response.status(upserted.outcome === 'created' ? 201 : 200).json(upserted.item);
      });
  }
  itemRoutes('Rfis', rfiItems);
  itemRoutes('Submittals', submittalItems);

  function answerRoutes<Answer extends Answering>(name: string, kind: Kind<Answer>): void {
    listOfProject(name, kind.tableOf(state));
    router.get(`/${name}/:id`, (request, response) => {
      const id = String(request.params['id']);
      const answer = ownOf(kind.tableOf(state), organisationOf(response), id);
      if (answer === undefined) return refuse(response, notFound(kind.noun));
      response.json(answer);
    });
    router.put(`/${name}/:id/outcome`, (request, response) => {
      const id = String(request.params['id']);
      const settled = settle(part3, kind, { organisation: organisationOf(response), id }, request.body, byOf(response));
      if ('code' in settled) return refuse(response, settled);
      response.json(settled);
    });
    router.put(`/${name}/:id/preview`, (request, response) => {
      const id = String(request.params['id']);
      const kept = keepPreview(part3, kind, { organisation: organisationOf(response), id }, request.body, byOf(response));
      if ('code' in kept) return refuse(response, kept);
      response.json(kept);
    });
  }
  answerRoutes('RfiAnswers', answerKind);
  answerRoutes('SubmittalReturns', returnKind);
  return router;
}
