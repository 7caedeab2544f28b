import { z } from 'zod';
import { consentKind } from '../../shared/domain/consents.ts';
import { uuid } from '../../shared/domain/ids.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { type Consent, listConsents, standingConsents, withdrawConsent } from '../../shared/store/grants/consents.ts';
import { findGrant, grantStates } from '../../shared/store/grants/grants.ts';
import { chooseReader, findTurn, reasonsToStandIn } from '../../shared/store/grants/reading.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import { askAsSet } from '../consents.ts';
import { notFound } from '../problem.ts';
import { nothing, type Route, route } from '../route.ts';
import { connectionParams, id, time } from '../schemas.ts';

const consentView = z
  .strictObject({
    consentId: uuid,
    kind: consentKind.meta({
      description:
        'reader: the project is read as this person where its owner cannot; all-non-private: all that is not private is carried',
    }),
    procoreUserId: z.string(),
    name: z.string().nullable(),
    words: z.string().meta({ description: 'Exactly what the person was shown' }),
    agreedAt: time,
    withdrawnAt: time.nullable(),
    withdrawnBy: z.string().nullable().meta({ description: 'Actor id' }),
    stands: z.boolean().meta({
      description:
        'false: withdrawn, or its authorization was revoked, or the person has left; of `all-non-private` also: another person owns the connection now',
    }),
  })
  .meta({ id: 'Consent' });

const person = z.strictObject({ procoreUserId: z.string(), name: z.string().nullable(), state: z.enum(grantStates) });

const readersView = z
  .strictObject({
    owner: person.nullable().meta({ description: 'As whom the project is to be read' }),
    reads: person
      .extend({ since: time })
      .nullable()
      .meta({ description: 'As whom it is read now; null: nobody yet, or nobody may' }),
    why: z.enum(reasonsToStandIn).nullable().meta({ description: 'Why the owner does not read; null: the owner does' }),
    ownerAskedAt: time.nullable().meta({ description: 'Since when the owner, or a new one, is asked to sign in' }),
    consents: z.array(consentView).meta({ description: 'All that was ever agreed to for the connection, the newest first' }),
  })
  .meta({ id: 'Readers' });

const viewOf = (consent: Consent, standing: ReadonlySet<string>) => ({
  consentId: consent.consentId,
  kind: consent.kind,
  procoreUserId: consent.procoreUserId,
  name: consent.procoreName,
  words: consent.words,
  agreedAt: consent.agreedAt.toISOString(),
  withdrawnAt: consent.withdrawnAt?.toISOString() ?? null,
  withdrawnBy: consent.withdrawnBy,
  stands: standing.has(consent.consentId),
});

async function readersOf(db: Db, connectionId: string): Promise<z.input<typeof readersView>> {
  const connection = await findConnection(db, connectionId);
  if (connection === undefined) throw notFound();
  const turn = await findTurn(db, connectionId);
  const stand = [
    ...(await standingConsents(db, connectionId, 'reader')),
    ...(await standingConsents(db, connectionId, 'all-non-private')),
  ];
  const standing = new Set(stand.map(({ consentId }) => consentId));
  const personOf = async (grantId: string | null | undefined) => {
    const grant = grantId == null ? undefined : await findGrant(db, grantId);
    return grant ? { procoreUserId: grant.procoreUserId, name: grant.procoreName, state: grant.state } : null;
  };
  const now = await chooseReader(db, connection);
  const reads = turn === undefined ? null : await personOf(now.grant?.grantId);
  // a turn that no cycle has noted yet begins now
  const since = reads && turn?.grantId === now.grant?.grantId ? turn?.since : new Date();
  return {
    owner: await personOf(connection.ownerGrantId),
    reads: reads && since ? { ...reads, since: since.toISOString() } : null,
    why: connection.ownerGrantId === null ? null : now.why,
    ownerAskedAt: turn?.ownerAskedAt?.toISOString() ?? null,
    consents: (await listConsents(db, connectionId)).map((consent) => viewOf(consent, standing)),
  };
}

export const readerRoutes: readonly Route[] = [
  route({
    id: 'showReaders',
    method: 'get',
    path: '/v1/connections/{connectionId}/readers',
    scope: 'read',
    family: 'Connections',
    summary: 'As whom a connection of people is read, and what people have agreed to for it',
    description: 'People agree on a page of ours, signed in themselves; nobody does so for them.',
    params: connectionParams,
    query: nothing,
    body: nothing,
    answers: { 200: { says: 'Readers and consents', schema: readersView } },
    handle: async ({ params }, caller) => ({
      status: 200,
      body: await caller.inTenant((db) => readersOf(db, params.connectionId)),
    }),
  }),
  route({
    id: 'withdrawConsent',
    method: 'post',
    path: '/v1/connections/{connectionId}/consents/{consentId}/withdraw',
    scope: 'admin',
    family: 'Connections',
    summary: 'Make no more use of what a person agreed to',
    description: 'Holds from the next cycle on. What was carried by then stays. Only the person can agree again.',
    params: connectionParams.extend({ consentId: id('consent') }),
    query: nothing,
    body: nothing,
    answers: { 200: { says: 'As it stands now', schema: readersView } },
    handle: async ({ params }, caller, dependencies) => {
      const { tenantId, actorId } = caller;
      const { connectionId, consentId } = params;
      const view = await caller.once('withdraw-consent', readersView, async (db) => {
        const known = (await listConsents(db, connectionId)).some((consent) => consent.consentId === consentId);
        if (!known) throw notFound();
        if (await withdrawConsent(db, { connectionId, consentId, by: actorId })) {
          const subject = `connection:${connectionId}`;
          await appendAudit(db, tenantId, [{ actorId, action: 'consent.withdraw', subject, fields: [consentId] }]);
          const connection = await findConnection(db, connectionId);
          if (connection) await askAsSet(db, dependencies, connection);
        }
        return readersOf(db, connectionId);
      });
      return { status: 200, body: view };
    },
  }),
];
