import { z } from 'zod';
import { stepOfCommand } from '../../shared/domain/commands.ts';
import { mailAddress } from '../../shared/domain/mail.ts';
import { places } from '../../shared/security/places.ts';
import { showAcceptance } from '../../shared/store/people/acceptances.ts';
import { storeOwnerAddress } from '../../shared/store/people/owner-addresses.ts';
import { readContractor } from '../contractors.ts';
import { decide } from '../delivery.ts';
import { needPeople } from '../people-connections.ts';
import { Problem } from '../problem.ts';
import { nothing, type Route, route } from '../route.ts';
import { changeAnswers, connectionParams, procoreId, time } from '../schemas.ts';
import { onStep } from './steps.ts';

const named = z.strictObject({ id: z.string(), name: z.string().nullable() });

const contractorView = z
  .strictObject({
    invited: z
      .strictObject({
        company: z.string(),
        address: z.string().meta({ description: 'In part: `g•••@acme.example`' }),
        projectName: z.string(),
      })
      .nullable()
      .meta({ description: 'The newest invitation' }),
    signedIn: z
      .strictObject({
        procoreUserId: z.string(),
        name: z.string().nullable(),
        login: z.string().nullable().meta({ description: 'In part' }),
        state: z.enum(['signing-in', 'authorized', 'lapsed', 'revoked']),
      })
      .nullable(),
    proposedOwner: z
      .strictObject({ procoreUserId: z.string(), name: z.string().nullable(), login: z.string().nullable() })
      .nullable()
      .meta({
        description:
          'Somebody else than the owner, or than was invited, signed in while the owner does not read; the project is read as them once they are accepted',
      }),
    company: named.nullable().meta({ description: 'Connected; before that as the contractor chose' }),
    project: named.nullable(),
    needsAcceptance: z.boolean().meta({
      description: 'Another person or company connects than was invited, and the inviter has to say whether that is right',
    }),
    acceptanceOf: z
      .strictObject({ companyId: z.string(), procoreUserId: z.string() })
      .nullable()
      .meta({ description: 'What is sent to accept them' }),
    connectedAt: time.nullable(),
    undoUntil: time.nullable().meta({ description: 'Until then the contractor may take the connection back by themselves' }),
  })
  .meta({ id: 'Contractor' });

/** What became of an address that came with an acceptance; beside what the run says. */
const addressKept = 'Mails go to that person at the address that was sent.';

export const contractorRoutes: readonly Route[] = [
  route({
    id: 'showContractor',
    method: 'get',
    path: '/v1/connections/{connectionId}/contractor',
    scope: 'read',
    family: 'Contractor',
    summary: 'Who was invited, who signed in, and what they connect',
    params: connectionParams,
    query: nothing,
    body: nothing,
    refuses: [409],
    answers: { 200: { says: 'The contractor as far as is known', schema: contractorView } },
    handle: async ({ params }, caller) => {
      const contractor = await caller.inTenant(async (db) => readContractor(db, await needPeople(db, params.connectionId)));
      const { connectedAt, undoUntil, ...rest } = contractor;
      const times = { connectedAt: connectedAt?.toISOString() ?? null, undoUntil: undoUntil?.toISOString() ?? null };
      return { status: 200, body: { ...rest, ...times } };
    },
  }),
  route({
    id: 'acceptContractor',
    method: 'post',
    path: '/v1/connections/{connectionId}/contractor/acceptance',
    scope: 'admin',
    family: 'Contractor',
    summary: 'Say that another person or company than was invited may connect the project, or read it in the owner’s place',
    description:
      'Counts for this person in this company alone: send `acceptanceOf` of the contractor. Mails go to them at `email`; without one, and where they were not invited at an address of theirs, mails wait. Sent again for the owner it gives or changes the address.',
    params: connectionParams,
    query: nothing,
    body: z.strictObject({
      companyId: procoreId,
      procoreUserId: procoreId,
      email: mailAddress.optional().meta({ description: 'Where they are written to; sealed, and never shown' }),
    }),
    example: { companyId: '598134325805321', procoreUserId: '562949953425001', email: 'ada@acme.example' },
    answers: changeAnswers,
    handle: async ({ params: { connectionId }, body: { email, ...body } }, caller, dependencies) => {
      const place = places.ownerAddress(caller.tenantId, connectionId, body.procoreUserId);
      const sealedAddress = email === undefined ? undefined : await dependencies.seal(place, email);
      const answer = await decide(caller, dependencies, async (db) => {
        const connection = await needPeople(db, connectionId);
        const { acceptanceOf: waiting, signedIn, company } = await readContractor(db, connection);
        const isBound = connection.boundProjectId !== null;
        const isOwner = isBound && signedIn?.procoreUserId === body.procoreUserId && company?.id === body.companyId;
        // for an owner who was accepted before, only their address may still be given
        const acceptanceOf = isOwner && sealedAddress !== undefined ? body : waiting;
        const kind = isBound ? 'accept-owner' : 'accept-contractor';
        const step = { connectionId, stepId: stepOfCommand[kind] };
        const decision = await onStep(caller, step, { kind, input: body })(db);
        if (isBound && acceptanceOf === null)
          throw new Problem('not-now', 'The project is connected already, and nobody waits to take the owner’s place.');
        if (acceptanceOf === null) throw new Problem('not-now', 'Nobody has chosen a project yet; there is nobody to accept.');
        if (acceptanceOf.companyId !== body.companyId || acceptanceOf.procoreUserId !== body.procoreUserId)
          throw new Problem(
            'not-now',
            'It is another person or company by now; read the contractor again, then accept that one.',
          );
        if (sealedAddress !== undefined) {
          await storeOwnerAddress(db, connection, { procoreUserId: body.procoreUserId, sealedAddress });
          await showAcceptance(db, connectionId);
        }
        return decision;
      });
      if (sealedAddress === undefined) return answer;
      return { ...answer, body: { ...answer.body, says: `${addressKept} (${answer.body.says})` } };
    },
  }),
];
