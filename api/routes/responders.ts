import { z } from 'zod';
import { shownAddress } from '../../shared/domain/mail.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { revokeGrant } from '../../shared/store/grants/grant-pairs.ts';
import { isServing } from '../../shared/store/grants/grant-uses.ts';
import { askOnceMore } from '../../shared/store/people/asking.ts';
import { endRequestLink } from '../../shared/store/people/authorization-requests.ts';
import { memberSubject } from '../../shared/store/people/authorizations.ts';
import {
  listResponders,
  responderStanding,
  responderStates,
  type StoredResponder,
} from '../../shared/store/people/responders.ts';
import { endUse, releaseAccount } from '../../shared/store/people/team.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import { pageFrom, positionOf } from '../cursors.ts';
import { connectionRun } from '../delivery.ts';
import { notFound, Problem } from '../problem.ts';
import { nothing, type Route, route } from '../route.ts';
import { connectionParams, pageOf, pageQuery, partnerId, time } from '../schemas.ts';
import { lookAtUses, nudgeAll } from '../use-looks.ts';

const responderState = z.enum(responderStates).meta({
  description:
    '`not-asked`: no link of theirs is open, also where one ended unused; `another-account`: they signed in with the account of another member, and nothing is sent with it; `lapsed`: Procore accepts it no more',
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
    accountName: z.string().nullable().meta({ description: 'The name of that account in Procore' }),
    accountOf: z.string().nullable().meta({ description: 'The other member whose account it is; null: nobody else’s' }),
    formerProcoreUserId: z
      .string()
      .nullable()
      .meta({ description: 'Who they were in Procore before, if they signed in as somebody else since' }),
    lastUsedAt: time.nullable().meta({ description: 'When their authorization was last used, to the hour' }),
    bounce: z.string().nullable().meta({ description: 'Why their address was refused, in the mail server’s words' }),
  })
  .meta({ id: 'Responder' });

const askedView = z
  .strictObject({ memberId: z.string(), state: responderState, askedAt: time.nullable() })
  .meta({ id: 'AskedResponder' });

function viewOf(row: StoredResponder): z.infer<typeof responderView> {
  const { state, since } = responderStanding(row);
  const { memberId, name, returns, procoreUserId, procoreName, accountOf, formerUserId, bounce } = row;
  return {
    memberId,
    name,
    address: shownAddress(row.email),
    returns,
    state,
    since: since?.toISOString() ?? null,
    procoreUserId,
    accountName: procoreName,
    accountOf,
    formerProcoreUserId: formerUserId,
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

const asking = z.strictObject({
  wrongAccount: z.boolean().default(false).meta({
    description:
      'They signed in with an account that is not theirs: it serves them no more from now on, their answers wait, and they sign in with another. For a key of the scope `admin` if they have authorized, as for ending that.',
  }),
});

const authorizedAlready = (name: string, procoreName: string | null): string =>
  `${name} has authorized already${procoreName === null ? '' : `, as ${procoreName} in Procore`}. If that account is not theirs, send {"wrongAccount": true}: it serves them no more then, and they are asked again.`;

/** Ends a member's use of their authorization, and the authorization if nobody else uses it. Undefined: there was none. */
async function endFor(db: Db, emailKey: string): Promise<string | undefined> {
  const grantId = await endUse(db, emailKey);
  if (grantId !== undefined && !(await isServing(db, grantId))) await revokeGrant(db, grantId);
  return grantId;
}

async function giveUpAccount(db: Db, emailKey: string): Promise<void> {
  await endFor(db, emailKey);
  await releaseAccount(db, emailKey);
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
      'The link is in the mail alone, works for 30 days, and ends once they have signed in. Reminders begin anew. Refused for who has left, and, without `wrongAccount`, for who has authorized.',
    params: responderParams,
    query: nothing,
    body: asking,
    example: { wrongAccount: true },
    answers: { 202: { says: 'The mail is on its way', schema: askedView } },
    handle: async ({ params, body: { wrongAccount } }, caller, dependencies) => {
      const { tenantId, actorId } = caller;
      const { invitationLinks: links, settings } = dependencies;
      let looks: Awaited<ReturnType<typeof lookAtUses>> = [];
      const { view, mailId } = await caller.once('ask', asked, async (db) => {
        const connection = await findConnection(db, params.connectionId);
        if (connection === undefined) throw notFound();
        connectionRun(tenantId, connection);
        const { emailKey, ...row } = await needResponder(db, params);
        const { state } = responderStanding({ emailKey, ...row });
        if (state === 'left') throw new Problem('not-now', `${row.name} has left already.`);
        if (state === 'authorized' && !wrongAccount) throw new Problem('not-now', authorizedAlready(row.name, row.procoreName));
        if (wrongAccount && state === 'authorized' && caller.scope !== 'admin')
          throw new Problem('scope-too-low', 'Ending an authorization needs a key of scope admin.');
        if (wrongAccount) await giveUpAccount(db, emailKey);
        const mail = await askOnceMore(db, { links, restoreEpoch: settings.restoreEpoch }, { tenantId, emailKey }, 'asked');
        if (mail === undefined) throw new Problem('not-now', 'Somebody else has asked them just now.');
        looks = await lookAtUses(db, dependencies, caller, { emailKeys: [emailKey], connectionIds: [] });
        await appendAudit(db, tenantId, [
          {
            actorId,
            action: wrongAccount ? 'responder.wrong-account' : 'responder.ask',
            subject: `connection:${params.connectionId}`,
            fields: [row.memberId],
          },
        ]);
        const now = await needResponder(db, params);
        const askedAt = now.askedAt?.toISOString() ?? null;
        return { view: { memberId: row.memberId, state: responderStanding(now).state, askedAt }, mailId: mail };
      });
      nudgeAll(dependencies, looks);
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
      'Nothing is written in their name from now on; Procore is told to revoke it, again and again until that went through, unless it serves another member or the owner of a connection: that goes on. A link they were sent works no more. Where there is none, nothing is done.',
    params: responderParams,
    query: nothing,
    body: nothing,
    answers: { 200: { says: 'As it stands now', schema: responderView } },
    handle: async ({ params }, caller, dependencies) => {
      const { view, looks } = await caller.inTenant(async (db) => {
        const { emailKey, memberId } = await needResponder(db, params);
        const grantId = await endFor(db, emailKey);
        await endRequestLink(db, memberSubject(emailKey));
        const asked = await lookAtUses(db, dependencies, caller, { emailKeys: [emailKey], connectionIds: [] });
        if (grantId !== undefined)
          await appendAudit(db, caller.tenantId, [
            { actorId: caller.actorId, action: 'responder.revoke', subject: `grant:${grantId}`, fields: [memberId] },
          ]);
        return { view: viewOf(await needResponder(db, params)), looks: asked };
      });
      nudgeAll(dependencies, looks);
      return { status: 200, body: view };
    },
  }),
];
