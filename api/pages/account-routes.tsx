import { randomUUID } from 'node:crypto';
import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { uuid } from '../../shared/domain/ids.ts';
import { hashToken } from '../../shared/security/tokens.ts';
import { offerSignIn } from '../../shared/store/grants/sign-ins.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { formBody } from '../middleware/body.ts';
import { refuseMethod } from '../mount.ts';
import { AccountLinkPage } from './account-page.tsx';
import { revokeOwn, undoOwn } from './accounts.ts';
import { answerPageFaults, PageRefusal, sendPage } from './answers.tsx';
import { findAccountVisit, type RequestVisit } from './authorization-request-visits.ts';
import { startOAuth } from './oauth.ts';
import { refusals } from './refusal-page.tsx';
import { fromOurPages } from './same-origin.ts';
import { visitBySession } from './session-visits.ts';
import { findVisit } from './visits.ts';

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

  const show: RequestHandler = async ({ params: { token } }, response) => {
    sendPage(response, 200, <AccountLinkPage visit={await byLink(token)} token={String(token)} />);
  };
  const goOn: RequestHandler = async ({ params: { token } }, response) => {
    const { tenantId, connectionId, request } = await byLink(token);
    const signInId = randomUUID();
    await withTenant(pool, tenantId, (db) =>
      offerSignIn(db, {
        tenantId,
        signInId,
        connectionId,
        purpose: 'see-account',
        linkHash: hashToken(linkToken(signInId)),
        restoreEpoch: settings.restoreEpoch,
        createdBy: `request:${request.requestId}`,
        expiresAt: new Date(Date.now() + accountLifeMs),
      }),
    );
    const visit = await findVisit(dependencies, 'resolve_sign_in_link', linkToken(signInId));
    if (visit === undefined) throw new PageRefusal(409, refusals.tooLate);
    return startOAuth(dependencies, visit, response);
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
  router.post('/sign-ins/:signInId/take-back', ours, formBody(), takeBack);
  router.all('/account/:token', refuseMethod([{ method: 'get' }]));
  for (const path of ['/account/:token/continue', '/sign-ins/:signInId/revoke', '/sign-ins/:signInId/take-back'])
    router.all(path, refuseMethod([{ method: 'post' }]));
  router.use(answerPageFaults(dependencies.log));
  return router;
}
