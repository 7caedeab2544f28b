import { type Request, type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { personActor } from '../../shared/domain/actors.ts';
import { commandInputs } from '../../shared/domain/commands.ts';
import { setUpTasks } from '../../shared/domain/set-up.ts';
import { hashToken } from '../../shared/security/tokens.ts';
import { findConnection, noteLook } from '../../shared/store/connections/connections.ts';
import { askSetUp } from '../../shared/store/connections/set-ups.ts';
import { keepToken } from '../../shared/store/grants/sign-in-tokens.ts';
import { confirmSignIn } from '../../shared/store/grants/sign-ins.ts';
import { endRequestLink, ofRequest } from '../../shared/store/people/authorization-requests.ts';
import { memberKeyOf } from '../../shared/store/people/authorizations.ts';
import { noteSignedIn } from '../../shared/store/people/invitation-returns.ts';
import { acceptInvitation, ofInvitation } from '../../shared/store/people/invitations.ts';
import { markUsed, standingOfLink } from '../../shared/store/people/mailed-links.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { nameActor } from '../../shared/store/tenants/actors.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { formBody } from '../middleware/body.ts';
import { refuseMethod } from '../mount.ts';
import { AccountPage } from './account-page.tsx';
import { readAccount } from './accounts.ts';
import { mountAgreements } from './agreement-routes.tsx';
import { readAgreements } from './agreements.ts';
import { answerPageFaults, PageRefusal, sendPage } from './answers.tsx';
import { AuthorizePage } from './authorize-pages.tsx';
import { browserPaths, mountBrowserFiles } from './browser-files.ts';
import { ConnectPage } from './connect-page.tsx';
import { isContractor, otherAccount, readContracting, say, undo } from './contracting.ts';
import { askForLook, nudgeVisited } from './looks.ts';
import { abandon, callbackPath, finishOAuth, startOAuth } from './oauth.ts';
import { readAlso } from './read-again.ts';
import { refusals } from './refusal-page.tsx';
import { mayActFor, readAskedMember, readStandingOf } from './responding.ts';
import { fromOurPages } from './same-origin.ts';
import { visitBySession } from './session-visits.ts';
import { SignInPage } from './sign-in-pages.tsx';
import { findVisit, helpOfAll, type Visit } from './visits.ts';

/** What the page named, and what the person ticked on it: one tick is sent as a string, several as a list. */
const confirmation = z.object({
  companyId: z.string().optional(),
  also: z.string().max(100).default(''),
  account: z.string().optional(),
  insteadOf: z.string().optional(),
  setUp: z
    .union([z.enum(setUpTasks).transform((task) => [task]), z.array(z.enum(setUpTasks)).max(setUpTasks.length)])
    .default([]),
});

/** The search in the list of projects; and whether a chosen project is to be replaced. */
const lookingFor = z.object({
  search: z.string().max(200).catch(''),
  again: z
    .string()
    .optional()
    .transform((text) => text !== undefined)
    .catch(false),
});

/** A sign-in used for set-up is kept until that is done, and never longer than this. */
const setUpKeptMs = 60 * 60 * 1000;

/** The sign-in pages. GET and HEAD change nothing that a person decided; every decision is a POST from our own page. */
export function pages(dependencies: ApiDependencies): Router {
  const { pagesUrl } = dependencies.settings;
  const router = Router({ caseSensitive: true, strict: true });
  const ours = fromOurPages(pagesUrl);

  const byLink = async (token: unknown): Promise<Visit> => {
    const visit = await findVisit(dependencies, 'resolve_sign_in_link', String(token));
    if (visit === undefined) throw new PageRefusal(404, refusals.deadLink);
    return visit;
  };
  const bySession = (request: Request) => visitBySession(dependencies, request);

  const showConnect: RequestHandler = async (request, response) => {
    const visit = await byLink(request.params['token']);
    sendPage(response, 200, <ConnectPage visit={visit} token={String(request.params['token'])} />);
  };
  const showSignIn: RequestHandler = async (request, response) => {
    const visit = await bySession(request);
    // while somebody has the page open, waiting steps are checked every few seconds
    if (request.method === 'GET') await withTenant(dependencies.pool, visit.tenantId, (db) => noteLook(db, visit.connectionId));
    if (visit.signIn.purpose === 'prove-ownership') return sendPage(response, 200, <SignInPage visit={visit} />);
    if (visit.signIn.purpose === 'see-account') {
      const seen = await withTenant(dependencies.pool, visit.tenantId, async (db) => ({
        account: await readAccount(db, visit),
        agreements: await readAgreements(db, visit),
      }));
      return sendPage(response, 200, <AccountPage visit={visit} {...seen} />);
    }
    const contracting = isContractor(visit)
      ? await withTenant(dependencies.pool, visit.tenantId, (db) => readContracting(db, visit))
      : null;
    const { search, again } = lookingFor.parse(request.query);
    const { standing, member, also } = await withTenant(dependencies.pool, visit.tenantId, async (db) => ({
      standing: contracting === null ? await readStandingOf(db, visit) : null,
      member: contracting === null ? await readAskedMember(db, visit) : null,
      also: await readAlso(db, visit),
    }));
    const page = (
      <AuthorizePage
        visit={visit}
        contracting={contracting}
        standing={standing}
        member={member}
        also={also}
        search={search}
        choosesAgain={again || search !== ''}
      />
    );
    sendPage(response, 200, page);
  };
  const said =
    (tell: (visit: Visit, body: unknown) => Promise<void>): RequestHandler =>
    async (request, response) => {
      const visit = await bySession(request);
      await tell(visit, request.body ?? {});
      response.redirect(303, `/sign-ins/${visit.signIn.signInId}`);
    };
  const chosenIn = (body: unknown) => {
    const chosen = commandInputs['choose-project'].safeParse(body);
    if (!chosen.success) throw new PageRefusal(400, refusals.tooLate);
    return chosen.data;
  };
  const confirm: RequestHandler = async (request, response) => {
    const visit = await bySession(request);
    const { tenantId, signIn, connectionId } = visit;
    const said = confirmation.safeParse(request.body ?? {});
    if (!said.success) throw new PageRefusal(400, refusals.tooLate);
    const { companyId: shown, also: shownAlso, setUp } = said.data;
    const tasks = visit.offers.flatMap(({ task }) => (setUp.includes(task) ? [task] : []));
    const confirmed = await withTenant(dependencies.pool, tenantId, async (db) => {
      const mayAct = await mayActFor(db, visit, said.data);
      if (mayAct === 'no') return 'doubted';
      const connection = await findConnection(db, connectionId);
      // the person agrees to exactly what the page named
      if (connection === undefined) return false;
      const isOwnership = signIn.purpose === 'prove-ownership';
      const also = isOwnership ? undefined : await readAlso(db, visit);
      if (also !== undefined && also.mark !== shownAlso) return 'shown-anew';
      if (isOwnership && (connection.boundCompanyId ?? connection.claimedCompanyId) !== shown) return false;
      if ((await standingOfLink(db, ofInvitation, signIn.signInId)) === 'ended') return false;
      if ((await standingOfLink(db, ofRequest, signIn.signInId)) === 'ended') return false;
      if (!(await confirmSignIn(db, signIn.signInId, hashToken(visit.session)))) return false;
      const actorId = personActor(signIn.procoreUserId ?? '');
      // a person who authorizes for themselves may have to come back: their invitation ends once it is connected
      await (isOwnership ? acceptInvitation : noteSignedIn)(db, signIn.signInId, actorId);
      await markUsed(db, ofRequest, signIn.signInId);
      // they may have come by their account instead of the link that they were sent
      if (memberKeyOf(signIn.subject) !== undefined) await endRequestLink(db, signIn.subject ?? '');
      await nameActor(db, { tenantId, actorId, kind: 'person', displayName: signIn.procoreUserName });
      const agreedTo = [`sign-in:${signIn.signInId}`, ...(also?.connectionIds ?? []).map((id) => `connection:${id}`)];
      await appendAudit(db, tenantId, [
        ...agreedTo.map((subject) => ({ actorId, action: 'sign-in.confirm', subject })),
        ...(mayAct === 'instead' ? [{ actorId, action: 'responder.change-account', subject: `sign-in:${signIn.signInId}` }] : []),
      ]);
      if (tasks.length > 0) {
        await askSetUp(db, { tenantId, connectionId, signInId: signIn.signInId, tasks, askedBy: actorId });
        await keepToken(db, signIn.signInId, setUpKeptMs);
        await appendAudit(db, tenantId, [
          { actorId, action: 'set-up.ask', subject: `connection:${connectionId}`, fields: [...tasks] },
        ]);
      }
      await askForLook(db, visit);
      return true;
    });
    // on a second press, the first one counted; the page says what is doubted
    if (confirmed === false && signIn.state !== 'confirmed') throw new PageRefusal(409, refusals.tooLate);
    if (confirmed === true) nudgeVisited(dependencies, visit, visit.lookedAt);
    response.redirect(303, `/sign-ins/${signIn.signInId}`);
  };

  mountBrowserFiles(router);
  router.get('/connect/:token', showConnect);
  router.post('/connect/:token/start', ours, async (request, response) =>
    startOAuth(dependencies, await byLink(request.params['token']), response),
  );
  router.get(callbackPath, (request, response) => finishOAuth(dependencies, request, response));
  router.get('/sign-ins/:signInId', showSignIn);
  router.post('/sign-ins/:signInId/start', ours, async (request, response) =>
    startOAuth(dependencies, await bySession(request), response),
  );
  router.post('/sign-ins/:signInId/confirm', ours, formBody(), confirm);
  router.post(
    '/sign-ins/:signInId/role',
    ours,
    said((visit) => say(dependencies, visit, 'confirm-role', {})),
  );
  for (const [act, kind] of [
    ['project', 'choose-project'],
    ['connect', 'connect'],
  ] as const) {
    const tell = (visit: Visit, body: unknown) => say(dependencies, visit, kind, chosenIn(body));
    router.post(`/sign-ins/:signInId/${act}`, ours, formBody(), said(tell));
  }
  router.post(
    '/sign-ins/:signInId/undo',
    ours,
    said((visit) => undo(dependencies, visit)),
  );
  router.post('/sign-ins/:signInId/other-account', ours, async (request, response) => {
    const signInId = await otherAccount(dependencies, await bySession(request));
    return startOAuth(dependencies, await byLink(dependencies.linkToken(signInId)), response);
  });
  router.post('/sign-ins/:signInId/abandon', ours, async (request, response) => {
    const visit = await bySession(request);
    await abandon(dependencies, visit);
    response.redirect(303, `/sign-ins/${visit.signIn.signInId}`);
  });

  mountAgreements(router, dependencies, { ours, bySession });

  for (const path of ['/connect/:token', callbackPath, '/sign-ins/:signInId', ...browserPaths]) {
    router.all(path, refuseMethod([{ method: 'get' }]));
  }
  for (const path of [
    '/connect/:token/start',
    '/sign-ins/:signInId/start',
    '/sign-ins/:signInId/confirm',
    '/sign-ins/:signInId/abandon',
    '/sign-ins/:signInId/other-account',
    '/sign-ins/:signInId/role',
    '/sign-ins/:signInId/project',
    '/sign-ins/:signInId/connect',
    '/sign-ins/:signInId/undo',
  ]) {
    router.all(path, refuseMethod([{ method: 'post' }]));
  }
  router.use(answerPageFaults(dependencies.log, helpOfAll(dependencies)));
  return router;
}
