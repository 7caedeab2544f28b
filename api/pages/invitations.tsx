import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { mostPassedOn } from '../../shared/domain/invitations.ts';
import { mailAddress } from '../../shared/domain/mail.ts';
import { findInvitation, lengthOfChain, ofInvitation } from '../../shared/store/people/invitations.ts';
import { markOpened, stopReminders } from '../../shared/store/people/mailed-links.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { sealColleague, startColleague } from '../invitations.ts';
import { lookAtInvitation, nudgeOnboarding } from '../looks.ts';
import { formBody } from '../middleware/body.ts';
import { refuseMethod } from '../mount.ts';
import { answerPageFaults, PageRefusal, sendPage } from './answers.tsx';
import { handOver } from './invitation-hand-over.ts';
import { InvitationPage, PassedOnPage } from './invitation-page.tsx';
import { findInvitationVisit, helpOfInvitation, type InvitationVisit } from './invitation-visits.ts';
import { refusals } from './refusal-page.tsx';
import { fromOurPages } from './same-origin.ts';
import { helpOfAll } from './visits.ts';

const passOnForm = z.object({ address: mailAddress });

/**
 * The pages of an invitation's link. GET and HEAD change nothing. A press changes only what a machine that presses every button
 * may safely cause: the link stays valid, whatever is pressed, until an identity is bound.
 */
export function invitationPages(dependencies: ApiDependencies): Router {
  const { pool, runs, settings } = dependencies;
  const router = Router({ caseSensitive: true, strict: true });
  const ours = fromOurPages(settings.pagesUrl);
  const byLink = async (token: unknown): Promise<InvitationVisit> => {
    const visit = await findInvitationVisit(dependencies, String(token));
    if (visit === undefined)
      throw new PageRefusal(404, refusals.deadInvitation, await helpOfInvitation(dependencies, String(token)));
    return visit;
  };

  const show: RequestHandler = async ({ params: { token } }, response) => {
    sendPage(response, 200, <InvitationPage visit={await byLink(token)} token={String(token)} />);
  };
  const goOn: RequestHandler = async ({ params: { token } }, response) => {
    const visit = await byLink(token);
    const { tenantId, invitation } = visit;
    const { connectionId, invitationId } = invitation;
    const looks = await withTenant(pool, tenantId, async (db) =>
      (await markOpened(db, ofInvitation, invitationId))
        ? lookAtInvitation(db, dependencies, { tenantId, connectionId }, `invitation:${invitationId}`)
        : [],
    );
    nudgeOnboarding(dependencies, { tenantId, connectionId }, looks);
    await handOver(dependencies, visit, response);
  };
  const noReminders: RequestHandler = async ({ params: { token } }, response) => {
    const visit = await byLink(token);
    await withTenant(pool, visit.tenantId, (db) => stopReminders(db, ofInvitation, visit.invitation.invitationId));
    response.redirect(303, `/invitation/${token}`);
  };
  const passOn: RequestHandler = async ({ params: { token }, body }, response) => {
    const visit = await byLink(token);
    const { tenantId, invitation } = visit;
    const said = passOnForm.safeParse(body ?? {});
    if (!said.success) {
      const wrong = 'That is not one e-mail address. Write it like gus@acme.example, without a name.';
      return sendPage(response, 400, <InvitationPage visit={visit} token={String(token)} wrong={wrong} />);
    }
    const colleague = await sealColleague(dependencies, tenantId, said.data.address);
    const { connectionId } = invitation;
    const done = await withTenant(pool, tenantId, async (db) => {
      const now = await findInvitation(db, invitation.invitationId);
      if (now === undefined || (await lengthOfChain(db, now.rootId)) > mostPassedOn) return undefined;
      const queued = await startColleague(db, dependencies, tenantId, now, colleague);
      if (queued === undefined) return undefined;
      const actorId = `invitation:${invitation.invitationId}`;
      await appendAudit(db, tenantId, [
        { actorId, action: 'invitation.pass-on', subject: `invitation:${colleague.invitationId}` },
      ]);
      return { queued, looks: await lookAtInvitation(db, dependencies, { tenantId, connectionId }, actorId) };
    });
    if (done === undefined) throw new PageRefusal(409, refusals.passedOnAlready);
    for (const mailId of done.queued) await runs.sendMail({ tenantId, mailId });
    nudgeOnboarding(dependencies, { tenantId, connectionId }, done.looks);
    sendPage(response, 200, <PassedOnPage visit={visit} address={said.data.address} />);
  };

  router.get('/invitation/:token', show);
  router.post('/invitation/:token/continue', ours, goOn);
  router.post('/invitation/:token/pass-on', ours, formBody(), passOn);
  router.post('/invitation/:token/no-reminders', ours, noReminders);
  router.all('/invitation/:token', refuseMethod([{ method: 'get' }]));
  for (const act of ['continue', 'pass-on', 'no-reminders'])
    router.all(`/invitation/:token/${act}`, refuseMethod([{ method: 'post' }]));
  router.use(answerPageFaults(dependencies.log, helpOfAll(dependencies)));
  return router;
}
