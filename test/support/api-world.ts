import { randomUUID } from 'node:crypto';
import { countsOf, type ForeseenRecord } from '../../shared/domain/dry-run.ts';
import { workflowIds } from '../../shared/domain/ids.ts';
import { createConnection } from '../../shared/store/connections/connections.ts';
import { storeMatches } from '../../shared/store/connections/matches.ts';
import { ensureSteps, storeOutcome } from '../../shared/store/connections/steps.ts';
import { agree } from '../../shared/store/grants/consents.ts';
import { beginGrant } from '../../shared/store/grants/grant-pairs.ts';
import { offerSignIn } from '../../shared/store/grants/sign-ins.ts';
import { noteAuthorized, storeTeam } from '../../shared/store/people/team.ts';
import { beginDryRun, type DryRunOf, endDryRun, storePart } from '../../shared/store/projects/dry-runs.ts';
import { linkProject } from '../../shared/store/projects/project-links.ts';
import { storeAdminProjects } from '../../shared/store/projects/project-lists.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { plans } from '../../workflows/plans/index.ts';
import { type TestApi, testEpoch } from './api.ts';
import { inviteGus, newContracting } from './contracting-world.ts';

/** One tenant with one of everything that the API can show or touch. */
export interface World {
  readonly tenantId: string;
  readonly key: string;
  readonly connectionId: string;
  /** Of Part3: whoever connects its project is not the one who was invited. */
  readonly peopleConnectionId: string;
  readonly projectLinkId: string;
  readonly attentionItemId: string;
  readonly signInId: string;
  readonly invitationId: string;
  readonly memberId: string;
  readonly consentId: string;
  readonly workflowId: string;
}

export const dryRunAt = '2026-11-12T08:15:00.000Z';
/** At the partner, of the member of every world. */
export const responder = 'rosa@north-studio.example';
export const companyId = '598134325805321';

/** Records of the dry runs of every world. */
export const foreseen: readonly ForeseenRecord[] = [
  ...['create', 'update', 'leave-alone'].map((does) => ({
    does,
    held: does === 'update',
    reason: null,
    needed: null,
    where: null,
  })),
  { does: 'cannot', held: false, reason: 'unmatched-company', needed: 'a vendor', where: 'Directory' },
].map((record, at) => ({
  ...(record as Pick<ForeseenRecord, 'does' | 'held' | 'reason' | 'needed' | 'where'>), // each does what its words say
  naturalKey: `2026-11-0${at + 1}|emp-1`,
  label: `Concrete & Söhne on 2026-11-0${at + 1}`,
  why: 'because of that',
  fields: { workers: at },
}));

async function foresee(db: Db, tenantId: string, of: DryRunOf): Promise<void> {
  const { dryRunId } = await beginDryRun(db, tenantId, { ...of, basis: 'world', at: new Date(dryRunAt) });
  const part = { scope: 'project', procoreProjectId: '1', name: 'Harbour Tower', stream: 'manpower', refused: null } as const;
  await storePart(db, tenantId, dryRunId, { ...part, ...countsOf(foreseen) }, foreseen);
  await endDryRun(db, of, dryRunId);
}

/** Somebody who returns documents, and has authorized Procore. */
async function joinResponder(
  db: Db,
  { tenantId, connectionId, memberId }: Pick<World, 'tenantId' | 'connectionId' | 'memberId'>,
): Promise<void> {
  const grantId = randomUUID();
  const person = { tenantId, procoreUserId: '4712', procoreLogin: responder, procoreName: 'Rosa Weber' };
  const moments = { issuedAt: new Date(), expiresAt: new Date(Date.now() + 600_000) };
  await beginGrant(db, person, { grantId, sealedPair: Buffer.from('sealed'), signInId: randomUUID(), ...moments });
  const member = { memberId, name: 'Rosa Weber', email: responder, emailKey: responder, returns: true };
  await storeTeam(db, tenantId, connectionId, [member]);
  await noteAuthorized(db, tenantId, responder, grantId);
}

/** What a check stores of a credential that Procore accepts. */
export const provenCredential = ({ connectionId }: Pick<World, 'connectionId'>) =>
  ({
    connectionId,
    stepId: 'verifyCredentials',
    outcome: { state: 'met', evidence: {} },
    doneBy: 'system',
    by: 'onboarding',
  }) as const;

