import { z } from 'zod';
import { requestMachine } from '../../shared/domain/authorization-requests.ts';
import { shownAddress } from '../../shared/domain/mail.ts';
import { isOpen } from '../../shared/domain/mailed-links.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { revokeGrant } from '../../shared/store/grants/grant-pairs.ts';
import { askOnceMore } from '../../shared/store/people/asking.ts';
import { endRequestLink } from '../../shared/store/people/authorization-requests.ts';
import { memberSubject } from '../../shared/store/people/authorizations.ts';
import { listResponders, type StoredResponder } from '../../shared/store/people/responders.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import { pageFrom, positionOf } from '../cursors.ts';
import { connectionRun } from '../delivery.ts';
import { notFound, Problem } from '../problem.ts';
import { nothing, type Route, route } from '../route.ts';
import { connectionParams, pageOf, pageQuery, partnerId, time } from '../schemas.ts';

const responderState = z.enum(['not-asked', 'asked', 'authorized', 'lapsed', 'revoked', 'left']).meta({
  description: '`not-asked`: no link of theirs is open, also where one ended unused; `lapsed`: Procore accepts it no more',
});

const responderView = z
  .strictObject({
    memberId: z.string().meta({ description: 'Id at the partner' }),
    name: z.string(),
    address: z.string().meta({ description: 'In part: `s•••@north-studio.example`' }),
    returns: z.boolean().meta({ description: 'The partner marks them as returning documents' }),
    state: responderState,
    since: time.nullable().meta({ description: 'Of the last change' }),
    procoreUserId: z.string().nullable().meta({ description: 'Who they are in Procore, by their own sign-in' }),
    lastUsedAt: time.nullable().meta({ description: 'When their authorization was last used, to the hour' }),
    bounce: z.string().nullable().meta({ description: 'Why their address was refused, in the mail server’s words' }),
  })
  .meta({ id: 'Responder' });

const askedView = z
  .strictObject({ memberId: z.string(), state: responderState, askedAt: time.nullable() })
  .meta({ id: 'AskedResponder' });

function standingOf(row: StoredResponder): { readonly state: z.infer<typeof responderState>; readonly since: Date | null } {
  if (row.leftAt !== null) return { state: 'left', since: row.leftAt };
  if (row.grantState === 'lapsed') return { state: 'lapsed', since: row.lapsedAt };
  if (row.grantState !== null && row.grantState !== 'revoked') return { state: 'authorized', since: row.authorizedAt };
  if (isOpen(requestMachine, row.requestState)) return { state: 'asked', since: row.askedAt };
  return row.grantState === 'revoked'
    ? { state: 'revoked', since: row.revokedAt }
    : { state: 'not-asked', since: row.requestEndedAt };
}

function viewOf(row: StoredResponder): z.infer<typeof responderView> {
  const { state, since } = standingOf(row);
  const { memberId, name, returns, procoreUserId, bounce } = row;
  return {
    memberId,
    name,
    address: shownAddress(row.email),
    returns,
    state,
    since: since?.toISOString() ?? null,
    procoreUserId,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    bounce,
  };
}

const responderParams = connectionParams.extend({ memberId: partnerId });
const offset = z.int().min(0).max(1_000_000);
const asked = z.object({ view: askedView, mailId: z.uuid() });

async function needResponder(db: Db, { connectionId, memberId }: z.output<typeof responderParams>): Promise<StoredResponder> {
  const [found] = await listResponders(db, connectionId, memberId);
  if (found === undefined) throw notFound();
  return found;
}

export const responderRoutes: readonly Route[] = [
  route({
    id: 'listResponders',
    method: 'get',
    path: '/v1/connections/{connectionId}/responders',
    scope: 'read',
    family: 'Responders',
    summary: 'Who returns documents on the project, and whether they have authorized Procore',
    description:
      'Each is asked by mail once, whoever they work for; going live waits for none of them. By name, those who left at the end.',
    params: connectionParams,
    query: pageQuery,
    body: nothing,
    answers: { 200: { says: 'A page of people', schema: pageOf(responderView) } },
    handle: async ({ params, query }, caller) => {
      const from = positionOf(offset, query.cursor) ?? 0;
      const rows = await caller.inTenant(async (db) => {
        if ((await findConnection(db, params.connectionId)) === undefined) throw notFound();
        return listResponders(db, params.connectionId);
      });
      const page = pageFrom(rows.slice(from, from + query.limit + 1), query.limit, viewOf, () => from + query.limit);
      return { status: 200, body: page };
    },
  }),
  route({
    id: 'inviteResponder',
    method: 'post',
    path: '/v1/connections/{connectionId}/responders/{memberId}/sign-ins',
    scope: 'operate',
    family: 'Responders',
    summary: 'Mail a person their link to authorize Procore, again; the one before works no more',
    description:
      'The link is in the mail alone, works for 30 days, and ends once they have signed in. Reminders begin anew. Refused for who has authorized, or left.',
    params: responderParams,
    query: nothing,
    body: nothing,
    answers: { 202: { says: 'The mail is on its way', schema: askedView } },
    handle: async ({ params }, caller, dependencies) => {
      const { tenantId, actorId } = caller;
      const { invitationLinks: links, settings } = dependencies;
      const { view, mailId } = await caller.once('ask', asked, async (db) => {
        const connection = await findConnection(db, params.connectionId);
        if (connection === undefined) throw notFound();
        connectionRun(tenantId, connection);
        const { emailKey, ...row } = await needResponder(db, params);
        const { state } = standingOf({ emailKey, ...row });
        if (state === 'left' || state === 'authorized') throw new Problem('not-now', `${row.name} has ${state} already.`);
        const mail = await askOnceMore(db, { links, restoreEpoch: settings.restoreEpoch }, { tenantId, emailKey }, 'asked');
        if (mail === undefined) throw new Problem('not-now', 'Somebody else has asked them just now.');
        await appendAudit(db, tenantId, [
          { actorId, action: 'responder.ask', subject: `connection:${params.connectionId}`, fields: [row.memberId] },
        ]);
        const now = await needResponder(db, params);
        const askedAt = now.askedAt?.toISOString() ?? null;
        return { view: { memberId: row.memberId, state: standingOf(now).state, askedAt }, mailId: mail };
      });
      await dependencies.runs.sendMail({ tenantId, mailId });
      return { status: 202, body: view };
    },
  }),
  route({
    id: 'revokeResponder',
    method: 'delete',
    path: '/v1/connections/{connectionId}/responders/{memberId}/authorization',
    scope: 'admin',
    family: 'Responders',
    summary: 'End a person’s authorization, on every project of the tenant, at once',
    description:
      'Nothing is written in their name from now on; Procore is told to revoke it, again and again until that went through. A link they were sent works no more. Where there is none, nothing is done.',
    params: responderParams,
    query: nothing,
    body: nothing,
    answers: { 200: { says: 'As it stands now', schema: responderView } },
    handle: async ({ params }, caller) => {
      const view = await caller.inTenant(async (db) => {
        const { grantId, emailKey, memberId } = await needResponder(db, params);
        const isRevoked = grantId !== null && (await revokeGrant(db, grantId));
        await endRequestLink(db, memberSubject(emailKey));
        if (isRevoked)
          await appendAudit(db, caller.tenantId, [
            { actorId: caller.actorId, action: 'responder.revoke', subject: `grant:${grantId}`, fields: [memberId] },
          ]);
        return viewOf(await needResponder(db, params));
      });
      return { status: 200, body: view };
    },
  }),
];
