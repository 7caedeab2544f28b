import { randomUUID } from 'node:crypto';
import { type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { personActor } from '../../shared/domain/actors.ts';
import { uuid } from '../../shared/domain/ids.ts';
import { hashToken } from '../../shared/security/tokens.ts';
import { type NewSignIn, offerSignIn } from '../../shared/store/grants/sign-ins.ts';
import { memberSubject } from '../../shared/store/people/authorizations.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { formBody } from '../middleware/body.ts';
import { refuseMethod } from '../mount.ts';
import { AccountLinkPage } from './account-page.tsx';
import { revokeOwn, undoOwn, whoReturns } from './accounts.ts';
import { answerPageFaults, PageRefusal, sendPage } from './answers.tsx';
import { findAccountVisit, type RequestVisit } from './authorization-request-visits.ts';
import { startOAuth } from './oauth.ts';
import { refusals } from './refusal-page.tsx';
import { fromOurPages } from './same-origin.ts';
import { visitBySession } from './session-visits.ts';
import { findVisit, helpOfAll } from './visits.ts';

/** Lifetime of a sign-in to see one's account. */
const accountLifeMs = 60 * 60 * 1000;

const whichConnection = z.object({ connectionId: uuid });

/**
 * The pages on which a person sees what they authorized, and ends it. The link does not expire, and shows nothing without a
 * sign-in to Procore.
 */
export function accountPages(dependencies: ApiDependencies): Router {
  const { pool, settings, linkToken } = dependencies;
  const router = Router({ caseSensitive: true, strict: true });
  const ours = fromOurPages(settings.pagesUrl);
  const byLink = async (token: unknown): Promise<RequestVisit> => {
    const visit = await findAccountVisit(dependencies, String(token));
    if (visit === undefined) throw new PageRefusal(404, refusals.deadAccount);
    return visit;
  };

  const begin = async (
    offered: Pick<NewSignIn, 'tenantId' | 'connectionId' | 'purpose' | 'subject' | 'createdBy'>,
    response: Response,
  ): Promise<void> => {
    const signInId = randomUUID();
    const [linkHash, expiresAt] = [hashToken(linkToken(signInId)), new Date(Date.now() + accountLifeMs)];
    const { restoreEpoch } = settings;
    await withTenant(pool, offered.tenantId, (db) =>
      offerSignIn(db, { ...offered, signInId, linkHash, restoreEpoch, expiresAt }),
    );
    const visit = await findVisit(dependencies, 'resolve_sign_in_link', linkToken(signInId));
    if (visit === undefined) throw new PageRefusal(409, refusals.tooLate);
    return startOAuth(dependencies, visit, response);
  };

  const show: RequestHandler = async ({ params: { token } }, response) => {
    sendPage(response, 200, <AccountLinkPage visit={await byLink(token)} token={String(token)} />);
  };
  const goOn: RequestHandler = async ({ params: { token } }, response) => {
    const { tenantId, connectionId, request } = await byLink(token);
    const createdBy = `request:${request.requestId}`;
    await begin({ tenantId, connectionId, purpose: 'see-account', createdBy }, response);
  };
  const authorizeAgain: RequestHandler = async (request, response) => {
    const visit = await visitBySession(dependencies, request);
    const { emailKey, connectionId } = await whoReturns(dependencies, visit);
    const { tenantId, signIn } = visit;
    const createdBy = personActor(signIn.procoreUserId ?? '');
    const subject = memberSubject(emailKey);
    await begin({ tenantId, connectionId, purpose: 'authorize-person', subject, createdBy }, response);
  };
  const revoke: RequestHandler = async (request, response) => {
    const visit = await visitBySession(dependencies, request);
    await revokeOwn(dependencies, visit);
    response.redirect(303, `/sign-ins/${visit.signIn.signInId}`);
  };
  const takeBack: RequestHandler = async (request, response) => {
    const visit = await visitBySession(dependencies, request);
    const said = whichConnection.safeParse(request.body ?? {});
    if (!said.success) throw new PageRefusal(400, refusals.tooLate);
    await undoOwn(dependencies, visit, said.data.connectionId);
    response.redirect(303, `/sign-ins/${visit.signIn.signInId}`);
  };

  router.get('/account/:token', show);
  router.post('/account/:token/continue', ours, goOn);
  router.post('/sign-ins/:signInId/revoke', ours, revoke);
  router.post('/sign-ins/:signInId/authorize-again', ours, authorizeAgain);
  router.post('/sign-ins/:signInId/take-back', ours, formBody(), takeBack);
  router.all('/account/:token', refuseMethod([{ method: 'get' }]));
  for (const path of [
    '/account/:token/continue',
    '/sign-ins/:signInId/revoke',
    '/sign-ins/:signInId/authorize-again',
    '/sign-ins/:signInId/take-back',
  ])
    router.all(path, refuseMethod([{ method: 'post' }]));
  router.use(answerPageFaults(dependencies.log, helpOfAll(dependencies)));
  return router;
}
