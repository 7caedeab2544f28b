import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { places } from '../../shared/security/places.ts';
import { hashToken } from '../../shared/security/tokens.ts';
import { openSession, returnSignIn, startSignIn, withdrawSignIn } from '../../shared/store/grants/sign-ins.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { PageRefusal } from './answers.tsx';
import { askForLook, nudgeVisited } from './looks.ts';
import { refusals } from './refusal-page.tsx';
import { hasStartedOne, openBrowserSession, sessionOf } from './sessions.ts';
import { findVisit, type Visit } from './visits.ts';

/** The person has this long to come back from Procore. */
const stateLifeMs = 10 * 60 * 1000;
export const callbackPath = '/oauth/procore/callback';

/** Opens a pre-session in this browser and redirects to Procore with a `state` bound to it, valid once, for 10 minutes. */
export async function startOAuth(dependencies: ApiDependencies, visit: Visit, response: Response): Promise<void> {
  const { settings, pool } = dependencies;
  const { signInId } = visit.signIn;
  const needsCompany = visit.signIn.purpose === 'prove-ownership';
  if ((needsCompany && visit.companyId === null) || visit.workflowId === null) throw new PageRefusal(409, refusals.tooLate);
  const session = openBrowserSession(response, signInId, settings.pagesUrl);
  const state = randomBytes(32).toString('base64url');
  const sessionHash = hashToken(session);
  const stateExpiresAt = new Date(Date.now() + stateLifeMs);
  const started = await withTenant(pool, visit.tenantId, async (db) => {
    const opened = await openSession(db, signInId, sessionHash);
    return opened && startSignIn(db, { signInId, sessionHash, stateHash: hashToken(state), stateExpiresAt });
  });
  if (!started) throw new PageRefusal(409, refusals.tooLate);
  const url = new URL('/oauth/authorize', settings.procoreLoginUrl);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: settings.procoreClientId,
    redirect_uri: `${settings.pagesUrl}${callbackPath}`,
    state,
  }).toString();
  response.redirect(303, url.href);
}

const returned = z.union([
  z.object({ state: z.string(), code: z.string().regex(/^[\x21-\x7e]{1,2000}$/), error: z.undefined().optional() }),
  z.object({ state: z.string(), error: z.string().max(200) }),
]);

/**
 * The return from Procore. Only accepted from the browser that started; else the code stays unused. The code is sealed for the
 * worker, which alone can exchange it.
 */
export async function finishOAuth(dependencies: ApiDependencies, request: Request, response: Response): Promise<void> {
  const { pool, settings, seal } = dependencies;
  const answer = returned.safeParse({ ...request.query });
  const visit = answer.success ? await findVisit(dependencies, 'resolve_oauth_state', answer.data.state) : undefined;
  if (!answer.success || visit === undefined) {
    // a later press made the state of this one void
    const isOurs = answer.success && hasStartedOne(request, settings.pagesUrl);
    throw new PageRefusal(400, isOurs ? refusals.pressedSince : refusals.otherBrowser);
  }
  const { tenantId, signIn } = visit;
  const session = sessionOf(request, signIn.signInId, settings.pagesUrl);
  const own = session === undefined ? undefined : await findVisit(dependencies, 'resolve_sign_in_session', session);
  if (session === undefined || own?.signIn.signInId !== signIn.signInId) throw new PageRefusal(400, refusals.otherBrowser);
  const { signInId } = signIn;
  const sessionHash = hashToken(session);
  if ('code' in answer.data) {
    const sealedCode = await seal(places.signInCode(tenantId, signInId), answer.data.code);
    const given = { signInId, sessionHash, stateHash: hashToken(answer.data.state), sealedCode };
    const kept = await withTenant(pool, tenantId, async (db) => {
      if (!(await returnSignIn(db, given))) return false;
      await askForLook(db, visit);
      return true;
    });
    if (!kept) throw new PageRefusal(409, refusals.tooLate);
    nudgeVisited(dependencies, visit, visit.lookedAt);
  } else {
    const refusal = 'Procore says that the sign-in was not allowed.';
    const ended = await withTenant(pool, tenantId, (db) => withdrawSignIn(db, { signInId, sessionHash, refusal }));
    if (!ended) throw new PageRefusal(409, refusals.tooLate);
  }
  response.redirect(303, `/sign-ins/${signInId}`);
}

/** Ends this attempt, so that another person may sign in by the same link. Does nothing if it has ended meanwhile. */
export async function abandon(dependencies: ApiDependencies, visit: Visit & { readonly session: string }): Promise<void> {
  const { tenantId, session } = visit;
  const { signInId } = visit.signIn;
  const refusal = 'You chose to use another account. The account before was not connected.';
  await withTenant(dependencies.pool, tenantId, async (db) => {
    if (!(await withdrawSignIn(db, { signInId, sessionHash: hashToken(session), refusal }))) return;
    await appendAudit(db, tenantId, [
      { actorId: `sign-in:${signInId}`, action: 'sign-in.abandon', subject: `sign-in:${signInId}` },
    ]);
  });
}
