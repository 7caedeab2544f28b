import { z } from 'zod';
import { credentialPurposes, lastFourOf } from '../../shared/domain/credentials.ts';
import { uuid } from '../../shared/domain/ids.ts';
import { type PartnerName, partnerNames } from '../../shared/domain/partners.ts';
import { provenLoginStep, type StuckOutcome, stuckOutcome } from '../../shared/domain/steps.ts';
import { declarations } from '../../shared/partners/registry.ts';
import { places } from '../../shared/security/places.ts';
import { type Connection, claimCompany, findConnection } from '../../shared/store/connections/connections.ts';
import {
  findCredential,
  type NewCredential,
  type ShownCredential,
  shownCredentials,
  submitCredential,
} from '../../shared/store/connections/credentials.ts';
import { voidSignIns } from '../../shared/store/grants/sign-ins.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { connectionRun, decide } from '../delivery.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { parseInput } from '../input.ts';
import { invalid, notFound, Problem } from '../problem.ts';
import { type Answer, type Caller, nothing, type Route, route } from '../route.ts';
import { connectionParams, pageOf, time } from '../schemas.ts';
import { loginBody, type ProcoreCredential, partnerLogin, procoreCredential, procoreExample } from './credential-bodies.ts';

/** A secret to be stored, already sealed. */
type Sealed = Omit<NewCredential, 'connectionId'>;

interface Unsealed extends Pick<NewCredential, 'purpose' | 'kind' | 'shown'> {
  readonly secret: string;
}

async function sealed(caller: Caller, dependencies: ApiDependencies, given: Unsealed): Promise<Sealed> {
  const { secret, ...rest } = given;
  const credentialId = caller.idFor(`credential:${given.purpose}`);
  const box = await dependencies.seal(places.credential(caller.tenantId, credentialId), secret);
  const lastFour = lastFourOf(given.purpose, secret);
  return { ...rest, tenantId: caller.tenantId, credentialId, lastFour, sealed: box, submittedBy: caller.actorId };
}

export const sealProcore = (caller: Caller, dependencies: ApiDependencies, body: ProcoreCredential): Promise<Sealed> =>
  sealed(caller, dependencies, {
    purpose: 'procore-service',
    kind: body.kind,
    shown: { clientId: body.clientId },
    secret: body.clientSecret,
  });

export const companyIdOf = (body: ProcoreCredential): string => {
  const companyId = body.companyId ?? body.address;
  if (companyId === undefined) throw invalid('companyId', 'send either companyId or address');
  return companyId;
};

/** Stores a sealed credential once, however often its request is repeated. */
export async function saveCredential(db: Db, connectionId: string, credential: Sealed, provenBy?: string): Promise<void> {
  const before = await findCredential(db, credential.credentialId);
  if (before === undefined) await submitCredential(db, { ...credential, connectionId }, provenBy);
}

const endsIn = z
  .string()
  .nullable()
  .meta({ description: 'The last characters of a client secret; null for a login, of whose password nothing is shown' });

const savedView = z
  .strictObject({
    credentialId: uuid,
    savedAt: time,
    endsIn,
    commandId: uuid,
    delivered: z.boolean().meta({ description: 'false: stored, and verified by itself as soon as the engine answers' }),
    says: z.string(),
    firstOutcome: z.unknown().meta({ description: 'State of the verifying step, if it was known in time' }),
  })
  .meta({ id: 'SavedCredential' });

const credentialView = z
  .strictObject({
    credentialId: uuid,
    purpose: z.enum(credentialPurposes),
    kind: z.string(),
    shown: z.record(z.string(), z.string()).meta({ description: 'What is no secret of it' }),
    endsIn,
    savedAt: time,
    state: z.enum(['in-force', 'proposed', 'refused']).meta({
      description:
        '`proposed`: takes the place of the one in force once it is proven; `refused`: it was looked at, and was not taken',
    }),
    refusal: stuckOutcome
      .omit({ state: true, untilMs: true })
      .nullable()
      .meta({ description: 'Why it was refused, and what mends it' }),
  })
  .meta({ id: 'Credential' });

const viewOf = ({ credentialId, purpose, kind, shown, lastFour, createdAt, state, refusal }: ShownCredential) => ({
  credentialId,
  purpose,
  kind,
  shown,
  endsIn: lastFour,
  savedAt: createdAt.toISOString(),
  state,
  refusal: refusal === null ? null : whyOf(refusal),
});

const whyOf = ({ state: _, untilMs: _end, ...why }: StuckOutcome) => why;

const example = {
  credentialId: '6f1c2f5e-8f5b-4f0e-9d5e-2f6d7b1f0a11',
  savedAt: '2026-11-12T08:15:00.000Z',
  endsIn: '4f2a',
  commandId: '6f1c2f5e-8f5b-4f0e-9d5e-2f6d7b1f0a12',
  delivered: true,
  says: 'done',
  firstOutcome: null,
};

