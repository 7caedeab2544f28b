import { type RequestHandler, type Response, Router } from 'express';
import { ofRequest } from '../../shared/store/people/authorization-requests.ts';
import { markOpened, stopReminders } from '../../shared/store/people/mailed-links.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { refuseMethod } from '../mount.ts';
import { answerPageFaults, PageRefusal, sendPage } from './answers.tsx';
import { AuthorizationRequestPage } from './authorization-request-page.tsx';
import { findRequestVisit, type RequestVisit } from './authorization-request-visits.ts';
import { signInByLink } from './mailed-links.ts';
import { startOAuth } from './oauth.ts';
import { refusals } from './refusal-page.tsx';
import { fromOurPages } from './same-origin.ts';
import { helpOfAll } from './visits.ts';

/**
 * The pages of the link by which a person is asked to authorize Procore for themselves. GET and HEAD change nothing, and a press
 * changes only what a machine that presses every button may safely cause: the link stays valid until an identity is confirmed.
 */
export function authorizationRequestPages(dependencies: ApiDependencies): Router {
  const { pool, settings } = dependencies;
  const router = Router({ caseSensitive: true, strict: true });
  const ours = fromOurPages(settings.pagesUrl);
  const byLink = async (token: unknown): Promise<RequestVisit> => {
    const visit = await findRequestVisit(dependencies, String(token));
    if (visit === undefined) throw new PageRefusal(404, refusals.deadRequest);
    return visit;
  };

  const show: RequestHandler = async ({ params: { token } }, response) => {
    sendPage(response, 200, <AuthorizationRequestPage visit={await byLink(token)} token={String(token)} />);
  };
  const goOn: RequestHandler = async ({ params: { token } }, response) => {
    const visit = await byLink(token);
    await withTenant(pool, visit.tenantId, (db) => markOpened(db, ofRequest, visit.request.requestId));
    await handOver(dependencies, visit, response);
  };
  const noReminders: RequestHandler = async ({ params: { token } }, response) => {
    const visit = await byLink(token);
    await withTenant(pool, visit.tenantId, (db) => stopReminders(db, ofRequest, visit.request.requestId));
    response.redirect(303, `/authorize/${token}`);
  };

  router.get('/authorize/:token', show);
  router.post('/authorize/:token/continue', ours, goOn);
  router.post('/authorize/:token/no-reminders', ours, noReminders);
  router.all('/authorize/:token', refuseMethod([{ method: 'get' }]));
  for (const act of ['continue', 'no-reminders']) router.all(`/authorize/:token/${act}`, refuseMethod([{ method: 'post' }]));
  router.use(answerPageFaults(dependencies.log, helpOfAll(dependencies)));
  return router;
}

/** Opens one sign-in for the request, and redirects to Procore. */
async function handOver(
  dependencies: ApiDependencies,
  { tenantId, connectionId, request }: RequestVisit,
  response: Response,
): Promise<void> {
  const signIn = await signInByLink(dependencies, {
    kind: ofRequest,
    linkId: request.requestId,
    link: request,
    tenantId,
    connectionId,
    purpose: 'authorize-person',
    subject: request.subject,
    createdBy: `request:${request.requestId}`,
  });
  if (signIn === undefined) throw new PageRefusal(404, refusals.deadRequest);
  return startOAuth(dependencies, signIn.visit, response);
}