export async function newWorld(api: TestApi): Promise<World> {
  const tenantId = await api.store.newTenant();
  const key = await api.newKey(tenantId, 'admin');
  const [connectionId, signInId, invitationId, attentionItemId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const memberId = `member-${randomUUID()}`;
  const [consentId, grantId] = [randomUUID(), randomUUID()];
  const projectLinkId = await withTenant(api.store.pool, tenantId, async (db) => {
    await createConnection(db, { tenantId, connectionId, partner: 'hammertech', scope: 'company', claimedCompanyId: companyId });
    await ensureSteps(db, tenantId, connectionId, plans.hammertech.steps);
    await storeOutcome(db, {
      connectionId,
      stepId: 'verifyCredentials',
      outcome: {
        state: 'stuck',
        reason: 'credential-rejected',
        on: 'admin',
        seen: 'refused',
        needed: 'a working secret',
        where: 'Procore',
      },
      doneBy: 'system',
      by: 'onboarding',
    });
    const projects = [{ id: '1', name: 'Harbour Tower', number: 'HT-1', city: null, timeZone: 'Australia/Sydney', active: true }];
    await storeAdminProjects(db, tenantId, connectionId, { projects, by: 'procore:1', at: new Date() });
    await storeMatches(db, tenantId, connectionId, [
      {
        kind: 'company',
        partnerId: 'emp-1',
        partnerName: 'Concrete & Söhne',
        procoreId: null,
        procoreName: null,
        basis: 'none',
        score: 0,
        state: 'unmatched',
      },
    ]);
    await foresee(db, tenantId, { connectionId, link: null });
    await offerSignIn(db, {
      tenantId,
      signInId,
      connectionId,
      purpose: 'prove-ownership',
      linkHash: Buffer.from(randomUUID()),
      restoreEpoch: testEpoch,
      createdBy: 'test',
      expiresAt: new Date(Date.now() + 1_000_000),
    });
    await db
      .insertInto('person_grant')
      .values({
        tenant_id: tenantId,
        grant_id: grantId,
        procore_user_id: '77',
        state: 'live',
        sealed_pair: Buffer.from('sealed'),
        access_issued_at: new Date(),
        access_expires_at: new Date(Date.now() + 1_000_000),
      })
      .execute();
    await agree(db, { tenantId, consentId, connectionId, kind: 'reader', grantId, words: 'As it was shown.' });
    await inviteGus(db, { tenantId, connectionId, invitationId, partnerProjectId: 'p-1' });
    await joinResponder(db, { tenantId, connectionId, memberId });
    const link = await linkProject(db, {
      tenantId,
      connectionId,
      procoreProjectId: '1',
      procoreProjectName: 'Harbour Tower',
      partnerProjectId: 'p-1',
      partnerProjectName: 'Harbour Tower',
      procoreTimeZone: 'Sydney',
      timeZone: 'Australia/Sydney',
      basis: 'name',
    });
    await foresee(db, tenantId, { connectionId, link: { projectLinkId: link.projectLinkId, stream: 'manpower' } });
    await db
      .insertInto('delivery')
      .values({
        tenant_id: tenantId,
        delivery_id: randomUUID(),
        project_link_id: link.projectLinkId,
        stream: 'manpower',
        natural_key: 'secret-natural-key',
        version: 1,
        action: 'create',
        payload: JSON.stringify({ note: 'secret-payload' }),
        trail: JSON.stringify([{ state: 'queued', at: dryRunAt }]),
      })
      .execute();
    await db
      .insertInto('attention_item')
      .values({
        tenant_id: tenantId,
        attention_item_id: attentionItemId,
        connection_id: connectionId,
        project_link_id: link.projectLinkId,
        stream: 'manpower',
        reason: 'vendor-not-on-project',
        owner: 'admin',
        subject: 'employer:emp-1',
        seen: 'not there',
        needed: 'there',
        where_to: 'Directory',
      })
      .execute();
    return link.projectLinkId;
  });
  const peopleConnectionId = await newContracting(api, tenantId);
  return {
    tenantId,
    key,
    connectionId,
    peopleConnectionId,
    projectLinkId,
    attentionItemId,
    signInId,
    invitationId,
    memberId,
    consentId,
    workflowId: workflowIds.onboarding(tenantId, connectionId),
  };
}