const answers = {
  201: { says: 'Saved, and its first check has answered', schema: savedView, example },
  202: { says: 'Saved; it is verified as soon as the engine answers', schema: savedView },
} as const;

/**
 * Claims a company. If it differs from the former one, sign-ins are void: people agreed to the former one, and have to be asked
 * again.
 */
async function claim(db: Db, connection: Connection, companyId: string): Promise<void> {
  const { connectionId, claimedCompanyId, boundCompanyId } = connection;
  if (!(await claimCompany(db, connectionId, companyId))) {
    throw new Problem('not-now', 'The connection is bound to another Procore company; make a new onboarding for this one.', {
      errors: [{ field: 'companyId', message: `send ${boundCompanyId ?? 'the bound company'}` }],
    });
  }
  if (claimedCompanyId !== null && claimedCompanyId !== companyId) {
    await voidSignIns(db, connectionId, 'The connection is for another Procore company now.');
  }
}

/** What may be shown of a login, and its secret; refuses the login of another partner than the connection's. */
function partsOf(partner: PartnerName, body: unknown): Pick<Unsealed, 'shown' | 'secret'> {
  const { login } = declarations[partner];
  const { [login.secret.name]: secret, ...shown } = parseInput(loginBody(login), body, 'body');
  return { shown: z.record(z.string(), z.string()).parse(shown), secret: login.secret.schema.parse(secret) };
}

async function submit(
  caller: Caller,
  dependencies: ApiDependencies,
  connectionId: string,
  credential: Sealed,
  claimedCompanyId: string | undefined,
): Promise<Answer> {
  const told = await decide(caller, dependencies, async (db) => {
    const connection = await findConnection(db, connectionId);
    if (connection === undefined) throw notFound();
    if (claimedCompanyId !== undefined) await claim(db, connection, claimedCompanyId);
    await saveCredential(
      db,
      connectionId,
      credential,
      provenLoginStep(dependencies.plans[connection.partner].steps, credential.purpose),
    );
    return {
      kind: 'submitCredentials',
      input: { credentialId: credential.credentialId },
      connectionId,
      workflowId: connectionRun(caller.tenantId, connection),
      subject: `credential:${credential.purpose}`,
    };
  });
  const saved = await caller.inTenant((db) => findCredential(db, credential.credentialId));
  const savedAt = saved?.createdAt ?? new Date();
  const { commandId, delivered, says, answer } = told.body;
  return {
    status: delivered ? 201 : 202,
    body: {
      credentialId: credential.credentialId,
      savedAt: savedAt.toISOString(),
      endsIn: credential.lastFour,
      commandId,
      delivered,
      says,
      firstOutcome: answer,
    },
  };
}

export const credentialRoutes: readonly Route[] = [
  route({
    id: 'listCredentials',
    method: 'get',
    path: '/v1/connections/{connectionId}/credentials',
    scope: 'read',
    family: 'Credentials',
    summary: 'The credentials in force, and those that wait to take their place; never their secrets',
    params: connectionParams,
    query: nothing,
    body: nothing,
    answers: { 200: { says: 'The credentials', schema: pageOf(credentialView) } },
    handle: async ({ params }, caller) => {
      const credentials = await caller.inTenant(async (db) => {
        if ((await findConnection(db, params.connectionId)) === undefined) throw notFound();
        return shownCredentials(db, params.connectionId);
      });
      return { status: 200, body: { items: credentials.map(viewOf), nextCursor: null } };
    },
  }),
  route({
    id: 'submitCredentials',
    method: 'post',
    path: '/v1/connections/{connectionId}/credentials',
    scope: 'admin',
    family: 'Credentials',
    summary: 'Submit the Procore service credential (write-only)',
    description:
      'It is verified at once. During onboarding it takes the place of the one before; on a live connection the one before serves until the new one is proven, and stays where the new one is refused.',
    params: connectionParams,
    query: nothing,
    body: procoreCredential,
    example: procoreExample,
    answers,
    handle: async ({ params, body }, caller, dependencies) =>
      submit(caller, dependencies, params.connectionId, await sealProcore(caller, dependencies, body), companyIdOf(body)),
  }),
  route({
    id: 'submitPartnerLogin',
    method: 'post',
    path: '/v1/connections/{connectionId}/partner-login',
    scope: 'admin',
    family: 'Credentials',
    summary: 'Submit the login at the partner (write-only)',
    description:
      'On a live connection, and before that once one was proven, it is proven first: the one before serves until then, and stays where the new one is refused.',
    params: connectionParams,
    query: nothing,
    body: partnerLogin,
    example: declarations[partnerNames[0]].login.example,
    answers,
    handle: async ({ params, body }, caller, dependencies) => {
      const connection = await caller.inTenant((db) => findConnection(db, params.connectionId));
      if (connection === undefined) throw notFound();
      const login = { purpose: 'partner-login', kind: 'partner-login', ...partsOf(connection.partner, body) } as const;
      return submit(caller, dependencies, params.connectionId, await sealed(caller, dependencies, login), undefined);
    },
  }),
];
