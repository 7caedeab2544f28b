import { z } from 'zod';
import { farSideId, uuid } from '../../shared/domain/ids.ts';
import { invitationStates } from '../../shared/domain/invitations.ts';
import { givenName, mailAddress, sameAddress } from '../../shared/domain/mail.ts';
import { declarations } from '../../shared/partners/registry.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { findInvitation, type Invitation, listInvitations, withdrawInvitation } from '../../shared/store/people/invitations.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import { pageFrom, positionOf } from '../cursors.ts';
import { connectionRun } from '../delivery.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { type Inviting, invitationOf, sealAddresses, startAgain, startInvitation } from '../invitations.ts';
import { lookAtInvitation, nudgeOnboarding } from '../looks.ts';
import { invalid, notFound, Problem } from '../problem.ts';
import { type Caller, nothing, type Route, route } from '../route.ts';
import { connectionParams, id, pageOf, pageQuery, time } from '../schemas.ts';

const name = (what: string) =>
  givenName.meta({ description: `${what}, on one line`, override: { type: 'string', maxLength: 500 } });
const address = (what: string) => mailAddress.meta({ description: `${what}; sealed, and shown again in part only` });

const body = z.strictObject({
  project: z.strictObject({
    id: farSideId.meta({ description: 'Id at the partner, as text' }),
    name: name('Its name'),
  }),
  inviter: z.strictObject({
    name: name('Who invites'),
    company: name('Their company'),
    email: address('Is told by mail when its address was refused, when it was passed on, and when it has expired unused'),
  }),
  invited: z.strictObject({ company: name('Who is invited'), email: address('Where the link goes, and nowhere else') }),
});

const invitationView = z
  .strictObject({
    invitationId: uuid,
    connectionId: uuid,
    state: z.enum(invitationStates).meta({
      description: '`passed-on`: a colleague was named, whose invitation stands beside it; `superseded`: another took its place',
    }),
    project: z.strictObject({ id: z.string(), name: z.string() }),
    inviter: z.strictObject({ name: z.string(), company: z.string() }),
    invited: z.strictObject({ company: z.string(), address: z.string().meta({ description: 'In part: `g•••@acme.example`' }) }),
    passedOnFrom: uuid.nullable(),
    generation: z.int().meta({ description: 'Grows when it is sent again; only the newest link works' }),
    bounce: z.string().nullable().meta({ description: 'Why the address was refused, in the mail server’s words' }),
    createdAt: time,
    sentAt: time.nullable().meta({ description: 'When the mail server took the mail' }),
    openedAt: time
      .nullable()
      .meta({ description: 'When somebody pressed a button on its page; looking at it counts for nothing' }),
    endedAt: time.nullable(),
    expiresAt: time,
  })
  .meta({ id: 'Invitation' });

const viewOf = (row: Invitation) => ({
  invitationId: row.invitationId,
  connectionId: row.connectionId,
  state: row.state,
  project: { id: row.partnerProjectId, name: row.projectName },
  inviter: { name: row.inviterName, company: row.inviterCompany },
  invited: { company: row.invitedCompany, address: row.invitedShown },
  passedOnFrom: row.passedOnFrom,
  generation: row.generation,
  bounce: row.bounce,
  createdAt: row.createdAt.toISOString(),
  sentAt: row.sentAt?.toISOString() ?? null,
  openedAt: row.openedAt?.toISOString() ?? null,
  endedAt: row.endedAt?.toISOString() ?? null,
  expiresAt: row.expiresAt.toISOString(),
});

const invitationParams = connectionParams.extend({ invitationId: id('invitation') });
const offset = z.int().min(0).max(1_000_000);
/** What a change of an invitation leaves to do once it is committed; `looks`: steps of its run. */
const looks = z.array(z.string()).default([]);
const started = z.object({ view: invitationView, mailId: uuid, looks });
const withdrawn = z.object({ view: invitationView, looks });

async function needInvitation(db: Db, params: z.output<typeof invitationParams>): Promise<Invitation> {
  const found = await invitationOf(db, params.connectionId, params.invitationId);
  if (found === undefined) throw notFound();
  return found;
}

/** The invitation after what was done in the same transaction. */
async function viewNow(db: Db, invitationId: string) {
  const row = await findInvitation(db, invitationId);
  if (row === undefined) throw notFound();
  return viewOf(row);
}

/** Throws if nobody can be invited to the connection any more, or the partner has no words for it. */
async function needInvitable(db: Db, { tenantId }: Caller, connectionId: string): Promise<void> {
  const connection = await findConnection(db, connectionId);
  if (connection === undefined) throw notFound();
  connectionRun(tenantId, connection);
  if (declarations[connection.partner].invitation === undefined)
    throw new Problem('not-now', 'Nobody is invited by mail to connections of this partner.');
}

/** Somebody else sent it again at the same moment, or it has ended for good. */
async function notSentAgain(db: Db, { invitationId, generation }: Invitation): Promise<Problem> {
  const now = await findInvitation(db, invitationId);
  if (now === undefined) return notFound();
  const isNewer = now.generation > generation;
  return new Problem(
    'not-now',
    isNewer ? 'The invitation was just sent again; that mail counts.' : `The invitation is ${now.state}; make a new one.`,
  );
}

/** Has the mail sent and the steps looked at; upkeep does what could not be done now. */
async function sendAndNudge(
  dependencies: ApiDependencies,
  ref: { readonly tenantId: string; readonly connectionId: string },
  { mailId, looks: stepIds }: z.output<typeof started>,
): Promise<void> {
  await dependencies.runs.sendMail({ tenantId: ref.tenantId, mailId });
  nudgeOnboarding(dependencies, ref, stepIds);
}

