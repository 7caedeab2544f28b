import { randomUUID } from 'node:crypto';
import { type RequestHandler, type Response, Router } from 'express';
import { hashToken } from '../../shared/security/tokens.ts';
import { findSignIn, offerSignIn, type SignIn } from '../../shared/store/grants/sign-ins.ts';
import { bindRequestSignIn, markRequestOpened, stopRequestReminders } from '../../shared/store/people/authorization-requests.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { refuseMethod } from '../mount.ts';
import { answerPageFaults, PageRefusal, sendPage } from './answers.tsx';
import { AuthorizationRequestPage } from './authorization-request-page.tsx';
import { findRequestVisit, type RequestVisit } from './authorization-request-visits.ts';
import { startOAuth } from './oauth.ts';
import { refusals } from './refusal-page.tsx';
import { fromOurPages } from './same-origin.ts';
import { findVisit, helpOfAll } from './visits.ts';

/**
 * The pages of the link by which a person is asked to authorize Procore for themselves. GET and HEAD change nothing, and a press changes as
 * little as a machine that presses every button may cause: the link lives on until an identity is confirmed.
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
    await withTenant(pool, visit.tenantId, (db) => markRequestOpened(db, visit.request.requestId));
    await handOver(dependencies, visit, response);
  };
  const noReminders: RequestHandler = async ({ params: { token } }, response) => {
    const visit = await byLink(token);
    await withTenant(pool, visit.tenantId, (db) => stopRequestReminders(db, visit.request.requestId));
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

/** A sign-in of the former generation, or by a connection that has ended, is none to go on with. */
const goesOn = (before: SignIn | undefined, { connectionId }: RequestVisit): before is SignIn =>
  before !== undefined && before.connectionId === connectionId && before.state !== 'confirmed' && before.state !== 'expired';

/** To one sign-in for the request, however often the button is pressed, and straight on to Procore. */
async function handOver(dependencies: ApiDependencies, visit: RequestVisit, response: Response): Promise<void> {
  const { settings, linkToken, pool } = dependencies;
  const { tenantId, connectionId, request } = visit;
  const signInId = await withTenant(pool, tenantId, async (db) => {
    const before = request.signInId === null ? undefined : await findSignIn(db, request.signInId);
    if (goesOn(before, visit)) return before.signInId;
    const signIn = randomUUID();
    await offerSignIn(db, {
      tenantId,
      signInId: signIn,
      connectionId,
      purpose: 'authorize-person',
      subject: request.subject,
      linkHash: hashToken(linkToken(signIn)),
      restoreEpoch: settings.restoreEpoch,
      createdBy: `request:${request.requestId}`,
      expiresAt: request.expiresAt,
    });
    return bindRequestSignIn(db, request.requestId, { signInId: signIn, before: request.signInId });
  });
  if (signInId === undefined) throw new PageRefusal(404, refusals.deadRequest);
  const signIn = await findVisit(dependencies, 'resolve_sign_in_link', linkToken(signInId));
  if (signIn === undefined) throw new PageRefusal(409, refusals.tooLate);
  return startOAuth(dependencies, signIn, response);
}
