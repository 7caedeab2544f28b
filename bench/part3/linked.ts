import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { pairSecret } from '../../activities/grants/store.ts';
import type { Project } from '../../sandbox/kernel/model.ts';
import { issueCode } from '../../sandbox/login/credentials.ts';
import { offeredResponses } from '../../sandbox/procore/submittals/responses.ts';
import { part3Tokens } from '../../sandbox/seed/part3.ts';
import { acmeId } from '../../sandbox/seed/seed.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import { lastFourOf } from '../../shared/domain/credentials.ts';
import { createOAuth } from '../../shared/procore/oauth.ts';
import { closeBox } from '../../shared/security/boxing.ts';
import type { RootKeys } from '../../shared/security/keys.ts';
import { places } from '../../shared/security/places.ts';
import { secretOf } from '../../shared/security/secret.ts';
import { submitCredential } from '../../shared/store/connections/credentials.ts';
import { storeResponses } from '../../shared/store/connections/response-mappings.ts';
import { beginGrant } from '../../shared/store/grants/grant-pairs.ts';
import { noteAuthorized, storeTeam } from '../../shared/store/people/team.ts';
import { linkProject, type ProjectLink } from '../../shared/store/projects/project-links.ts';
import { type StorePool, withTenant } from '../../shared/store/tenancy.ts';
import { createTenant } from '../../shared/store/tenants/tenants.ts';
import { createVault } from '../../shared/store/tenants/vault.ts';
import { boxKeys, ours } from '../worker-settings.ts';

const organisation = 'north-studio';

/** Harbour Tower of North Studio, connected by Gus to Acme's project; Ria and Sam have authorized. */
export interface LinkedPart3 {
  readonly link: ProjectLink;
  readonly project: Project;
  readonly part3ProjectId: string;
  /** In Procore. */
  readonly ids: { readonly gus: string; readonly ria: string; readonly sam: string };
  /** In Part3. */
  readonly members: { readonly ria: string; readonly sam: string };
}

/** What a contractor's five minutes and two authorizations leave behind, written straight into the store; the pairs are real ones. */
export async function linkHarbourTower(
  { pool, adminUrl, roots }: { readonly pool: StorePool; readonly adminUrl: string; readonly roots: RootKeys },
  sandbox: Sandbox,
): Promise<LinkedPart3> {
  const { world, part3, urls } = sandbox;
  const slug = `north-${randomUUID().slice(0, 8)}`;
  const { tenantId } = await createTenant(pool, roots, { slug, name: slug, partner: 'part3', mode: 'demo', createdBy: 'bench' });
  const project = must(world.projects.find(({ number, companyId }) => number === 'AC-101' && companyId === acmeId));
  const tower = must(
    part3.projects.find((row) => row.organisation === organisation && row.record.name === 'Harbour Tower'),
  ).record;
  const team = ['ria', 'sam'].map(
    (name) =>
      must(part3.members.find(({ record }) => record.projectId === tower.id && record.email.startsWith(`${name}@`))).record,
  );
  const vault = createVault(roots, boxKeys.privateKey);
  const oauth = createOAuth({ loginOrigin: urls.login, deadlineMs: 20_000 });
  const app = { clientId: ours.clientId, clientSecret: secretOf(ours.clientSecret) };

  async function authorized(person: string) {
    const { code } = issueCode(world, { person, clientId: ours.clientId, redirectUri: ours.redirectUri });
    const token = await oauth.exchangeCode(app, secretOf(code), ours.redirectUri);
    const { resourceOwnerId: procoreUserId } = await oauth.tokenInfo(token.accessToken);
    if (token.refreshToken === null || procoreUserId === null) throw new Error('not a person’s pair');
    const grantId = randomUUID();
    const pair = pairSecret({ accessToken: token.accessToken, refreshToken: token.refreshToken });
    await withTenant(pool, tenantId, async (db) => {
      const sealedPair = await vault.sealSecret(db, places.grantPair(tenantId, grantId), pair);
      const expiresAt = new Date(Date.now() + token.lifeMs);
      const signedIn = { tenantId, procoreUserId, procoreLogin: person, procoreName: null };
      await beginGrant(db, signedIn, { grantId, sealedPair, issuedAt: new Date(), expiresAt, signInId: randomUUID() });
    });
    return { grantId, procoreUserId };
  }

  const gus = await authorized('gus@acme.example');
  const connectionId = randomUUID();
  await insertLiveConnection(adminUrl, [tenantId, connectionId, acmeId, project.id, gus.procoreUserId, gus.grantId]);
  const credentialId = randomUUID();
  const token = part3Tokens[organisation];
  const sealed = await closeBox(boxKeys.publicKey, places.credential(tenantId, credentialId), secretOf(token));
  const responders = await Promise.all(team.map(({ email }) => authorized(email)));
  const link = await withTenant(pool, tenantId, async (db) => {
    const purpose = 'partner-login';
    const lastFour = lastFourOf(purpose, token);
    const ref = { tenantId, connectionId };
    await submitCredential(db, {
      ...ref,
      credentialId,
      purpose,
      kind: purpose,
      shown: { organisation },
      lastFour,
      sealed,
      submittedBy: 'bench',
    });
    const listed = team.map(({ id, name, email, returns }) => ({
      memberId: id,
      name,
      email,
      emailKey: email.toLowerCase(),
      returns,
    }));
    await storeTeam(db, tenantId, connectionId, listed);
    for (const [at, { email }] of team.entries())
      await noteAuthorized(db, tenantId, email.toLowerCase(), must(responders[at]).grantId);
    const mapped = offeredResponses(world, project).map(({ id: responseId, name, considered }) => {
      return { responseId, name, considered, state: 'mapped', partnerName: name, decidedBy: null } as const;
    });
    await storeResponses(db, tenantId, connectionId, mapped);
    return linkProject(db, {
      ...ref,
      procoreProjectId: project.id,
      procoreProjectName: project.name,
      partnerProjectId: tower.id,
      partnerProjectName: tower.name,
      procoreTimeZone: project.timeZone,
      timeZone: 'Australia/Sydney',
      basis: 'person',
    });
  });
  const [ria, sam] = [must(team[0]), must(team[1])];
  return {
    link,
    project,
    part3ProjectId: tower.id,
    ids: { gus: gus.procoreUserId, ria: must(responders[0]).procoreUserId, sam: must(responders[1]).procoreUserId },
    members: { ria: ria.id, sam: sam.id },
  };
}

function must<Found>(found: Found | undefined): Found {
  if (found === undefined) throw new Error('the seed is another one');
  return found;
}

async function insertLiveConnection(adminUrl: string, values: readonly string[]): Promise<void> {
  const admin = new Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query(
      `INSERT INTO connection (tenant_id, connection_id, partner, scope, stage, claimed_company_id, bound_company_id, company_name,
         bound_project_id, sync_user_id, owner_grant_id, modules)
       VALUES ($1, $2, 'part3', 'project', 'live', $3, $3, 'Acme Builders', $4, $5, $6, '{rfis,submittals}')`,
      [...values],
    );
  } finally {
    await admin.end();
  }
}
