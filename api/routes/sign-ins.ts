import { z } from 'zod';
import { uuid } from '../../shared/domain/ids.ts';
import { hashToken } from '../../shared/security/tokens.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { findSignIn, offerSignIn, signInStates } from '../../shared/store/grants/sign-ins.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import { connectionRun } from '../delivery.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { notFound } from '../problem.ts';
import { nothing, type Route, route } from '../route.ts';
import { connectionParams, id, time } from '../schemas.ts';

/** A connect link is valid for 14 days (contracts section 1). */
const linkLifeMs = 14 * 24 * 60 * 60 * 1000;

const linkView = z
  .strictObject({
    signInId: uuid,
    url: z.url().meta({ description: 'Give it to one person. Opening it changes nothing; it ends once they have confirmed' }),
    expiresAt: time,
  })
  .meta({ id: 'SignInLink' });

const keptLink = linkView.omit({ url: true });

const signInView = z
  .strictObject({
    signInId: uuid,
    connectionId: uuid,
    purpose: z.enum(['prove-ownership', 'authorize-person', 'see-account']),
    state: z.enum(signInStates),
    procoreUser: z.strictObject({ id: z.string(), name: z.string().nullable() }).nullable(),
    seen: z
      .strictObject({
        companyId: z.string(),
        companyName: z.string().nullable(),
        directoryLevel: z.string().nullable(),
        admin: z.boolean(),
      })
      .nullable(),
    refusal: z.string().nullable(),
    createdAt: time,
    expiresAt: time,
  })
  .meta({ id: 'SignIn' });

const linkFor = (dependencies: ApiDependencies, signInId: string): string =>
  `${dependencies.settings.pagesUrl}/connect/${dependencies.linkToken(signInId)}`;

export const signInRoutes: readonly Route[] = [
  route({
    id: 'createSignIn',
    method: 'post',
    path: '/v1/connections/{connectionId}/sign-ins',
    scope: 'operate',
    family: 'Sign-in',
    summary: 'Make the link with which a company admin signs in to Procore',
    params: connectionParams,
    query: nothing,
    body: z.strictObject({ purpose: z.literal('prove-ownership').default('prove-ownership') }),
    example: { purpose: 'prove-ownership' },
    answers: { 201: { says: 'The link', schema: linkView } },
    // the link is a bearer secret: only its id is stored, and the link is made from it again
    keeps: {
      hide: (body) => keptLink.parse(keptLink.strip().parse(body)),
      reveal: (kept, dependencies) => {
        const { signInId, expiresAt } = keptLink.parse(kept);
        return { signInId, url: linkFor(dependencies, signInId), expiresAt };
      },
    },
    handle: async ({ params, body }, caller, dependencies) => {
      const { tenantId, actorId } = caller;
      const signInId = caller.idFor('sign-in');
      const expiresAt = await caller.once('sign-in', z.string(), async (db) => {
        const connection = await findConnection(db, params.connectionId);
        if (connection === undefined) throw notFound();
        connectionRun(tenantId, connection);
        const before = await findSignIn(db, signInId);
        if (before !== undefined) return before.expiresAt.toISOString();
        const end = new Date(Date.now() + linkLifeMs);
        const linkHash = hashToken(dependencies.linkToken(signInId));
        const { restoreEpoch } = dependencies.settings;
        const { connectionId } = params;
        await offerSignIn(db, {
          tenantId,
          signInId,
          connectionId,
          purpose: body.purpose,
          linkHash,
          restoreEpoch,
          createdBy: actorId,
          expiresAt: end,
        });
        await appendAudit(db, tenantId, [{ actorId, action: 'sign-in.offer', subject: `sign-in:${signInId}` }]);
        return end.toISOString();
      });
      return { status: 201, body: { signInId, url: linkFor(dependencies, signInId), expiresAt } };
    },
  }),
  route({
    id: 'readSignIn',
    method: 'get',
    path: '/v1/connections/{connectionId}/sign-ins/{signInId}',
    scope: 'read',
    family: 'Sign-in',
    summary: 'How far a sign-in has come',
    params: connectionParams.extend({ signInId: id('sign-in') }),
    query: nothing,
    body: nothing,
    answers: { 200: { says: 'The sign-in', schema: signInView } },
    handle: async ({ params }, caller) => {
      const signIn = await caller.inTenant((db) => findSignIn(db, params.signInId));
      if (signIn === undefined || signIn.connectionId !== params.connectionId) throw notFound();
      const { signInId, connectionId, purpose, state, seen, refusal, procoreUserId } = signIn;
      const procoreUser = procoreUserId === null ? null : { id: procoreUserId, name: signIn.procoreUserName };
      const createdAt = signIn.createdAt.toISOString();
      return {
        status: 200,
        body: {
          signInId,
          connectionId,
          purpose,
          state,
          procoreUser,
          seen,
          refusal,
          createdAt,
          expiresAt: signIn.expiresAt.toISOString(),
        },
      };
    },
  }),
];
