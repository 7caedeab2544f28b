import { randomUUID } from 'node:crypto';
import { personActor } from '../../shared/domain/actors.ts';
import { tallyOf } from '../../shared/domain/backfill.ts';
import { declarations } from '../../shared/partners/registry.ts';
import { markApplied, writeCommand } from '../../shared/store/commands.ts';
import { createConnection } from '../../shared/store/connections/connections.ts';
import { storeOffers } from '../../shared/store/connections/offered-projects.ts';
import { storeResponses } from '../../shared/store/connections/response-mappings.ts';
import { ensureSteps, storeOutcome } from '../../shared/store/connections/steps.ts';
import { beginGrant } from '../../shared/store/grants/grant-pairs.ts';
import { invite } from '../../shared/store/people/invitations.ts';
import { storeTeam } from '../../shared/store/people/team.ts';
import { storeSurvey } from '../../shared/store/projects/backfill-surveys.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { plans } from '../../workflows/plans/index.ts';
import { type TestApi, testEpoch } from './api.ts';

/** Who connects the project, and in which company: not whom the prime consultant invited. */
export const contractor = { companyId: '598134325805399', procoreUserId: '562949953425002' };
/** Returns documents, and has authorized nothing yet. */
export const unauthorizedMember = {
  memberId: 'member-sam',
  name: 'Sam Wu',
  email: 'sam@north-studio.example',
  emailKey: 'sam@north-studio.example',
  returns: true,
} as const;
/** A response of the company that nobody has mapped yet. */
export const responseId = '562949953427001';

export const offer = {
  companyId: contractor.companyId,
  companyName: 'Beta Builders',
  projectId: '562949953421402',
  projectName: 'Harbour Tower',
  number: 'B-7',
  city: null,
  timeZone: 'Sydney',
  role: 'project-directory',
  looked: true,
} as const;

const day = '2026-01-15';

/** Of each kind: an open item of that day, a closed one of the day before, and a draft. */
export const survey = {
  rfis: tallyOf(
    [
      [
        { day, isOpen: true, isDraft: false, enters: true, files: null },
        { day: '2026-01-14', isOpen: false, isDraft: false, enters: true, files: null },
        { day, isOpen: false, isDraft: true, enters: true, files: null },
      ],
    ],
    1,
  ),
  submittals: tallyOf(
    [
      [
        { day, isOpen: true, isDraft: false, enters: true, files: 2 },
        { day, isOpen: true, isDraft: false, enters: false, files: 7 },
        { day: '2026-01-14', isOpen: false, isDraft: false, enters: true, files: 0 },
      ],
    ],
    0,
  ),
};

/** A connection of Part3 whose project another person connects than was invited: it waits for the prime consultant. Answers its id. */
export async function newContracting(api: TestApi, tenantId: string): Promise<string> {
  const connectionId = randomUUID();
  await withTenant(api.store.pool, tenantId, async (db) => {
    const modules = declarations.part3.modulesByDefault;
    await createConnection(db, { tenantId, connectionId, partner: 'part3', scope: 'project', modules });
    await ensureSteps(db, tenantId, connectionId, plans.part3.steps);
    await storeTeam(db, tenantId, connectionId, [unauthorizedMember]);
    await inviteGus(db, { tenantId, connectionId, invitationId: randomUUID(), partnerProjectId: 'p-2' });
    await authorizeCleo(db, tenantId, connectionId);
    await storeOffers(db, tenantId, connectionId, [offer]);
    await chooses(db, tenantId, connectionId);
    await storeOutcome(db, {
      connectionId,
      stepId: 'createConnection',
      outcome: {
        state: 'waiting',
        on: 'admin',
        seen: 'Another account than the invited address connects the project.',
        needed: 'Whoever invited them says that this is right, or invites again.',
        where: 'On this page: Contractor → That is right.',
      },
      doneBy: 'system',
      by: 'onboarding',
    });
    await storeSurvey(db, tenantId, connectionId, { survey, budgetKey: connectionId });
    await storeResponses(db, tenantId, connectionId, [
      { responseId, name: 'Make good', considered: 'approved', state: 'new', partnerName: null, decidedBy: null },
      {
        responseId: '562949953427002',
        name: 'Approved',
        considered: 'approved',
        state: 'mapped',
        partnerName: 'Approved',
        decidedBy: null,
      },
      { responseId: '562949953427003', name: 'Void', considered: 'void', state: 'none', partnerName: null, decidedBy: null },
    ]);
  });
  return connectionId;
}

/** An invitation of Gus, as the API writes one. */
export const inviteGus = (
  db: Db,
  given: {
    readonly tenantId: string;
    readonly connectionId: string;
    readonly invitationId: string;
    readonly partnerProjectId: string;
  },
) =>
  invite(db, {
    ...given,
    projectName: 'Harbour Tower',
    inviterName: 'Pia Prime',
    inviterCompany: 'North Studio',
    invitedCompany: 'Acme Builders',
    sealedInviter: Buffer.from('sealed'),
    sealedInvited: Buffer.from('sealed'),
    invitedShown: 'g•••@acme.example',
    linkHash: Buffer.from(randomUUID()),
    restoreEpoch: testEpoch,
    createdBy: 'test',
    lifeMs: 1_000_000,
  });

async function authorizeCleo(db: Db, tenantId: string, connectionId: string): Promise<void> {
  const grantId = randomUUID();
  const person = { tenantId, procoreUserId: contractor.procoreUserId, procoreLogin: 'cleo@beta.example', procoreName: 'Cleo' };
  const now = new Date();
  const pair = { grantId, sealedPair: Buffer.from('sealed'), issuedAt: now, expiresAt: now, signInId: randomUUID() };
  await beginGrant(db, person, pair);
  await db.updateTable('connection').set({ owner_grant_id: grantId }).where('connection_id', '=', connectionId).execute();
}

async function chooses(db: Db, tenantId: string, connectionId: string): Promise<void> {
  const commandId = randomUUID();
  const { companyId, projectId } = offer;
  const actorId = personActor(contractor.procoreUserId);
  await writeCommand(db, { tenantId, commandId, connectionId, kind: 'choose-project', input: { companyId, projectId }, actorId });
  await markApplied(db, commandId);
}