export const invitationRoutes: readonly Route[] = [
  route({
    id: 'createInvitation',
    method: 'post',
    path: '/v1/connections/{connectionId}/invitations',
    scope: 'operate',
    family: 'Invitations',
    summary: 'Invite somebody by mail to connect their Procore',
    description:
      'A mail with a link goes to the address that is given, and reminders after 1, 3 and 7 days. The link is in the mail alone; it works for 30 days, and ends once a Procore identity is bound by it. An invitation that is still open for the connection is superseded.',
    params: connectionParams,
    query: nothing,
    body,
    example: {
      project: { id: 'p-100', name: 'Harbour Tower' },
      inviter: { name: 'Pia Prime', company: 'North Studio', email: 'pia@north-studio.example' },
      invited: { company: 'Acme Builders', email: 'gus@acme.example' },
    },
    answers: { 201: { says: 'Stored, and its mail queued', schema: invitationView } },
    handle: async ({ params, body: given }, caller, dependencies) => {
      const { tenantId, actorId } = caller;
      const { inviter, invited, project } = given;
      if (sameAddress(inviter.email, invited.email))
        throw invalid('invited.email', 'send the address of somebody else than the inviter');
      const inviting: Inviting = {
        tenantId,
        invitationId: caller.idFor('invitation'),
        connectionId: params.connectionId,
        partnerProjectId: project.id,
        projectName: project.name,
        inviter: { name: inviter.name, company: inviter.company, address: inviter.email },
        invited: { company: invited.company, address: invited.email },
        createdBy: actorId,
      };
      const sealed = await sealAddresses(dependencies, inviting);
      const done = await caller.once('invitation', started, async (db) => {
        await needInvitable(db, caller, params.connectionId);
        const mail = await startInvitation(db, dependencies, { ...inviting, ...sealed });
        const subject = `invitation:${inviting.invitationId}`;
        const made = await viewNow(db, inviting.invitationId);
        await appendAudit(db, tenantId, [{ actorId, action: 'invitation.create', subject, fields: Object.keys(given) }]);
        return { view: made, mailId: mail, looks: [...(await lookAtInvitation(db, dependencies, inviting, actorId))] };
      });
      await sendAndNudge(dependencies, inviting, done);
      return { status: 201, body: done.view };
    },
  }),
  route({
    id: 'listInvitations',
    method: 'get',
    path: '/v1/connections/{connectionId}/invitations',
    scope: 'read',
    family: 'Invitations',
    summary: 'Who was invited to a connection and what became of it, newest first',
    params: connectionParams,
    query: pageQuery,
    body: nothing,
    answers: { 200: { says: 'A page of invitations', schema: pageOf(invitationView) } },
    handle: async ({ params, query }, caller) => {
      const from = positionOf(offset, query.cursor) ?? 0;
      const rows = await caller.inTenant(async (db) => {
        if ((await findConnection(db, params.connectionId)) === undefined) throw notFound();
        return listInvitations(db, params.connectionId);
      });
      const page = pageFrom(rows.slice(from, from + query.limit + 1), query.limit, viewOf, () => from + query.limit);
      return { status: 200, body: page };
    },
  }),
  route({
    id: 'sendInvitationAgain',
    method: 'post',
    path: '/v1/connections/{connectionId}/invitations/{invitationId}/send-again',
    scope: 'operate',
    family: 'Invitations',
    summary: 'Send an invitation again, with another link; the one before works no more',
    description: 'Also one that bounced or has expired. Reminders begin anew.',
    params: invitationParams,
    query: nothing,
    body: nothing,
    answers: { 200: { says: 'As it stands now', schema: invitationView } },
    handle: async ({ params }, caller, dependencies) => {
      const { tenantId, actorId } = caller;
      const { invitationId, connectionId } = params;
      const ref = { tenantId, connectionId };
      const done = await caller.once('send-again', started, async (db) => {
        const invitation = await needInvitation(db, params);
        await needInvitable(db, caller, connectionId);
        const mail = await startAgain(db, dependencies, tenantId, invitation);
        if (mail === undefined) throw await notSentAgain(db, invitation);
        const made = await viewNow(db, invitationId);
        await appendAudit(db, tenantId, [{ actorId, action: 'invitation.send-again', subject: `invitation:${invitationId}` }]);
        return { view: made, mailId: mail, looks: [...(await lookAtInvitation(db, dependencies, ref, actorId))] };
      });
      await sendAndNudge(dependencies, ref, done);
      return { status: 200, body: done.view };
    },
  }),
  route({
    id: 'withdrawInvitation',
    method: 'post',
    path: '/v1/connections/{connectionId}/invitations/{invitationId}/withdraw',
    scope: 'operate',
    family: 'Invitations',
    summary: 'Take an invitation back: its link works no more, nor do those of colleagues it was passed on to',
    params: invitationParams,
    query: nothing,
    body: nothing,
    answers: { 200: { says: 'As it stands now', schema: invitationView } },
    handle: async ({ params }, caller, dependencies) => {
      const { tenantId, actorId } = caller;
      const ref = { tenantId, connectionId: params.connectionId };
      const done = await caller.once('withdraw', withdrawn, async (db) => {
        const { invitationId, state } = await needInvitation(db, params);
        if (!(await withdrawInvitation(db, invitationId)) && state !== 'withdrawn')
          throw new Problem('not-now', `The invitation is ${state} already.`);
        const now = await viewNow(db, invitationId);
        await appendAudit(db, tenantId, [{ actorId, action: 'invitation.withdraw', subject: `invitation:${invitationId}` }]);
        return { view: now, looks: [...(await lookAtInvitation(db, dependencies, ref, actorId))] };
      });
      nudgeOnboarding(dependencies, ref, done.looks);
      return { status: 200, body: done.view };
    },
  }),
];
